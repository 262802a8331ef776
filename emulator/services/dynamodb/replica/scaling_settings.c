/* Auto scaling settings as they are given and described. */
#include "emulator/services/dynamodb/replica/scaling_settings.h"

#include "emulator/services/dynamodb/item/request.h"

#define WERE_INVALID "One or more parameter values were invalid: "
#define SERVICE_ROLE                                                                               \
    "role/aws-service-role/dynamodb.application-autoscaling.amazonaws.com/"                        \
    "AWSServiceRoleForApplicationAutoScaling_DynamoDBTable"

/* Of DynamoDB's metrics ("Managing throughput capacity automatically with DynamoDB auto scaling",
 * developer guide). */
static const double target_min = 20;
static const double target_max = 90;

static struct err check_units(struct call *call, const struct ddb_scaling *scaling)
{
    if (scaling->minimum_units == 0 || scaling->maximum_units == 0)
        return fail(call, &DDB_VALIDATION_EXCEPTION,
                    WERE_INVALID "MinimumUnits and MaximumUnits must both be specified where auto "
                                 "scaling is not enabled yet");
    if (scaling->minimum_units > scaling->maximum_units)
        return fail(call, &DDB_VALIDATION_EXCEPTION,
                    WERE_INVALID "MinimumUnits must not be greater than MaximumUnits. "
                                 "MinimumUnits: %lld. MaximumUnits: %lld",
                    (long long)scaling->minimum_units, (long long)scaling->maximum_units);
    return OK;
}

static struct err check_role(struct call *call, struct slice arn)
{
    if (slice_starts_with(arn, SLICE("arn:")) && slice_contains(arn, SLICE(":iam::")) &&
        slice_contains(arn, SLICE(":role/")))
        return OK;
    return fail(call, &DDB_VALIDATION_EXCEPTION,
                WERE_INVALID "AutoScalingRoleArn is not the ARN of a role: " SLICE_FMT,
                SLICE_ARG(arn));
}

static struct err check_policy(struct call *call, const struct ddb_scaling *scaling)
{
    double target = scaling->target_percent.value;
    if (!(target >= target_min && target <= target_max))
        return fail(call, &DDB_VALIDATION_EXCEPTION,
                    WERE_INVALID "TargetValue must be between %.0f and %.0f percent: %g",
                    target_min, target_max, target);
    if (scaling->in_cooldown_seconds.value < 0 || scaling->out_cooldown_seconds.value < 0)
        return fail(call, &DDB_VALIDATION_EXCEPTION,
                    WERE_INVALID "ScaleInCooldown and ScaleOutCooldown must not be negative");
    return OK;
}

static struct err take_policy(struct call *call, struct slice name,
                              const struct dynamodb_auto_scaling_policy_update *given,
                              struct ddb_scaling *scaling)
{
    const struct dynamodb_auto_scaling_target_tracking_scaling_policy_configuration_update *wanted =
        given->target_tracking_scaling_policy_configuration;
    scaling->policy_name = slice_is_set(given->policy_name) ? given->policy_name : name;
    scaling->target_percent = wanted->target_value;
    scaling->in_cooldown_seconds = wanted->scale_in_cooldown;
    scaling->out_cooldown_seconds = wanted->scale_out_cooldown;
    scaling->only_out = wanted->disable_scale_in;
    return check_policy(call, scaling);
}

static struct err take(struct call *call, struct slice policy_name,
                       const struct dynamodb_auto_scaling_settings_update *given,
                       const struct ddb_scaling **scaling)
{
    struct ddb_scaling *next = ARENA_NEW(call->arena, struct ddb_scaling);
    if (*scaling)
        *next = **scaling;
    else
        next->role_arn = arena_printf(call->arena, "arn:aws:iam::" SLICE_FMT ":" SERVICE_ROLE,
                                      SLICE_ARG(call->account));
    if (given->minimum_units.is_set)
        next->minimum_units = given->minimum_units.value;
    if (given->maximum_units.is_set)
        next->maximum_units = given->maximum_units.value;
    if (slice_is_set(given->auto_scaling_role_arn))
        next->role_arn = given->auto_scaling_role_arn;
    TRY(check_units(call, next));
    TRY(check_role(call, next->role_arn));
    if (given->scaling_policy_update)
        TRY(take_policy(call, policy_name, given->scaling_policy_update, next));
    *scaling = next;
    return OK;
}

/* What the console calls a policy that is given no name. */
static struct slice policy_name(struct call *call, const char *capacity,
                                const struct ddb_table *table, const struct ddb_index *index)
{
    struct slice name = arena_printf(call->arena, "DynamoDB%sCapacityUtilization:table/" SLICE_FMT,
                                     capacity, SLICE_ARG(table->name));
    return index ? arena_printf(call->arena, SLICE_FMT "/index/" SLICE_FMT, SLICE_ARG(name),
                                SLICE_ARG(index->name))
                 : name;
}

static struct err change(struct call *call, struct slice name,
                         const struct dynamodb_auto_scaling_settings_update *given,
                         const struct ddb_scaling **scaling)
{
    if (given && given->auto_scaling_disabled.value)
        *scaling = NULL;
    else if (given)
        return take(call, name, given, scaling);
    return OK;
}

struct err ddb_scaling_take_reads(struct call *call, struct ddb_table *table,
                                  struct ddb_index *index,
                                  const struct dynamodb_auto_scaling_settings_update *given)
{
    return change(call, policy_name(call, "Read", table, index), given,
                  index ? &index->scalings.reads : &table->scalings.reads);
}

struct err ddb_scaling_take_writes(struct call *call, struct ddb_table *table,
                                   struct ddb_index *index,
                                   const struct dynamodb_auto_scaling_settings_update *given)
{
    return change(call, policy_name(call, "Write", table, index), given,
                  index ? &index->scalings.writes : &table->scalings.writes);
}

static struct dynamodb_auto_scaling_policy_description_list describe_policies(
    struct arena *arena, const struct ddb_scaling *scaling)
{
    struct dynamodb_auto_scaling_policy_description_list out = {.is_set = true};
    if (!ddb_is_scaled(scaling))
        return out;
    struct dynamodb_auto_scaling_target_tracking_scaling_policy_configuration_description *policy =
        ARENA_NEW(arena, typeof(*policy));
    policy->disable_scale_in = scaling->only_out;
    policy->scale_in_cooldown = scaling->in_cooldown_seconds;
    policy->scale_out_cooldown = scaling->out_cooldown_seconds;
    policy->target_value = scaling->target_percent;
    out.items = ARENA_NEW(arena, struct dynamodb_auto_scaling_policy_description);
    out.items[out.count++] =
        (struct dynamodb_auto_scaling_policy_description){scaling->policy_name, policy};
    return out;
}

struct dynamodb_auto_scaling_settings_description *ddb_scaling_describe(
    struct arena *arena, const struct ddb_scaling *scaling)
{
    struct dynamodb_auto_scaling_settings_description *out =
        ARENA_NEW(arena, struct dynamodb_auto_scaling_settings_description);
    if (!scaling) {
        out->auto_scaling_disabled = SET_BOOL(true);
        return out;
    }
    out->minimum_units = SET_I64(scaling->minimum_units);
    out->maximum_units = SET_I64(scaling->maximum_units);
    out->auto_scaling_role_arn = scaling->role_arn;
    out->scaling_policies = describe_policies(arena, scaling);
    return out;
}

struct err ddb_scaling_check_writes(struct call *call, const struct ddb_table *table)
{
    if (!ddb_is_scaled(table->scalings.writes))
        return fail(call, &DDB_VALIDATION_EXCEPTION,
                    "Table write capacity should either be Pay-Per-Request or AutoScaled.");
    for (size_t i = 0; i < table->index_count; i++)
        if (table->indexes[i].is_global && !ddb_is_scaled(table->indexes[i].scalings.writes))
            return fail(call, &DDB_VALIDATION_EXCEPTION,
                        "GSI write capacity should either be Pay-Per-Request or AutoScaled.");
    return OK;
}
