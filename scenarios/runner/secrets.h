#pragma once
/*
 * Texts that must not be seen in any output: each is replaced by "***" as it is, in base64, and
 * percent-encoded. Any thread may add and mask.
 */
#include <pthread.h>

#include "lib/base/arena.h"
#include "lib/base/slice.h"

#define SECRET_BYTES_MIN 4 /* shorter ones would make every output unreadable */

struct secret;

struct secrets {
    pthread_mutex_t lock;
    struct arena arena;
    struct secret *first;
};

void secrets_init(struct secrets *secrets);
void secrets_done(struct secrets *secrets); /* wipes them */
void secrets_add(struct secrets *secrets, struct slice text);
struct slice secrets_mask(struct secrets *secrets, struct slice text, struct arena *arena);
