/* Pages of items. */
#include "emulator/services/dynamodb/item/read_page.h"

#include "emulator/services/dynamodb/item/legacy.h"
#include "emulator/services/dynamodb/item/throttle.h"
#include "emulator/services/dynamodb/table/table_state.h"
#include "emulator/services/dynamodb/value/item_bytes.h"

const struct key_schema *ddb_page_keys(const struct ddb_page_request *page)
{
    return page->index ? &page->index->keys : &page->table.keys;
}

static bool selects(const struct ddb_page_request *page, struct slice what)
{
    return slice_eq(page->select, what);
}

static struct err check_select(const struct ddb_page_request *page)
{
    const char *words = NULL;
    bool by_name = page->attributes_to_get->is_set;
    bool projects = by_name || slice_is_set(page->projection_expression);
    const char *parameter = by_name ? "AttributesToGet" : "ProjectionExpression";
    if (selects(page, DYNAMODB_SELECT_ALL_PROJECTED_ATTRIBUTES) && !slice_is_set(page->index_name))
        words = "ALL_PROJECTED_ATTRIBUTES can be used only when Querying using an IndexName";
    else if (selects(page, DYNAMODB_SELECT_SPECIFIC_ATTRIBUTES) && !projects)
        words = "Must specify the AttributesToGet or ProjectionExpression when choosing to get "
                "SPECIFIC_ATTRIBUTES";
    else if (projects && selects(page, DYNAMODB_SELECT_COUNT))
        return fail(page->request.call, &DDB_VALIDATION_EXCEPTION,
                    "Cannot specify the %s when choosing to get only the Count", parameter);
    else if (projects && slice_is_set(page->select) &&
             !selects(page, DYNAMODB_SELECT_SPECIFIC_ATTRIBUTES))
        return fail(page->request.call, &DDB_VALIDATION_EXCEPTION,
                    "Cannot specify the %s when choosing to get " SLICE_FMT, parameter,
                    SLICE_ARG(page->select));
    return words ? fail(page->request.call, &DDB_VALIDATION_EXCEPTION, "%s", words) : OK;
}

struct err ddb_page_parse(struct ddb_page_request *page)
{
    struct call *call = page->request.call;
    struct ddb_refusal *refusal = &page->request.refusal;
    if (page->start_key->is_set && slice_is_set(page->start_key->refusal))
        return fail(call, &DDB_VALIDATION_EXCEPTION,
                    "The provided starting key is invalid: " SLICE_FMT,
                    SLICE_ARG(page->start_key->refusal));
    TRY(check_select(page));
    TRY(ddb_legacy_attributes(&page->request, page->attributes_to_get, &page->projection));
    if (slice_is_set(page->projection_expression)) {
        struct expression_input input =
            ddb_request_input(&page->request, "ProjectionExpression", page->projection_expression);
        TRY_TOLD(call, refusal, projection_parse(&input, &page->projection));
    }
    if (slice_is_set(page->filter_expression)) {
        struct expression_input input =
            ddb_request_input(&page->request, "FilterExpression", page->filter_expression);
        TRY_TOLD(call, refusal, condition_parse(&input, &page->filter));
        return OK;
    }
    return ddb_legacy_filter(&page->request, page->legacy_filter, page->conditional_operator,
                             &page->filter);
}

/* The first attribute asked for that the index lacks; absent: none. */
static struct slice unprojected(const struct ddb_page_request *page)
{
    for (size_t i = 0; i < page->projection.count; i++) {
        struct slice name = page->projection.paths[i].steps[0].name;
        if (!ddb_index_has_attribute(&page->table, page->index, name))
            return name;
    }
    return SLICE_NONE;
}

static struct err check_global_index(struct ddb_page_request *page)
{
    struct call *call = page->request.call;
    struct slice name = unprojected(page);
    if (page->consistent)
        return fail(call, &DDB_VALIDATION_EXCEPTION,
                    "Consistent reads are not supported on global secondary indexes");
    if (selects(page, DYNAMODB_SELECT_ALL_ATTRIBUTES) && page->index->projection != PROJECT_ALL)
        return fail(call, &DDB_VALIDATION_EXCEPTION,
                    "One or more parameter values were invalid: Select type ALL_ATTRIBUTES is not "
                    "supported for global secondary index " SLICE_FMT
                    " because its projection type is not ALL",
                    SLICE_ARG(page->index->name));
    if (slice_is_set(name))
        return fail(call, &DDB_VALIDATION_EXCEPTION,
                    "One or more parameter values were invalid: Global secondary index " SLICE_FMT
                    " does not project [" SLICE_FMT "]",
                    SLICE_ARG(page->index->name), SLICE_ARG(name));
    return OK;
}

struct err ddb_page_resolve(struct ddb_page_request *page)
{
    struct call *call = page->request.call;
    TRY(ddb_require_table(call, page->table_name, &page->table));
    if (!slice_is_set(page->index_name))
        return OK;
    page->index = ddb_table_find_index(&page->table, page->index_name);
    if (!page->index)
        return fail(call, &DDB_VALIDATION_EXCEPTION,
                    "The table does not have the specified index: " SLICE_FMT,
                    SLICE_ARG(page->index_name));
    if (!ddb_index_is_readable(page->index))
        return fail(call, &DDB_VALIDATION_EXCEPTION,
                    "Cannot read from backfilling global secondary index: " SLICE_FMT,
                    SLICE_ARG(page->index_name));
    if (page->index->is_global)
        return check_global_index(page);
    page->fetches =
        page->index->projection != PROJECT_ALL &&
        (selects(page, DYNAMODB_SELECT_ALL_ATTRIBUTES) || slice_is_set(unprojected(page)));
    return OK;
}

static bool is_key_attribute(const void *context, struct slice name)
{
    return key_schema_find(context, name) != NULL;
}

struct err ddb_page_check_filter(const struct ddb_page_request *page)
{
    if (!page->filter)
        return OK;
    struct slice name =
        condition_find_attribute(page->filter, is_key_attribute, ddb_page_keys(page));
    if (slice_is_set(name))
        return fail(
            page->request.call, &DDB_VALIDATION_EXCEPTION,
            "%s can only contain non-primary key attributes: Primary key attribute: " SLICE_FMT,
            page->legacy_filter->is_set ? "QueryFilter" : "Filter Expression", SLICE_ARG(name));
    return OK;
}

/* The attributes of a start key: the table's key and the index's. */
static size_t start_key_attributes(const struct ddb_page_request *page)
{
    size_t count = page->table.keys.count;
    for (unsigned i = 0; page->index && i < page->index->keys.count; i++)
        count += !key_schema_find(&page->table.keys, page->index->keys.parts[i].name);
    return count;
}

static bool matches_schema(const struct key_schema *keys, const struct attr_map *start)
{
    for (unsigned i = 0; i < keys->count; i++) {
        const struct attr_value *value = attr_map_get(start, keys->parts[i].name);
        if (!value || value->type != keys->parts[i].type)
            return false;
    }
    return true;
}

struct err ddb_page_start(struct ddb_page_request *page, struct key_range *range,
                          const char *outside)
{
    struct call *call = page->request.call;
    const struct attr_map *start = &page->start_key->map;
    struct buf key;
    if (!page->start_key->is_set)
        return OK;
    if (start->count != start_key_attributes(page) || !matches_schema(&page->table.keys, start) ||
        !matches_schema(ddb_page_keys(page), start))
        return fail(call, &DDB_VALIDATION_EXCEPTION, "The provided starting key is invalid%s",
                    page->index ? "" : ": The provided key element does not match the schema");
    buf_init_arena(&key, call->arena, 2 * KEY_BYTES_MAX);
    key_encode(&key, ddb_page_keys(page), start);
    if (page->index)
        key_encode_values(&key, &page->table.keys, start);
    if (key.overflowed || slice_compare(buf_slice(&key), range->low) < 0 ||
        (range->high.len > 0 && slice_compare(buf_slice(&key), range->high) >= 0))
        return fail(call, &DDB_VALIDATION_EXCEPTION, "%s", outside);
    if (page->backwards) {
        range->high = buf_slice(&key);
    } else {
        buf_append_char(&key, '\0'); /* the least key above this one */
        range->low = buf_slice(&key);
    }
    return OK;
}

struct reading {
    struct ddb_page_request *page;
    struct ddb_page *result;
    size_t bytes;         /* read so far, as AWS counts items */
    size_t capacity;      /* of result->items */
    struct slice last;    /* the last item read, as the table or index holds it */
    double fetched_units; /* of a local index's reads of the table */
};

static void keep(struct reading *reading, struct ddb_item item)
{
    struct dynamodb_item_list *list = &reading->result->items;
    if (list->count == reading->capacity) {
        struct arena *arena = reading->page->request.call->arena;
        size_t capacity = reading->capacity ? reading->capacity * 2 : 16;
        struct ddb_item *items = ARENA_ARRAY(arena, struct ddb_item, capacity);
        for (size_t i = 0; i < list->count; i++)
            items[i] = list->items[i];
        list->items = items;
        reading->capacity = capacity;
    }
    list->items[list->count++] = item;
}

/* The whole item of a local index's entry. */
static struct err fetch(struct reading *reading, struct slice *bytes)
{
    struct ddb_page_request *page = reading->page;
    struct call *call = page->request.call;
    struct attr_map entry;
    struct ddb_stored stored;
    struct buf key;
    if (!item_from_bytes(call->arena, *bytes, &entry))
        return ERR(&DDB_DAMAGED);
    buf_init_arena(&key, call->arena, KEY_BYTES_MAX);
    key_encode(&key, &page->table.keys, &entry);
    TRY(ddb_store_find_item(call, &page->table, buf_slice(&key), &stored));
    if (!slice_is_set(stored.bytes))
        return ERR(&DDB_DAMAGED);
    reading->fetched_units += ddb_read_units(stored.size, page->consistent);
    *bytes = stored.bytes;
    return OK;
}

static struct err passes(const struct reading *reading, struct slice bytes, bool *passed)
{
    const struct ddb_page_request *page = reading->page;
    struct attr_map item;
    *passed = true;
    if (!page->filter)
        return OK;
    if (!item_from_bytes(page->request.call->arena, bytes, &item))
        return ERR(&DDB_DAMAGED);
    *passed = condition_holds(page->filter, &item);
    return OK;
}

/* Filters, selects and keeps one item; `bytes` live until the cursor's next step. */
static struct err take(struct reading *reading, struct slice bytes)
{
    struct ddb_page_request *page = reading->page;
    struct arena *arena = page->request.call->arena;
    bool passed;
    if (page->fetches)
        TRY(fetch(reading, &bytes));
    TRY(passes(reading, bytes, &passed));
    if (!passed)
        return OK;
    reading->result->count++;
    if (selects(page, DYNAMODB_SELECT_COUNT))
        return OK;
    bytes = arena_dup(arena, bytes);
    if (page->projection.count == 0) {
        keep(reading, ddb_item_of_bytes(bytes));
        return OK;
    }
    struct attr_map projected;
    if (!projection_apply_bytes(arena, &page->projection, bytes, &projected))
        return ERR(&DDB_DAMAGED);
    keep(reading, ddb_item_of_map(projected));
    return OK;
}

/* The key after which the next page begins. */
static struct err set_last_key(struct reading *reading)
{
    struct ddb_page_request *page = reading->page;
    struct arena *arena = page->request.call->arena;
    struct attr_map item;
    if (!item_from_bytes(arena, reading->last, &item))
        return ERR(&DDB_DAMAGED);
    struct attr_map key = key_of_item(arena, &page->table.keys, &item);
    for (unsigned i = 0; page->index && i < page->index->keys.count; i++) {
        struct slice name = page->index->keys.parts[i].name;
        key = attr_map_with(arena, &key, name, attr_map_get(&item, name));
    }
    reading->result->last_key = ddb_item_of_map(key);
    return OK;
}

static struct err read_items(struct reading *reading, const struct key_range *range)
{
    struct ddb_page_request *page = reading->page;
    struct call *call = page->request.call;
    CLEANUP(ddb_cursor_cleanup)
    struct ddb_cursor cursor =
        ddb_store_walk(call, &page->table, page->index, range, page->backwards);
    struct slice bytes;
    while (ddb_cursor_next(&cursor, &bytes)) {
        size_t size;
        if (!item_bytes_size(bytes, &size))
            return ERR(&DDB_DAMAGED);
        if (reading->bytes > 0 && reading->bytes + size > PAGE_BYTES_MAX)
            return set_last_key(reading);
        TRY(take(reading, bytes));
        reading->bytes += size;
        reading->result->scanned_count++;
        /* The page may end here or at the next item: keep what the last key is made of. */
        bool full = reading->result->scanned_count == page->limit ||
                    (page->kept_limit > 0 && reading->result->count == page->kept_limit);
        if (full || reading->bytes > PAGE_BYTES_MAX / 4)
            reading->last = arena_dup(call->arena, bytes);
        if (full)
            return set_last_key(reading);
    }
    return ddb_cursor_done(&cursor);
}

struct err ddb_page_read(struct ddb_page_request *page, const struct key_range *range,
                         struct ddb_page *result)
{
    struct reading reading = {.page = page, .result = result};
    *result = (struct ddb_page){.items.is_set = !selects(page, DYNAMODB_SELECT_COUNT)};
    /* A range that the start key has emptied holds nothing. */
    if (range->high.len == 0 || slice_compare(range->low, range->high) < 0)
        TRY(read_items(&reading, range));
    result->bytes = reading.bytes;
    double units = ddb_read_units(reading.bytes, page->consistent);
    result->usage.table = page->index ? reading.fetched_units : units;
    if (page->index)
        result->usage.indexes[page->index - page->table.indexes] = units;
    return ddb_throttle(page->request.call, &page->table, &result->usage, 1, CAPACITY_OF_READS);
}
