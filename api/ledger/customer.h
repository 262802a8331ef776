#pragma once
/*
 * Customers. Personal data exists in two forms: plain, for the length of one call, and sealed,
 * which is all that the store ever sees.
 */
#include <stdint.h>

#include "lib/base/slice.h"

/* One index for a personal field in its plain and its sealed form, and in tables of names. */
enum pii_field {
    PII_FULL_NAME,
    PII_EMAIL,
    PII_PHONE,
    PII_DATE_OF_BIRTH,
    PII_TAX_ID,
    PII_FIELD_COUNT
};

extern const char *const PII_FIELD_NAMES[PII_FIELD_COUNT];

struct customer_pii {
    struct slice fields[PII_FIELD_COUNT]; /* absent: not known */
};

struct sealed_pii {
    struct slice key_id;  /* of the data key */
    struct slice wrapped; /* the data key as KMS sealed it */
    struct slice fields[PII_FIELD_COUNT];
};

struct customer {
    struct slice id;
    struct slice kind; /* "person", "company" */
    struct slice reference;
    struct slice kyc_status;
    struct slice metadata; /* a JSON object */
    int64_t version;
    int64_t created_at;
};

struct customer_record {
    struct customer customer;
    struct sealed_pii sealed;
};
