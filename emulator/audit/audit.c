/*
 * The audit log: append to segments, read from the tail.
 *
 * The newest segment is mapped, and a record is a reservation by one atomic addition and a copy: it
 * lies in the page cache, safe from kill -9, without a system call. The file grows by whole chunks
 * that are allocated before they are touched, so a full disk is an error and not a signal. Its end
 * is zero bytes, as are the gaps that a reservation past a chunk's end leaves; readers skip them.
 */
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include "emulator/audit/append.h"
#include "emulator/audit/read.h"
#include "emulator/core/limits.h"
#include "lib/base/buf.h"
#include "lib/base/clock.h"

enum {
    path_bytes_max = 4096,
    line_bytes_max = 64 * 1024,
    usual_line_bytes = 512,
    tail_bytes = 1024 * 1024,
    chunk_bytes = 1024 * 1024,
};

struct audit {
    char folder[path_bytes_max];
    pthread_rwlock_t lock; /* appenders read; rotation writes */
    int fd;
    int64_t segment; /* number of the newest */
    char *map;       /* AUDIT_SEGMENT_BYTES of it; touched up to `allocated` alone */
    int64_t allocated;
    int64_t used; /* by atomic operations: appenders reserve at the same time */
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

static struct slice used_part(const struct audit *audit)
{
    int64_t used = audit->used < audit->allocated ? audit->used : audit->allocated;
    return (struct slice){audit->map, (size_t)used};
}

/* Room for `len` more bytes after what is reserved, by whole chunks. */
static bool grow(struct audit *audit, int64_t len)
{
    int64_t wanted = (audit->used + len + chunk_bytes - 1) / chunk_bytes * chunk_bytes;
    if (wanted > AUDIT_SEGMENT_BYTES || posix_fallocate(audit->fd, 0, wanted) != 0)
        return false;
    audit->allocated = wanted;
    return true;
}

/* After a crash the used part ends with the last byte that is not zero; half a line is ended. */
static void find_end(struct audit *audit)
{
    int64_t end = audit->allocated;
    while (end > 0 && audit->map[end - 1] == '\0')
        end--;
    if (end > 0 && end < audit->allocated && audit->map[end - 1] != '\n')
        audit->map[end++] = '\n';
    audit->used = end;
}

static bool map_segment(struct audit *audit)
{
    struct stat found;
    audit->fd = open_segment(audit, audit->segment, O_RDWR | O_CREAT);
    if (audit->fd < 0)
        return false;
    audit->map =
        fstat(audit->fd, &found) == 0 && found.st_size <= AUDIT_SEGMENT_BYTES
            ? mmap(NULL, AUDIT_SEGMENT_BYTES, PROT_READ | PROT_WRITE, MAP_SHARED, audit->fd, 0)
            : MAP_FAILED;
    if (audit->map == MAP_FAILED) {
        close(audit->fd);
        return false;
    }
    audit->allocated = found.st_size;
    find_end(audit);
    return true;
}

static void unmap_segment(struct audit *audit)
{
    munmap(audit->map, AUDIT_SEGMENT_BYTES);
    if (audit->used < audit->allocated && ftruncate(audit->fd, audit->used) != 0)
        audit->allocated = 0; /* the zero bytes stay at its end, which readers skip */
    close(audit->fd);
}

struct err audit_open(const char *folder, struct audit **audit)
{
    struct audit *a = calloc(1, sizeof *a);
    if (!a)
        return ERR(&AUDIT_CANNOT_OPEN);
    snprintf(a->folder, sizeof a->folder, "%s", folder);
    int64_t newest = newest_segment(a);
    a->segment = newest ? newest : 1;
    if (!map_segment(a)) {
        free(a);
        return ERR(&AUDIT_CANNOT_OPEN);
    }
    pthread_rwlock_init(&a->lock, NULL);
    *audit = a;
    return OK;
}

void audit_close(struct audit *audit)
{
    if (!audit)
        return;
    unmap_segment(audit);
    pthread_rwlock_destroy(&audit->lock);
    free(audit);
}

/* The next segment takes over, unless it cannot be made: then the old one stays. */
static void rotate(struct audit *audit)
{
    struct audit fresh = *audit;
    fresh.segment++;
    if (!map_segment(&fresh))
        return;
    unmap_segment(audit);
    audit->segment = fresh.segment;
    audit->fd = fresh.fd;
    audit->map = fresh.map;
    audit->allocated = fresh.allocated;
    audit->used = fresh.used;
    keep_newest(audit);
    remove_segment(audit, audit->segment - AUDIT_SEGMENTS_KEPT);
}

static void make_room(struct audit *audit, int64_t len)
{
    pthread_rwlock_wrlock(&audit->lock);
    if (audit->used > audit->allocated)
        audit->used = audit->allocated; /* reservations that found no room */
    if (audit->used + len > audit->allocated && !grow(audit, len)) {
        rotate(audit);
        (void)grow(audit, len);
    }
    pthread_rwlock_unlock(&audit->lock);
}

/* `before` is a comma, the name and a colon: the names are constant, so no writer need quote them.
 */
static void member(struct buf *line, struct slice before, struct slice value)
{
    if (!slice_is_set(value))
        return;
    buf_append(line, before);
    buf_append_quoted(line, value);
}

static void format_record(const struct audit_record *record, struct arena *arena, struct buf *line)
{
    buf_append(line, SLICE("{\"time\":"));
    buf_append_quoted(line, clock_format_rfc3339(arena, record->time_micros, 6));
    member(line, SLICE(",\"service\":"), record->service);
    member(line, SLICE(",\"operation\":"), record->operation);
    buf_append(line, SLICE(",\"status\":"));
    buf_append_i64(line, record->status);
    member(line, SLICE(",\"errorCode\":"), record->error_code);
    member(line, SLICE(",\"errorMessage\":"), record->error_message);
    member(line, SLICE(",\"principal\":"), record->principal_arn);
    member(line, SLICE(",\"accessKeyId\":"), record->access_key_id);
    member(line, SLICE(",\"account\":"), record->account);
    member(line, SLICE(",\"region\":"), record->region);
    member(line, SLICE(",\"source\":"), record->source);
    member(line, SLICE(",\"userAgent\":"), record->user_agent);
    if (slice_is_set(record->parameters)) {
        buf_append(line, SLICE(",\"requestParameters\":"));
        buf_append(line, record->parameters);
    }
    member(line, SLICE(",\"requestId\":"), record->request_id);
    buf_append(line, SLICE(",\"durationMicros\":"));
    buf_append_i64(line, record->duration_micros);
    buf_append(line, SLICE("}\n"));
}

static bool append(struct audit *audit, struct slice line)
{
    pthread_rwlock_rdlock(&audit->lock);
    int64_t end = __atomic_add_fetch(&audit->used, (int64_t)line.len, __ATOMIC_RELAXED);
    bool fits = end <= audit->allocated;
    if (fits)
        memcpy(audit->map + end - line.len, line.ptr, line.len);
    pthread_rwlock_unlock(&audit->lock);
    return fits;
}

void audit_append(struct audit *audit, const struct audit_record *record, struct arena *arena)
{
    struct buf line;
    buf_init_arena(&line, arena, line_bytes_max);
    (void)buf_reserve(&line, usual_line_bytes); /* once, rather than by doubling */
    format_record(record, arena, &line);
    if (append(audit, buf_slice(&line)))
        return;
    make_room(audit, (int64_t)line.len);
    (void)append(audit, buf_slice(&line)); /* the disk is full: the calls go on unrecorded */
}

void audit_erase(struct audit *audit)
{
    pthread_rwlock_wrlock(&audit->lock);
    for (int i = 1; i < AUDIT_SEGMENTS_KEPT; i++)
        remove_segment(audit, audit->segment - i);
    if (ftruncate(audit->fd, 0) == 0)
        audit->used = audit->allocated = 0;
    pthread_rwlock_unlock(&audit->lock);
}

/* A copy of the last bytes of the newest segment, from the start of a line on. */
static struct slice copy_tail(struct audit *audit, struct arena *arena)
{
    pthread_rwlock_rdlock(&audit->lock);
    struct slice used = used_part(audit);
    size_t from = used.len > tail_bytes ? used.len - tail_bytes : 0;
    struct slice text = arena_dup(arena, slice_from(used, from));
    pthread_rwlock_unlock(&audit->lock);
    return from > 0 ? slice_from(text, (size_t)(slice_index(text, '\n') + 1)) : text;
}

struct slice audit_read_newest(struct audit *audit, size_t limit, struct arena *arena)
{
    struct slice tail = copy_tail(audit, arena);
    struct slice line;
    struct buf list;
    size_t lines = 0;
    for (size_t i = 0; i < tail.len; i++)
        lines += tail.ptr[i] == '\n';
    buf_init_arena(&list, arena, (size_t)tail_bytes * 2);
    for (size_t i = 0; i < lines && slice_next(&tail, '\n', &line); i++) {
        while (line.len > 0 && line.ptr[0] == '\0')
            line = slice_from(line, 1);
        if (i + limit < lines || !slice_starts_with(line, SLICE("{")) ||
            !slice_ends_with(line, SLICE("}")))
            continue; /* too old, or cut off by a crash */
        if (list.len)
            buf_append_char(&list, ',');
        buf_append(&list, line);
    }
    return buf_slice(&list);
}
