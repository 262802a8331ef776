#pragma once
/* Reads of single items by their keys: GetItem, BatchGetItem, TransactGetItems. */
#include "emulator/services/dynamodb/item/request.h"

struct ddb_read {
    struct ddb_request request;
    struct projection projection; /* no paths: whole items */
};

/* Takes the names and parses the projection, or else the legacy AttributesToGet; both may be
 * absent. The key's turn is between them. */
struct err ddb_read_begin(struct ddb_read *read, struct call *call,
                          const struct dynamodb_expression_attribute_name_map *names,
                          struct slice projection_expression);
struct err ddb_read_parse(struct ddb_read *read, struct slice projection_expression,
                          const struct dynamodb_attribute_name_list *attributes_to_get);

/* The key has the table's key attributes and no other. */
struct err ddb_read_check_key(struct ddb_read *read, const struct ddb_table *table,
                              const struct ddb_item *key);
/* The item of a checked key; not set when there is none. `size` is of the whole item. */
struct err ddb_read_find(const struct ddb_read *read, const struct ddb_table *table,
                         const struct ddb_item *key, struct ddb_item *item, size_t *size);
