/* The table of key specs. */
#include "emulator/services/kms/key/spec.h"

#include "lib/base/attributes.h"

#define NAMES(table)                                                                               \
    {                                                                                              \
        (table), ARRAY_LEN(table)                                                                  \
    }

static const struct slice symmetric[] = {SLICE_INIT("SYMMETRIC_DEFAULT")};
static const struct slice hmac_224[] = {SLICE_INIT("HMAC_SHA_224")};
static const struct slice hmac_256[] = {SLICE_INIT("HMAC_SHA_256")};
static const struct slice hmac_384[] = {SLICE_INIT("HMAC_SHA_384")};
static const struct slice hmac_512[] = {SLICE_INIT("HMAC_SHA_512")};
static const struct slice rsa_encryption[] = {SLICE_INIT("RSAES_OAEP_SHA_1"),
                                              SLICE_INIT("RSAES_OAEP_SHA_256")};
static const struct slice rsa_signing[] = {
    SLICE_INIT("RSASSA_PKCS1_V1_5_SHA_256"), SLICE_INIT("RSASSA_PKCS1_V1_5_SHA_384"),
    SLICE_INIT("RSASSA_PKCS1_V1_5_SHA_512"), SLICE_INIT("RSASSA_PSS_SHA_256"),
    SLICE_INIT("RSASSA_PSS_SHA_384"),        SLICE_INIT("RSASSA_PSS_SHA_512"),
};
static const struct slice ecdsa_256[] = {SLICE_INIT("ECDSA_SHA_256")};
static const struct slice ecdsa_384[] = {SLICE_INIT("ECDSA_SHA_384")};
static const struct slice ecdsa_512[] = {SLICE_INIT("ECDSA_SHA_512")};
static const struct slice ecdh[] = {SLICE_INIT("ECDH")};
static const struct slice ed25519[] = {SLICE_INIT("ED25519_SHA_512"),
                                       SLICE_INIT("ED25519_PH_SHA_512")};

#define ENCRYPT(table)                                                                             \
    {                                                                                              \
        SLICE_INIT("ENCRYPT_DECRYPT"), NAMES(table)                                                \
    }
#define SIGN(table)                                                                                \
    {                                                                                              \
        SLICE_INIT("SIGN_VERIFY"), NAMES(table)                                                    \
    }
#define MAC(table)                                                                                 \
    {                                                                                              \
        SLICE_INIT("GENERATE_VERIFY_MAC"), NAMES(table)                                            \
    }
#define AGREE                                                                                      \
    {                                                                                              \
        SLICE_INIT("KEY_AGREEMENT"), NAMES(ecdh)                                                   \
    }
#define RSA(bits)                                                                                  \
    {                                                                                              \
        .name = SLICE_INIT("RSA_" #bits), .family = KMS_FAMILY_RSA, .size = (bits), .uses = {      \
            ENCRYPT(rsa_encryption),                                                               \
            SIGN(rsa_signing)                                                                      \
        }                                                                                          \
    }
#define HMAC(bits, bytes)                                                                          \
    {                                                                                              \
        .name = SLICE_INIT("HMAC_" #bits), .family = KMS_FAMILY_HMAC, .size = (bytes), .uses = {   \
            MAC(hmac_##bits)                                                                       \
        }                                                                                          \
    }
#define ABSENT(spec, what)                                                                         \
    {                                                                                              \
        .name = SLICE_INIT(spec), .family = KMS_FAMILY_ABSENT, .lacks = (what)                     \
    }

static const struct kms_spec specs[] = {
    {.name = SLICE_INIT("SYMMETRIC_DEFAULT"),
     .family = KMS_FAMILY_SYMMETRIC,
     .size = 32,
     .uses = {ENCRYPT(symmetric)}},
    HMAC(224, 28),
    HMAC(256, 32),
    HMAC(384, 48),
    HMAC(512, 64),
    RSA(2048),
    RSA(3072),
    RSA(4096),
    {.name = SLICE_INIT("ECC_NIST_P256"),
     .family = KMS_FAMILY_EC,
     .group = "P-256",
     .uses = {SIGN(ecdsa_256), AGREE}},
    {.name = SLICE_INIT("ECC_NIST_P384"),
     .family = KMS_FAMILY_EC,
     .group = "P-384",
     .uses = {SIGN(ecdsa_384), AGREE}},
    {.name = SLICE_INIT("ECC_NIST_P521"),
     .family = KMS_FAMILY_EC,
     .group = "P-521",
     .uses = {SIGN(ecdsa_512), AGREE}},
    {.name = SLICE_INIT("ECC_SECG_P256K1"),
     .family = KMS_FAMILY_EC,
     .group = "secp256k1",
     .uses = {SIGN(ecdsa_256)}},
    {.name = SLICE_INIT("ECC_NIST_EDWARDS25519"),
     .family = KMS_FAMILY_ED25519,
     .uses = {SIGN(ed25519)}                                                  },
    ABSENT("SM2", "SM2, which AWS offers in its China Regions alone"),
    ABSENT("ML_DSA_44", "ML-DSA"),
    ABSENT("ML_DSA_65", "ML-DSA"),
    ABSENT("ML_DSA_87", "ML-DSA"),
    ABSENT("ML_KEM_512", "ML-KEM"),
    ABSENT("ML_KEM_768", "ML-KEM"),
    ABSENT("ML_KEM_1024", "ML-KEM"),
};

const struct kms_spec *kms_spec_find(struct slice name)
{
    for (size_t i = 0; i < ARRAY_LEN(specs); i++)
        if (slice_eq(specs[i].name, name))
            return &specs[i];
    return NULL;
}

bool kms_spec_is_asymmetric(const struct kms_spec *spec)
{
    return spec->family == KMS_FAMILY_RSA || spec->family == KMS_FAMILY_EC ||
           spec->family == KMS_FAMILY_ED25519;
}

struct kms_names kms_spec_algorithms(const struct kms_spec *spec, struct slice usage)
{
    for (size_t i = 0; i < ARRAY_LEN(spec->uses); i++)
        if (slice_is_set(usage) && slice_eq(spec->uses[i].usage, usage))
            return spec->uses[i].algorithms;
    return (struct kms_names){0};
}

bool kms_names_have(struct kms_names names, struct slice name)
{
    for (size_t i = 0; i < names.count; i++)
        if (slice_eq(names.items[i], name))
            return true;
    return false;
}
