/* Base64 in its two alphabets. */
#include "lib/enc/base64.h"

static const char standard_alphabet[] =
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
static const char url_alphabet[] =
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";

static size_t padded_length(size_t len)
{
    return (len + 2) / 3 * 4;
}

/* Writes padded text and returns the number of characters that are not padding. */
static size_t put_base64(char *out, struct slice bytes, const char *alphabet)
{
    const unsigned char *p = (const unsigned char *)bytes.ptr;
    size_t full = bytes.len / 3 * 3;
    for (size_t i = 0; i < full; i += 3) {
        unsigned group = (unsigned)p[i] << 16 | (unsigned)p[i + 1] << 8 | p[i + 2];
        for (int shift = 18; shift >= 0; shift -= 6)
            *out++ = alphabet[group >> shift & 63];
    }
    size_t left = bytes.len - full;
    if (left > 0) {
        unsigned group = (unsigned)p[full] << 16 | (left == 2 ? (unsigned)p[full + 1] << 8 : 0);
        out[0] = alphabet[group >> 18 & 63];
        out[1] = alphabet[group >> 12 & 63];
        out[2] = (char)(left == 2 ? alphabet[group >> 6 & 63] : '=');
        out[3] = '=';
    }
    return full / 3 * 4 + (left > 0 ? left + 1 : 0);
}

struct slice base64_encode(struct arena *arena, struct slice bytes)
{
    size_t len = padded_length(bytes.len);
    char *text = arena_alloc(arena, len + 1);
    put_base64(text, bytes, standard_alphabet);
    text[len] = '\0';
    return (struct slice){text, len};
}

struct slice base64url_encode(struct arena *arena, struct slice bytes)
{
    char *text = arena_alloc(arena, padded_length(bytes.len) + 1);
    size_t len = put_base64(text, bytes, url_alphabet);
    text[len] = '\0';
    return (struct slice){text, len};
}

void buf_append_base64(struct buf *buf, struct slice bytes)
{
    size_t len = padded_length(bytes.len);
    char *room = buf_reserve(buf, len);
    if (!room)
        return;
    put_base64(room, bytes, standard_alphabet);
    buf_advance(buf, len);
}

static int sextet(char c, const char *alphabet)
{
    if (c >= 'A' && c <= 'Z')
        return c - 'A';
    if (c >= 'a' && c <= 'z')
        return c - 'a' + 26;
    if (c >= '0' && c <= '9')
        return c - '0' + 52;
    return c == alphabet[62] ? 62 : c == alphabet[63] ? 63 : -1;
}

/* The characters before the padding. */
static bool decode_unpadded(struct arena *arena, struct slice text, const char *alphabet,
                            struct slice *bytes)
{
    if (text.len % 4 == 1)
        return false;
    char *out = arena_alloc(arena, text.len / 4 * 3 + 3);
    size_t len = 0;
    unsigned held = 0;
    unsigned bits = 0;
    for (size_t i = 0; i < text.len; i++) {
        int value = sextet(text.ptr[i], alphabet);
        if (value < 0)
            return false;
        held = held << 6 | (unsigned)value;
        bits += 6;
        if (bits >= 8) {
            bits -= 8;
            out[len++] = (char)(held >> bits & 0xFF);
            held &= (1U << bits) - 1;
        }
    }
    if (held != 0)
        return false;
    *bytes = (struct slice){out, len};
    return true;
}

bool base64_decode(struct arena *arena, struct slice text, struct slice *bytes)
{
    if (text.len % 4 != 0)
        return false;
    for (int i = 0; i < 2 && slice_ends_with(text, SLICE("=")); i++)
        text.len--;
    return decode_unpadded(arena, text, standard_alphabet, bytes);
}

bool base64url_decode(struct arena *arena, struct slice text, struct slice *bytes)
{
    return decode_unpadded(arena, text, url_alphabet, bytes);
}
