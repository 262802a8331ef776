#pragma once
/* The inside of a connection, shared by store.c and statement.c alone. */
#include "emulator/store/store.h"

enum store_control { STORE_BEGIN_READ, STORE_BEGIN_WRITE, STORE_COMMIT, STORE_ROLLBACK };

struct store_connection {
    struct store *store;
    struct store_connection *next; /* in the idle list */
    struct sqlite3 *handle;
    bool in_transaction;
    bool is_writer; /* holds the store's writer lock */
    struct sqlite3_stmt *controls[STORE_ROLLBACK + 1];
    struct sqlite3_stmt *statements[]; /* by id, prepared when first used */
};

const struct store_schema *store_schema_of(const struct store_connection *connection);

/* Keeps SQLite's words and gives STORE_FAILED. */
struct err store_fail(struct store_connection *connection);
