/* Prepared statements: bind, step, read, done. */
#include <sqlite3.h>

#include "emulator/store/connection.h"
#include "emulator/store/store.h"

struct store_statement store_statement(struct store_connection *connection, size_t id)
{
    struct store_statement s = {.connection = connection};
    struct store_session *session = store_connection_session(connection);
    const struct store_prepared *prepared = session ? store_session_prepared(session, id) : NULL;
    if (!prepared) {
        s.failure = session ? store_fail(connection) : ERR(&STORE_FAILED);
        return s;
    }
    /* Outside of a write transaction nobody would learn of the change: a bug of the caller's. */
    if (prepared->changes_watched && !connection->is_writer) {
        s.failure = ERR(&STORE_FAILED);
        return s;
    }
    s.handle = prepared->handle;
    connection->changes_watched = connection->changes_watched || prepared->changes_watched;
    return s;
}

static void note(struct store_statement *s, int result)
{
    if (result != SQLITE_OK && !failed(s->failure))
        s->failure = store_fail(s->connection);
}

void store_bind_text(struct store_statement *s, int at, struct slice text)
{
    if (s->handle)
        note(s, text.ptr ? sqlite3_bind_text64(s->handle, at, text.ptr, text.len, SQLITE_STATIC,
                                               SQLITE_UTF8)
                         : sqlite3_bind_null(s->handle, at));
}

void store_bind_blob(struct store_statement *s, int at, struct slice bytes)
{
    if (s->handle)
        note(s, bytes.ptr ? sqlite3_bind_blob64(s->handle, at, bytes.ptr, bytes.len, SQLITE_STATIC)
                          : sqlite3_bind_null(s->handle, at));
}

void store_bind_i64(struct store_statement *s, int at, int64_t value)
{
    if (s->handle)
        note(s, sqlite3_bind_int64(s->handle, at, value));
}

bool store_step(struct store_statement *s)
{
    if (failed(s->failure))
        return false;
    int result = sqlite3_step(s->handle);
    if (result != SQLITE_ROW && result != SQLITE_DONE)
        s->failure = store_fail(s->connection);
    return result == SQLITE_ROW;
}

struct slice store_borrow(struct store_statement *s, int column)
{
    if (store_is_null(s, column))
        return SLICE_NONE;
    const char *bytes = sqlite3_column_blob(s->handle, column);
    return (struct slice){bytes ? bytes : "", (size_t)sqlite3_column_bytes(s->handle, column)};
}

struct slice store_text(struct store_statement *s, int column, struct arena *arena)
{
    return arena_dup(arena, store_borrow(s, column));
}

struct slice store_blob(struct store_statement *s, int column, struct arena *arena)
{
    return arena_dup(arena, store_borrow(s, column));
}

int64_t store_i64(struct store_statement *s, int column)
{
    return sqlite3_column_int64(s->handle, column);
}

bool store_is_null(struct store_statement *s, int column)
{
    return sqlite3_column_type(s->handle, column) == SQLITE_NULL;
}

struct err store_done(struct store_statement *s)
{
    if (s->handle) {
        sqlite3_reset(s->handle);
        sqlite3_clear_bindings(s->handle);
        s->handle = NULL;
    }
    return s->failure;
}

void store_statement_cleanup(struct store_statement *s)
{
    struct err ignored = store_done(s);
    (void)ignored.info;
}

struct err store_run(struct store_statement *s)
{
    store_step(s);
    return store_done(s);
}
