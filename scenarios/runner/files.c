/* Reading and finding suite files. */
#include "scenarios/runner/files.h"

#include <dirent.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>

#include "lib/base/attributes.h"
#include "lib/base/buf.h"
#include "scenarios/runner/yaml.h"

enum { read_bytes = 64 * 1024 };

static void close_file(FILE **file)
{
    if (*file)
        fclose(*file);
}

struct slice files_read(const char *path, struct arena *arena)
{
    struct buf text;
    size_t got;
    CLEANUP(close_file) FILE *file = fopen(path, "re");
    if (!file)
        return SLICE_NONE;
    /* One byte more than a suite may have, so that yaml_parse sees what is too large. */
    buf_init_arena(&text, arena, YAML_BYTES_MAX + (size_t)2 * read_bytes);
    do {
        char *room = buf_reserve(&text, read_bytes);
        got = room ? fread(room, 1, read_bytes, file) : 0;
        buf_advance(&text, got);
    } while (got > 0);
    return ferror(file) ? SLICE_NONE : buf_slice(&text);
}

static bool is_suite_name(struct slice name)
{
    return slice_ends_with(name, SLICE(".yaml")) || slice_ends_with(name, SLICE(".yml"));
}

static bool find_below(struct slice path, struct arena *arena, struct file_list *list)
{
    struct dirent **entries = NULL;
    int count = scandir(path.ptr, &entries, NULL, alphasort);
    for (int i = 0; i < count; i++) {
        struct stat status;
        struct slice name = slice_from_cstr(entries[i]->d_name);
        struct slice whole =
            arena_printf(arena, SLICE_FMT "/" SLICE_FMT, SLICE_ARG(path), SLICE_ARG(name));
        bool is_hidden = slice_starts_with(name, SLICE("."));
        if (!is_hidden && stat(whole.ptr, &status) == 0) {
            if (S_ISDIR(status.st_mode))
                find_below(whole, arena, list);
            else if (is_suite_name(name) && list->count < FILES_MAX)
                list->paths[list->count++] = whole;
        }
        free(entries[i]);
    }
    free(entries);
    return count >= 0;
}

bool files_find(const char *path, struct arena *arena, struct file_list *list)
{
    struct stat status;
    struct slice text = arena_dup(arena, slice_from_cstr(path));
    while (text.len > 1 && slice_ends_with(text, SLICE("/")))
        text = arena_dup(arena, slice_sub(text, 0, text.len - 1));
    if (stat(text.ptr, &status) != 0)
        return false;
    if (S_ISDIR(status.st_mode))
        return find_below(text, arena, list);
    if (list->count == FILES_MAX) {
        errno = E2BIG;
        return false;
    }
    list->paths[list->count++] = text;
    return true;
}
