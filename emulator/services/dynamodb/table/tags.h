#pragma once
/* Tags of tables (developer guide, "Adding tags and labels to resources in DynamoDB"). */
#include "emulator/services/dynamodb/item/request.h"

enum { TABLE_TAGS_MAX = 50 };

/* Puts these tags to the table's own; a key that is there already gets the new value. */
struct err ddb_tags_add(struct call *call, struct ddb_table *table,
                        const struct dynamodb_tag_list *given);

/* The table of a ResourceArn; there are errors of its own for each way in which an ARN is wrong. */
struct err ddb_require_resource(struct call *call, struct slice text, struct ddb_table *table);
