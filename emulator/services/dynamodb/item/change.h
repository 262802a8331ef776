#pragma once
/*
 * One item's change as a request asks for it: a put, an update, a deletion or a mere check of a
 * condition. PutItem, UpdateItem and DeleteItem are one of these, batches and transactions many.
 *
 * The steps come in AWS's order of checks, and each may fail the call: begin, parse, match,
 * prepare, apply. Nothing is stored before apply, so several changes can be prepared before the
 * first is made.
 */
#include "emulator/services/dynamodb/item/write.h"

enum change_kind { CHANGE_PUT, CHANGE_UPDATE, CHANGE_DELETE, CHANGE_CHECK };

struct ddb_change {
    enum change_kind kind;
    struct slice table_name;
    const struct ddb_item *subject;                             /* a put's item, any other's key */
    const struct dynamodb_expression_attribute_name_map *names; /* NULL: there can be none */
    const struct ddb_item *values;
    struct slice update_expression;
    struct slice condition_expression;
    struct slice return_values_on_failure;
    bool inserts; /* a put that wants no item to be there: DuplicateItemException */

    /* The legacy parameters of single changes, in place of expressions; NULL: there can be none. */
    const struct dynamodb_attribute_updates *attribute_updates;
    const struct dynamodb_expected_attribute_map *expected;
    struct slice conditional_operator;

    double times; /* that it is charged for: 0 is once */

    /* Filled by the steps. */
    struct ddb_request request;
    struct update update; /* no actions: the request updates nothing */
    struct node *condition;
    const struct ddb_table *table;
    struct ddb_write write;
    struct attr_map item; /* of a put or an update: the new item */
    bool makes_none;      /* of an update: there was no item, and there is none to come */
};

/* Takes the placeholders, and tells what reading the item or the key noted. Legacy parameters and
 * expressions do not mix. */
struct err ddb_change_begin(struct ddb_change *change, struct call *call);
/* Checks and parses what needs no table. */
struct err ddb_change_parse(struct ddb_change *change);
/* Checks the change against the table's keys and indexes. */
struct err ddb_change_match(struct ddb_change *change, const struct ddb_table *table);
/* Finds the old item, checks the condition, makes the new item, and has it throttled. */
struct err ddb_change_prepare(struct ddb_change *change);
/* Stores it; `write.usage` then holds what it cost. */
struct err ddb_change_apply(struct ddb_change *change);
/* What ReturnValues shows of a change that was made. */
struct ddb_item ddb_change_returned(const struct ddb_change *change, struct slice return_values);
