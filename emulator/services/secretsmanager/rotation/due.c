/* What Secrets Manager does when a moment has come. */
#include "emulator/services/secretsmanager/rotation/function.h"
#include "emulator/services/secretsmanager/rotation/rotation.h"
#include "emulator/services/secretsmanager/value/value.h"

/* How long a rotation waits after its first failure in a row, its second, and so on. */
static const int64_t waits_seconds[] = {10, 60, 600, 3600};

/* The call as it is in the secret's account and region. */
static struct call place(const struct call *call, struct slice account, struct slice region)
{
    struct call there = *call;
    there.account = account;
    there.region = region;
    there.caller.account = account;
    return there;
}

/* --- deletions and windows ------------------------------------------------------------------- */

static struct err delete_secret(struct call *call, const struct secret_due *due)
{
    struct call there = place(call, due->account, due->region);
    TRY(store_begin_write(there.store));
    there.platform->record_event(&there, "EndSecretVersionDelete", due->name, SLICE_NONE);
    TRY(secret_store_erase(&there, due->name));
    return store_commit(there.store);
}

/* A rotation that is under way still, or waits for its next try, stands for the new one. */
static struct err open_window(struct call *call, const struct secret_due *due)
{
    struct call there = place(call, due->account, due->region);
    struct secret secret;
    struct rotation under_way;
    TRY(store_begin_write(there.store));
    TRY(secret_store_find(&there, due->name, &secret));
    TRY(rotation_store_find(&there, due->name, &under_way));
    if (!slice_is_set(secret.name))
        return store_commit(there.store);
    if (!slice_is_set(under_way.name))
        TRY(rotation_begin(&there, &secret, secret_version_id(&there, SLICE_NONE)));
    rotation_plan(&there, &secret);
    TRY(secret_store_save(&there, &secret));
    return store_commit(there.store);
}

/* --- steps ----------------------------------------------------------------------------------- */

/* The empty version of a test goes again, with its label. */
static struct err end_test(struct call *call, const struct rotation *rotation,
                           const struct secret *secret, struct slice reason)
{
    call->platform->record_event(
        call, slice_is_set(reason) ? "TestRotationFailed" : "TestRotationSucceeded", secret->arn,
        reason);
    TRY(rotation_store_erase(call, rotation->name));
    return secret_store_erase_version(call, rotation->name, rotation->version_id);
}

/* The whole rotation is tried again, since each step finds what is done already. */
static struct err note_failure(struct call *call, struct rotation *rotation,
                               const struct secret *secret, struct slice reason)
{
    size_t last = ARRAY_LEN(waits_seconds) - 1;
    size_t wait = (size_t)rotation->failures < last ? (size_t)rotation->failures : last;
    struct slice words =
        arena_printf(call->arena, SLICE_FMT ": " SLICE_FMT,
                     SLICE_ARG(rotation_step_name(rotation->step)), SLICE_ARG(reason));
    call->platform->record_event(call, "RotationFailed", secret->arn, words);
    rotation->step = ROTATION_CREATE_SECRET;
    rotation->failures++;
    rotation->reason = words;
    rotation->due_micros = call->now_micros + waits_seconds[wait] * MICROS_PER_SECOND;
    return rotation_store_save(call, rotation);
}

/* Left there, it would make a value that a user sets next look like a rotation half done. */
static struct err drop_pending(struct call *call, const struct rotation *rotation)
{
    struct slice pending;
    TRY(secret_store_find_stage(call, rotation->name, SECRET_STAGE_PENDING, &pending));
    if (!slice_eq(pending, rotation->version_id))
        return OK;
    return secret_store_clear_stage(call, rotation->name, SECRET_STAGE_PENDING);
}

static struct err end_rotation(struct call *call, struct rotation *rotation, struct secret *secret)
{
    struct slice current;
    TRY(secret_store_find_stage(call, secret->name, SECRET_STAGE_CURRENT, &current));
    if (!slice_eq(current, rotation->version_id))
        return note_failure(call, rotation, secret,
                            SLICE("the function has not moved AWSCURRENT to the new version"));
    call->platform->record_event(call, "RotationSucceeded", secret->arn, SLICE_NONE);
    secret->rotation.rotated_micros = call->now_micros;
    rotation_plan(call, secret);
    TRY(drop_pending(call, rotation));
    TRY(rotation_store_erase(call, rotation->name));
    return secret_save_changed(call, secret);
}

static struct err advance(struct call *call, struct rotation *rotation, struct secret *secret,
                          struct slice reason)
{
    if (rotation->is_test)
        return end_test(call, rotation, secret, reason);
    if (slice_is_set(reason))
        return note_failure(call, rotation, secret, reason);
    if (rotation->step == ROTATION_FINISH_SECRET)
        return end_rotation(call, rotation, secret);
    rotation->step++;
    return rotation_store_save(call, rotation);
}

/* Whatever happened to the secret while the function worked is respected: a rotation that was
 * cancelled, or begun anew, stays so. */
static struct err keep_result(struct call *call, const struct rotation *done, struct slice reason)
{
    struct rotation rotation;
    struct secret secret;
    call->fault = NULL;
    TRY(store_begin_write(call->store));
    TRY(rotation_store_find(call, done->name, &rotation));
    TRY(secret_store_find(call, done->name, &secret));
    if (slice_is_set(secret.name) && slice_eq(rotation.token, done->token))
        TRY(advance(call, &rotation, &secret, reason));
    return store_commit(call->store);
}

static struct err run_step(struct call *call, const struct rotation *rotation)
{
    struct call there = place(call, rotation->account, rotation->region);
    struct secret secret;
    struct slice reason = SLICE("the secret is gone");
    TRY(secret_store_find(&there, rotation->name, &secret));
    const struct rotation_event event = {
        .function = secret.rotation.function,
        .secret_arn = secret.arn,
        .version_id = rotation->version_id,
        .token = rotation->token,
        .step = rotation->step,
    };
    if (slice_is_set(secret.name))
        reason = rotation_function_run(&there, &event); /* no transaction is open meanwhile */
    return keep_result(&there, rotation, reason);
}

static int64_t earlier(int64_t a, struct slice name, int64_t b)
{
    return slice_is_set(name) && b < a ? b : a;
}

struct err rotation_run_due(struct call *call, int64_t *next_micros)
{
    struct secret_due deletion;
    struct secret_due window;
    struct rotation rotation;
    int64_t now = call->now_micros;
    TRY(rotation_store_next_deletion(call, &deletion));
    TRY(rotation_store_next_window(call, &window));
    TRY(rotation_store_next(call, &rotation));
    if (slice_is_set(deletion.name) && deletion.micros <= now)
        TRY(delete_secret(call, &deletion));
    else if (slice_is_set(rotation.name) && rotation.due_micros <= now)
        TRY(run_step(call, &rotation));
    else if (slice_is_set(window.name) && window.micros <= now)
        TRY(open_window(call, &window));
    else {
        int64_t next = earlier(INT64_MAX, deletion.name, deletion.micros);
        next = earlier(next, window.name, window.micros);
        *next_micros = earlier(next, rotation.name, rotation.due_micros);
        return OK;
    }
    *next_micros = now; /* one thing at a time; there may be more */
    return OK;
}
