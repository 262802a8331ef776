/* Hexadecimal text. */
#include "lib/enc/hex.h"

static void put_hex(char *out, struct slice bytes)
{
    static const char digits[] = "0123456789abcdef";
    for (size_t i = 0; i < bytes.len; i++) {
        unsigned char c = (unsigned char)bytes.ptr[i];
        *out++ = digits[c >> 4];
        *out++ = digits[c & 15];
    }
}

struct slice hex_encode(struct arena *arena, struct slice bytes)
{
    char *text = arena_alloc(arena, bytes.len * 2 + 1);
    put_hex(text, bytes);
    text[bytes.len * 2] = '\0';
    return (struct slice){text, bytes.len * 2};
}

void buf_append_hex(struct buf *buf, struct slice bytes)
{
    char *room = buf_reserve(buf, bytes.len * 2);
    if (!room)
        return;
    put_hex(room, bytes);
    buf_advance(buf, bytes.len * 2);
}

static int digit_value(char c)
{
    if (c >= '0' && c <= '9')
        return c - '0';
    if (c >= 'a' && c <= 'f')
        return c - 'a' + 10;
    if (c >= 'A' && c <= 'F')
        return c - 'A' + 10;
    return -1;
}

bool hex_decode(struct arena *arena, struct slice text, struct slice *bytes)
{
    if (text.len % 2 != 0)
        return false;
    char *out = arena_alloc(arena, text.len / 2 + 1);
    for (size_t i = 0; i < text.len; i += 2) {
        int high = digit_value(text.ptr[i]);
        int low = digit_value(text.ptr[i + 1]);
        if (high < 0 || low < 0)
            return false;
        out[i / 2] = (char)(high << 4 | low);
    }
    *bytes = (struct slice){out, text.len / 2};
    return true;
}
