#pragma once
/* Roles as bits, so that a route names all that may call it in one word. */
#include "lib/base/slice.h"

enum role {
    ROLE_OWNER = 1,
    ROLE_ADMIN = 2,
    ROLE_OPERATOR = 4,
    ROLE_AUDITOR = 8,
    ROLE_CUSTOMER = 16,
    ROLE_STAFF = ROLE_OWNER | ROLE_ADMIN | ROLE_OPERATOR, /* who may change something */
    ROLE_READER = ROLE_STAFF | ROLE_AUDITOR,
    ROLE_ANY = ROLE_READER | ROLE_CUSTOMER
};

/* The bit of that name, or 0. */
unsigned role_by_name(struct slice name);
