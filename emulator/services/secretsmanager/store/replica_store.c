/* Which copies a secret has, at rest. */
#include "emulator/services/secretsmanager/store/replica_store.h"

#include "emulator/services/secretsmanager/store/sql.h"

enum { replicas_max = 128 }; /* more than AWS has regions */

struct err replica_store_list(struct call *call, struct slice name, struct replica **replicas,
                              size_t *count)
{
    CLEANUP(store_statement_cleanup)
    struct store_statement s = secret_sql_scoped(call, REPLICAS, name);
    *replicas = NULL;
    for (*count = 0; *count < replicas_max && store_step(&s); (*count)++) {
        if (!*replicas)
            *replicas = ARENA_ARRAY(call->arena, struct replica, replicas_max);
        (*replicas)[*count] = (struct replica){
            .account = store_text(&s, 0, call->arena),
            .region = store_text(&s, 1, call->arena),
            .name = store_text(&s, 2, call->arena),
            .kms_key_id = store_text(&s, 3, call->arena),
            .role_arn = store_text(&s, 4, call->arena),
            .status = store_text(&s, 5, call->arena),
            .message = store_text(&s, 6, call->arena),
        };
    }
    return store_done(&s);
}

struct err replica_store_save(struct call *call, struct slice name, const struct replica *replica)
{
    struct store_statement s = secret_sql_scoped(call, SAVE_REPLICA, name);
    store_bind_text(&s, 4, replica->account);
    store_bind_text(&s, 5, replica->region);
    store_bind_text(&s, 6, replica->name);
    store_bind_text(&s, 7, replica->kms_key_id);
    store_bind_text(&s, 8, replica->role_arn);
    store_bind_text(&s, 9, replica->status);
    store_bind_text(&s, 10, replica->message);
    return store_run(&s);
}

struct err replica_store_erase(struct call *call, struct slice name, struct slice replica_account,
                               struct slice replica_region)
{
    struct store_statement s = secret_sql_scoped(call, ERASE_REPLICA, name);
    store_bind_text(&s, 4, replica_account);
    store_bind_text(&s, 5, replica_region);
    return store_run(&s);
}
