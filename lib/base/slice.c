/* Borrowed views of bytes: comparison, search, splitting and number parsing. */
#include "lib/base/slice.h"

#include <stdint.h>
#include <string.h>

static char lower(char c)
{
    return c >= 'A' && c <= 'Z' ? (char)(c + ('a' - 'A')) : c;
}

static bool is_space(char c)
{
    return c == ' ' || (c >= '\t' && c <= '\r');
}

bool slice_eq_letters(struct slice a, struct slice b)
{
    for (size_t i = 0; i < a.len; i++)
        if (a.ptr[i] != b.ptr[i] && lower(a.ptr[i]) != lower(b.ptr[i]))
            return false;
    return true;
}

bool slice_eq_cstr(struct slice a, const char *b)
{
    return slice_eq(a, slice_from_cstr(b));
}

int slice_compare(struct slice a, struct slice b)
{
    size_t shared = a.len < b.len ? a.len : b.len;
    int order = shared ? memcmp(a.ptr, b.ptr, shared) : 0;
    if (order != 0)
        return order;
    return (a.len > b.len) - (a.len < b.len);
}

uint64_t slice_hash(struct slice s)
{
    uint64_t hash = UINT64_C(0xCBF29CE484222325);
    for (size_t i = 0; i < s.len; i++)
        hash = (hash ^ (unsigned char)s.ptr[i]) * UINT64_C(0x100000001B3);
    return hash;
}

bool slice_starts_with(struct slice s, struct slice prefix)
{
    return s.len >= prefix.len && slice_eq(slice_sub(s, 0, prefix.len), prefix);
}

bool slice_ends_with(struct slice s, struct slice suffix)
{
    return s.len >= suffix.len && slice_eq(slice_from(s, s.len - suffix.len), suffix);
}

bool slice_contains(struct slice s, struct slice needle)
{
    return slice_find(s, needle) >= 0;
}

ptrdiff_t slice_index(struct slice s, char c)
{
    const char *hit = s.len ? memchr(s.ptr, c, s.len) : NULL;
    return hit ? hit - s.ptr : -1;
}

ptrdiff_t slice_last_index(struct slice s, char c)
{
    const char *hit = s.len ? memrchr(s.ptr, c, s.len) : NULL;
    return hit ? hit - s.ptr : -1;
}

ptrdiff_t slice_find(struct slice s, struct slice needle)
{
    if (needle.len == 0)
        return 0;
    const char *hit = s.len ? memmem(s.ptr, s.len, needle.ptr, needle.len) : NULL;
    return hit ? hit - s.ptr : -1;
}

struct slice slice_trim(struct slice s)
{
    while (s.len > 0 && is_space(s.ptr[0]))
        s = slice_from(s, 1);
    while (s.len > 0 && is_space(s.ptr[s.len - 1]))
        s.len--;
    return s;
}

bool slice_split_once(struct slice s, char separator, struct slice *left, struct slice *right)
{
    ptrdiff_t at = slice_index(s, separator);
    if (at < 0)
        return false;
    *left = slice_sub(s, 0, (size_t)at);
    *right = slice_from(s, (size_t)at + 1);
    return true;
}

bool slice_next(struct slice *rest, char separator, struct slice *token)
{
    if (!rest->ptr)
        return false;
    if (!slice_split_once(*rest, separator, token, rest)) {
        *token = *rest;
        *rest = SLICE_NONE;
    }
    return true;
}

bool slice_to_u64(struct slice s, uint64_t *value)
{
    if (s.len == 0)
        return false;
    uint64_t total = 0;
    for (size_t i = 0; i < s.len; i++) {
        if (s.ptr[i] < '0' || s.ptr[i] > '9')
            return false;
        if (__builtin_mul_overflow(total, (uint64_t)10, &total) ||
            __builtin_add_overflow(total, (uint64_t)(s.ptr[i] - '0'), &total))
            return false;
    }
    *value = total;
    return true;
}

bool slice_to_i64(struct slice s, int64_t *value)
{
    bool negative = s.len > 0 && s.ptr[0] == '-';
    uint64_t magnitude;
    if (!slice_to_u64(negative ? slice_from(s, 1) : s, &magnitude))
        return false;
    if (magnitude > (uint64_t)INT64_MAX + (negative ? 1 : 0))
        return false;
    *value = negative ? (int64_t)(0 - magnitude) : (int64_t)magnitude;
    return true;
}

size_t slice_utf8_step(struct slice s)
{
    if (s.len == 0)
        return 0;
    const unsigned char *p = (const unsigned char *)s.ptr;
    if (p[0] < 0x80)
        return 1;
    size_t len = p[0] >= 0xF0 ? 4 : p[0] >= 0xE0 ? 3 : 2;
    if (p[0] < 0xC2 || p[0] > 0xF4 || len > s.len)
        return 0;
    for (size_t i = 1; i < len; i++)
        if ((p[i] & 0xC0) != 0x80)
            return 0;
    bool overlong = (p[0] == 0xE0 && p[1] < 0xA0) || (p[0] == 0xF0 && p[1] < 0x90);
    bool surrogate = p[0] == 0xED && p[1] > 0x9F;
    bool too_large = p[0] == 0xF4 && p[1] > 0x8F;
    return overlong || surrogate || too_large ? 0 : len;
}

/* A byte of the result has its high bit set where one of the word's is to be looked at closely. */
static uint64_t suspect_bytes(uint64_t word)
{
    const uint64_t ones = UINT64_C(0x0101010101010101);
    uint64_t quotes = word ^ ones * '"';
    uint64_t escapes = word ^ ones * '\\';
    uint64_t deletes = word ^ ones * 0x7F;
    uint64_t below_space = (word - ones * ' ') & ~word;
    uint64_t zeros =
        ((quotes - ones) & ~quotes) | ((escapes - ones) & ~escapes) | ((deletes - ones) & ~deletes);
    return (word | below_space | zeros) & ones * 0x80;
}

size_t slice_plain_len(struct slice s)
{
    size_t at = 0;
    for (uint64_t word; s.len - at >= sizeof word; at += sizeof word) {
        memcpy(&word, s.ptr + at, sizeof word);
        if (suspect_bytes(word))
            break;
    }
    for (; at < s.len; at++) {
        unsigned char c = (unsigned char)s.ptr[at];
        if (c < ' ' || c >= 0x7F || c == '"' || c == '\\')
            break;
    }
    return at;
}

bool slice_is_utf8(struct slice s)
{
    while (s.len > 0) {
        size_t step = slice_utf8_step(s);
        if (step == 0)
            return false;
        s = slice_from(s, step);
    }
    return true;
}

size_t slice_utf8_length(struct slice s)
{
    size_t count = 0;
    for (size_t i = 0; i < s.len; i++)
        count += ((unsigned char)s.ptr[i] & 0xC0) != 0x80;
    return count;
}
