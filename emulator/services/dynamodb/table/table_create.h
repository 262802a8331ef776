#pragma once
/* CreateTable's checks, for other operations that create a table too. */
#include "emulator/services/dynamodb/item/request.h"

/* A table as the request wants it, not yet stored; ResourceInUseException where there is one. */
struct err ddb_table_take(struct call *call, const struct dynamodb_create_table_input *in,
                          struct ddb_table *table);
