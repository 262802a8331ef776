#pragma once
/*
 * Attribute definitions, key schemas and indexes of a request, put into a table that CreateTable
 * makes or UpdateTable changes, with AWS's checks.
 */
#include "emulator/services/dynamodb/item/request.h"

struct ddb_schema {
    struct call *call;
    struct ddb_table *table; /* `indexes` has room for what is added */
};

/* In place of those that the table has. */
struct err ddb_schema_take_attributes(struct ddb_schema *schema,
                                      const struct dynamodb_attribute_definitions *given);
struct err ddb_schema_take_keys(struct ddb_schema *schema, const struct dynamodb_key_schema *given,
                                unsigned hash_max, unsigned range_max, struct key_schema *keys);
struct err ddb_schema_take_projection(struct ddb_schema *schema,
                                      const struct dynamodb_projection *given,
                                      struct ddb_index *index);
/* The next index of the table; names are unique over both kinds. */
struct err ddb_schema_add_index(struct ddb_schema *schema, struct slice name,
                                struct ddb_index **index);
struct err ddb_schema_take_global_index(struct ddb_schema *schema,
                                        const struct dynamodb_global_secondary_index *given);
/* Every defined attribute is part of some key. */
struct err ddb_schema_check_all_used(struct ddb_schema *schema);
/* Forgets the definitions that no key needs any more. */
void ddb_schema_drop_unused(struct ddb_table *table);
