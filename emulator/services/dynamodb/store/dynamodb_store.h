#pragma once
/*
 * DynamoDB's rows. All of its SQL stands in dynamodb_store.c. Every function works within the
 * transaction that the call is in; what it returns lives in the call's arena.
 */
#include "emulator/core/call.h"
#include "emulator/services/dynamodb/expression/key_condition.h"
#include "emulator/services/dynamodb/table/table_form.h"
#include "emulator/store/store.h"

extern const struct store_schema dynamodb_store_schema;

/* A stored row is no item or no table: the database is damaged. */
extern const struct err_info DDB_DAMAGED;

/* The call's account and region; `found` says whether there is such a table at the call's time. */
struct err ddb_store_find_table(struct call *call, struct slice name, struct ddb_table *table,
                                bool *found);
/* For work of the service's own: the call's account and region become the table's. */
struct err ddb_store_find_numbered_table(struct call *call, int64_t number,
                                         struct ddb_table *table);
/*
 * The same for operations on items: a table that was read before comes from memory as long as no
 * table has changed. It is to be read, not changed, and lives until the transaction ends or, in a
 * plain operation, until the next table is asked for. Its rows are read by the functions below,
 * which answer STORE_CHANGED where a table has changed since: the gateway then begins anew.
 */
struct err ddb_store_use_table(struct call *call, struct slice name, struct ddb_table *table,
                               bool *found);
/* Gives the table its number. One of that name that is gone makes room. */
struct err ddb_store_add_table(struct call *call, struct ddb_table *table);
struct err ddb_store_update_table(struct call *call, const struct ddb_table *table);
/* With all of its items. */
struct err ddb_store_remove_table(struct call *call, const struct ddb_table *table);
/* Those that are there, in the call's account and region. */
struct err ddb_store_count_tables(struct call *call, int64_t *count);
/* Keeps a table that is DELETING until its state's moment. */
struct err ddb_store_retire_table(struct call *call, const struct ddb_table *table);
/* The first of them to go, of all accounts and regions; gone_micros INT64_MAX: there is none. */
struct ddb_retired {
    struct slice account;
    struct slice region;
    struct ddb_table table; /* name and number */
    int64_t gone_micros;
};
struct err ddb_store_find_retired(struct call *call, struct ddb_retired *retired);
/* At most `limit` names after the given one, in order. */
struct err ddb_store_list_tables(struct call *call, struct slice after, int64_t limit,
                                 struct slice *names, size_t *count);

/* The bytes are checked: they can be written as JSON. */
struct ddb_stored {
    struct slice bytes; /* absent: there is no such item */
    size_t size;        /* as AWS counts it */
};
struct err ddb_store_find_item(struct call *call, const struct ddb_table *table, struct slice key,
                               struct ddb_stored *stored);
struct err ddb_store_put_item(struct call *call, const struct ddb_table *table, struct slice key,
                              struct slice item);
struct err ddb_store_remove_item(struct call *call, const struct ddb_table *table,
                                 struct slice key);

struct err ddb_store_put_entry(struct call *call, const struct ddb_table *table,
                               const struct ddb_index *index, struct slice key, struct slice item);
struct err ddb_store_remove_entry(struct call *call, const struct ddb_table *table,
                                  const struct ddb_index *index, struct slice key);

/* All entries of an index, and its size. */
struct err ddb_store_remove_index(struct call *call, const struct ddb_table *table,
                                  const struct ddb_index *index);

/* Changes what DescribeTable shows; `index` NULL is the table itself. */
struct err ddb_store_add_size(struct call *call, const struct ddb_table *table,
                              const struct ddb_index *index, int64_t items, int64_t bytes);
struct err ddb_store_find_size(struct call *call, const struct ddb_table *table,
                               const struct ddb_index *index, int64_t *items, int64_t *bytes);

/* Tokens that have not expired at the call's time; the digest is absent without one. */
struct err ddb_store_find_token(struct call *call, struct slice token, struct slice *digest);
/* Forgets those that have expired, too. */
struct err ddb_store_add_token(struct call *call, struct slice token, struct slice digest,
                               int64_t expires_micros);

/* Walks keys of a range in order, or backwards; `index` NULL walks the table. */
struct ddb_cursor {
    struct store_statement statement;
    struct call *call;
    uint64_t kept_version; /* of the table, until the first step; see ddb_table */
};
struct ddb_cursor ddb_store_walk(struct call *call, const struct ddb_table *table,
                                 const struct ddb_index *index, const struct key_range *range,
                                 bool backwards);
/* The next item, borrowed until the next step and not yet checked (item_bytes_size does). */
bool ddb_cursor_next(struct ddb_cursor *cursor, struct slice *item);
struct err ddb_cursor_done(struct ddb_cursor *cursor);
void ddb_cursor_cleanup(struct ddb_cursor *cursor);
