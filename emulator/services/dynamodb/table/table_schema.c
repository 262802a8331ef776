/* Key schemas and indexes from requests. */
#include "emulator/services/dynamodb/table/table_schema.h"

#include "emulator/services/dynamodb/table/table_throughput.h"

#define WERE_INVALID "One or more parameter values were invalid: "

static struct err refuse(struct ddb_schema *schema, const char *words)
{
    return fail(schema->call, &DDB_VALIDATION_EXCEPTION, "%s", words);
}

static struct slice list_names(struct arena *arena, const struct key_part *parts, size_t count)
{
    struct buf out;
    buf_init_arena(&out, arena, 64UL * 1024);
    buf_append_char(&out, '[');
    for (size_t i = 0; i < count; i++) {
        buf_append_cstr(&out, i > 0 ? ", " : "");
        buf_append(&out, parts[i].name);
    }
    buf_append_char(&out, ']');
    return buf_slice(&out);
}

static const struct key_part *find_part(const struct key_part *parts, size_t count,
                                        struct slice name)
{
    for (size_t i = 0; i < count; i++)
        if (slice_eq(parts[i].name, name))
            return &parts[i];
    return NULL;
}

struct err ddb_schema_take_attributes(struct ddb_schema *schema,
                                      const struct dynamodb_attribute_definitions *given)
{
    struct ddb_table *table = schema->table;
    struct key_part *parts = ARENA_ARRAY(schema->call->arena, struct key_part, given->count);
    if (!given->is_set)
        return refuse(schema,
                      "1 validation error detected: Value null at 'attributeDefinitions' failed "
                      "to satisfy constraint: Member must not be null");
    for (size_t i = 0; i < given->count; i++) {
        /* More than this many cannot all be part of a key: they are refused for that. */
        if (i <= TABLE_ATTRIBUTES_MAX && find_part(parts, i, given->items[i].attribute_name))
            return fail(schema->call, &DDB_VALIDATION_EXCEPTION,
                        "Cannot have two attributes with the same name");
        parts[i].name = given->items[i].attribute_name;
        (void)attr_type_parse(given->items[i].attribute_type,
                              &parts[i].type); /* the model's enum */
    }
    table->attributes = parts;
    table->attribute_count = given->count;
    if (given->count > TABLE_ATTRIBUTES_MAX)
        return refuse(schema,
                      WERE_INVALID "Number of attributes in AttributeDefinitions exceeds what "
                                   "keys and indexes can use");
    return OK;
}

static bool is_hash(const struct dynamodb_key_schema_element *element)
{
    return slice_eq(element->key_type, DYNAMODB_KEY_TYPE_HASH);
}

/* The form of a key schema: hash attributes, then range attributes, no name twice. */
static struct err check_key_form(struct ddb_schema *schema, const struct dynamodb_key_schema *given,
                                 unsigned hash_max, unsigned range_max)
{
    unsigned hashes = 0;
    if (!is_hash(&given->items[0]))
        return refuse(schema,
                      "Invalid KeySchema: The first KeySchemaElement is not a HASH key type");
    while (hashes < given->count && is_hash(&given->items[hashes]))
        hashes++;
    if (hash_max == 1 && hashes > 1)
        return refuse(schema,
                      "Invalid KeySchema: The second KeySchemaElement is not a RANGE key type");
    for (size_t i = hashes; i < given->count; i++)
        if (is_hash(&given->items[i]))
            return refuse(schema, "Invalid KeySchema: HASH key elements must come before RANGE key "
                                  "elements");
    if (hashes > hash_max || given->count - hashes > range_max)
        return fail(schema->call, &DDB_VALIDATION_EXCEPTION,
                    "1 validation error detected: Value '[%zu values]' at 'keySchema' failed to "
                    "satisfy constraint: Member must have length less than or equal to %u",
                    given->count, hash_max + range_max);
    for (size_t i = 1; i < given->count; i++)
        for (size_t j = 0; j < i; j++)
            if (slice_eq(given->items[i].attribute_name, given->items[j].attribute_name))
                return refuse(schema,
                              "Both the Hash Key and the Range Key element in the KeySchema "
                              "have the same name");
    return OK;
}

struct err ddb_schema_take_keys(struct ddb_schema *schema, const struct dynamodb_key_schema *given,
                                unsigned hash_max, unsigned range_max, struct key_schema *keys)
{
    struct key_part names[KEY_PARTS_MAX] = {0};
    TRY(check_key_form(schema, given, hash_max, range_max));
    for (size_t i = 0; i < given->count; i++)
        names[i].name = given->items[i].attribute_name;
    for (size_t i = 0; i < given->count; i++) {
        const struct key_part *part =
            find_part(schema->table->attributes, schema->table->attribute_count, names[i].name);
        if (!part)
            return fail(schema->call, &DDB_VALIDATION_EXCEPTION,
                        WERE_INVALID "Some index key attributes are not defined in "
                                     "AttributeDefinitions. Keys: " SLICE_FMT
                                     ", AttributeDefinitions: " SLICE_FMT,
                        SLICE_ARG(list_names(schema->call->arena, names, given->count)),
                        SLICE_ARG(list_names(schema->call->arena, schema->table->attributes,
                                             schema->table->attribute_count)));
        keys->parts[i] = *part;
        keys->hash_count += is_hash(&given->items[i]);
        keys->count++;
    }
    return OK;
}

struct err ddb_schema_take_projection(struct ddb_schema *schema,
                                      const struct dynamodb_projection *given,
                                      struct ddb_index *index)
{
    struct slice type = given->projection_type;
    if (!projection_type_parse(type, &index->projection))
        return refuse(schema, WERE_INVALID "Unknown ProjectionType: null");
    if (index->projection == PROJECT_INCLUDE && !given->non_key_attributes.is_set)
        return refuse(schema, WERE_INVALID "ProjectionType is INCLUDE, but NonKeyAttributes is not "
                                           "specified");
    if (index->projection != PROJECT_INCLUDE && given->non_key_attributes.is_set)
        return fail(schema->call, &DDB_VALIDATION_EXCEPTION,
                    WERE_INVALID "ProjectionType is " SLICE_FMT
                                 ", but NonKeyAttributes is specified",
                    SLICE_ARG(type));
    index->included = given->non_key_attributes.items;
    index->included_count = given->non_key_attributes.count;
    return OK;
}

static unsigned greatest_number(const struct ddb_table *table)
{
    unsigned greatest = 0;
    for (size_t i = 0; i < table->index_count; i++)
        if (table->indexes[i].number > greatest)
            greatest = table->indexes[i].number;
    return greatest;
}

struct err ddb_schema_add_index(struct ddb_schema *schema, struct slice name,
                                struct ddb_index **index)
{
    struct ddb_table *table = schema->table;
    if (ddb_table_find_index(table, name))
        return fail(schema->call, &DDB_VALIDATION_EXCEPTION,
                    WERE_INVALID "Duplicate index name: " SLICE_FMT, SLICE_ARG(name));
    unsigned number = greatest_number(table) + 1;
    *index = &table->indexes[table->index_count++];
    **index = (struct ddb_index){.name = name, .number = number};
    return OK;
}

static struct err take_index_throughput(struct ddb_schema *schema,
                                        const struct dynamodb_global_secondary_index *given,
                                        struct ddb_index *index)
{
    const struct dynamodb_provisioned_throughput *throughput = given->provisioned_throughput;
    if (schema->table->on_demand && throughput)
        return fail(schema->call, &DDB_VALIDATION_EXCEPTION,
                    WERE_INVALID
                    "ProvisionedThroughput should not be specified for index: " SLICE_FMT
                    " when BillingMode is PAY_PER_REQUEST",
                    SLICE_ARG(index->name));
    if (!schema->table->on_demand && !throughput)
        return fail(schema->call, &DDB_VALIDATION_EXCEPTION,
                    WERE_INVALID "ProvisionedThroughput must be specified for index: " SLICE_FMT,
                    SLICE_ARG(index->name));
    const struct ddb_throughput own = ddb_throughput_of_index(schema->call, schema->table, index);
    TRY(ddb_throughput_take_units(schema->call, &own, throughput));
    return ddb_throughput_take_limits(schema->call, &own, given->on_demand_throughput,
                                      given->warm_throughput);
}

struct err ddb_schema_take_global_index(struct ddb_schema *schema,
                                        const struct dynamodb_global_secondary_index *given)
{
    struct ddb_index *index = NULL;
    TRY(ddb_schema_add_index(schema, given->index_name, &index));
    index->is_global = true;
    TRY(ddb_schema_take_keys(schema, &given->key_schema, KEY_PARTS_MAX / 2, KEY_PARTS_MAX / 2,
                             &index->keys));
    TRY(ddb_schema_take_projection(schema, given->projection, index));
    return take_index_throughput(schema, given, index);
}

/* Every defined attribute is part of some key. */
struct err ddb_schema_check_all_used(struct ddb_schema *schema)
{
    struct ddb_table *table = schema->table;
    struct key_part used[TABLE_ATTRIBUTES_MAX];
    size_t used_count = 0;
    for (size_t i = 0; i <= table->index_count; i++) {
        const struct key_schema *keys = i == 0 ? &table->keys : &table->indexes[i - 1].keys;
        for (unsigned j = 0; j < keys->count; j++)
            if (!find_part(used, used_count, keys->parts[j].name))
                used[used_count++] = keys->parts[j];
    }
    if (used_count == table->attribute_count)
        return OK;
    if (table->index_count == 0)
        return refuse(schema,
                      WERE_INVALID "Number of attributes in KeySchema does not exactly match "
                                   "number of attributes defined in AttributeDefinitions");
    return fail(
        schema->call, &DDB_VALIDATION_EXCEPTION,
        WERE_INVALID "Some AttributeDefinitions are not used. AttributeDefinitions: " SLICE_FMT
                     ", keys used: " SLICE_FMT,
        SLICE_ARG(list_names(schema->call->arena, table->attributes, table->attribute_count)),
        SLICE_ARG(list_names(schema->call->arena, used, used_count)));
}

static bool is_key_of_any(const struct ddb_table *table, struct slice name)
{
    bool used = key_schema_find(&table->keys, name) != NULL;
    for (size_t i = 0; i < table->index_count; i++)
        used = used || key_schema_find(&table->indexes[i].keys, name);
    return used;
}

void ddb_schema_drop_unused(struct ddb_table *table)
{
    size_t kept = 0;
    for (size_t i = 0; i < table->attribute_count; i++)
        if (is_key_of_any(table, table->attributes[i].name))
            table->attributes[kept++] = table->attributes[i];
    table->attribute_count = kept;
}
