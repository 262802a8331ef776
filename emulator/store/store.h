#pragma once
/*
 * SQLite behind a small door: one database file a service, in WAL mode.
 *
 * A store hands out connections, one to a thread at a time, and keeps their prepared statements.
 * Writers take turns by a lock of the store's own, so SQLite never answers "busy", and all write
 * through one SQLite handle, whose page cache stays warm; readers never wait for a writer. A
 * committed write survives kill -9 always, and a power cut with `survive_power_loss`.
 *
 * Errors are sticky within a statement: bind, step and read freely, then check store_done's result
 * or the one of the last step. Every failure here is a breakage (STORE_FAILED), never a fault.
 */
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "lib/base/arena.h"
#include "lib/base/attributes.h"
#include "lib/base/err.h"
#include "lib/base/slice.h"

/* Constant data of a service. Migration k brings a file of version k to version k + 1. */
struct store_schema {
    const char *name;              /* the file is NAME.db */
    const char *const *migrations; /* ends with NULL */
    const char *const *statements; /* SQL text by the service's own enum */
    size_t statement_count;
    const char *watched_table; /* NULL: none; see store_version */
};

struct store;
struct store_connection;

/* A running statement; belongs to its connection, which keeps it prepared. */
struct store_statement {
    struct store_connection *connection;
    struct sqlite3_stmt *handle;
    struct err failure; /* the first that happened */
};

extern const struct err_info STORE_FAILED;

/* A read that rests on something kept in memory found that it was changed: begin the call anew. */
extern const struct err_info STORE_CHANGED;

/* Opens lazily: the file is made by the first connection. The folder must exist. */
struct store *store_new(const char *folder, const struct store_schema *schema,
                        bool survive_power_loss);
void store_free(struct store *store); /* NULL is allowed; no connection may be out */

/* False until the first connection has made the file. */
bool store_exists(const struct store *store);

/* Removes the file. No connection may be out. */
void store_erase(struct store *store);

/* What SQLite said of the last failure, for the log. Valid until the store's next failure. */
const char *store_error_text(const struct store *store);

struct err store_acquire(struct store *store, struct store_connection **connection);
void store_release(struct store_connection *connection); /* rolls back what is not committed */

/* A read transaction sees one state throughout; a write transaction waits for its turn. */
struct err store_begin_read(struct store_connection *connection);
struct err store_begin_write(struct store_connection *connection);
struct err store_commit(struct store_connection *connection);
void store_rollback(struct store_connection *connection);

/* Statement `id` of the schema, reset and without bindings. */
struct store_statement store_statement(struct store_connection *connection, size_t id);

/* Parameters count from 1. The bytes must live until the statement is done. Absent binds NULL. */
void store_bind_text(struct store_statement *s, int at, struct slice text);
void store_bind_blob(struct store_statement *s, int at, struct slice bytes);
void store_bind_i64(struct store_statement *s, int at, int64_t value);

/* True when a row is there to be read; false at the end or on failure. */
bool store_step(struct store_statement *s);

/* Columns count from 0. Slices are copied into the arena; NULL reads as absent. */
struct slice store_text(struct store_statement *s, int column, struct arena *arena);
struct slice store_blob(struct store_statement *s, int column, struct arena *arena);
/* The same without a copy: valid until the next step or store_done. */
struct slice store_borrow(struct store_statement *s, int column);
int64_t store_i64(struct store_statement *s, int column);
bool store_is_null(struct store_statement *s, int column);

/* Ends the statement and gives its first failure. */
struct err store_done(struct store_statement *s);
/* For CLEANUP: the same with the result dropped. */
void store_statement_cleanup(struct store_statement *s);

/* For statements that return no row: steps once and ends. */
struct err store_run(struct store_statement *s);

/* Rows that the last write statement of this connection changed. */
int64_t store_changes(const struct store_connection *connection);

/*
 * For what a service keeps in memory of the schema's watched table. The version, never 0, grows
 * with each commit of a statement that writes to it; such statements run in write transactions.
 *
 * store_version gives the version to look for: in a read transaction the one at its beginning. It
 * is false while kept rows must not be used: a commit is just changing them, or this transaction
 * has. What was kept goes with rows that are read later only if store_is_at still holds *after*
 * the first of these was read: the snapshot is older than any change since. In a write transaction
 * it always does.
 */
bool store_version(const struct store_connection *connection, uint64_t *version);
bool store_is_at(const struct store_connection *connection, uint64_t version);

/* A place for the service's own memory, one a connection; NULL at first, freed with it. */
void **store_memo(struct store_connection *connection, void (*free_memo)(void *memo));
