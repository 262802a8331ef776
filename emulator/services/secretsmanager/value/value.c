/* GetSecretValue, BatchGetSecretValue and PutSecretValue. */
#include "emulator/services/secretsmanager/value/value.h"

#include "emulator/services/secretsmanager/rotation/rotation.h"
#include "emulator/services/secretsmanager/secret/filter.h"

enum { batch_page = 20 };

static const int64_t day_micros = 86400 * MICROS_PER_SECOND;

/* The date of last access has the resolution of a day, so few reads write. */
struct err secret_note_access(struct call *call, const struct secret *secret,
                              const struct secret_version *version)
{
    int64_t today = call->now_micros - call->now_micros % day_micros;
    struct secret now;
    struct secret_version version_now;
    if (secret->accessed_micros == today && version->accessed_micros == today)
        return OK;
    TRY(store_begin_write(call->store));
    TRY(secret_store_find(call, secret->name, &now));
    TRY(secret_store_find_version(call, secret->name, version->version_id, &version_now));
    if (slice_is_set(now.name) && slice_is_set(version_now.version_id)) {
        now.accessed_micros = version_now.accessed_micros = today;
        TRY(secret_store_save(call, &now));
        TRY(secret_store_save_version(call, now.name, &version_now));
    }
    return store_commit(call->store);
}

struct err secretsmanager_get_secret_value(struct call *call,
                                           const struct secretsmanager_get_secret_value_request *in,
                                           struct secretsmanager_get_secret_value_response *out)
{
    struct secret secret;
    struct secret_version version;
    struct secret_value value;
    TRY(secret_find_usable(call, in->secret_id, &secret));
    TRY(secret_choose_version(call, secret.name, in, &version));
    TRY(secret_open_version(call, &secret, &version, &value));
    out->arn = secret.arn;
    out->name = secret.name;
    out->version_id = version.version_id;
    out->secret_string = value.string;
    out->secret_binary = value.binary;
    out->created_date = (struct opt_time){version.created_micros, true};
    TRY(secret_stages_of(call, secret.name, version.version_id, &out->version_stages));
    return secret_note_access(call, &secret, &version);
}

static bool is_refusal(const struct call *call, struct err e)
{
    return call->fault && e.info == &call->fault->info;
}

/* A refusal of one secret is told beside the others' values; a breakage ends the call. */
static struct err get_one(struct call *call, struct slice secret_id,
                          struct secretsmanager_batch_get_secret_value_response *out)
{
    const struct secretsmanager_get_secret_value_request in = {.secret_id = secret_id};
    struct secretsmanager_get_secret_value_response one = {0};
    struct err e = secretsmanager_get_secret_value(call, &in, &one);
    if (failed(e) && !is_refusal(call, e))
        return e;
    if (failed(e)) {
        out->errors.items[out->errors.count++] = (struct secretsmanager_api_error_type){
            secret_id, slice_from_cstr(call->fault->info.code), call->fault_message};
        call->fault = NULL;
        return OK;
    }
    out->secret_values.items[out->secret_values.count++] =
        (struct secretsmanager_secret_value_entry){
            .arn = one.arn,
            .name = one.name,
            .version_id = one.version_id,
            .secret_binary = one.secret_binary,
            .secret_string = one.secret_string,
            .version_stages = one.version_stages,
            .created_date = one.created_date,
        };
    return OK;
}

static struct err check_batch(struct call *call,
                              const struct secretsmanager_batch_get_secret_value_request *in)
{
    if (in->secret_id_list.is_set == in->filters.is_set)
        return fail(call, &SECRETSMANAGER_INVALID_PARAMETER_EXCEPTION,
                    "You must include either SecretIdList or Filters, but not both.");
    if (in->secret_id_list.is_set && in->max_results.is_set)
        return fail(call, &SECRETSMANAGER_INVALID_PARAMETER_EXCEPTION,
                    "To use MaxResults, you must also use the Filters parameter.");
    return OK;
}

/* Filters choose by name; a list of ids is taken as it is. */
static struct err choose_secrets(struct call *call,
                                 const struct secretsmanager_batch_get_secret_value_request *in,
                                 struct slice *ids, size_t *count, struct slice *next_token)
{
    struct secret_page page;
    const struct secret_query query = {
        .filters = &in->filters,
        .page = in->max_results.is_set ? (size_t)in->max_results.value : batch_page,
        .token = in->next_token,
    };
    *count = in->secret_id_list.count;
    for (size_t i = 0; i < *count; i++)
        ids[i] = in->secret_id_list.items[i];
    if (in->secret_id_list.is_set)
        return OK;
    TRY(secret_select(call, &query, &page));
    *count = page.count;
    *next_token = page.next_token;
    for (size_t i = 0; i < page.count; i++)
        ids[i] = page.items[i].arn;
    return OK;
}

struct err secretsmanager_batch_get_secret_value(
    struct call *call, const struct secretsmanager_batch_get_secret_value_request *in,
    struct secretsmanager_batch_get_secret_value_response *out)
{
    struct slice ids[batch_page];
    size_t count;
    TRY(check_batch(call, in));
    TRY(choose_secrets(call, in, ids, &count, &out->next_token));
    out->secret_values = (struct secretsmanager_secret_values_type){
        ARENA_ARRAY(call->arena, struct secretsmanager_secret_value_entry, batch_page), 0, true};
    out->errors = (struct secretsmanager_api_error_list_type){
        ARENA_ARRAY(call->arena, struct secretsmanager_api_error_type, batch_page), 0, true};
    for (size_t i = 0; i < count; i++)
        TRY(get_one(call, ids[i], out));
    return OK;
}

struct err secretsmanager_put_secret_value(struct call *call,
                                           const struct secretsmanager_put_secret_value_request *in,
                                           struct secretsmanager_put_secret_value_response *out)
{
    struct secret secret;
    const struct secret_value value = {in->secret_string, in->secret_binary};
    if (!secret_value_is_set(&value))
        return fail(call, &SECRETSMANAGER_INVALID_REQUEST_EXCEPTION,
                    "You must provide either SecretString or SecretBinary.");
    TRY(secret_find_writable(call, in->secret_id, &secret));
    TRY(rotation_check_token(call, &secret, in->rotation_token));
    out->arn = secret.arn;
    out->name = secret.name;
    out->version_id = secret_version_id(call, in->client_request_token);
    TRY(secret_put_version(call, &secret, out->version_id, &value, &in->version_stages));
    return secret_stages_of(call, secret.name, out->version_id, &out->version_stages);
}
