/* Stores, their connections and transactions. */
#include "emulator/store/store.h"

#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <sqlite3.h>

#include "emulator/store/connection.h"

enum { path_bytes_max = 4096, error_bytes_max = 512 };

struct store {
    const struct store_schema *schema;
    char path[path_bytes_max];
    char error_text[error_bytes_max];
    bool survive_power_loss;
    pthread_mutex_t writer; /* held for the length of a write transaction */
    pthread_mutex_t pool;   /* guards idle and error_text */
    struct store_connection *idle;
};

const struct err_info STORE_FAILED = {"StoreFailed", "the database refused a statement", 500};

struct err store_fail(struct store_connection *connection)
{
    struct store *store = connection->store;
    pthread_mutex_lock(&store->pool);
    snprintf(store->error_text, sizeof store->error_text, "%s: %s", store->schema->name,
             connection->handle ? sqlite3_errmsg(connection->handle) : "cannot open the file");
    pthread_mutex_unlock(&store->pool);
    return ERR(&STORE_FAILED);
}

const struct store_schema *store_schema_of(const struct store_connection *connection)
{
    return connection->store->schema;
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
    store->schema = schema;
    store->survive_power_loss = survive_power_loss;
    snprintf(store->path, sizeof store->path, "%s/%s.db", folder, schema->name);
    pthread_mutex_init(&store->writer, NULL);
    pthread_mutex_init(&store->pool, NULL);
    return store;
}

static void close_connection(struct store_connection *connection)
{
    for (size_t i = 0; i < connection->store->schema->statement_count; i++)
        sqlite3_finalize(connection->statements[i]);
    for (size_t i = 0; i < ARRAY_LEN(connection->controls); i++)
        sqlite3_finalize(connection->controls[i]);
    sqlite3_close(connection->handle);
    free(connection);
}

static void close_idle(struct store *store)
{
    while (store->idle) {
        struct store_connection *next = store->idle->next;
        close_connection(store->idle);
        store->idle = next;
    }
}

void store_free(struct store *store)
{
    if (!store)
        return;
    close_idle(store);
    pthread_mutex_destroy(&store->writer);
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
    close_idle(store);
    for (size_t i = 0; i < ARRAY_LEN(suffixes); i++) {
        char path[path_bytes_max + 8];
        snprintf(path, sizeof path, "%s%s", store->path, suffixes[i]);
        unlink(path);
    }
}

static struct err execute(struct store_connection *connection, const char *sql)
{
    return sqlite3_exec(connection->handle, sql, NULL, NULL, NULL) == SQLITE_OK
               ? OK
               : store_fail(connection);
}

static int file_version(struct store_connection *connection)
{
    sqlite3_stmt *statement = NULL;
    int version = -1;
    if (sqlite3_prepare_v2(connection->handle, "PRAGMA user_version", -1, &statement, NULL) ==
            SQLITE_OK &&
        sqlite3_step(statement) == SQLITE_ROW)
        version = sqlite3_column_int(statement, 0);
    sqlite3_finalize(statement);
    return version;
}

/* Under the writer's lock, since several threads may open a fresh file at once. */
static struct err migrate(struct store_connection *connection)
{
    const struct store_schema *schema = connection->store->schema;
    int version = file_version(connection);
    int newest = 0;
    while (schema->migrations[newest])
        newest++;
    if (version < 0 || version > newest)
        return store_fail(connection);
    for (int i = version; i < newest; i++) {
        char bump[64];
        snprintf(bump, sizeof bump, "PRAGMA user_version=%d; COMMIT", i + 1);
        TRY(execute(connection, "BEGIN IMMEDIATE"));
        TRY(execute(connection, schema->migrations[i]));
        TRY(execute(connection, bump));
    }
    return OK;
}

static struct err open_connection(struct store_connection *connection)
{
    struct store *store = connection->store;
    int flags = SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE | SQLITE_OPEN_NOMUTEX;
    /* One process owns the data folder (data_folder.c), so the locks between connections can live
       in memory: SQLite's way through fcntl() costs a fifth of a small call. */
    if (sqlite3_open_v2(store->path, &connection->handle, flags, "unix-excl") != SQLITE_OK)
        return store_fail(connection);
    sqlite3_busy_timeout(connection->handle, 10000); /* another process checks the file: rare */
    TRY(execute(connection, "PRAGMA journal_mode=WAL; PRAGMA temp_store=MEMORY;"
                            "PRAGMA foreign_keys=ON; PRAGMA mmap_size=268435456"));
    TRY(execute(connection,
                store->survive_power_loss ? "PRAGMA synchronous=FULL" : "PRAGMA synchronous=OFF"));
    return migrate(connection);
}

struct err store_acquire(struct store *store, struct store_connection **connection)
{
    pthread_mutex_lock(&store->pool);
    struct store_connection *found = store->idle;
    if (found)
        store->idle = found->next;
    pthread_mutex_unlock(&store->pool);
    if (!found) {
        size_t statements = store->schema->statement_count * sizeof(sqlite3_stmt *);
        found = calloc(1, sizeof *found + statements);
        if (!found)
            abort();
        found->store = store;
        pthread_mutex_lock(&store->writer);
        struct err e = open_connection(found);
        pthread_mutex_unlock(&store->writer);
        if (failed(e)) {
            close_connection(found);
            return e;
        }
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

/* BEGIN, COMMIT and ROLLBACK are statements like others, kept prepared. */
static struct err control(struct store_connection *connection, enum store_control which)
{
    static const char *const texts[] = {[STORE_BEGIN_READ] = "BEGIN",
                                        [STORE_BEGIN_WRITE] = "BEGIN IMMEDIATE",
                                        [STORE_COMMIT] = "COMMIT",
                                        [STORE_ROLLBACK] = "ROLLBACK"};
    sqlite3_stmt **statement = &connection->controls[which];
    if (!*statement && sqlite3_prepare_v3(connection->handle, texts[which], -1,
                                          SQLITE_PREPARE_PERSISTENT, statement, NULL) != SQLITE_OK)
        return store_fail(connection);
    int result = sqlite3_step(*statement);
    sqlite3_reset(*statement);
    return result == SQLITE_DONE ? OK : store_fail(connection);
}

struct err store_begin_read(struct store_connection *connection)
{
    TRY(control(connection, STORE_BEGIN_READ));
    connection->in_transaction = true;
    return OK;
}

struct err store_begin_write(struct store_connection *connection)
{
    pthread_mutex_lock(&connection->store->writer);
    struct err e = control(connection, STORE_BEGIN_WRITE);
    if (failed(e)) {
        pthread_mutex_unlock(&connection->store->writer);
        return e;
    }
    connection->in_transaction = connection->is_writer = true;
    return OK;
}

static void end_transaction(struct store_connection *connection)
{
    connection->in_transaction = false;
    if (connection->is_writer) {
        connection->is_writer = false;
        pthread_mutex_unlock(&connection->store->writer);
    }
}

struct err store_commit(struct store_connection *connection)
{
    TRY(control(connection, STORE_COMMIT)); /* on failure store_release rolls back */
    end_transaction(connection);
    return OK;
}

void store_rollback(struct store_connection *connection)
{
    if (!connection->in_transaction)
        return;
    if (!sqlite3_get_autocommit(connection->handle)) {
        struct err ignored = control(connection, STORE_ROLLBACK);
        (void)ignored.info; /* SQLite itself has rolled back when this fails */
    }
    end_transaction(connection);
}

int64_t store_changes(const struct store_connection *connection)
{
    return sqlite3_changes64(connection->handle);
}
