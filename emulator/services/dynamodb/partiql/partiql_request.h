#pragma once
/*
 * A statement within a call: parsed, bound to its table, run. What ExecuteStatement,
 * BatchExecuteStatement and ExecuteTransaction share.
 */
#include "emulator/services/dynamodb/item/change.h"
#include "emulator/services/dynamodb/item/read_item.h"
#include "emulator/services/dynamodb/partiql/partiql.h"

struct partiql_request {
    struct call *call;
    struct slice text;
    struct partiql_parameters parameters;
    struct ddb_refusal refusal;
    struct partiql_statement statement;
};

struct err partiql_request_parse(struct partiql_request *request, struct call *call,
                                 struct slice text,
                                 const struct dynamodb_prepared_statement_parameters *parameters);
/* SELECT; all others write. */
bool partiql_request_reads(const struct partiql_request *request);
/* The store's transaction, as the gateway gives it where an operation is known to read or write. */
struct err partiql_begin(struct call *call, bool reads);
/* EXISTS is for transactions. */
struct err partiql_request_refuse_exists(const struct partiql_request *request);

/* The change that a statement makes, as far as it is known without its table. */
struct err partiql_change_begin(struct partiql_request *request,
                                struct slice return_values_on_failure, struct ddb_change *change);
/* Takes the item's key and the condition out of the WHERE clause; ddb_change_match comes next. */
struct err partiql_change_bind(struct partiql_request *request, const struct ddb_table *table,
                               struct ddb_change *change);
/* What RETURNING shows of a change that was made. */
struct ddb_item partiql_change_returned(const struct partiql_request *request,
                                        const struct ddb_change *change);

/* A SELECT of one item by its whole key. */
struct partiql_read {
    struct partiql_request *request;
    struct ddb_read read;
    struct ddb_item key;
    struct node *filter; /* what WHERE asks for besides; NULL: nothing */
};

/* Refused without the whole key: `operation` is the one that wants it. */
struct err partiql_read_bind(struct partiql_read *read, struct partiql_request *request,
                             const struct ddb_table *table, const char *operation);
/* The item's columns; not set when there is none or the filter drops it. `size` is what was read.
 */
struct err partiql_read_find(const struct partiql_read *read, const struct ddb_table *table,
                             struct ddb_item *item, size_t *size);
