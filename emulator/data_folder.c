/* Making, locking and removing the data folder. */
#include "emulator/data_folder.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

enum { master_key_bytes = 32 };

static bool complain(const char *what, const char *path)
{
    fprintf(stderr, "%s %s: %s\n", what, path, strerror(errno));
    return false;
}

static bool make_folder(const char *wanted, struct data_folder *folder)
{
    const char *temporary = getenv("TMPDIR");
    folder->is_temporary = wanted == NULL;
    if (wanted) {
        snprintf(folder->path, sizeof folder->path, "%s", wanted);
        if (mkdir(folder->path, 0700) != 0 && errno != EEXIST)
            return complain("cannot make the data folder", folder->path);
        return true;
    }
    snprintf(folder->path, sizeof folder->path, "%s/florin-emulator-XXXXXX",
             temporary ? temporary : "/tmp");
    if (!mkdtemp(folder->path)) {
        folder->is_temporary = false;
        return complain("cannot make a temporary folder", folder->path);
    }
    return true;
}

static bool lock_folder(struct data_folder *folder)
{
    char path[sizeof folder->path + 16];
    snprintf(path, sizeof path, "%s/lock", folder->path);
    folder->lock_fd = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0600);
    if (folder->lock_fd < 0)
        return complain("cannot open", path);
    if (flock(folder->lock_fd, LOCK_EX | LOCK_NB) == 0)
        return true;
    fprintf(stderr, "the data folder %s is in use by another emulator\n", folder->path);
    return false;
}

static bool write_key(const char *path, const unsigned char *key)
{
    char fresh[sizeof((struct data_folder *)NULL)->path + 32];
    snprintf(fresh, sizeof fresh, "%s.new", path);
    int fd = open(fresh, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
    bool written = fd >= 0 && write(fd, key, master_key_bytes) == master_key_bytes &&
                   fsync(fd) == 0 && rename(fresh, path) == 0;
    if (fd >= 0)
        close(fd);
    return written;
}

/* A key file of another length is never replaced: what it sealed would be lost. */
static bool read_master_key(struct data_folder *folder, struct rand *rand, unsigned char *key)
{
    char path[sizeof folder->path + 16];
    snprintf(path, sizeof path, "%s/master.key", folder->path);
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    if (fd < 0 && errno == ENOENT) {
        rand_fill(rand, key, master_key_bytes);
        return write_key(path, key) || complain("cannot write", path);
    }
    if (fd < 0)
        return complain("cannot read", path);
    ssize_t got = read(fd, key, master_key_bytes);
    close(fd);
    if (got == master_key_bytes)
        return true;
    fprintf(stderr, "%s is damaged: it must hold %d bytes\n", path, master_key_bytes);
    return false;
}

bool data_folder_open(const char *wanted, struct rand *rand, struct data_folder *folder,
                      unsigned char master_key[32])
{
    return make_folder(wanted, folder) && lock_folder(folder) &&
           read_master_key(folder, rand, master_key);
}

static void remove_folder(const char *path)
{
    DIR *entries = opendir(path);
    struct dirent *entry;
    while (entries && (entry = readdir(entries))) {
        if (strcmp(entry->d_name, ".") != 0 && strcmp(entry->d_name, "..") != 0)
            unlinkat(dirfd(entries), entry->d_name, 0);
    }
    if (entries)
        closedir(entries);
    rmdir(path);
}

void data_folder_close(struct data_folder *folder)
{
    if (folder->is_temporary)
        remove_folder(folder->path);
    if (folder->lock_fd > 0)
        close(folder->lock_fd);
    *folder = (struct data_folder){0};
}
