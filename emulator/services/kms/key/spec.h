#pragma once
/*
 * What each key spec can do, as a table: usages, algorithms, sizes.
 * https://docs.aws.amazon.com/kms/latest/developerguide/symm-asymm-choose-key-spec.html
 */
#include <stdbool.h>
#include <stddef.h>

#include "lib/base/slice.h"

enum kms_family {
    KMS_FAMILY_SYMMETRIC,
    KMS_FAMILY_HMAC,
    KMS_FAMILY_RSA,
    KMS_FAMILY_EC,
    KMS_FAMILY_ED25519,
    KMS_FAMILY_ABSENT /* AWS has it and OpenSSL 3.0 does not, or not by default */
};

struct kms_names {
    const struct slice *items;
    size_t count;
};

/* One usage of a spec, with the algorithms that go with it in AWS's order. */
struct kms_use {
    struct slice usage;
    struct kms_names algorithms;
};

struct kms_spec {
    struct slice name;
    enum kms_family family;
    int size;          /* bytes of a symmetric or HMAC key, bits of an RSA modulus */
    const char *group; /* OpenSSL's name of the curve */
    const char *lacks; /* of an absent family: what the cryptography library does not have */
    struct kms_use uses[2];
};

/* NULL when no spec has the name. Key specs and the specs of data key pairs share one table. */
const struct kms_spec *kms_spec_find(struct slice name);

bool kms_spec_is_asymmetric(const struct kms_spec *spec);

/* The algorithms of the spec for the usage; none when they do not go together. */
struct kms_names kms_spec_algorithms(const struct kms_spec *spec, struct slice usage);

bool kms_names_have(struct kms_names names, struct slice name);
