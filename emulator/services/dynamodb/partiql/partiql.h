#pragma once
/*
 * PartiQL for DynamoDB (developer guide, "PartiQL - a SQL-compatible query language for Amazon
 * DynamoDB"): one statement from text to the trees that the expressions are made of, so that what
 * runs it, counts its cost and judges its conditions is what runs the classic operations.
 *
 * Pure. A statement lives in the arena, borrows the text and the parameters, and is not changed by
 * running it. Refusals are in AWS's words: those of syntax are the reference parser's
 * (partiql-lang-kotlin), behind "Statement wasn't well formed, can't be processed: ".
 */
#include "emulator/services/dynamodb/expression/key_condition.h"

enum {
    PARTIQL_HASHES_MAX = 50, /* values of the hash attribute that one SELECT may name */
};

enum partiql_kind {
    PARTIQL_SELECT,
    PARTIQL_EXISTS, /* EXISTS(SELECT ...): a check in a transaction */
    PARTIQL_INSERT,
    PARTIQL_UPDATE,
    PARTIQL_DELETE
};

enum partiql_returning {
    PARTIQL_RETURNING_NONE,
    PARTIQL_RETURNING_ALL_OLD,
    PARTIQL_RETURNING_ALL_NEW,
    PARTIQL_RETURNING_MODIFIED_OLD,
    PARTIQL_RETURNING_MODIFIED_NEW
};

/* One of SELECT's list: `a.b[0].c[1]` is shown under the name "c[1]". */
struct partiql_column {
    struct path path;
    struct slice name;
};

struct partiql_order {
    struct slice name;
    bool descending;
};

struct partiql_statement {
    enum partiql_kind kind;
    struct slice table;
    struct slice index;             /* absent: the table itself */
    struct partiql_column *columns; /* of a SELECT; none: "*" */
    size_t column_count;
    struct node *where; /* NULL: there is no WHERE */
    struct partiql_order *orders;
    size_t order_count;
    struct attr_map item; /* of an INSERT */
    struct update update; /* of an UPDATE */
    enum partiql_returning returning;
};

struct partiql_parameters {
    const struct attr_value *values;
    size_t count;
};

struct err partiql_parse(struct arena *arena, struct slice text,
                         const struct partiql_parameters *parameters,
                         struct partiql_statement *statement, struct ddb_refusal *refusal);

/*
 * The item's key by the WHERE clause's equalities, and what else the clause asks for (`rest` NULL:
 * nothing). False when a key attribute has no equality of its own.
 */
bool partiql_key(struct arena *arena, struct node *where, const struct key_schema *keys,
                 struct attr_map *key, struct node **rest);

/* Two conditions joined by AND or OR; either may be NULL. */
struct node *partiql_join(struct arena *arena, enum node_kind kind, struct node *a, struct node *b);
/* Whether there is an item at all: its first key attribute exists, or does not. */
struct node *partiql_item_test(struct arena *arena, const struct key_schema *keys, bool exists);

/* How a SELECT finds its items. */
struct partiql_plan {
    bool queries;             /* the hash key is named; otherwise the one range is everything */
    bool names_items;         /* each range holds one item at most: a table's whole keys */
    struct key_range *ranges; /* one a hash key, in the order of the statement or of ORDER BY */
    size_t count;
    bool filters; /* the ranges do not say all that WHERE says */
    bool backwards;
};

struct err partiql_plan(struct arena *arena, const struct partiql_statement *statement,
                        const struct key_schema *keys, struct partiql_plan *plan,
                        struct ddb_refusal *refusal);

/* What has to be read for the columns: their first steps, as a projection (none: whole items). */
struct projection partiql_read_columns(struct arena *arena,
                                       const struct partiql_statement *statement);
/* The columns of an item. */
struct attr_map partiql_project(struct arena *arena, const struct partiql_statement *statement,
                                const struct attr_map *item);

/* What makes two requests ask the same: statement and parameters, as bytes. */
struct slice partiql_content(struct arena *arena, struct slice text,
                             const struct partiql_parameters *parameters);
