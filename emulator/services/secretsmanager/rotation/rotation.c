/* Beginning rotations, and planning the next one. */
#include "emulator/services/secretsmanager/rotation/rotation.h"

#include "emulator/services/secretsmanager/rotation/schedule.h"
#include "emulator/services/secretsmanager/value/value.h"

/* The store holds rules that RotateSecret has parsed before. */
static bool read_schedule(const struct secret_rotation *rotation,
                          struct rotation_schedule *schedule)
{
    if (slice_is_set(rotation->schedule))
        return rotation_schedule_parse(rotation->schedule, rotation->duration, schedule) == NULL;
    *schedule = rotation_schedule_of_days(rotation->after_days);
    return rotation->after_days > 0;
}

void rotation_plan(struct call *call, struct secret *secret)
{
    struct secret_rotation *rotation = &secret->rotation;
    struct rotation_schedule schedule;
    struct rotation_window window;
    rotation->due_micros = rotation->closes_micros = 0;
    if (rotation->state != ROTATION_ON || !read_schedule(rotation, &schedule) ||
        !rotation_schedule_next(&schedule, call->now_micros, &window))
        return;
    if (slice_is_set(rotation->schedule))
        rotation->after_days = rotation_schedule_days(&schedule, call->now_micros);
    rotation->due_micros = window.opens_micros;
    rotation->closes_micros = window.closes_micros;
    call_due_at(call, window.opens_micros);
}

struct err rotation_value_changed(struct call *call, struct secret *secret, struct slice version_id)
{
    struct rotation under_way;
    struct slice current;
    bool by_days = secret->rotation.after_days && !slice_is_set(secret->rotation.schedule);
    if (secret->rotation.state != ROTATION_ON || !by_days)
        return OK;
    TRY(rotation_store_find(call, secret->name, &under_way));
    TRY(secret_store_find_stage(call, secret->name, SECRET_STAGE_CURRENT, &current));
    if (!slice_is_set(under_way.name) && slice_eq(current, version_id))
        rotation_plan(call, secret);
    return OK;
}

struct err rotation_check_token(struct call *call, const struct secret *secret, struct slice token)
{
    struct rotation under_way;
    if (!slice_is_set(token))
        return OK;
    TRY(rotation_store_find(call, secret->name, &under_way));
    if (slice_is_set(under_way.name) && slice_eq(under_way.token, token))
        return OK;
    return fail(call, &SECRETSMANAGER_INVALID_PARAMETER_EXCEPTION,
                "The RotationToken isn't the one of a rotation of this secret that is under way.");
}

struct err rotation_unfinished(struct call *call, struct slice name, struct slice *version_id)
{
    struct slice current;
    TRY(secret_store_find_stage(call, name, SECRET_STAGE_PENDING, version_id));
    TRY(secret_store_find_stage(call, name, SECRET_STAGE_CURRENT, &current));
    if (slice_eq(*version_id, current))
        *version_id = SLICE_NONE;
    return OK;
}

static struct err add_row(struct call *call, const struct secret *secret, struct slice version_id,
                          enum rotation_step step, bool is_test)
{
    const struct rotation rotation = {
        .name = secret->name,
        .version_id = version_id,
        .token = rand_uuid4(call->platform->rand, call->arena),
        .is_test = is_test,
        .step = step,
        .due_micros = call->now_micros,
    };
    call_due_at(call, call->now_micros);
    return rotation_store_save(call, &rotation);
}

/* A version without a value, which the function's createSecret fills. */
static struct err add_empty(struct call *call, const struct secret *secret, struct slice version_id)
{
    const struct secret_version version = {.version_id = version_id,
                                           .created_micros = call->now_micros};
    TRY(secret_store_save_version(call, secret->name, &version));
    return secret_attach_stage(call, secret->name, SECRET_STAGE_PENDING, version_id);
}

struct err rotation_begin(struct call *call, const struct secret *secret, struct slice version_id)
{
    struct slice unfinished;
    TRY(rotation_unfinished(call, secret->name, &unfinished));
    if (!slice_is_set(unfinished))
        TRY(add_empty(call, secret, version_id));
    call->platform->record_event(call, "RotationStarted", secret->arn, SLICE_NONE);
    return add_row(call, secret, slice_is_set(unfinished) ? unfinished : version_id,
                   ROTATION_CREATE_SECRET, false);
}

struct err rotation_begin_test(struct call *call, const struct secret *secret,
                               struct slice version_id)
{
    const struct secretsmanager_get_secret_value_request current = {0};
    struct secret_version version;
    struct secret_value value;
    bool is_retry;
    TRY(secret_choose_version(call, secret->name, &current, &version));
    TRY(secret_open_version(call, secret, &version, &value));
    TRY(secret_add_version(call, secret, version_id, &value, &is_retry));
    TRY(secret_attach_stage(call, secret->name, SECRET_STAGE_PENDING, version_id));
    call->platform->record_event(call, "TestRotationStarted", secret->arn, SLICE_NONE);
    return add_row(call, secret, version_id, ROTATION_TEST_SECRET, true);
}
