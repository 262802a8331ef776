#pragma once
/* The inside of a connection, shared by the files of this folder alone. */
#include "emulator/store/store.h"

enum store_control {
    STORE_BEGIN_READ,
    STORE_BEGIN_WRITE,
    STORE_COMMIT,
    STORE_ROLLBACK,
    STORE_SAVE,    /* a savepoint, */
    STORE_UNDO,    /* back to it, */
    STORE_RELEASE, /* and its end */
    STORE_CONTROL_COUNT
};

struct store_prepared {
    struct sqlite3_stmt *handle; /* NULL until first used */
    bool changes_watched;        /* it writes to the schema's watched table */
};

/* An SQLite handle and its statements; used by one thread at a time. */
struct store_session {
    struct sqlite3 *handle;
    const struct store_schema *schema;
    bool preparing_change; /* what the statement being prepared was found to do */
    struct sqlite3_stmt *controls[STORE_CONTROL_COUNT];
    struct store_prepared statements[]; /* by id */
};

/*
 * What a call holds. It reads through a session of its own and writes through the store's one
 * writing session, whose page cache no other session's commits make stale.
 */
struct store_connection {
    struct store *store;
    struct store_connection *next; /* in the idle list */
    struct store_session *reader;  /* NULL until first used */
    struct store_session *session; /* in force: the reader or the writer; NULL: not yet opened */
    bool in_transaction;
    bool is_writer;            /* holds the store's writer lock */
    bool changes_watched;      /* this transaction may have changed the watched table */
    uint64_t begun_version;    /* of a read transaction: the store's version at its beginning */
    struct store_round *round; /* that this write transaction is part of; see turn.h */
    void *memo;
    void (*free_memo)(void *memo);
};

struct store_place {
    const char *path;
    const struct store_schema *schema;
    bool survive_power_loss;
};

/* Opens a session; `writes` also brings the file to the schema's version. Never gives NULL. */
struct store_session *store_session_open(const struct store_place *place, bool writes,
                                         bool *opened);
void store_session_close(struct store_session *session); /* NULL is allowed */

/* The statement of that id, prepared; NULL on failure. */
const struct store_prepared *store_session_prepared(struct store_session *session, size_t id);
bool store_session_control(struct store_session *session, enum store_control which);

/* The connection's session in force, opened if need be; NULL on failure. */
struct store_session *store_connection_session(struct store_connection *connection);

/* Keeps SQLite's words and gives STORE_FAILED. */
struct err store_fail(struct store_connection *connection);
