/* Tables' KMS keys. */
#include "emulator/services/dynamodb/table/table_key.h"

#include "emulator/services/kms_api.h"

#define WERE_INVALID "One or more parameter values were invalid: "

/* KMS's error as DynamoDB's messages repeat it. */
static struct slice passed_on(struct call *call, const char *code, int status, struct slice message)
{
    return arena_printf(call->arena,
                        "com.amazonaws.services.kms.model.%s: " SLICE_FMT
                        " (Service: AWSKMS; Status Code: %d; Error Code: %s; Request ID: " SLICE_FMT
                        "; Proxy: null)",
                        code, SLICE_ARG(message), status, code, SLICE_ARG(call->request_id));
}

/* KMS's answer about a key, or its error as DynamoDB passes it on. */
static struct err ask(struct call *call, struct slice key, struct slice *arn, struct slice *error)
{
    const struct kms_describe_key_request in = {.key_id = key};
    struct kms_describe_key_response out = {0};
    *error = SLICE_NONE;
    struct err e = call->platform->call_internal(call, "kms", "DescribeKey", &in, &out);
    if (failed(e) && call->fault) {
        *error = passed_on(call, e.info->code, e.info->http_status, call->fault_message);
        call->fault = NULL; /* told in other words, if at all */
        return OK;
    }
    TRY(e);
    *arn = out.key_metadata->arn;
    bool disabled = slice_eq(out.key_metadata->key_state, KMS_KEY_STATE_DISABLED);
    if (!slice_eq(out.key_metadata->key_state, KMS_KEY_STATE_ENABLED))
        *error = passed_on(call, disabled ? "DisabledException" : "KMSInvalidStateException", 400,
                           arena_printf(call->arena, SLICE_FMT " is %s.", SLICE_ARG(*arn),
                                        disabled ? "disabled" : "pending deletion"));
    return OK;
}

static struct err check_specification(struct call *call,
                                      const struct dynamodb_sse_specification *given)
{
    bool names_key = slice_is_set(given->kms_master_key_id);
    if (slice_eq(given->sse_type, DYNAMODB_SSE_TYPE_AES256))
        return fail(call, &DDB_VALIDATION_EXCEPTION, WERE_INVALID "The only valid SSEType is KMS");
    if (names_key && !given->enabled.value)
        return fail(call, &DDB_VALIDATION_EXCEPTION,
                    WERE_INVALID "KMSMasterKeyId can only be specified when SSESpecification is "
                                 "enabled");
    if (names_key && !slice_is_set(given->sse_type))
        return fail(call, &DDB_VALIDATION_EXCEPTION,
                    WERE_INVALID "SSEType KMS is required if KMSMasterKeyId is specified");
    return OK;
}

struct err ddb_key_of_specification(struct call *call,
                                    const struct dynamodb_sse_specification *specification,
                                    struct slice *arn)
{
    struct slice error;
    *arn = SLICE_NONE;
    if (!specification)
        return OK;
    TRY(check_specification(call, specification));
    if (!specification->enabled.value)
        return OK;
    struct slice key = slice_is_set(specification->kms_master_key_id)
                           ? specification->kms_master_key_id
                           : SLICE("alias/aws/dynamodb");
    TRY(ask(call, key, arn, &error));
    if (slice_is_set(error))
        return fail(call, &DDB_VALIDATION_EXCEPTION, "KMS validation error: " SLICE_FMT,
                    SLICE_ARG(error));
    return OK;
}

struct err ddb_key_count_change(struct call *call, struct ddb_table *table)
{
    enum { window_seconds = 24 * 3600, free_changes = 4, interval_seconds = 6 * 3600 };
    int64_t now = call->now_micros;
    if (now - table->key_window_micros >= window_seconds * MICROS_PER_SECOND) {
        table->key_window_micros = now;
        table->key_changes = 0;
    }
    if (table->key_changes >= free_changes &&
        now - table->key_changed_micros < interval_seconds * MICROS_PER_SECOND)
        return fail(call, &DYNAMODB_LIMIT_EXCEEDED_EXCEPTION,
                    "Subscriber limit exceeded: Encryption mode changes are limited in the 24h "
                    "window ending at " SLICE_FMT
                    ". After the first %d change, each subsequent change in the same window can be "
                    "performed at most once every %d seconds. Number of updates today: %lld",
                    SLICE_ARG(clock_format_rfc3339(call->arena, now, 3)), free_changes,
                    interval_seconds, (long long)table->key_changes);
    table->key_changes++;
    table->key_changed_micros = now;
    return OK;
}

struct err ddb_key_check(struct call *call, const struct ddb_table *table)
{
    struct slice arn;
    struct slice error;
    if (!slice_is_set(table->kms_key_arn))
        return OK;
    TRY(ask(call, table->kms_key_arn, &arn, &error));
    if (slice_is_set(error))
        return fail(call, &FAULT_ACCESS_DENIED, "KMS key access denied error: " SLICE_FMT,
                    SLICE_ARG(error));
    return OK;
}

bool ddb_key_is_usable(struct call *call, const struct ddb_table *table)
{
    struct slice arn;
    struct slice error;
    return !slice_is_set(table->kms_key_arn) ||
           (!failed(ask(call, table->kms_key_arn, &arn, &error)) && !slice_is_set(error));
}
