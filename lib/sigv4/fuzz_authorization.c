/* Fuzz target: the Authorization header, and a canonical request made of hostile parts. */
#include <stdint.h>
#include <stdlib.h>

#include "lib/sigv4/canonical.h"
#include "lib/sigv4/verify.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static const unsigned char key[SIGV4_KEY_BYTES] = {1};
    struct arena arena = {0};
    struct slice text = {(const char *)data, size};
    struct sigv4_authorization authorization;
    struct slice target = text;
    struct slice rest = SLICE("");
    slice_split_once(text, '\n', &target, &rest);
    const struct http_header header = {SLICE("host"), rest};
    struct sigv4_request request = {.method = SLICE("GET"),
                                    .path = target,
                                    .query = rest,
                                    .headers = &header,
                                    .header_count = 1,
                                    .payload_hash = SLICE("UNSIGNED-PAYLOAD"),
                                    .keep_path = size % 2 == 0};
    struct err e = sigv4_parse_authorization(text, &authorization);
    if (!failed(e) &&
        sigv4_verify(&request, &authorization, SLICE("20260101T000000Z"), key, &arena))
        abort(); /* nobody guesses a signature */
    sigv4_canonical_request(&request, SLICE("host"), &arena);
    arena_done(&arena);
    return 0;
}
