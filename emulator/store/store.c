/* Stores, their connections and transactions. */
#include "emulator/store/store.h"

#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include <sqlite3.h>

#include "emulator/store/connection.h"
#include "emulator/store/turn.h"

enum { path_bytes_max = 4096, error_bytes_max = 512 };

struct store {
    struct store_place place;
    char path[path_bytes_max];
    char error_text[error_bytes_max];
    struct store_turn turn;       /* of the writers */
    struct store_session *writer; /* of whose turn it is; NULL until the file is opened */
    pthread_mutex_t pool;         /* guards idle and error_text */
    struct store_connection *idle;
};

const struct err_info STORE_FAILED = {"StoreFailed", "the database refused a statement", 500};
const struct err_info STORE_CHANGED = {
    "StoreChanged", "what the call keeps of the database was changed meanwhile", 500};

static struct err fail_with(struct store *store, const struct store_session *session)
{
    pthread_mutex_lock(&store->pool);
    snprintf(store->error_text, sizeof store->error_text, "%s: %s", store->place.schema->name,
             session && session->handle ? sqlite3_errmsg(session->handle) : "cannot open the file");
    pthread_mutex_unlock(&store->pool);
    return ERR(&STORE_FAILED);
}

struct err store_fail(struct store_connection *connection)
{
    return fail_with(connection->store, connection->session);
}

const char *store_error_text(const struct store *store)
{
    return store->error_text;
}

struct store *store_new(const char *folder, const struct store_schema *schema,
                        bool survive_power_loss)
{
    struct store *store = calloc(1, sizeof *store);
    if (!store)
        abort();
    snprintf(store->path, sizeof store->path, "%s/%s.db", folder, schema->name);
    store->place = (struct store_place){store->path, schema, survive_power_loss};
    store_turn_init(&store->turn, survive_power_loss);
    pthread_mutex_init(&store->pool, NULL);
    return store;
}

static void free_connection(struct store_connection *connection)
{
    if (connection->free_memo)
        connection->free_memo(connection->memo);
    store_session_close(connection->reader);
    free(connection);
}

static void close_all(struct store *store)
{
    while (store->idle) {
        struct store_connection *next = store->idle->next;
        free_connection(store->idle);
        store->idle = next;
    }
    store_session_close(store->writer);
    store->writer = NULL;
}

void store_free(struct store *store)
{
    if (!store)
        return;
    close_all(store);
    store_turn_done(&store->turn);
    pthread_mutex_destroy(&store->pool);
    free(store);
}

bool store_exists(const struct store *store)
{
    return access(store->path, F_OK) == 0;
}

void store_erase(struct store *store)
{
    static const char *const suffixes[] = {"", "-wal", "-shm"};
    close_all(store);
    for (size_t i = 0; i < ARRAY_LEN(suffixes); i++) {
        char path[path_bytes_max + 8];
        snprintf(path, sizeof path, "%s%s", store->path, suffixes[i]);
        unlink(path);
    }
}

/* The writing session comes first: it makes the file and migrates it. */
static struct err open_file(struct store *store)
{
    bool opened = true;
    struct err e = OK;
    pthread_mutex_lock(&store->turn.lock);
    if (!store->writer) {
        struct store_session *writer = store_session_open(&store->place, true, &opened);
        if (opened) {
            __atomic_store_n(&store->writer, writer, __ATOMIC_RELEASE);
        } else {
            e = fail_with(store, writer);
            store_session_close(writer);
        }
    }
    pthread_mutex_unlock(&store->turn.lock);
    return e;
}

struct err store_acquire(struct store *store, struct store_connection **connection)
{
    if (!__atomic_load_n(&store->writer, __ATOMIC_ACQUIRE))
        TRY(open_file(store));
    pthread_mutex_lock(&store->pool);
    struct store_connection *found = store->idle;
    if (found)
        store->idle = found->next;
    pthread_mutex_unlock(&store->pool);
    if (!found) {
        found = calloc(1, sizeof *found);
        if (!found)
            abort();
        found->store = store;
    }
    *connection = found;
    return OK;
}

void store_release(struct store_connection *connection)
{
    if (!connection)
        return;
    store_rollback(connection);
    struct store *store = connection->store;
    pthread_mutex_lock(&store->pool);
    connection->next = store->idle;
    store->idle = connection;
    pthread_mutex_unlock(&store->pool);
}

struct store_session *store_connection_session(struct store_connection *connection)
{
    bool opened = true;
    if (connection->session)
        return connection->session;
    struct store_session *reader = store_session_open(&connection->store->place, false, &opened);
    if (!opened) {
        (void)fail_with(connection->store, reader).info;
        store_session_close(reader);
        return NULL;
    }
    connection->reader = connection->session = reader;
    return reader;
}

static struct err control(struct store_connection *connection, enum store_control which)
{
    return store_session_control(connection->session, which) ? OK : store_fail(connection);
}

static uint64_t current_version(const struct store_connection *connection)
{
    return __atomic_load_n(&connection->store->turn.version, __ATOMIC_SEQ_CST);
}

struct err store_begin_read(struct store_connection *connection)
{
    if (!store_connection_session(connection))
        return ERR(&STORE_FAILED);
    connection->begun_version = current_version(connection);
    TRY(control(connection, STORE_BEGIN_READ));
    connection->in_transaction = true;
    return OK;
}

/* The turn, if it was held, is given up already. */
static void end_transaction(struct store_connection *connection)
{
    connection->in_transaction = connection->changes_watched = connection->is_writer = false;
    connection->session = connection->reader;
}

struct err store_begin_write(struct store_connection *connection)
{
    struct store *store = connection->store;
    bool begun = store_turn_begin(&store->turn, store->writer, &connection->round);
    connection->session = store->writer;
    connection->is_writer = connection->in_transaction = true;
    if (begun)
        return OK;
    struct err e = store_fail(connection);
    store_rollback(connection);
    return e;
}

struct err store_commit(struct store_connection *connection)
{
    bool committed = connection->is_writer
                         ? store_turn_commit(&connection->store->turn, connection->session,
                                             &connection->round, connection->changes_watched)
                         : store_session_control(connection->session, STORE_COMMIT);
    if (!committed)
        return store_fail(connection); /* store_release rolls back */
    end_transaction(connection);
    return OK;
}

void store_rollback(struct store_connection *connection)
{
    if (!connection->in_transaction)
        return;
    if (connection->is_writer)
        store_turn_undo(&connection->store->turn, connection->session, connection->round);
    else if (!sqlite3_get_autocommit(connection->session->handle))
        (void)store_session_control(connection->session, STORE_ROLLBACK);
    end_transaction(connection);
}

bool store_version(const struct store_connection *connection, uint64_t *version)
{
    bool reading = connection->in_transaction && !connection->is_writer;
    *version = reading ? connection->begun_version : current_version(connection);
    bool changed = connection->changes_watched ||
                   (connection->is_writer && store_turn_sees_change(&connection->store->turn));
    return !changed && *version % 2 == 0;
}

bool store_is_at(const struct store_connection *connection, uint64_t version)
{
    return current_version(connection) == version;
}

void **store_memo(struct store_connection *connection, void (*free_memo)(void *memo))
{
    connection->free_memo = free_memo;
    return &connection->memo;
}

int64_t store_changes(const struct store_connection *connection)
{
    return sqlite3_changes64(connection->session->handle);
}
