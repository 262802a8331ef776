/* TagResource, UntagResource, ListTagsOfResource. */
#include "emulator/services/dynamodb/table/tags.h"

#include "emulator/core/arn.h"
#include "emulator/core/page.h"
#include "emulator/services/dynamodb/table/table_state.h"

enum { tags_page = 10 };

static struct ddb_tag *find_tag(const struct ddb_table *table, struct slice key)
{
    for (size_t i = 0; i < table->tag_count; i++)
        if (slice_eq(table->tags[i].key, key))
            return &table->tags[i];
    return NULL;
}

static struct err refuse_too_many(struct call *call)
{
    return fail(call, &DDB_VALIDATION_EXCEPTION,
                "One or more parameter values were invalid: Too many tags: a table has at most 50");
}

static struct err check_given(struct call *call, const struct dynamodb_tag_list *given)
{
    if (given->count > TABLE_TAGS_MAX)
        return refuse_too_many(call);
    for (size_t i = 0; i < given->count; i++) {
        struct slice key = given->items[i].key;
        if (slice_starts_with(key, SLICE("aws:")))
            return fail(call, &DDB_VALIDATION_EXCEPTION,
                        "One or more parameter values were invalid: Tag keys that begin with aws: "
                        "are reserved: " SLICE_FMT,
                        SLICE_ARG(key));
        for (size_t j = 0; j < i; j++)
            if (slice_eq(given->items[j].key, key))
                return fail(
                    call, &DDB_VALIDATION_EXCEPTION,
                    "One or more parameter values were invalid: Duplicate tag key: " SLICE_FMT,
                    SLICE_ARG(key));
    }
    return OK;
}

struct err ddb_tags_add(struct call *call, struct ddb_table *table,
                        const struct dynamodb_tag_list *given)
{
    struct ddb_tag *tags =
        ARENA_ARRAY(call->arena, struct ddb_tag, table->tag_count + given->count);
    TRY(check_given(call, given));
    for (size_t i = 0; i < table->tag_count; i++)
        tags[i] = table->tags[i];
    table->tags = tags;
    for (size_t i = 0; i < given->count; i++) {
        struct ddb_tag *tag = find_tag(table, given->items[i].key);
        if (!tag)
            tag = &table->tags[table->tag_count++];
        *tag = (struct ddb_tag){given->items[i].key, given->items[i].value};
    }
    if (table->tag_count > TABLE_TAGS_MAX)
        return refuse_too_many(call);
    return OK;
}

struct err ddb_require_resource(struct call *call, struct slice text, struct ddb_table *table)
{
    struct arn arn;
    struct slice name;
    bool found;
    bool is_arn = arn_parse(text, &arn);
    if (is_arn &&
        (!slice_eq(arn.service, SLICE("dynamodb")) || !slice_eq(arn.account, call->account)))
        return fail(call, &FAULT_ACCESS_DENIED,
                    "User: " SLICE_FMT " is not authorized to perform: dynamodb:" SLICE_FMT
                    " on resource: " SLICE_FMT,
                    SLICE_ARG(call->caller.arn), SLICE_ARG(call->operation->name), SLICE_ARG(text));
    if (!is_arn || !slice_eq(arn.region, call->region) ||
        !slice_starts_with(arn.resource, SLICE("table/")))
        return fail(call, &DDB_VALIDATION_EXCEPTION,
                    "Invalid TableArn: Invalid ResourceArn provided as input " SLICE_FMT,
                    SLICE_ARG(text));
    TRY(ddb_table_name(call, text, &name));
    TRY(ddb_store_find_table(call, name, table, &found));
    if (!found) /* AWS's spelling */
        return fail(call, &DYNAMODB_RESOURCE_NOT_FOUND_EXCEPTION,
                    "Requested resource not found: ResourcArn: " SLICE_FMT " not found",
                    SLICE_ARG(text));
    return OK;
}

struct err dynamodb_tag_resource(struct call *call, const struct dynamodb_tag_resource_input *in,
                                 void *out)
{
    (void)out;
    struct ddb_table table;
    if (in->tags.count == 0)
        return fail(call, &DDB_VALIDATION_EXCEPTION,
                    "Atleast one Tag needs to be provided as Input.");
    TRY(ddb_require_resource(call, in->resource_arn, &table));
    TRY(ddb_check_settled(call, &table));
    TRY(ddb_tags_add(call, &table, &in->tags));
    return ddb_store_update_table(call, &table);
}

static bool names_key(const struct dynamodb_tag_key_list *keys, struct slice key)
{
    for (size_t i = 0; i < keys->count; i++)
        if (slice_eq(keys->items[i], key))
            return true;
    return false;
}

struct err dynamodb_untag_resource(struct call *call,
                                   const struct dynamodb_untag_resource_input *in, void *out)
{
    (void)out;
    struct ddb_table table;
    size_t kept = 0;
    if (in->tag_keys.count == 0)
        return fail(call, &DDB_VALIDATION_EXCEPTION,
                    "Atleast one Tag Key needs to be provided as Input.");
    TRY(ddb_require_resource(call, in->resource_arn, &table));
    TRY(ddb_check_settled(call, &table));
    for (size_t i = 0; i < table.tag_count; i++)
        if (!names_key(&in->tag_keys, table.tags[i].key))
            table.tags[kept++] = table.tags[i];
    table.tag_count = kept;
    return ddb_store_update_table(call, &table);
}

struct err dynamodb_list_tags_of_resource(struct call *call,
                                          const struct dynamodb_list_tags_of_resource_input *in,
                                          struct dynamodb_list_tags_of_resource_output *out)
{
    struct ddb_table table;
    struct slice after;
    size_t first = 0;
    TRY(ddb_require_resource(call, in->resource_arn, &table));
    if (!page_token_read(call->arena, in->next_token, &after))
        return fail(call, &DDB_VALIDATION_EXCEPTION, "Invalid NextToken");
    if (after.len > 0)
        while (first < table.tag_count && !slice_eq(table.tags[first++].key, after))
            ;
    size_t left = table.tag_count - first;
    size_t count = left < tags_page ? left : tags_page;
    out->tags = (struct dynamodb_tag_list){ARENA_ARRAY(call->arena, struct dynamodb_tag, count),
                                           count, true};
    for (size_t i = 0; i < count; i++)
        out->tags.items[i] =
            (struct dynamodb_tag){table.tags[first + i].key, table.tags[first + i].value};
    if (count < left)
        out->next_token = page_token(call->arena, table.tags[first + count - 1].key);
    return OK;
}
