#pragma once
/* A table as DescribeTable shows it. */
#include "emulator/services/dynamodb/table/table_form.h"
#include "emulator/services/dynamodb_api.h"

/* The description lives in the call's arena; `status` is one of TableStatus. */
struct err ddb_describe(struct call *call, const struct ddb_table *table, struct slice status,
                        struct dynamodb_table_description **description);

/* Its parts, for what describes a table in another form. They live in the arena. */
struct dynamodb_key_schema ddb_describe_keys(struct arena *arena, const struct key_schema *keys);
struct dynamodb_projection *ddb_describe_projection(struct arena *arena,
                                                    const struct ddb_index *index);
/* NULL: encrypted with AWS's own key. */
struct dynamodb_sse_description *ddb_describe_encryption(struct arena *arena,
                                                         const struct ddb_table *table);
struct dynamodb_provisioned_throughput *ddb_describe_units(struct arena *arena, int64_t read_units,
                                                           int64_t write_units);
/* The parameters that create the table again. */
struct dynamodb_table_creation_parameters *ddb_describe_creation(struct arena *arena,
                                                                 const struct ddb_table *table);
