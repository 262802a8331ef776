/*
 * Pages of SELECT. A page token holds the place where the next page begins, and a digest of the
 * statement and its parameters, so that it continues nothing else.
 */
#include "emulator/services/dynamodb/partiql/partiql_select.h"

#include "emulator/core/page.h"
#include "emulator/services/dynamodb/value/item_bytes.h"
#include "lib/enc/hash.h"

/* "Results are returned in pages of up to 10 items": developer guide, on IN. */
enum { alternatives_page_items = 10 };

struct selection {
    const struct partiql_page_request *wanted;
    struct ddb_page_request page;
    struct partiql_plan plan;
    struct slice digest;
    size_t range;          /* where this page begins */
    struct ddb_item start; /* after this key; not set: at the range's start */
    int64_t scanned;
    size_t bytes;
};

static struct slice digest_of(const struct partiql_request *request)
{
    unsigned char digest[SHA256_BYTES];
    sha256(partiql_content(request->call->arena, request->text, &request->parameters), digest);
    return arena_dup(request->call->arena, (struct slice){(const char *)digest, sizeof digest});
}

static struct slice make_token(const struct selection *s, size_t range,
                               const struct ddb_item *last_key)
{
    struct arena *arena = s->page.request.call->arena;
    struct attr_member members[3] = {0};
    members[0].name = SLICE("d");
    members[0].value = attr_string(s->digest);
    members[1].name = SLICE("k");
    members[1].value.type = ATTR_M;
    members[1].value.map = last_key->map;
    members[2].name = SLICE("r");
    members[2].value = attr_number(arena_printf(arena, "%zu", range));
    const struct attr_map token = {members, ARRAY_LEN(members)};
    return page_token(arena, item_to_bytes(arena, &token));
}

static bool is_type(const struct attr_value *value, enum attr_type type)
{
    return value && value->type == type;
}

/* False for what is no token of this statement's. */
static bool read_token(struct selection *s)
{
    struct arena *arena = s->page.request.call->arena;
    struct slice bytes;
    struct attr_map token;
    uint64_t range;
    if (!page_token_read(arena, s->wanted->next_token, &bytes) ||
        !item_from_bytes(arena, bytes, &token))
        return false;
    const struct attr_value *digest = attr_map_get(&token, SLICE("d"));
    const struct attr_value *place = attr_map_get(&token, SLICE("r"));
    const struct attr_value *key = attr_map_get(&token, SLICE("k"));
    if (!is_type(digest, ATTR_S) || !slice_eq(digest->text, s->digest) || !is_type(place, ATTR_N) ||
        !slice_to_u64(place->text, &range) || !is_type(key, ATTR_M))
        return false;
    s->range = range;
    if (key->map.count > 0)
        s->start = ddb_item_of_map(key->map);
    return true;
}

static struct err begin(struct selection *s, const struct partiql_page_request *wanted)
{
    struct call *call = wanted->request->call;
    const struct partiql_statement *statement = &wanted->request->statement;
    *s = (struct selection){
        .wanted = wanted,
        .page = {.request = {.call = call, .refusal.arena = call->arena},
                 .table_name = statement->table,
                 .index_name = statement->index,
                 .projection = partiql_read_columns(call->arena, statement),
                 .consistent = wanted->consistent},
    };
    TRY(ddb_page_resolve(&s->page));
    TRY_TOLD(call, &s->page.request.refusal,
             partiql_plan(call->arena, statement, ddb_page_keys(&s->page), &s->plan,
                          &s->page.request.refusal));
    s->page.filter = s->plan.filters ? statement->where : NULL;
    s->page.backwards = s->plan.backwards;
    if (!slice_is_set(wanted->next_token))
        return OK;
    s->digest = digest_of(wanted->request);
    if (!read_token(s) || s->range >= s->plan.count)
        return fail(call, &DDB_VALIDATION_EXCEPTION, "NextToken does not match request");
    return OK;
}

static void append(struct arena *arena, struct dynamodb_item_list *all,
                   const struct dynamodb_item_list *more)
{
    if (more->count == 0)
        return;
    struct ddb_item *items = ARENA_ARRAY(arena, struct ddb_item, all->count + more->count);
    if (all->count > 0)
        memcpy(items, all->items, all->count * sizeof *items);
    memcpy(items + all->count, more->items, more->count * sizeof *items);
    *all = (struct dynamodb_item_list){items, all->count + more->count, true};
}

/* Paths that go deeper than one name are shown by their last. */
static void project(const struct selection *s, struct dynamodb_item_list *items)
{
    const struct partiql_statement *statement = &s->wanted->request->statement;
    bool deeper = false;
    for (size_t i = 0; i < statement->column_count; i++)
        deeper = deeper || statement->columns[i].path.count > 1;
    for (size_t i = 0; deeper && i < items->count; i++)
        items->items[i] = ddb_item_of_map(
            partiql_project(s->page.request.call->arena, statement, &items->items[i].map));
}

static struct err read_range(struct selection *s, size_t at, const struct partiql_page *page,
                             struct ddb_page *result)
{
    static const struct ddb_item none = {0};
    struct key_range range = s->plan.ranges[at];
    s->page.start_key = at == s->range ? &s->start : &none;
    if (s->wanted->limit > 0)
        s->page.limit = s->wanted->limit - s->scanned;
    if (s->plan.count > 1)
        s->page.kept_limit = alternatives_page_items - (int64_t)page->items.count;
    TRY(ddb_page_start(&s->page, &range, "NextToken does not match request"));
    TRY(ddb_page_read(&s->page, &range, result));
    s->scanned += result->scanned_count;
    s->bytes += result->bytes;
    return OK;
}

/* After a range: whether the page ends here, and with which token. */
static bool ends(struct selection *s, size_t at, const struct ddb_page *result,
                 struct partiql_page *page)
{
    static const struct ddb_item none = {0};
    bool within = result->last_key.is_set && !s->plan.names_items;
    bool full = s->bytes >= PAGE_BYTES_MAX || page->items.count == alternatives_page_items ||
                (s->wanted->limit > 0 && s->scanned == s->wanted->limit);
    if (!within && (!full || at + 1 == s->plan.count))
        return false;
    if (!slice_is_set(s->digest))
        s->digest = digest_of(s->wanted->request);
    page->last_key = within ? result->last_key : none;
    page->next_token = make_token(s, within ? at : at + 1, &page->last_key);
    return true;
}

struct err partiql_select(const struct partiql_page_request *wanted, struct partiql_page *page)
{
    struct selection s;
    *page = (struct partiql_page){.items.is_set = true};
    TRY(begin(&s, wanted));
    for (size_t at = s.range; at < s.plan.count; at++) {
        struct ddb_page result;
        TRY(read_range(&s, at, page, &result));
        append(wanted->request->call->arena, &page->items, &result.items);
        page->usage.table += result.usage.table;
        for (size_t i = 0; i < s.page.table.index_count; i++)
            page->usage.indexes[i] += result.usage.indexes[i];
        if (ends(&s, at, &result, page))
            break;
    }
    project(&s, &page->items);
    page->table = s.page.table;
    return OK;
}
