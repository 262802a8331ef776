#pragma once
/* A table as DescribeTable shows it. */
#include "emulator/services/dynamodb/table/table_form.h"
#include "emulator/services/dynamodb_api.h"

/* The description lives in the call's arena; `status` is one of TableStatus. */
struct err ddb_describe(struct call *call, const struct ddb_table *table, struct slice status,
                        struct dynamodb_table_description **description);
