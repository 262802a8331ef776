/* Which rotation function does a step. */
#include "emulator/services/secretsmanager/rotation/function.h"

#include "emulator/core/lambda.h"
#include "emulator/services/secretsmanager/rotation/http_function.h"
#include "emulator/services/secretsmanager/rotation/postgres_function.h"

static const struct {
    struct slice name;
    enum postgres_strategy strategy;
} built_in[] = {
    {SLICE_INIT("SecretsManagerRDSPostgreSQLRotationSingleUser"), POSTGRES_SINGLE_USER},
    {SLICE_INIT("SecretsManagerRDSPostgreSQLRotationMultiUser"),  POSTGRES_MULTI_USER },
};

struct slice rotation_step_name(enum rotation_step step)
{
    static const struct slice names[] = {
        [ROTATION_CREATE_SECRET] = SLICE_INIT("createSecret"),
        [ROTATION_SET_SECRET] = SLICE_INIT("setSecret"),
        [ROTATION_TEST_SECRET] = SLICE_INIT("testSecret"),
        [ROTATION_FINISH_SECRET] = SLICE_INIT("finishSecret"),
    };
    _Static_assert(ARRAY_LEN(names) == ROTATION_STEP_COUNT, "every step has its name");
    return names[step];
}

/* Its number among the built-in ones, or -1. */
static int find_built_in(struct slice arn)
{
    struct slice name = lambda_name(arn);
    for (size_t i = 0; i < ARRAY_LEN(built_in); i++) {
        if (!slice_ends_with(name, built_in[i].name))
            continue;
        struct slice before = slice_sub(name, 0, name.len - built_in[i].name.len);
        if (before.len == 0 || slice_ends_with(before, SLICE("-")))
            return (int)i;
    }
    return -1;
}

bool rotation_function_exists(const struct call *call, struct slice arn)
{
    struct slice url;
    return lambda_find(call->platform->functions, arn, &url) || find_built_in(arn) >= 0;
}

struct slice rotation_function_run(struct call *call, const struct rotation_event *event)
{
    struct slice url;
    int known = find_built_in(event->function);
    if (lambda_find(call->platform->functions, event->function, &url))
        return http_function_run(call, event, url);
    if (known >= 0)
        return postgres_function_run(call, event, built_in[known].strategy);
    return arena_printf(call->arena,
                        "there is no rotation function " SLICE_FMT
                        ": map it to its endpoint with --functions",
                        SLICE_ARG(event->function));
}
