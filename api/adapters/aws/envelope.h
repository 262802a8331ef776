#pragma once
/*
 * The form of a sealed field: "FLE1", one byte for the algorithm, one for the length of the data
 * key's id, the id, then nonce, ciphertext and tag of AES-256-GCM. What is authenticated with it is
 * "table|column|row|tenant", so that a blob that was moved to another place does not open. Pure.
 */
#include <stdbool.h>

#include "lib/base/arena.h"
#include "lib/base/rand.h"
#include "lib/base/slice.h"
#include "lib/enc/seal.h"

struct envelope_place {
    const char *table;
    const char *column;
    struct slice row;
    struct slice tenant;
};

struct slice envelope_seal(struct arena *arena, const unsigned char key[SEAL_KEY_BYTES],
                           struct slice key_id, const struct envelope_place *place,
                           struct slice plain, struct rand *rand);

/* The id of the key that sealed it; false for bytes that are no envelope. */
bool envelope_key_id(struct slice envelope, struct slice *key_id);

/* False when the bytes, the key or the place differ. */
bool envelope_open(struct arena *arena, const unsigned char key[SEAL_KEY_BYTES],
                   const struct envelope_place *place, struct slice envelope, struct slice *plain);
