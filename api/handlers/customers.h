#pragma once
/* /v1/customers: create, get (?reveal=pii opens the personal data, and is audited), list. */
#include "api/http/call.h"

handler customers_create;
handler customers_get;
handler customers_list;
