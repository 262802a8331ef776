/* The audit log: append to segments, read from the tail. */
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "emulator/audit/append.h"
#include "emulator/audit/read.h"
#include "emulator/core/limits.h"
#include "lib/base/buf.h"
#include "lib/base/clock.h"
#include "lib/enc/json.h"

enum { path_bytes_max = 4096, line_bytes_max = 64 * 1024, tail_bytes = 1024 * 1024 };

struct audit {
    char folder[path_bytes_max];
    pthread_rwlock_t lock; /* appenders read; rotation writes */
    int fd;
    int64_t segment;       /* number of the newest */
    int64_t segment_bytes; /* by atomic operations: appenders add at the same time */
};

const struct err_info AUDIT_CANNOT_OPEN = {"AuditCannotOpen", "the audit log cannot be opened", 0};

static void segment_path(const struct audit *audit, int64_t segment, char path[path_bytes_max + 64])
{
    snprintf(path, path_bytes_max + 64, "%s/audit.%lld.jsonl", audit->folder, (long long)segment);
}

static int open_segment(const struct audit *audit, int64_t segment, int flags)
{
    char path[path_bytes_max + 64];
    segment_path(audit, segment, path);
    return open(path, flags | O_CLOEXEC, 0600);
}

static void remove_segment(const struct audit *audit, int64_t segment)
{
    char path[path_bytes_max + 64];
    segment_path(audit, segment, path);
    unlink(path);
}

/* Segments are numbered without gaps from some first to the newest. */
static int64_t newest_segment(const struct audit *audit)
{
    char path[path_bytes_max + 64];
    char number[32];
    struct stat found;
    int64_t newest = 0;
    snprintf(path, sizeof path, "%s/audit.newest", audit->folder);
    ssize_t len = readlink(path, number, sizeof number);
    if (len > 0 && slice_to_i64((struct slice){number, (size_t)len}, &newest) && newest > 0)
        return newest;
    segment_path(audit, 1, path);
    return stat(path, &found) == 0 ? 1 : 0;
}

/* The number of the newest segment is kept as the target of a symbolic link: an atomic rename. */
static void keep_newest(const struct audit *audit)
{
    char fresh[path_bytes_max + 64];
    char path[path_bytes_max + 64];
    char number[32];
    snprintf(number, sizeof number, "%lld", (long long)audit->segment);
    snprintf(fresh, sizeof fresh, "%s/audit.newest.new", audit->folder);
    snprintf(path, sizeof path, "%s/audit.newest", audit->folder);
    unlink(fresh);
    if (symlink(number, fresh) == 0)
        rename(fresh, path);
}

struct err audit_open(const char *folder, struct audit **audit)
{
    struct audit *a = calloc(1, sizeof *a);
    struct stat found;
    if (!a)
        return ERR(&AUDIT_CANNOT_OPEN);
    snprintf(a->folder, sizeof a->folder, "%s", folder);
    int64_t newest = newest_segment(a);
    a->segment = newest ? newest : 1;
    a->fd = open_segment(a, a->segment, O_WRONLY | O_CREAT | O_APPEND);
    if (a->fd < 0 || fstat(a->fd, &found) != 0) {
        free(a);
        return ERR(&AUDIT_CANNOT_OPEN);
    }
    a->segment_bytes = found.st_size;
    pthread_rwlock_init(&a->lock, NULL);
    *audit = a;
    return OK;
}

void audit_close(struct audit *audit)
{
    if (!audit)
        return;
    close(audit->fd);
    pthread_rwlock_destroy(&audit->lock);
    free(audit);
}

static void rotate(struct audit *audit)
{
    pthread_rwlock_wrlock(&audit->lock);
    if (audit->segment_bytes >= AUDIT_SEGMENT_BYTES) { /* another thread may have been first */
        int fresh = open_segment(audit, audit->segment + 1, O_WRONLY | O_CREAT | O_APPEND);
        if (fresh >= 0) {
            close(audit->fd);
            audit->fd = fresh;
            audit->segment++;
            audit->segment_bytes = 0;
            keep_newest(audit);
            remove_segment(audit, audit->segment - AUDIT_SEGMENTS_KEPT);
        }
    }
    pthread_rwlock_unlock(&audit->lock);
}

static void member(struct json_writer *w, const char *name, struct slice value)
{
    if (!slice_is_set(value))
        return;
    json_write_key(w, slice_from_cstr(name));
    json_write_string(w, value);
}

static void format_record(const struct audit_record *record, struct arena *arena, struct buf *line)
{
    struct json_writer w;
    json_writer_init(&w, line);
    json_write_object_begin(&w);
    member(&w, "time", clock_format_rfc3339(arena, record->time_micros, 6));
    member(&w, "service", record->service);
    member(&w, "operation", record->operation);
    json_write_key(&w, SLICE("status"));
    json_write_i64(&w, record->status);
    member(&w, "errorCode", record->error_code);
    member(&w, "errorMessage", record->error_message);
    member(&w, "principal", record->principal_arn);
    member(&w, "accessKeyId", record->access_key_id);
    member(&w, "account", record->account);
    member(&w, "region", record->region);
    member(&w, "source", record->source);
    member(&w, "userAgent", record->user_agent);
    member(&w, "requestId", record->request_id);
    json_write_key(&w, SLICE("durationMicros"));
    json_write_i64(&w, record->duration_micros);
    json_write_object_end(&w);
    buf_append_char(line, '\n');
}

void audit_append(struct audit *audit, const struct audit_record *record, struct arena *arena)
{
    struct buf line;
    buf_init_arena(&line, arena, line_bytes_max);
    format_record(record, arena, &line);
    pthread_rwlock_rdlock(&audit->lock);
    ssize_t written = write(audit->fd, line.ptr, line.len);
    int64_t bytes =
        __atomic_add_fetch(&audit->segment_bytes, written > 0 ? written : 0, __ATOMIC_RELAXED);
    pthread_rwlock_unlock(&audit->lock);
    if (bytes >= AUDIT_SEGMENT_BYTES)
        rotate(audit);
}

void audit_erase(struct audit *audit)
{
    pthread_rwlock_wrlock(&audit->lock);
    for (int i = 1; i < AUDIT_SEGMENTS_KEPT; i++)
        remove_segment(audit, audit->segment - i);
    if (ftruncate(audit->fd, 0) == 0)
        audit->segment_bytes = 0;
    pthread_rwlock_unlock(&audit->lock);
}

/* The last bytes of a segment, from the start of a line on. */
static struct slice read_tail(struct audit *audit, struct arena *arena)
{
    struct stat found;
    int fd = open_segment(audit, audit->segment, O_RDONLY);
    if (fd < 0)
        return SLICE("");
    off_t size = fstat(fd, &found) == 0 ? found.st_size : 0;
    off_t from = size > tail_bytes ? size - tail_bytes : 0;
    char *bytes = arena_alloc(arena, (size_t)(size - from) + 1);
    ssize_t got = pread(fd, bytes, (size_t)(size - from), from);
    close(fd);
    struct slice text = {bytes, got > 0 ? (size_t)got : 0};
    return from > 0 ? slice_from(text, (size_t)(slice_index(text, '\n') + 1)) : text;
}

struct slice audit_read_newest(struct audit *audit, size_t limit, struct arena *arena)
{
    struct slice tail = read_tail(audit, arena);
    struct slice line;
    struct buf list;
    size_t lines = 0;
    for (size_t i = 0; i < tail.len; i++)
        lines += tail.ptr[i] == '\n';
    buf_init_arena(&list, arena, (size_t)tail_bytes * 2);
    for (size_t i = 0; i < lines && slice_next(&tail, '\n', &line); i++) {
        if (i + limit < lines)
            continue;
        if (list.len)
            buf_append_char(&list, ',');
        buf_append(&list, line);
    }
    return buf_slice(&list);
}
