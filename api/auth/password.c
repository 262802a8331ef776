/* argon2id behind a gate. */
#include "api/auth/password.h"

#include <stdio.h>

#include <sodium.h>

enum { at_once_max = 2, waiting_max = 4, passes = 2, memory_bytes = 19456 * 1024 };

_Static_assert(crypto_pwhash_STRBYTES <= sizeof((struct password_gate *)0)->dummy,
               "a PHC string fits");

static bool hash_into(struct slice password, char phc[crypto_pwhash_STRBYTES])
{
    return crypto_pwhash_str_alg(phc, password.ptr, password.len, passes, memory_bytes,
                                 crypto_pwhash_ALG_ARGON2ID13) == 0;
}

bool password_gate_init(struct password_gate *gate)
{
    char random[32];
    *gate = (struct password_gate){0};
    if (sodium_init() < 0)
        return false;
    randombytes_buf(random, sizeof random);
    if (!hash_into((struct slice){random, sizeof random}, gate->dummy))
        return false;
    pthread_mutex_init(&gate->lock, NULL);
    pthread_cond_init(&gate->freed, NULL);
    return true;
}

void password_gate_done(struct password_gate *gate)
{
    pthread_cond_destroy(&gate->freed);
    pthread_mutex_destroy(&gate->lock);
}

bool password_hash(struct slice password, struct arena *arena, struct slice *phc)
{
    char *text = arena_alloc(arena, crypto_pwhash_STRBYTES);
    if (sodium_init() < 0 || !hash_into(password, text))
        return false;
    *phc = slice_from_cstr(text);
    return true;
}

static bool enter(struct password_gate *gate)
{
    pthread_mutex_lock(&gate->lock);
    bool room = gate->running < at_once_max || gate->waiting < waiting_max;
    if (room) {
        gate->waiting++;
        while (gate->running >= at_once_max)
            pthread_cond_wait(&gate->freed, &gate->lock);
        gate->waiting--;
        gate->running++;
    }
    pthread_mutex_unlock(&gate->lock);
    return room;
}

static void leave(struct password_gate *gate)
{
    pthread_mutex_lock(&gate->lock);
    gate->running--;
    pthread_cond_signal(&gate->freed);
    pthread_mutex_unlock(&gate->lock);
}

enum password_result password_verify(struct password_gate *gate, struct slice password,
                                     struct slice phc)
{
    if (!enter(gate))
        return PASSWORD_BUSY;
    char text[crypto_pwhash_STRBYTES];
    bool known = slice_is_set(phc) && phc.len < sizeof text;
    snprintf(text, sizeof text, SLICE_FMT, SLICE_ARG(known ? phc : slice_from_cstr(gate->dummy)));
    bool right =
        crypto_pwhash_str_verify(text, password.ptr ? password.ptr : "", password.len) == 0;
    leave(gate);
    return known && right ? PASSWORD_RIGHT : PASSWORD_WRONG;
}
