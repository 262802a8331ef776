/* What Secrets Manager's database is made of: schema.sql's migrations, sql.def's statements. */
#include "emulator/services/secretsmanager/store/secret_store.h"
#include "emulator/services/secretsmanager/store/sql.h"
#include "emulator/services/secretsmanager_api.h"

static const char *const statements[] = {
#define SQL(name, text) [name] = text,
#include "emulator/services/secretsmanager/store/sql.def"
#undef SQL
};

const struct store_schema secretsmanager_store_schema = {
    .name = "secretsmanager",
    .migrations = secretsmanager_migrations,
    .statements = statements,
    .statement_count = SECRET_SQL_COUNT,
};

struct store_statement secret_sql_scoped(struct call *call, enum secret_sql id, struct slice name)
{
    struct store_statement s = store_statement(call->store, id);
    store_bind_text(&s, 1, call->account);
    store_bind_text(&s, 2, call->region);
    if (slice_is_set(name))
        store_bind_text(&s, 3, name);
    return s;
}

void secret_sql_bind_time(struct store_statement *s, int at, int64_t micros)
{
    if (micros)
        store_bind_i64(s, at, micros);
}
