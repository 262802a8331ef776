#pragma once
/* Ids of objects: a prefix that tells the kind, and a version 7 UUID without dashes (RFC 9562). */
#include "lib/base/arena.h"
#include "lib/base/clock.h"
#include "lib/base/rand.h"
#include "lib/base/slice.h"

/* "acc_0198c2d1e7f27a0e9b1f6d5c4b3a2910": sorts by the time of its making. */
struct slice id_new(struct arena *arena, const char *prefix, const struct clock *clock,
                    struct rand *rand);
