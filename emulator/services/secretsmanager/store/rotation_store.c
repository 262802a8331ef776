/* Rotations under way, and what falls due, at rest. */
#include "emulator/services/secretsmanager/store/rotation_store.h"

#include "emulator/services/secretsmanager/store/sql.h"

static struct err read_one(struct call *call, struct store_statement *s, struct rotation *rotation)
{
    *rotation = (struct rotation){0};
    if (store_step(s))
        *rotation = (struct rotation){
            .account = store_text(s, 0, call->arena),
            .region = store_text(s, 1, call->arena),
            .name = store_text(s, 2, call->arena),
            .version_id = store_text(s, 3, call->arena),
            .token = store_text(s, 4, call->arena),
            .is_test = store_i64(s, 5) != 0,
            .step = (enum rotation_step)store_i64(s, 6),
            .failures = store_i64(s, 7),
            .due_micros = store_i64(s, 8),
            .reason = store_text(s, 9, call->arena),
        };
    return store_done(s);
}

struct err rotation_store_find(struct call *call, struct slice name, struct rotation *rotation)
{
    CLEANUP(store_statement_cleanup)
    struct store_statement s = secret_sql_scoped(call, FIND_ROTATION, name);
    return read_one(call, &s, rotation);
}

struct err rotation_store_save(struct call *call, const struct rotation *rotation)
{
    struct store_statement s = secret_sql_scoped(call, SAVE_ROTATION, rotation->name);
    store_bind_text(&s, 4, rotation->version_id);
    store_bind_text(&s, 5, rotation->token);
    store_bind_i64(&s, 6, rotation->is_test);
    store_bind_i64(&s, 7, rotation->step);
    store_bind_i64(&s, 8, rotation->failures);
    store_bind_i64(&s, 9, rotation->due_micros);
    store_bind_text(&s, 10, rotation->reason);
    return store_run(&s);
}

struct err rotation_store_erase(struct call *call, struct slice name)
{
    struct store_statement s = secret_sql_scoped(call, ERASE_ROTATION, name);
    return store_run(&s);
}

struct err rotation_store_next(struct call *call, struct rotation *rotation)
{
    CLEANUP(store_statement_cleanup)
    struct store_statement s = store_statement(call->store, DUE_ROTATION);
    return read_one(call, &s, rotation);
}

static struct err read_due(struct call *call, enum secret_sql id, struct secret_due *due)
{
    CLEANUP(store_statement_cleanup)
    struct store_statement s = store_statement(call->store, id);
    *due = (struct secret_due){0};
    if (store_step(&s))
        *due = (struct secret_due){store_text(&s, 0, call->arena), store_text(&s, 1, call->arena),
                                   store_text(&s, 2, call->arena), store_i64(&s, 3)};
    return store_done(&s);
}

struct err rotation_store_next_window(struct call *call, struct secret_due *due)
{
    return read_due(call, DUE_SCHEDULE, due);
}

struct err rotation_store_next_deletion(struct call *call, struct secret_due *due)
{
    return read_due(call, DUE_DELETION, due);
}
