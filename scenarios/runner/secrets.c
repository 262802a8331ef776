/* Masking. */
#include "scenarios/runner/secrets.h"

#include <stdint.h>
#include <string.h>

#include "lib/base/attributes.h"
#include "lib/base/buf.h"
#include "lib/enc/base64.h"
#include "lib/enc/uri.h"

enum { forms_per_secret = 3 };

struct secret {
    struct slice forms[forms_per_secret];
    struct secret *next;
};

void secrets_init(struct secrets *secrets)
{
    *secrets = (struct secrets){0};
    pthread_mutex_init(&secrets->lock, NULL);
}

void secrets_done(struct secrets *secrets)
{
    for (struct secret *s = secrets->first; s; s = s->next)
        for (size_t i = 0; i < forms_per_secret; i++)
            explicit_bzero((void *)(uintptr_t)s->forms[i].ptr, s->forms[i].len);
    arena_done(&secrets->arena);
    pthread_mutex_destroy(&secrets->lock);
}

static bool is_known(const struct secrets *secrets, struct slice text)
{
    for (const struct secret *s = secrets->first; s; s = s->next)
        if (slice_eq(s->forms[0], text))
            return true;
    return false;
}

void secrets_add(struct secrets *secrets, struct slice text)
{
    struct buf encoded;
    if (text.len < SECRET_BYTES_MIN)
        return;
    pthread_mutex_lock(&secrets->lock);
    if (!is_known(secrets, text)) {
        struct secret *secret = ARENA_NEW(&secrets->arena, struct secret);
        buf_init_arena(&encoded, &secrets->arena, text.len * 3);
        buf_append_uri_encoded(&encoded, text, false);
        secret->forms[0] = arena_dup(&secrets->arena, text);
        secret->forms[1] = base64_encode(&secrets->arena, text);
        secret->forms[2] = buf_slice(&encoded);
        secret->next = secrets->first;
        secrets->first = secret;
    }
    pthread_mutex_unlock(&secrets->lock);
}

static struct slice replace(struct slice text, struct slice hidden, struct arena *arena)
{
    struct buf out;
    ptrdiff_t at = slice_find(text, hidden);
    if (at < 0)
        return text;
    buf_init_arena(&out, arena, text.len + text.len / SECRET_BYTES_MIN * 3 + 3);
    for (; at >= 0; at = slice_find(text, hidden)) {
        buf_append(&out, slice_sub(text, 0, (size_t)at));
        buf_append(&out, SLICE("***"));
        text = slice_from(text, (size_t)at + hidden.len);
    }
    buf_append(&out, text);
    return buf_slice(&out);
}

struct slice secrets_mask(struct secrets *secrets, struct slice text, struct arena *arena)
{
    pthread_mutex_lock(&secrets->lock);
    for (const struct secret *s = secrets->first; s; s = s->next)
        for (size_t i = 0; i < forms_per_secret; i++)
            text = replace(text, s->forms[i], arena);
    pthread_mutex_unlock(&secrets->lock);
    return text;
}
