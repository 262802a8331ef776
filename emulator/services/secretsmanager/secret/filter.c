/* Which secrets a list shows, and in which order. */
#include "emulator/services/secretsmanager/secret/filter.h"

#include <stdlib.h>
#include <string.h>

#include "emulator/core/page.h"

/* What a filter looks at; its tags are read once, and only if a filter asks for them. */
struct subject {
    struct call *call;
    const struct secret *secret;
    struct secret_pairs tags;
    bool has_tags;
};

typedef bool match_fn(const struct subject *subject, struct slice wanted);

static bool starts_with_nocase(struct slice text, struct slice prefix)
{
    return text.len >= prefix.len && slice_eq_nocase(slice_sub(text, 0, prefix.len), prefix);
}

static bool matches_name(const struct subject *subject, struct slice wanted)
{
    return slice_starts_with(subject->secret->name, wanted);
}

/* AWS breaks a description into words: each may begin with what is wanted. */
static bool has_word(struct slice text, struct slice wanted)
{
    for (size_t i = 0; i + wanted.len <= text.len; i++) {
        bool at_word = i == 0 || strchr(" /_+=.@-!", text.ptr[i - 1]);
        if (at_word && slice_eq_nocase(slice_sub(text, i, wanted.len), wanted))
            return true;
    }
    return false;
}

static bool matches_description(const struct subject *subject, struct slice wanted)
{
    return has_word(subject->secret->description, wanted);
}

static bool matches_tag_key(const struct subject *subject, struct slice wanted)
{
    for (size_t i = 0; i < subject->tags.count; i++)
        if (slice_starts_with(subject->tags.items[i].name, wanted))
            return true;
    return false;
}

static bool matches_tag_value(const struct subject *subject, struct slice wanted)
{
    for (size_t i = 0; i < subject->tags.count; i++)
        if (slice_starts_with(subject->tags.items[i].value, wanted))
            return true;
    return false;
}

static bool matches_primary_region(const struct subject *subject, struct slice wanted)
{
    const struct secret *secret = subject->secret;
    return slice_starts_with(slice_is_set(secret->primary_region) ? secret->primary_region
                                                                  : subject->call->region,
                             wanted);
}

static bool matches_owning_service(const struct subject *subject, struct slice wanted)
{
    struct slice owner = subject->secret->owning_service;
    return slice_is_set(owner) && slice_starts_with(owner, wanted);
}

static bool is_anywhere(const struct subject *subject, struct slice word)
{
    const struct secret *secret = subject->secret;
    bool found = has_word(secret->name, word) || has_word(secret->description, word) ||
                 starts_with_nocase(secret->owning_service, word) ||
                 starts_with_nocase(secret->primary_region, word);
    for (size_t i = 0; i < subject->tags.count && !found; i++)
        found = has_word(subject->tags.items[i].name, word) ||
                has_word(subject->tags.items[i].value, word);
    return found;
}

/* Every word of the value must stand somewhere. */
static bool matches_all(const struct subject *subject, struct slice wanted)
{
    struct slice word;
    while (slice_next(&wanted, ' ', &word))
        if (word.len && !is_anywhere(subject, word))
            return false;
    return true;
}

static const struct {
    struct slice key;
    match_fn *matches;
    bool needs_tags;
} keys[] = {
    {SLICE_INIT("name"),           matches_name,           false},
    {SLICE_INIT("description"),    matches_description,    false},
    {SLICE_INIT("tag-key"),        matches_tag_key,        true },
    {SLICE_INIT("tag-value"),      matches_tag_value,      true },
    {SLICE_INIT("primary-region"), matches_primary_region, false},
    {SLICE_INIT("owning-service"), matches_owning_service, false},
    {SLICE_INIT("all"),            matches_all,            true },
};

/* Values of one filter are alternatives; a value with '!' in front excludes. */
static struct err passes_one(struct subject *subject, const struct secretsmanager_filter *filter,
                             bool *passes)
{
    size_t at = 0;
    while (at < ARRAY_LEN(keys) - 1 && !slice_eq(keys[at].key, filter->key))
        at++;
    if (keys[at].needs_tags && !subject->has_tags) {
        TRY(secret_store_tags(subject->call, subject->secret->name, &subject->tags));
        subject->has_tags = true;
    }
    *passes = false;
    for (size_t i = 0; i < filter->values.count && !*passes; i++) {
        struct slice wanted = filter->values.items[i];
        bool negated = slice_starts_with(wanted, SLICE("!"));
        *passes = keys[at].matches(subject, slice_from(wanted, negated)) != negated;
    }
    return OK;
}

struct err secret_passes(struct call *call, const struct secret *secret,
                         const struct secretsmanager_filters_list_type *filters, bool *passes)
{
    struct subject subject = {.call = call, .secret = secret};
    *passes = true;
    for (size_t i = 0; i < filters->count && *passes; i++)
        TRY(passes_one(&subject, &filters->items[i], passes));
    return OK;
}

/* What a secret is sorted by, as a text that sorts alike; the name makes it unique. */
struct entry {
    struct slice position;
    const struct secret *secret;
};

static int64_t date_of(const struct secret *secret, struct slice sort_by)
{
    if (slice_eq(sort_by, SECRETSMANAGER_SORT_BY_TYPE_LAST_ACCESSED_DATE))
        return secret->accessed_micros;
    if (slice_eq(sort_by, SECRETSMANAGER_SORT_BY_TYPE_LAST_CHANGED_DATE))
        return secret->changed_micros;
    return secret->created_micros;
}

static struct slice position_of(struct call *call, const struct secret *secret,
                                struct slice sort_by)
{
    if (slice_eq(sort_by, SECRETSMANAGER_SORT_BY_TYPE_NAME))
        return secret->name;
    return arena_printf(call->arena, "%020lld " SLICE_FMT, (long long)date_of(secret, sort_by),
                        SLICE_ARG(secret->name));
}

static int compare(const void *a, const void *b)
{
    return slice_compare(((const struct entry *)a)->position, ((const struct entry *)b)->position);
}

static int compare_back(const void *a, const void *b)
{
    return compare(b, a);
}

static bool is_behind(struct slice position, struct slice after, bool ascending)
{
    int order = slice_compare(position, after);
    return after.len == 0 || (ascending ? order > 0 : order < 0);
}

static struct err take_page(struct call *call, const struct secret_query *query,
                            const struct entry *entries, size_t count, struct secret_page *page)
{
    struct secret *items = ARENA_ARRAY(call->arena, struct secret, query->page);
    *page = (struct secret_page){.items = items};
    for (size_t i = 0; i < count; i++) {
        bool passes;
        TRY(secret_passes(call, entries[i].secret, query->filters, &passes));
        if (!passes)
            continue;
        if (page->count == query->page) {
            struct slice last = position_of(call, &items[page->count - 1], query->sort_by);
            page->next_token = page_token(call->arena, last);
            break;
        }
        items[page->count++] = *entries[i].secret;
    }
    return OK;
}

struct err secret_select(struct call *call, const struct secret_query *query,
                         struct secret_page *page)
{
    struct secret *all;
    struct slice after;
    size_t total;
    size_t count = 0;
    if (!page_token_read(call->arena, query->token, &after))
        return fail(call, &SECRETSMANAGER_INVALID_NEXT_TOKEN_EXCEPTION, "Invalid NextToken.");
    TRY(secret_store_all(call, &all, &total));
    struct entry *entries = ARENA_ARRAY(call->arena, struct entry, total);
    for (size_t i = 0; i < total; i++) {
        struct slice position = position_of(call, &all[i], query->sort_by);
        bool hidden = all[i].deletion_due_micros && !query->with_deleted;
        if (!hidden && is_behind(position, after, query->ascending))
            entries[count++] = (struct entry){position, &all[i]};
    }
    qsort(entries, count, sizeof *entries, query->ascending ? compare : compare_back);
    return take_page(call, query, entries, count, page);
}
