#pragma once
/*
 * The only door to randomness. rand_system draws from the kernel and is fit for keys; rand_seeded
 * gives the same bytes for the same seed, for replays and tests, and is fit for nothing secret.
 * Any thread may draw; a seeded stream is the same for the same order of draws.
 */
#include <stddef.h>
#include <stdint.h>

#include "lib/base/arena.h"
#include "lib/base/slice.h"

struct rand {
    void (*fill)(struct rand *rand, void *bytes, size_t len);
    uint64_t state; /* for rand_seeded */
};

struct rand rand_system(void);
struct rand rand_seeded(uint64_t seed);

void rand_fill(struct rand *rand, void *bytes, size_t len); /* never fails: aborts instead */
uint64_t rand_below(struct rand *rand, uint64_t bound);     /* uniform in [0, bound), bound > 0 */

/* "b3f1c1a4-…": 36 characters, version 4, or version 7 with the time in front (RFC 9562). */
struct slice rand_uuid4(struct rand *rand, struct arena *arena);
struct slice rand_uuid7(struct rand *rand, struct arena *arena, int64_t now_micros);
