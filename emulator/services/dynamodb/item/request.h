#pragma once
/* What the operations on items and tables share: names, expressions, and how a refusal is told. */
#include "emulator/services/dynamodb/expression/expression.h"
#include "emulator/services/dynamodb/store/dynamodb_store.h"
#include "emulator/services/dynamodb_api.h"

extern const struct fault DDB_VALIDATION_EXCEPTION;

/* A pure part's failure becomes the call's fault; others pass through. */
struct err ddb_told(struct call *call, struct err e, const struct ddb_refusal *refusal);

/* Runs a pure part that refuses into `refusal`. Hands a failure to the caller, as TRY does. */
#define TRY_TOLD(call, refusal, expression) TRY(ddb_told((call), (expression), (refusal)))

/* The name within a TableName parameter, which may be an ARN. Fails where it can be no table's. */
struct err ddb_table_name(struct call *call, struct slice parameter, struct slice *name);

/* The table for an operation on items: "Requested resource not found" without it. */
struct err ddb_require_table(struct call *call, struct slice parameter, struct ddb_table *table);

/* The same for an operation on tables, which names the one that it does not find. */
struct err ddb_require_named_table(struct call *call, struct slice parameter,
                                   struct ddb_table *table);

struct slice ddb_table_arn(struct call *call, struct slice name);

/* The expressions of one request, by parameter name; absent texts are parameters not given. */
struct ddb_expression {
    const char *parameter;
    struct slice text;
};

/* A request's placeholders, and the refusal that all its pure parts share. */
struct ddb_request {
    struct call *call;
    struct placeholders placeholders;
    struct ddb_refusal refusal;
};

/*
 * Checks and takes ExpressionAttributeNames and -Values (`values` NULL where the operation has
 * none). `expressions` are those that may use values first, then the others; `value_users` of them.
 */
struct err ddb_request_begin(struct ddb_request *request, struct call *call,
                             const struct dynamodb_expression_attribute_name_map *names,
                             const struct ddb_item *values,
                             const struct ddb_expression *expressions, size_t count,
                             size_t value_users);
struct expression_input ddb_request_input(struct ddb_request *request, const char *parameter,
                                          struct slice text);
/* Once all expressions are parsed: no placeholder may be left over. */
struct err ddb_request_parsed(struct ddb_request *request);

/* Tells what reading an item, a key or a value noted. */
struct err ddb_check_noted(struct call *call, const struct ddb_item *item);
