#pragma once
/*
 * Passwords: argon2id by libsodium (19 MiB, two passes: OWASP's floor), stored as PHC strings. A
 * hash takes tens of milliseconds and 19 MiB, so a gate lets two run at once and a few wait: a
 * flood of sign-ins can take neither the memory nor the other routes' threads.
 */
#include <pthread.h>
#include <stdbool.h>

#include "lib/base/arena.h"
#include "lib/base/slice.h"

#define PASSWORD_BYTES_MIN 12
#define PASSWORD_BYTES_MAX 256

struct password_gate {
    pthread_mutex_t lock;
    pthread_cond_t freed;
    unsigned running;
    unsigned waiting;
    char dummy[128]; /* a hash of a random password, for users that do not exist */
};

/* Costs one hash. False when libsodium cannot start or memory is short. */
bool password_gate_init(struct password_gate *gate);
void password_gate_done(struct password_gate *gate);

/* False when 19 MiB are not to be had. */
bool password_hash(struct slice password, struct arena *arena, struct slice *phc);

enum password_result { PASSWORD_RIGHT, PASSWORD_WRONG, PASSWORD_BUSY };

/*
 * Takes the same time whether `phc` is absent (an unknown user: never RIGHT) or a wrong hash. BUSY
 * when too many wait already.
 */
enum password_result password_verify(struct password_gate *gate, struct slice password,
                                     struct slice phc);
