/* GenerateMac, VerifyMac; Encapsulate and Decapsulate, which need keys that cannot be made here. */
#include <openssl/crypto.h>
#include <openssl/hmac.h>

#include "emulator/services/kms/data/use.h"
#include "emulator/services/kms/key/resolve.h"
#include "emulator/services/kms/material/material.h"

static const struct {
    struct slice name;
    const char *digest;
} algorithms[] = {
    {SLICE_INIT("HMAC_SHA_224"), "SHA224"},
    {SLICE_INIT("HMAC_SHA_256"), "SHA256"},
    {SLICE_INIT("HMAC_SHA_384"), "SHA384"},
    {SLICE_INIT("HMAC_SHA_512"), "SHA512"},
};

static const char *digest_of(struct slice algorithm)
{
    size_t at = 0;
    while (at < ARRAY_LEN(algorithms) - 1 && !slice_eq(algorithms[at].name, algorithm))
        at++;
    return algorithms[at].digest;
}

static struct err mac_key(struct call *call, struct slice named,
                          const struct kms_grant_token_list *grant_tokens, struct slice algorithm,
                          struct kms_key *key)
{
    struct kms_use_of use = {named, KMS_KEY_USAGE_TYPE_GENERATE_VERIFY_MAC, grant_tokens};
    TRY(kms_usable_key(call, &use, key));
    return kms_require_algorithm(call, key, algorithm);
}

static struct err compute(struct call *call, const struct kms_key *key, struct slice algorithm,
                          struct slice message, struct slice *mac)
{
    CLEANUP(kms_wipe) struct kms_secret secret = {0};
    unsigned char *bytes = arena_alloc(call->arena, EVP_MAX_MD_SIZE);
    unsigned len = 0;
    TRY(kms_open_current(call, key, &secret, NULL));
    if (!HMAC(EVP_get_digestbyname(digest_of(algorithm)), secret.bytes.ptr, (int)secret.bytes.len,
              (const unsigned char *)message.ptr, message.len, bytes, &len))
        return ERR(&KMS_CRYPTO_FAILED);
    *mac = (struct slice){(char *)bytes, len};
    return OK;
}

struct err kms_generate_mac(struct call *call, const struct kms_generate_mac_request *in,
                            struct kms_generate_mac_response *out)
{
    struct kms_key key;
    TRY(mac_key(call, in->key_id, &in->grant_tokens, in->mac_algorithm, &key));
    TRY(kms_stop_dry_run(call, in->dry_run));
    TRY(compute(call, &key, in->mac_algorithm, in->message, &out->mac));
    out->key_id = kms_key_arn(call, key.key_id);
    out->mac_algorithm = in->mac_algorithm;
    return kms_note_use(call, &key);
}

struct err kms_verify_mac(struct call *call, const struct kms_verify_mac_request *in,
                          struct kms_verify_mac_response *out)
{
    struct kms_key key;
    struct slice mac;
    TRY(mac_key(call, in->key_id, &in->grant_tokens, in->mac_algorithm, &key));
    TRY(kms_stop_dry_run(call, in->dry_run));
    TRY(compute(call, &key, in->mac_algorithm, in->message, &mac));
    if (mac.len != in->mac.len || CRYPTO_memcmp(mac.ptr, in->mac.ptr, mac.len) != 0)
        return fail(call, &KMS_KMS_INVALID_MAC_EXCEPTION, "%s", "");
    out->mac_valid = SET_BOOL(true);
    out->key_id = kms_key_arn(call, key.key_id);
    out->mac_algorithm = in->mac_algorithm;
    return kms_note_use(call, &key);
}

/* No key has this usage: CreateKey refuses ML-KEM by name. What is left is to say which key it is.
 */
static struct err refuse_encapsulation(struct call *call, struct slice named,
                                       const struct kms_grant_token_list *grant_tokens)
{
    struct kms_use_of use = {named, KMS_KEY_USAGE_TYPE_ENCAPSULATE_DECAPSULATE, grant_tokens};
    struct kms_key key;
    TRY(kms_usable_key(call, &use, &key));
    return ERR(&KMS_CRYPTO_FAILED);
}

struct err kms_encapsulate(struct call *call, const struct kms_encapsulate_request *in,
                           struct kms_encapsulate_response *out)
{
    (void)out;
    return refuse_encapsulation(call, in->key_id, &in->grant_tokens);
}

struct err kms_decapsulate(struct call *call, const struct kms_decapsulate_request *in,
                           struct kms_decapsulate_response *out)
{
    (void)out;
    return refuse_encapsulation(call, in->key_id, &in->grant_tokens);
}
