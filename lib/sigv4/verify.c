/* Parsing the Authorization header, and the check of a signature. */
#include "lib/sigv4/verify.h"

#include <openssl/crypto.h>

#include "lib/base/attributes.h"
#include "lib/sigv4/canonical.h"
#include "lib/sigv4/sign.h"

const struct err_info SIGV4_NOT_SIGV4 = {
    "Algorithm", "the Authorization header does not begin with AWS4-HMAC-SHA256", 400};
const struct err_info SIGV4_NO_CREDENTIAL = {
    "Credential", "Authorization header requires 'Credential' parameter.", 400};
const struct err_info SIGV4_NO_SIGNATURE = {
    "Signature", "Authorization header requires 'Signature' parameter.", 400};
const struct err_info SIGV4_NO_SIGNED_HEADERS = {
    "SignedHeaders", "Authorization header requires 'SignedHeaders' parameter.", 400};
const struct err_info SIGV4_BAD_CREDENTIAL = {
    "CredentialParts",
    "Credential must have exactly 5 slash-delimited elements, e.g. keyid/date/region/service/term",
    400};
const struct err_info SIGV4_BAD_PARAMETER = {
    "Parameter", "a part of the Authorization header is not of the form name=value", 400};

/* Takes "Name=value" off the list; both are trimmed. */
static bool take_parameter(struct slice part, struct sigv4_authorization *a)
{
    struct slice name;
    struct slice value;
    if (!slice_split_once(slice_trim(part), '=', &name, &value))
        return false;
    const struct {
        struct slice name;
        struct slice *field;
    } fields[] = {
        {SLICE("Credential"),    &a->credential    },
        {SLICE("SignedHeaders"), &a->signed_headers},
        {SLICE("Signature"),     &a->signature     },
    };
    for (size_t i = 0; i < ARRAY_LEN(fields); i++)
        if (slice_eq(name, fields[i].name))
            *fields[i].field = slice_trim(value);
    return true;
}

static bool split_credential(struct sigv4_authorization *a)
{
    struct slice rest = a->credential;
    struct slice *const parts[] = {&a->access_key, &a->scope.date, &a->scope.region,
                                   &a->scope.service, &a->terminator};
    for (size_t i = 0; i < ARRAY_LEN(parts); i++)
        if (!slice_next(&rest, '/', parts[i]))
            return false;
    return !slice_is_set(rest);
}

struct err sigv4_parse_authorization(struct slice header, struct sigv4_authorization *authorization)
{
    struct slice algorithm;
    struct slice rest;
    struct slice part;
    *authorization = (struct sigv4_authorization){0};
    if (!slice_split_once(header, ' ', &algorithm, &rest) ||
        !slice_eq(algorithm, SLICE("AWS4-HMAC-SHA256")))
        return ERR(&SIGV4_NOT_SIGV4);
    bool well_formed = true;
    while (slice_next(&rest, ',', &part))
        well_formed = take_parameter(part, authorization) && well_formed;
    if (!well_formed)
        return ERR(&SIGV4_BAD_PARAMETER);
    if (authorization->credential.len == 0)
        return ERR(&SIGV4_NO_CREDENTIAL);
    if (authorization->signature.len == 0)
        return ERR(&SIGV4_NO_SIGNATURE);
    if (authorization->signed_headers.len == 0)
        return ERR(&SIGV4_NO_SIGNED_HEADERS);
    return split_credential(authorization) ? OK : ERR(&SIGV4_BAD_CREDENTIAL);
}

bool sigv4_signs_header(const struct sigv4_authorization *authorization, struct slice name)
{
    struct slice names = authorization->signed_headers;
    struct slice each;
    while (slice_next(&names, ';', &each))
        if (slice_eq(each, name))
            return true;
    return false;
}

bool sigv4_verify(const struct sigv4_request *request,
                  const struct sigv4_authorization *authorization, struct slice amz_date,
                  const unsigned char key[SIGV4_KEY_BYTES], struct arena *arena)
{
    struct slice canonical = sigv4_canonical_request(request, authorization->signed_headers, arena);
    struct slice expected = sigv4_signature(key, canonical, amz_date, &authorization->scope, arena);
    return expected.len == authorization->signature.len &&
           CRYPTO_memcmp(expected.ptr, authorization->signature.ptr, expected.len) == 0;
}
