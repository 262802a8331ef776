#pragma once
/* /v1/accounts: create, get, list, balances, entries. */
#include "api/http/call.h"

handler accounts_create;
handler accounts_get;
handler accounts_list;
handler accounts_balances;
handler accounts_entries;
