#pragma once
/* All rows of a statement with two text columns. */
#include "emulator/services/secretsmanager/store/secret_store.h"

struct err secret_sql_pairs(struct call *call, struct store_statement *s,
                            struct secret_pairs *pairs);
