/* Keys in and out of OpenSSL. */
#include "emulator/services/kms/crypto/pkey.h"

#include <string.h>

#include <openssl/core_names.h>
#include <openssl/crypto.h>
#include <openssl/ec.h>
#include <openssl/params.h>
#include <openssl/rsa.h>
#include <openssl/x509.h>

#include "lib/base/attributes.h"
#include "lib/base/buf.h"

enum { packed_bytes_max = 8192, parts_max = 8, length_bytes = 2, ed25519_bytes = 32 };

/* A parameter of the packed form, in its order. */
struct part {
    const char *name;
    bool is_number; /* else a string of bytes */
};

static const struct part rsa_parts[] = {
    {OSSL_PKEY_PARAM_RSA_N,            true},
    {OSSL_PKEY_PARAM_RSA_E,            true},
    {OSSL_PKEY_PARAM_RSA_D,            true},
    {OSSL_PKEY_PARAM_RSA_FACTOR1,      true},
    {OSSL_PKEY_PARAM_RSA_FACTOR2,      true},
    {OSSL_PKEY_PARAM_RSA_EXPONENT1,    true},
    {OSSL_PKEY_PARAM_RSA_EXPONENT2,    true},
    {OSSL_PKEY_PARAM_RSA_COEFFICIENT1, true},
};
static const struct part ec_parts[] = {
    {OSSL_PKEY_PARAM_PUB_KEY,  false},
    {OSSL_PKEY_PARAM_PRIV_KEY, true },
};
static const struct part ed25519_parts[] = {
    {OSSL_PKEY_PARAM_PRIV_KEY, false},
};

/* How OpenSSL knows a family, and what its packed form holds. */
static const struct kind {
    const char *name;
    int type;
    const struct part *parts;
    size_t part_count;
} kinds[] = {
    [KMS_FAMILY_RSA] = {"RSA",     EVP_PKEY_RSA,     rsa_parts,     ARRAY_LEN(rsa_parts)    },
    [KMS_FAMILY_EC] = {"EC",      EVP_PKEY_EC,      ec_parts,      ARRAY_LEN(ec_parts)     },
    [KMS_FAMILY_ED25519] = {"ED25519", EVP_PKEY_ED25519, ed25519_parts, ARRAY_LEN(ed25519_parts)},
};

static void free_context(EVP_PKEY_CTX **context)
{
    EVP_PKEY_CTX_free(*context);
}

/* OSSL_PARAM_free wipes only what lies in OpenSSL's secure heap. */
static void wipe_parameters(OSSL_PARAM **parameters)
{
    for (OSSL_PARAM *p = *parameters; p && p->key; p++)
        OPENSSL_cleanse(p->data, p->data_size);
    OSSL_PARAM_free(*parameters);
}

void kms_pkey_free(EVP_PKEY **key)
{
    EVP_PKEY_free(*key);
}

EVP_PKEY *kms_pkey_generate(const struct kms_spec *spec)
{
    switch (spec->family) {
    case KMS_FAMILY_RSA:
        return EVP_PKEY_Q_keygen(NULL, NULL, "RSA", (size_t)spec->size);
    case KMS_FAMILY_EC:
        return EVP_PKEY_Q_keygen(NULL, NULL, "EC", spec->group);
    case KMS_FAMILY_ED25519:
        return EVP_PKEY_Q_keygen(NULL, NULL, "ED25519");
    case KMS_FAMILY_SYMMETRIC:
    case KMS_FAMILY_HMAC:
    case KMS_FAMILY_ABSENT:
        break;
    }
    return NULL;
}

static void append_part(struct buf *packed, const OSSL_PARAM *parameter)
{
    size_t len = parameter ? parameter->data_size : 0;
    buf_append_char(packed, (char)(len >> 8));
    buf_append_char(packed, (char)len);
    if (len)
        buf_append(packed, (struct slice){parameter->data, len});
}

struct slice kms_pkey_pack(EVP_PKEY *key, const struct kms_spec *spec, struct arena *arena)
{
    const struct kind *kind = &kinds[spec->family];
    CLEANUP(wipe_parameters) OSSL_PARAM *parameters = NULL;
    struct buf packed;
    buf_init_arena(&packed, arena, packed_bytes_max);
    if (!EVP_PKEY_todata(key, EVP_PKEY_KEYPAIR, &parameters))
        return SLICE_NONE;
    for (size_t i = 0; i < kind->part_count; i++)
        append_part(&packed, OSSL_PARAM_locate_const(parameters, kind->parts[i].name));
    return buf_slice(&packed);
}

static bool take_part(struct slice *rest, struct slice *part)
{
    if (rest->len < length_bytes)
        return false;
    size_t len = (size_t)(unsigned char)rest->ptr[0] << 8 | (unsigned char)rest->ptr[1];
    *part = slice_sub(*rest, length_bytes, len);
    *rest = slice_from(*rest, length_bytes + part->len);
    return part->len == len;
}

static EVP_PKEY *from_parameters(const struct kind *kind, OSSL_PARAM *parameters)
{
    CLEANUP(free_context)
    EVP_PKEY_CTX *context = EVP_PKEY_CTX_new_from_name(NULL, kind->name, NULL);
    EVP_PKEY *key = NULL;
    if (!context || EVP_PKEY_fromdata_init(context) <= 0 ||
        EVP_PKEY_fromdata(context, &key, EVP_PKEY_KEYPAIR, parameters) <= 0)
        return NULL;
    return key;
}

EVP_PKEY *kms_pkey_unpack(const struct kms_spec *spec, struct slice packed)
{
    const struct kind *kind = &kinds[spec->family];
    OSSL_PARAM parameters[parts_max + 2];
    size_t count = 0;
    struct slice part;
    if (spec->group)
        parameters[count++] = OSSL_PARAM_construct_utf8_string(OSSL_PKEY_PARAM_GROUP_NAME,
                                                               (char *)(uintptr_t)spec->group, 0);
    for (size_t i = 0; i < kind->part_count; i++) {
        if (!take_part(&packed, &part))
            return NULL;
        void *bytes = (void *)(uintptr_t)part.ptr;
        parameters[count++] =
            kind->parts[i].is_number
                ? OSSL_PARAM_construct_BN(kind->parts[i].name, bytes, part.len)
                : OSSL_PARAM_construct_octet_string(kind->parts[i].name, bytes, part.len);
    }
    parameters[count] = OSSL_PARAM_construct_end();
    return from_parameters(kind, parameters);
}

struct slice kms_pkey_public_der(EVP_PKEY *key, struct arena *arena)
{
    unsigned char *der = NULL;
    int len = i2d_PUBKEY(key, &der);
    struct slice copy =
        len > 0 ? arena_dup(arena, (struct slice){(char *)der, (size_t)len}) : SLICE_NONE;
    OPENSSL_free(der);
    return copy;
}

static void free_private_info(PKCS8_PRIV_KEY_INFO **info)
{
    PKCS8_PRIV_KEY_INFO_free(*info);
}

struct slice kms_pkey_private_der(EVP_PKEY *key, struct arena *arena)
{
    CLEANUP(free_private_info) PKCS8_PRIV_KEY_INFO *info = EVP_PKEY2PKCS8(key);
    int len = info ? i2d_PKCS8_PRIV_KEY_INFO(info, NULL) : 0;
    if (len <= 0)
        return SLICE_NONE;
    unsigned char *der = arena_alloc(arena, (size_t)len);
    unsigned char *end = der;
    i2d_PKCS8_PRIV_KEY_INFO(info, &end);
    return (struct slice){(char *)der, (size_t)len};
}

EVP_PKEY *kms_pkey_from_public_der(struct slice der)
{
    const unsigned char *next = (const unsigned char *)der.ptr;
    EVP_PKEY *key = d2i_PUBKEY(NULL, &next, (long)der.len);
    if (key && (const char *)next == der.ptr + der.len)
        return key;
    EVP_PKEY_free(key);
    return NULL;
}

static bool is_consistent(EVP_PKEY *key)
{
    CLEANUP(free_context) EVP_PKEY_CTX *context = EVP_PKEY_CTX_new(key, NULL);
    return context && EVP_PKEY_pairwise_check(context) > 0;
}

EVP_PKEY *kms_pkey_from_private_der(struct slice der)
{
    const unsigned char *next = (const unsigned char *)der.ptr;
    CLEANUP(free_private_info)
    PKCS8_PRIV_KEY_INFO *info = d2i_PKCS8_PRIV_KEY_INFO(NULL, &next, (long)der.len);
    if (!info || (const char *)next != der.ptr + der.len)
        return NULL;
    EVP_PKEY *key = EVP_PKCS82PKEY(info);
    if (key && is_consistent(key))
        return key;
    EVP_PKEY_free(key);
    return NULL;
}

bool kms_pkey_is_of(EVP_PKEY *key, const struct kms_spec *spec)
{
    char group[64] = "";
    if (EVP_PKEY_get_base_id(key) != kinds[spec->family].type)
        return false;
    if (spec->family == KMS_FAMILY_RSA)
        return EVP_PKEY_get_bits(key) == spec->size;
    if (spec->family != KMS_FAMILY_EC)
        return true;
    return EVP_PKEY_get_group_name(key, group, sizeof group, NULL) &&
                   EC_curve_nist2nid(spec->group) != NID_undef
               ? OBJ_sn2nid(group) == EC_curve_nist2nid(spec->group)
               : strcmp(group, spec->group) == 0;
}
