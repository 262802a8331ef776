/*
 * CRC-32, eight bytes a step ("slicing by 8"): DynamoDB's answers carry it, so it stands on the hot
 * path, where a byte a step would cost more than the digest of the signature.
 */
#include <stdint.h>
#include <string.h>

#include "lib/enc/crc32_table.h"
#include "lib/enc/hash.h"

enum { step_bytes = 8 };

uint32_t crc32_ieee(struct slice bytes)
{
    const unsigned char *p = (const unsigned char *)bytes.ptr;
    size_t left = bytes.len;
    uint32_t crc = UINT32_MAX;
    for (; left >= step_bytes; left -= step_bytes, p += step_bytes) {
        uint32_t low = crc ^ ((uint32_t)p[0] | (uint32_t)p[1] << 8 | (uint32_t)p[2] << 16 |
                              (uint32_t)p[3] << 24);
        crc = crc_table[7][low & 0xFF] ^ crc_table[6][low >> 8 & 0xFF] ^
              crc_table[5][low >> 16 & 0xFF] ^ crc_table[4][low >> 24] ^ crc_table[3][p[4]] ^
              crc_table[2][p[5]] ^ crc_table[1][p[6]] ^ crc_table[0][p[7]];
    }
    for (; left > 0; left--, p++)
        crc = crc >> 8 ^ crc_table[0][(crc ^ *p) & 0xFF];
    return ~crc;
}
