#pragma once
/*
 * A slice is a borrowed view of bytes: a pointer and a length, never NUL-terminated by contract.
 *
 * The owner of the bytes is whoever made them (an arena, a request buffer, a literal); a slice
 * never frees. `ptr == NULL` means "absent", which differs from present and empty.
 * All functions are pure and safe from any thread.
 */
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

struct slice {
    const char *ptr;
    size_t len;
};

#define SLICE(literal) ((struct slice){(literal), sizeof(literal) - 1})
/* For tables with static storage, where a compound literal is not a constant. */
#define SLICE_INIT(literal)                                                                        \
    {                                                                                              \
        (literal), sizeof(literal) - 1                                                             \
    }
#define SLICE_NONE ((struct slice){0})
#define SLICE_FMT "%.*s"
#define SLICE_ARG(s) (int)(s).len, (s).ptr ? (s).ptr : ""

/* NULL gives an absent slice. */
static inline struct slice slice_from_cstr(const char *text)
{
    return text ? (struct slice){text, strlen(text)} : SLICE_NONE;
}

/* Clamped to the bounds. */
static inline struct slice slice_sub(struct slice s, size_t start, size_t len)
{
    size_t from = start < s.len ? start : s.len;
    size_t left = s.len - from;
    return (struct slice){s.ptr ? s.ptr + from : NULL, len < left ? len : left};
}

/* The tail from start. */
static inline struct slice slice_from(struct slice s, size_t start)
{
    return slice_sub(s, start, s.len);
}

static inline bool slice_is_set(struct slice s)
{
    return s.ptr != NULL;
}

static inline bool slice_eq(struct slice a, struct slice b)
{
    return a.len == b.len && (a.len == 0 || memcmp(a.ptr, b.ptr, a.len) == 0);
}

bool slice_eq_letters(struct slice a, struct slice b); /* of one length */

/* ASCII case alone. */
static inline bool slice_eq_nocase(struct slice a, struct slice b)
{
    return a.len == b.len && slice_eq_letters(a, b);
}

bool slice_eq_cstr(struct slice a, const char *b);
int slice_compare(struct slice a, struct slice b); /* bytewise, then by length: <0, 0, >0 */
uint64_t slice_hash(struct slice s); /* FNV-1a: for tables in memory, not against foes */
bool slice_starts_with(struct slice s, struct slice prefix);
bool slice_ends_with(struct slice s, struct slice suffix);
bool slice_contains(struct slice s, struct slice needle);

/* Position of the first `c` or of `needle`, or -1. */
ptrdiff_t slice_index(struct slice s, char c);
ptrdiff_t slice_last_index(struct slice s, char c);
ptrdiff_t slice_find(struct slice s, struct slice needle);

/* Strips ASCII white space at both ends. */
struct slice slice_trim(struct slice s);

/* Splits at the first separator. Without one: false, and both outputs are untouched. */
bool slice_split_once(struct slice s, char separator, struct slice *left, struct slice *right);

/*
 * Takes the next token off `rest`, up to the separator or the end. False when `rest` is absent,
 * which it becomes after the last token: "a,,b" gives "a", "", "b"; "" gives one empty token.
 */
bool slice_next(struct slice *rest, char separator, struct slice *token);

/* The whole slice as a decimal number. False on empty, sign (unsigned), junk or overflow. */
bool slice_to_u64(struct slice s, uint64_t *value);
bool slice_to_i64(struct slice s, int64_t *value);

/* How many bytes at the start are printable ASCII but neither '"' nor '\\'. */
size_t slice_plain_len(struct slice s);
/* True when the bytes are well-formed UTF-8 (RFC 3629: no surrogates, no overlong forms). */
bool slice_is_utf8(struct slice s);
/* Bytes of the well-formed sequence at the start of `s`, or 0 when it is malformed or empty. */
size_t slice_utf8_step(struct slice s);
/* Number of code points; the bytes must be UTF-8. */
size_t slice_utf8_length(struct slice s);
