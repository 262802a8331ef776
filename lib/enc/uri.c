/* Percent-encoding. */
#include "lib/enc/uri.h"

static bool is_unreserved(unsigned char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' ||
           c == '.' || c == '_' || c == '~';
}

void buf_append_uri_encoded(struct buf *buf, struct slice text, bool keep_slash)
{
    static const char digits[] = "0123456789ABCDEF";
    size_t plain = 0; /* start of the run that needs no change */
    for (size_t i = 0; i < text.len; i++) {
        unsigned char c = (unsigned char)text.ptr[i];
        if (is_unreserved(c) || (c == '/' && keep_slash))
            continue;
        const char escape[] = {'%', digits[c >> 4], digits[c & 15]};
        buf_append(buf, slice_sub(text, plain, i - plain));
        buf_append(buf, (struct slice){escape, sizeof escape});
        plain = i + 1;
    }
    buf_append(buf, slice_from(text, plain));
}

static int digit_value(char c)
{
    if (c >= '0' && c <= '9')
        return c - '0';
    c = (char)(c | 0x20);
    return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

bool uri_decode(struct arena *arena, struct slice text, bool plus_is_space, struct slice *out)
{
    char *bytes = arena_alloc(arena, text.len + 1);
    size_t len = 0;
    for (size_t i = 0; i < text.len; i++) {
        char c = text.ptr[i];
        if (c == '%') {
            int high = i + 2 < text.len ? digit_value(text.ptr[i + 1]) : -1;
            int low = i + 2 < text.len ? digit_value(text.ptr[i + 2]) : -1;
            if (high < 0 || low < 0)
                return false;
            c = (char)(high << 4 | low);
            i += 2;
        } else if (c == '+' && plus_is_space) {
            c = ' ';
        }
        bytes[len++] = c;
    }
    bytes[len] = '\0';
    *out = (struct slice){bytes, len};
    return true;
}
