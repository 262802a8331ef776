/* Random bytes from the kernel, a seeded stream for replays, and UUIDs made of either. */
#include "lib/base/rand.h"

#include <stdlib.h>
#include <string.h>
#include <sys/random.h>

static void system_fill(struct rand *rand, void *bytes, size_t len)
{
    (void)rand;
    char *next = bytes;
    while (len > 0) {
        ssize_t got = getrandom(next, len, 0);
        if (got < 0)
            continue; /* interrupted by a signal: the only way that getrandom fails here */
        next += got;
        len -= (size_t)got;
    }
}

/* SplitMix64: small, and every seed gives a full-period stream. */
static uint64_t splitmix(uint64_t *state)
{
    uint64_t z = __atomic_add_fetch(state, UINT64_C(0x9E3779B97F4A7C15), __ATOMIC_RELAXED);
    z = (z ^ (z >> 30)) * UINT64_C(0xBF58476D1CE4E5B9);
    z = (z ^ (z >> 27)) * UINT64_C(0x94D049BB133111EB);
    return z ^ (z >> 31);
}

static void seeded_fill(struct rand *rand, void *bytes, size_t len)
{
    char *next = bytes;
    while (len > 0) {
        uint64_t word = splitmix(&rand->state);
        size_t step = len < sizeof word ? len : sizeof word;
        memcpy(next, &word, step);
        next += step;
        len -= step;
    }
}

struct rand rand_system(void)
{
    return (struct rand){.fill = system_fill};
}

struct rand rand_seeded(uint64_t seed)
{
    return (struct rand){.fill = seeded_fill, .state = seed};
}

void rand_fill(struct rand *rand, void *bytes, size_t len)
{
    rand->fill(rand, bytes, len);
}

uint64_t rand_below(struct rand *rand, uint64_t bound)
{
    uint64_t unfair = (0 - bound) % bound; /* values below this would favour small results */
    for (;;) {
        uint64_t word;
        rand_fill(rand, &word, sizeof word);
        if (word >= unfair)
            return word % bound;
    }
}

static struct slice format_uuid(struct arena *arena, unsigned char bytes[16], unsigned version)
{
    static const char digits[] = "0123456789abcdef";
    bytes[6] = (unsigned char)((bytes[6] & 0x0F) | version << 4);
    bytes[8] = (unsigned char)((bytes[8] & 0x3F) | 0x80);
    char *text = arena_alloc(arena, 37);
    size_t at = 0;
    for (size_t i = 0; i < 16; i++) {
        if (i == 4 || i == 6 || i == 8 || i == 10)
            text[at++] = '-';
        text[at++] = digits[bytes[i] >> 4];
        text[at++] = digits[bytes[i] & 15];
    }
    text[at] = '\0';
    return (struct slice){text, at};
}

struct slice rand_uuid4(struct rand *rand, struct arena *arena)
{
    unsigned char bytes[16];
    rand_fill(rand, bytes, sizeof bytes);
    return format_uuid(arena, bytes, 4);
}

struct slice rand_uuid7(struct rand *rand, struct arena *arena, int64_t now_micros)
{
    unsigned char bytes[16];
    rand_fill(rand, bytes, sizeof bytes);
    uint64_t millis = (uint64_t)(now_micros / 1000);
    for (size_t i = 0; i < 6; i++)
        bytes[i] = (unsigned char)(millis >> (40 - 8 * i));
    return format_uuid(arena, bytes, 7);
}
