/* Resource policies at rest. */
#include "emulator/services/dynamodb/store/policy_store.h"

#include "emulator/services/dynamodb/store/sql.h"

struct err ddb_store_find_policy(struct call *call, const struct ddb_table *table,
                                 struct slice stream_label, struct ddb_policy *policy)
{
    CLEANUP(store_statement_cleanup)
    struct store_statement s = ddb_sql_of_table(call, FIND_POLICY, table);
    *policy = (struct ddb_policy){0};
    store_bind_text(&s, 2, stream_label);
    if (store_step(&s))
        *policy = (struct ddb_policy){store_text(&s, 0, call->arena), store_i64(&s, 1)};
    return store_done(&s);
}

struct err ddb_store_put_policy(struct call *call, const struct ddb_table *table,
                                struct slice stream_label, const struct ddb_policy *policy)
{
    struct store_statement s = ddb_sql_of_table(call, PUT_POLICY, table);
    store_bind_text(&s, 2, stream_label);
    store_bind_text(&s, 3, policy->text);
    store_bind_i64(&s, 4, policy->revision);
    return store_run(&s);
}

struct err ddb_store_remove_policy(struct call *call, const struct ddb_table *table,
                                   struct slice stream_label)
{
    struct store_statement s = ddb_sql_of_table(call, REMOVE_POLICY, table);
    store_bind_text(&s, 2, stream_label);
    return store_run(&s);
}
