/* KMS's schema and what its store's files share. */
#include "emulator/services/kms/store/key_store.h"
#include "emulator/services/kms/store/sql.h"
#include "emulator/services/kms_api.h"

static const char *const statements[] = {
#define SQL(name, text) [name] = (text),
#include "emulator/services/kms/store/sql.def"
#undef SQL
};

const struct store_schema kms_store_schema = {
    .name = "kms",
    .migrations = kms_migrations,
    .statements = statements,
    .statement_count = ARRAY_LEN(statements),
};

struct store_statement kms_scoped(struct call *call, enum kms_sql id)
{
    struct store_statement s = store_statement(call->store, id);
    store_bind_text(&s, 1, call->account);
    store_bind_text(&s, 2, call->region);
    return s;
}

struct store_statement kms_of_key(struct call *call, enum kms_sql id, struct slice key_id)
{
    struct store_statement s = kms_scoped(call, id);
    store_bind_text(&s, 3, key_id);
    return s;
}

void kms_bind_or_null(struct store_statement *s, int at, int64_t value)
{
    if (value)
        store_bind_i64(s, at, value);
}

struct err kms_count(struct store_statement *s, int64_t *count)
{
    *count = store_step(s) ? store_i64(s, 0) : 0;
    return store_done(s);
}
