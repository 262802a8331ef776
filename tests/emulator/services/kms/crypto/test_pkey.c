/* Keys in and out of OpenSSL, and what the table of specs promises of them. */
#include <criterion/criterion.h>

#include "emulator/services/kms/crypto/pkey.h"
#include "emulator/services/kms/crypto/sign.h"
#include "lib/base/attributes.h"

static const struct {
    const char *spec;
    const char *algorithm;
} cases[] = {
    {"RSA_2048",              "RSASSA_PSS_SHA_256"       },
    {"RSA_2048",              "RSASSA_PKCS1_V1_5_SHA_512"},
    {"ECC_NIST_P256",         "ECDSA_SHA_256"            },
    {"ECC_NIST_P384",         "ECDSA_SHA_384"            },
    {"ECC_NIST_P521",         "ECDSA_SHA_512"            },
    {"ECC_SECG_P256K1",       "ECDSA_SHA_256"            },
    {"ECC_NIST_EDWARDS25519", "ED25519_SHA_512"          },
};

Test(kms_pkey, a_packed_key_signs_and_the_public_half_verifies)
{
    for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
        struct arena arena = {0};
        struct slice signature;
        const struct kms_spec *spec = kms_spec_find(slice_from_cstr(cases[i].spec));
        const struct kms_signing *algorithm = kms_signing_find(slice_from_cstr(cases[i].algorithm));
        CLEANUP(kms_pkey_free) EVP_PKEY *made = kms_pkey_generate(spec);
        cr_assert(made && kms_pkey_is_of(made, spec), "%s", cases[i].spec);
        CLEANUP(kms_pkey_free)
        EVP_PKEY *again = kms_pkey_unpack(spec, kms_pkey_pack(made, spec, &arena));
        cr_assert(again && EVP_PKEY_eq(made, again) == 1, "%s", cases[i].spec);
        CLEANUP(kms_pkey_free)
        EVP_PKEY *public_key = kms_pkey_from_public_der(kms_pkey_public_der(made, &arena));
        struct slice input = algorithm->scheme == KMS_SCHEME_EDDSA
                                 ? SLICE("message")
                                 : kms_signing_digest(algorithm, SLICE("message"), &arena);
        cr_assert(kms_sign_input(again, algorithm, input, &arena, &signature));
        cr_expect(kms_verify_input(public_key, algorithm, input, signature), "%s", cases[i].spec);
        cr_expect_not(kms_verify_input(public_key, algorithm, input,
                                       slice_sub(signature, 0, signature.len - 1)));
        arena_done(&arena);
    }
}

Test(kms_pkey, a_private_key_comes_back_from_pkcs_8_and_nothing_else_does)
{
    struct arena arena = {0};
    const struct kms_spec *spec = kms_spec_find(SLICE("ECC_NIST_P256"));
    CLEANUP(kms_pkey_free) EVP_PKEY *made = kms_pkey_generate(spec);
    struct slice der = kms_pkey_private_der(made, &arena);
    CLEANUP(kms_pkey_free) EVP_PKEY *again = kms_pkey_from_private_der(der);
    cr_assert(again && EVP_PKEY_eq(made, again) == 1);
    cr_expect(kms_pkey_is_of(again, spec));
    cr_expect_not(kms_pkey_is_of(again, kms_spec_find(SLICE("ECC_NIST_P384"))));
    cr_expect_not(kms_pkey_is_of(again, kms_spec_find(SLICE("RSA_2048"))));
    cr_expect_null(kms_pkey_from_private_der(slice_sub(der, 0, der.len - 1)));
    cr_expect_null(kms_pkey_from_private_der(SLICE("")));
    cr_expect_null(kms_pkey_from_public_der(der));
    cr_expect_null(kms_pkey_unpack(spec, SLICE("\0\2a")));
    arena_done(&arena);
}

Test(kms_pkey, every_algorithm_of_the_specs_is_one_that_signs)
{
    static const char *const specs[] = {"RSA_2048", "ECC_NIST_P256", "ECC_SECG_P256K1",
                                        "ECC_NIST_EDWARDS25519"};
    for (size_t i = 0; i < ARRAY_LEN(specs); i++) {
        struct kms_names names =
            kms_spec_algorithms(kms_spec_find(slice_from_cstr(specs[i])), SLICE("SIGN_VERIFY"));
        cr_expect_gt(names.count, 0);
        for (size_t j = 0; j < names.count; j++)
            cr_expect_not_null(kms_signing_find(names.items[j]));
    }
    cr_expect_null(kms_spec_find(SLICE("AES_512")));
    cr_expect_eq(kms_spec_algorithms(kms_spec_find(SLICE("HMAC_256")), SLICE("SIGN_VERIFY")).count,
                 0);
}
