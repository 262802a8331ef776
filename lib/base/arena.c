/* Bump allocation in malloc'd blocks; blocks larger than the default hold one big allocation. */
#include "lib/base/arena.h"

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#if defined(__SANITIZE_ADDRESS__)
#include <sanitizer/asan_interface.h>
#define POISON(ptr, len) __asan_poison_memory_region((ptr), (len))
#define UNPOISON(ptr, len) __asan_unpoison_memory_region((ptr), (len))
enum { gap_bytes = 16 };
#else
#define POISON(ptr, len) ((void)(ptr), (void)(len))
#define UNPOISON(ptr, len) ((void)(ptr), (void)(len))
enum { gap_bytes = 0 };
#endif

enum { alignment = 16, block_bytes = 16 * 1024 };

struct arena_block {
    struct arena_block *older;
    size_t size; /* usable bytes that follow the header */
    _Alignas(alignment) char bytes[];
};

static _Noreturn void out_of_memory(size_t size)
{
    fprintf(stderr, "out of memory: %zu bytes are not available\n", size);
    abort();
}

static void add_block(struct arena *arena, size_t least)
{
    size_t size = least > block_bytes ? least : block_bytes;
    struct arena_block *block = malloc(sizeof *block + size);
    if (!block)
        out_of_memory(size);
    block->older = arena->blocks;
    block->size = size;
    POISON(block->bytes, size);
    arena->blocks = block;
    arena->next = block->bytes;
    arena->end = block->bytes + size;
}

static void wipe(struct arena_block *block)
{
    UNPOISON(block->bytes, block->size);
    explicit_bzero(block->bytes, block->size);
}

static void free_blocks(struct arena_block *block, bool wipes)
{
    while (block) {
        struct arena_block *older = block->older;
        if (wipes)
            wipe(block);
        UNPOISON(block->bytes, block->size);
        free(block);
        block = older;
    }
}

void arena_init(struct arena *arena)
{
    *arena = (struct arena){0};
}

void arena_done(struct arena *arena)
{
    free_blocks(arena->blocks, arena->wipes);
    arena_init(arena);
}

void arena_reset(struct arena *arena)
{
    struct arena_block *kept = arena->blocks;
    if (!kept)
        return;
    if (kept->size > block_bytes) {
        arena_done(arena);
        return;
    }
    free_blocks(kept->older, arena->wipes);
    if (arena->wipes)
        wipe(kept);
    arena->wipes = false;
    kept->older = NULL;
    POISON(kept->bytes, kept->size);
    arena->next = kept->bytes;
    arena->end = kept->bytes + kept->size;
}

void *arena_alloc(struct arena *arena, size_t size)
{
    if (size > SIZE_MAX / 2)
        out_of_memory(size);
    size_t rounded = (size + alignment - 1) / alignment * alignment + gap_bytes;
    if (!arena->blocks || (size_t)(arena->end - arena->next) < rounded)
        add_block(arena, rounded);
    char *result = arena->next;
    arena->next += rounded;
    UNPOISON(result, size);
    return result;
}

void *arena_zalloc(struct arena *arena, size_t size)
{
    return memset(arena_alloc(arena, size), 0, size);
}

void *arena_array(struct arena *arena, size_t count, size_t size)
{
    size_t total;
    if (__builtin_mul_overflow(count, size, &total))
        out_of_memory(SIZE_MAX);
    return arena_zalloc(arena, total);
}

void *arena_grow(struct arena *arena, void *items, size_t count, size_t size)
{
    enum { least = 4 };
    bool full = count == 0 || (count >= least && (count & (count - 1)) == 0);
    if (!full)
        return items;
    void *bigger = arena_array(arena, count < least ? least : count * 2, size);
    if (count > 0)
        memcpy(bigger, items, count * size);
    return bigger;
}

struct slice arena_dup(struct arena *arena, struct slice s)
{
    return s.ptr ? (struct slice){arena_cstr(arena, s), s.len} : s;
}

char *arena_cstr(struct arena *arena, struct slice s)
{
    char *copy = arena_alloc(arena, s.len + 1);
    if (s.len)
        memcpy(copy, s.ptr, s.len);
    copy[s.len] = '\0';
    return copy;
}

struct slice arena_join(struct arena *arena, const struct slice *parts, size_t count)
{
    size_t len = 0;
    for (size_t i = 0; i < count; i++)
        len += parts[i].len;
    char *text = arena_alloc(arena, len + 1);
    char *out = text;
    for (size_t i = 0; i < count; i++)
        if (parts[i].len)
            out = mempcpy(out, parts[i].ptr, parts[i].len);
    *out = '\0';
    return (struct slice){text, len};
}

struct slice arena_printf(struct arena *arena, const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    struct slice text = arena_vprintf(arena, format, arguments);
    va_end(arguments);
    return text;
}

struct slice arena_vprintf(struct arena *arena, const char *format, va_list arguments)
{
    va_list again;
    va_copy(again, arguments);
    int len = vsnprintf(NULL, 0, format, again);
    va_end(again);
    if (len < 0)
        return SLICE("");
    char *text = arena_alloc(arena, (size_t)len + 1);
    vsnprintf(text, (size_t)len + 1, format, arguments);
    return (struct slice){text, (size_t)len};
}
