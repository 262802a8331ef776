#pragma once
/*
 * Digests: SHA-256 (FIPS 180-4), HMAC-SHA-256 (RFC 2104), MD5 (RFC 1321, for AWS's checksums of
 * bodies alone, never for trust) and CRC-32 (IEEE 802.3, as in X-Amz-Crc32). None can fail.
 * Pure; a state belongs to one thread at a time.
 */
#include <stdint.h>

#include "lib/base/slice.h"

#define SHA256_BYTES 32
#define MD5_BYTES 16

void sha256(struct slice bytes, unsigned char out[SHA256_BYTES]);
void hmac_sha256(struct slice key, struct slice message, unsigned char out[SHA256_BYTES]);
void md5(struct slice bytes, unsigned char out[MD5_BYTES]);
uint32_t crc32_ieee(struct slice bytes);

/* For a body that comes in parts. After sha256_final, begin again with sha256_init. */
struct sha256_state {
    _Alignas(8) unsigned char opaque[112];
};

void sha256_init(struct sha256_state *state);
void sha256_update(struct sha256_state *state, struct slice bytes);
void sha256_final(struct sha256_state *state, unsigned char out[SHA256_BYTES]);
