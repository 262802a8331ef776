/* ListSecrets: filters, order and pages. */
#include <string.h>

#include "emulator/core/page.h"
#include "emulator/services/secretsmanager/secretsmanager_secret.h"

enum { default_page = 100 };

struct listing {
    struct call *call;
    const struct secretsmanager_list_secrets_request *in;
    struct slice after; /* "created|name" of the last secret of the page before */
    bool passed;        /* that secret was seen */
    size_t page;
    struct secret *found; /* page + 1 at most */
    size_t count;
    struct err failure;
};

/* AWS matches the beginning of words; names with case, all else without. */
static bool matches_text(struct slice text, struct slice prefix, bool with_case)
{
    for (size_t i = 0; i + prefix.len <= text.len; i++) {
        struct slice part = slice_sub(text, i, prefix.len);
        bool at_word = i == 0 || strchr(" /_+=.@-!", text.ptr[i - 1]);
        if (at_word && (with_case ? slice_eq(part, prefix) : slice_eq_nocase(part, prefix)))
            return true;
    }
    return false;
}

static bool matches_tags(struct listing *l, const struct secret *secret, struct slice wanted,
                         bool keys, bool values)
{
    struct secret_pair *tags;
    size_t count;
    struct err e = secret_store_tags(l->call, secret->name, &tags, &count);
    if (failed(e)) {
        l->failure = e;
        return false;
    }
    for (size_t i = 0; i < count; i++)
        if ((keys && matches_text(tags[i].name, wanted, true)) ||
            (values && matches_text(tags[i].value, wanted, true)))
            return true;
    return false;
}

static bool matches_value(struct listing *l, const struct secret *secret, struct slice key,
                          struct slice wanted)
{
    bool all = slice_eq(key, SECRETSMANAGER_FILTER_NAME_STRING_TYPE_ALL);
    if (slice_eq(key, SECRETSMANAGER_FILTER_NAME_STRING_TYPE_NAME))
        return slice_starts_with(secret->name, wanted);
    if (slice_eq(key, SECRETSMANAGER_FILTER_NAME_STRING_TYPE_DESCRIPTION))
        return matches_text(secret->description, wanted, false);
    if (slice_eq(key, SECRETSMANAGER_FILTER_NAME_STRING_TYPE_TAG_KEY))
        return matches_tags(l, secret, wanted, true, false);
    if (slice_eq(key, SECRETSMANAGER_FILTER_NAME_STRING_TYPE_TAG_VALUE))
        return matches_tags(l, secret, wanted, false, true);
    return all && (matches_text(secret->name, wanted, false) ||
                   matches_text(secret->description, wanted, false) ||
                   matches_tags(l, secret, wanted, true, true));
}

/* Values of one filter are alternatives; a value with '!' in front excludes. */
static bool matches_filter(struct listing *l, const struct secret *secret,
                           const struct secretsmanager_filter *filter)
{
    for (size_t i = 0; i < filter->values.count; i++) {
        struct slice wanted = filter->values.items[i];
        bool negated = slice_starts_with(wanted, SLICE("!"));
        if (negated)
            wanted = slice_from(wanted, 1);
        if (matches_value(l, secret, filter->key, wanted) != negated)
            return true;
    }
    return false;
}

static struct slice position(struct call *call, const struct secret *secret)
{
    return arena_printf(call->arena, "%lld|" SLICE_FMT, (long long)secret->created_micros,
                        SLICE_ARG(secret->name));
}

static bool visit(void *context, const struct secret *secret)
{
    struct listing *l = context;
    if (!l->passed) {
        l->passed = slice_eq(position(l->call, secret), l->after);
        return true;
    }
    if (secret->deletion_due_micros && !l->in->include_planned_deletion.value)
        return true;
    for (size_t i = 0; i < l->in->filters.count; i++)
        if (!matches_filter(l, secret, &l->in->filters.items[i]))
            return !failed(l->failure);
    l->found[l->count++] = *secret;
    return l->count <= l->page;
}

static struct err write_entry(struct call *call, const struct secret *secret,
                              struct secretsmanager_secret_list_entry *entry)
{
    *entry = (struct secretsmanager_secret_list_entry){
        .arn = secret->arn,
        .name = secret->name,
        .description = secret->description,
        .kms_key_id = secret->kms_key_id,
        .created_date = secret_time(secret->created_micros),
        .last_changed_date = secret_time(secret->changed_micros),
        .last_accessed_date = secret_time(secret->accessed_micros),
        .deleted_date = secret_time(secret->deletion_due_micros),
    };
    TRY(secret_tags_of(call, secret->name, &entry->tags));
    return secret_version_stages(call, secret->name, &entry->secret_versions_to_stages);
}

static struct err check_input(struct call *call,
                              const struct secretsmanager_list_secrets_request *in)
{
    for (size_t i = 0; i < in->filters.count; i++) {
        struct slice key = in->filters.items[i].key;
        if (slice_eq(key, SECRETSMANAGER_FILTER_NAME_STRING_TYPE_PRIMARY_REGION) ||
            slice_eq(key, SECRETSMANAGER_FILTER_NAME_STRING_TYPE_OWNING_SERVICE))
            return fail(
                call, &FAULT_NOT_IMPLEMENTED,
                "Florin does not implement secretsmanager:ListSecrets with the filter " SLICE_FMT
                " yet",
                SLICE_ARG(key));
    }
    if (slice_is_set(in->sort_by) &&
        !slice_eq(in->sort_by, SECRETSMANAGER_SORT_BY_TYPE_CREATED_DATE))
        return fail(call, &FAULT_NOT_IMPLEMENTED,
                    "Florin does not implement secretsmanager:ListSecrets with SortBy " SLICE_FMT
                    " yet",
                    SLICE_ARG(in->sort_by));
    return OK;
}

struct err secretsmanager_list_secrets(struct call *call,
                                       const struct secretsmanager_list_secrets_request *in,
                                       struct secretsmanager_list_secrets_response *out)
{
    struct listing l = {.call = call, .in = in, .passed = !slice_is_set(in->next_token)};
    bool descending = !slice_eq(in->sort_order, SECRETSMANAGER_SORT_ORDER_TYPE_ASC);
    TRY(check_input(call, in));
    if (!page_token_read(call->arena, in->next_token, &l.after))
        return fail(call, &SECRETSMANAGER_INVALID_NEXT_TOKEN_EXCEPTION, "Invalid NextToken.");
    l.page = in->max_results.is_set ? (size_t)in->max_results.value : default_page;
    l.found = ARENA_ARRAY(call->arena, struct secret, l.page + 1);
    TRY(secret_store_each(call, descending, &l, visit));
    TRY(l.failure);
    size_t count = l.count > l.page ? l.page : l.count;
    if (l.count > l.page)
        out->next_token = page_token(call->arena, position(call, &l.found[count - 1]));
    out->secret_list = (struct secretsmanager_secret_list_type){
        ARENA_ARRAY(call->arena, struct secretsmanager_secret_list_entry, count), count, true};
    for (size_t i = 0; i < count; i++)
        TRY(write_entry(call, &l.found[i], &out->secret_list.items[i]));
    return OK;
}
