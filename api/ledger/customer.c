/* The names of personal fields. */
#include "api/ledger/customer.h"

const char *const PII_FIELD_NAMES[] = {
    [PII_FULL_NAME] = "full_name",         [PII_EMAIL] = "email",   [PII_PHONE] = "phone",
    [PII_DATE_OF_BIRTH] = "date_of_birth", [PII_TAX_ID] = "tax_id",
};
