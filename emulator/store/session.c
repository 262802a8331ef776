/* SQLite handles: opening, migrating, preparing. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <sqlite3.h>

#include "emulator/store/connection.h"

static bool execute(struct store_session *session, const char *sql)
{
    return sqlite3_exec(session->handle, sql, NULL, NULL, NULL) == SQLITE_OK;
}

static int file_version(struct store_session *session)
{
    sqlite3_stmt *statement = NULL;
    int version = -1;
    if (sqlite3_prepare_v2(session->handle, "PRAGMA user_version", -1, &statement, NULL) ==
            SQLITE_OK &&
        sqlite3_step(statement) == SQLITE_ROW)
        version = sqlite3_column_int(statement, 0);
    sqlite3_finalize(statement);
    return version;
}

static bool migrate(struct store_session *session)
{
    const struct store_schema *schema = session->schema;
    int version = file_version(session);
    int newest = 0;
    while (schema->migrations[newest])
        newest++;
    if (version < 0 || version > newest)
        return false;
    for (int i = version; i < newest; i++) {
        char bump[64];
        snprintf(bump, sizeof bump, "PRAGMA user_version=%d; COMMIT", i + 1);
        if (!execute(session, "BEGIN IMMEDIATE") || !execute(session, schema->migrations[i]) ||
            !execute(session, bump))
            return false;
    }
    return true;
}

/* Called by SQLite while it compiles a statement, once for each table that the statement writes. */
static int note_written_table(void *context, int action, const char *table, const char *column,
                              const char *database, const char *trigger)
{
    struct store_session *session = context;
    (void)column, (void)database, (void)trigger;
    if ((action == SQLITE_INSERT || action == SQLITE_UPDATE || action == SQLITE_DELETE) &&
        strcmp(table, session->schema->watched_table) == 0)
        session->preparing_change = true;
    return SQLITE_OK;
}

/*
 * No memory map: SQLite drops it whenever another session has committed, and to unmap and map
 * again costs a write-heavy load more than all of its reading.
 */
static bool configure(struct store_session *session, const struct store_place *place)
{
    sqlite3_busy_timeout(session->handle, 10000); /* another process checks the file: rare */
    return execute(session, "PRAGMA journal_mode=WAL; PRAGMA temp_store=MEMORY;"
                            "PRAGMA foreign_keys=ON; PRAGMA mmap_size=0") &&
           execute(session, place->survive_power_loss ? "PRAGMA synchronous=FULL"
                                                      : "PRAGMA synchronous=OFF");
}

struct store_session *store_session_open(const struct store_place *place, bool writes, bool *opened)
{
    const struct store_schema *schema = place->schema;
    int flags = SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE | SQLITE_OPEN_NOMUTEX;
    struct store_session *session =
        calloc(1, sizeof *session + schema->statement_count * sizeof session->statements[0]);
    if (!session)
        abort();
    session->schema = schema;
    /* One process owns the data folder (data_folder.c), so the locks between sessions can live in
       memory: SQLite's way through fcntl() costs a fifth of a small call. */
    *opened = sqlite3_open_v2(place->path, &session->handle, flags, "unix-excl") == SQLITE_OK &&
              configure(session, place) && (!writes || migrate(session));
    if (schema->watched_table)
        sqlite3_set_authorizer(session->handle, note_written_table, session);
    return session;
}

void store_session_close(struct store_session *session)
{
    if (!session)
        return;
    for (size_t i = 0; i < session->schema->statement_count; i++)
        sqlite3_finalize(session->statements[i].handle);
    for (size_t i = 0; i < ARRAY_LEN(session->controls); i++)
        sqlite3_finalize(session->controls[i]);
    sqlite3_close(session->handle);
    free(session);
}

const struct store_prepared *store_session_prepared(struct store_session *session, size_t id)
{
    struct store_prepared *slot = &session->statements[id];
    if (slot->handle)
        return slot;
    session->preparing_change = false;
    if (sqlite3_prepare_v3(session->handle, session->schema->statements[id], -1,
                           SQLITE_PREPARE_PERSISTENT, &slot->handle, NULL) != SQLITE_OK)
        return NULL;
    slot->changes_watched = session->preparing_change;
    return slot;
}

bool store_session_control(struct store_session *session, enum store_control which)
{
    static const char *const texts[] = {
        [STORE_BEGIN_READ] = "BEGIN",    [STORE_BEGIN_WRITE] = "BEGIN IMMEDIATE",
        [STORE_COMMIT] = "COMMIT",       [STORE_ROLLBACK] = "ROLLBACK",
        [STORE_SAVE] = "SAVEPOINT part", [STORE_UNDO] = "ROLLBACK TO part",
        [STORE_RELEASE] = "RELEASE part"};
    sqlite3_stmt **statement = &session->controls[which];
    if (!*statement && sqlite3_prepare_v3(session->handle, texts[which], -1,
                                          SQLITE_PREPARE_PERSISTENT, statement, NULL) != SQLITE_OK)
        return false;
    int result = sqlite3_step(*statement);
    sqlite3_reset(*statement);
    return result == SQLITE_DONE;
}
