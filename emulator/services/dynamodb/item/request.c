/* Names, placeholders and refusals of a request. */
#include "emulator/services/dynamodb/item/request.h"

#include "emulator/core/arn.h"
#include "emulator/services/dynamodb/table/table_key.h"

enum { name_bytes_min = 3, name_bytes_max = 255 };

struct err ddb_told(struct call *call, struct err e, const struct ddb_refusal *refusal)
{
    if (e.info == &DDB_INVALID)
        return fail(call, &DDB_VALIDATION_EXCEPTION, SLICE_FMT, SLICE_ARG(refusal->message));
    if (e.info == &DDB_UNSERIALIZABLE)
        return fail(call, &FAULT_SERIALIZATION, SLICE_FMT, SLICE_ARG(refusal->message));
    return e;
}

static bool is_name(struct slice text)
{
    for (size_t i = 0; i < text.len; i++) {
        char c = text.ptr[i];
        bool allowed = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
                       c == '_' || c == '-' || c == '.';
        if (!allowed)
            return false;
    }
    return text.len >= name_bytes_min && text.len <= name_bytes_max;
}

static struct err name_of_arn(struct call *call, struct slice parameter, struct slice *name)
{
    struct arn arn;
    struct slice kind;
    bool parsed = arn_parse(parameter, &arn) && slice_eq(arn.service, SLICE("dynamodb")) &&
                  slice_split_once(arn.resource, '/', &kind, name) &&
                  slice_eq(kind, SLICE("table")) && is_name(*name);
    if (!parsed)
        return fail(call, &DDB_VALIDATION_EXCEPTION, "Invalid table ARN: " SLICE_FMT,
                    SLICE_ARG(parameter));
    if (!slice_eq(arn.account, call->account) || !slice_eq(arn.region, call->region))
        return fail(call, &DYNAMODB_RESOURCE_NOT_FOUND_EXCEPTION, "Requested resource not found");
    return OK;
}

struct err ddb_table_name(struct call *call, struct slice parameter, struct slice *name)
{
    if (slice_starts_with(parameter, SLICE("arn:")))
        return name_of_arn(call, parameter, name);
    if (!is_name(parameter))
        return fail(call, &DDB_VALIDATION_EXCEPTION,
                    "Invalid table/index name.  Table/index names must be between 3 and 255 "
                    "characters long, and may contain only the characters a-z, A-Z, 0-9, '_', "
                    "'-', and '.'");
    *name = parameter;
    return OK;
}

struct err ddb_require_table(struct call *call, struct slice parameter, struct ddb_table *table)
{
    struct slice name;
    bool found;
    TRY(ddb_table_name(call, parameter, &name));
    TRY(ddb_store_use_table(call, name, table, &found));
    /* A table that is not there yet, or no more, is not there for its items. */
    if (!found || table->state.status == DDB_CREATING || table->state.status == DDB_DELETING)
        return fail(call, &DYNAMODB_RESOURCE_NOT_FOUND_EXCEPTION, "Requested resource not found");
    table->asked_as = parameter;
    return ddb_key_check(call, table);
}

struct err ddb_require_named_table(struct call *call, struct slice parameter,
                                   struct ddb_table *table)
{
    struct slice name;
    bool found;
    TRY(ddb_table_name(call, parameter, &name));
    TRY(ddb_store_find_table(call, name, table, &found));
    if (!found)
        return fail(call, &DYNAMODB_RESOURCE_NOT_FOUND_EXCEPTION,
                    "Requested resource not found: Table: " SLICE_FMT " not found",
                    SLICE_ARG(name));
    return OK;
}

struct slice ddb_table_arn(struct call *call, struct slice name)
{
    struct arn arn = {SLICE("aws"), SLICE("dynamodb"), call->region, call->account,
                      arena_printf(call->arena, "table/" SLICE_FMT, SLICE_ARG(name))};
    return arn_format(call->arena, &arn);
}

/* "UpdateExpression and ConditionExpression are null" */
static struct err refuse_values(struct call *call, const struct ddb_expression *expressions,
                                size_t count)
{
    return count == 1 ? fail(call, &DDB_VALIDATION_EXCEPTION,
                             "ExpressionAttributeValues can only be specified when using "
                             "expressions: %s is null",
                             expressions[0].parameter)
                      : fail(call, &DDB_VALIDATION_EXCEPTION,
                             "ExpressionAttributeValues can only be specified when using "
                             "expressions: %s and %s are null",
                             expressions[0].parameter, expressions[1].parameter);
}

static bool any_given(const struct ddb_expression *expressions, size_t count)
{
    for (size_t i = 0; i < count; i++)
        if (slice_is_set(expressions[i].text))
            return true;
    return false;
}

static struct err add_names(struct ddb_request *request,
                            const struct dynamodb_expression_attribute_name_map *names)
{
    if (names->is_set && names->count == 0)
        return ddb_refuse(&request->refusal, "ExpressionAttributeNames must not be empty");
    for (size_t i = 0; i < names->count; i++)
        TRY(placeholders_add_name(&request->placeholders, names->count, names->items[i].key,
                                  names->items[i].value, request->call->arena, &request->refusal));
    placeholders_sort_names(&request->placeholders);
    return OK;
}

struct err ddb_request_begin(struct ddb_request *request, struct call *call,
                             const struct dynamodb_expression_attribute_name_map *names,
                             const struct ddb_item *values,
                             const struct ddb_expression *expressions, size_t count,
                             size_t value_users)
{
    bool has_values = values && values->is_set;
    *request = (struct ddb_request){.call = call, .refusal.arena = call->arena};
    if (names->is_set && !any_given(expressions, count))
        return fail(call, &DDB_VALIDATION_EXCEPTION,
                    "ExpressionAttributeNames can only be specified when using expressions");
    if (has_values && !any_given(expressions, value_users))
        return refuse_values(call, expressions, value_users);
    TRY_TOLD(call, &request->refusal,
             placeholders_init(&request->placeholders, call->arena,
                               has_values ? &values->map : NULL,
                               has_values ? values->refusal : SLICE_NONE, &request->refusal));
    return ddb_told(call, add_names(request, names), &request->refusal);
}

struct expression_input ddb_request_input(struct ddb_request *request, const char *parameter,
                                          struct slice text)
{
    return (struct expression_input){request->call->arena, parameter, text, &request->placeholders,
                                     &request->refusal};
}

struct err ddb_request_parsed(struct ddb_request *request)
{
    return ddb_told(request->call,
                    placeholders_check_used(&request->placeholders, &request->refusal),
                    &request->refusal);
}

struct err ddb_check_noted(struct call *call, const struct ddb_item *item)
{
    if (slice_is_set(item->refusal))
        return fail(call, &DDB_VALIDATION_EXCEPTION, SLICE_FMT, SLICE_ARG(item->refusal));
    return OK;
}
