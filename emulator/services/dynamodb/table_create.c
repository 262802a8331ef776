/* CreateTable: from the request to a table, with AWS's checks in their order. */
#include "emulator/services/dynamodb/request.h"
#include "emulator/services/dynamodb/table_describe.h"
#include "emulator/services/dynamodb/tags.h"

#define WERE_INVALID "One or more parameter values were invalid: "

struct creation {
    struct call *call;
    const struct dynamodb_create_table_input *in;
    struct ddb_table table;
};

static struct err refuse(struct creation *c, const char *words)
{
    return fail(c->call, &DDB_VALIDATION_EXCEPTION, "%s", words);
}

/* What this emulator cannot do is refused by its name, never silently dropped. */
static struct err check_supported(struct call *call, const struct dynamodb_create_table_input *in)
{
    const struct {
        const char *name;
        bool given;
    } parameters[] = {
        {"StreamSpecification",
         in->stream_specification && in->stream_specification->stream_enabled.value},
        {"WarmThroughput",       in->warm_throughput != NULL                       },
        {"OnDemandThroughput",   in->on_demand_throughput != NULL                  },
        {"ResourcePolicy",       slice_is_set(in->resource_policy)                 },
        {"GlobalTableSourceArn", slice_is_set(in->global_table_source_arn)         },
        {"VectorIndexes",        in->vector_indexes.is_set                         },
    };
    for (size_t i = 0; i < ARRAY_LEN(parameters); i++)
        if (parameters[i].given)
            return fail(call, &FAULT_NOT_IMPLEMENTED,
                        "Florin does not implement the parameter %s of CreateTable yet: leave it "
                        "out",
                        parameters[i].name);
    return OK;
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

static struct err take_attributes(struct creation *c)
{
    const struct dynamodb_attribute_definitions *given = &c->in->attribute_definitions;
    struct ddb_table *table = &c->table;
    struct key_part *parts = ARENA_ARRAY(c->call->arena, struct key_part, given->count);
    if (!given->is_set)
        return refuse(c, "1 validation error detected: Value null at 'attributeDefinitions' failed "
                         "to satisfy constraint: Member must not be null");
    for (size_t i = 0; i < given->count; i++) {
        if (find_part(parts, i, given->items[i].attribute_name))
            return fail(c->call, &DDB_VALIDATION_EXCEPTION,
                        "Cannot have two attributes with the same name");
        parts[i].name = given->items[i].attribute_name;
        (void)attr_type_parse(given->items[i].attribute_type,
                              &parts[i].type); /* the model's enum */
    }
    table->attributes = parts;
    table->attribute_count = given->count;
    if (given->count > TABLE_ATTRIBUTES_MAX)
        return refuse(c, WERE_INVALID "Number of attributes in AttributeDefinitions exceeds what "
                                      "keys and indexes can use");
    return OK;
}

static bool is_hash(const struct dynamodb_key_schema_element *element)
{
    return slice_eq(element->key_type, DYNAMODB_KEY_TYPE_HASH);
}

/* The form of a key schema: hash attributes, then range attributes, no name twice. */
static struct err check_key_form(struct creation *c, const struct dynamodb_key_schema *given,
                                 unsigned hash_max, unsigned range_max)
{
    unsigned hashes = 0;
    if (!is_hash(&given->items[0]))
        return refuse(c, "Invalid KeySchema: The first KeySchemaElement is not a HASH key type");
    while (hashes < given->count && is_hash(&given->items[hashes]))
        hashes++;
    if (hash_max == 1 && hashes > 1)
        return refuse(c, "Invalid KeySchema: The second KeySchemaElement is not a RANGE key type");
    for (size_t i = hashes; i < given->count; i++)
        if (is_hash(&given->items[i]))
            return refuse(c, "Invalid KeySchema: HASH key elements must come before RANGE key "
                             "elements");
    if (hashes > hash_max || given->count - hashes > range_max)
        return fail(c->call, &DDB_VALIDATION_EXCEPTION,
                    "1 validation error detected: Value '[%zu values]' at 'keySchema' failed to "
                    "satisfy constraint: Member must have length less than or equal to %u",
                    given->count, hash_max + range_max);
    for (size_t i = 1; i < given->count; i++)
        for (size_t j = 0; j < i; j++)
            if (slice_eq(given->items[i].attribute_name, given->items[j].attribute_name))
                return refuse(c, "Both the Hash Key and the Range Key element in the KeySchema "
                                 "have the same name");
    return OK;
}

static struct err take_keys(struct creation *c, const struct dynamodb_key_schema *given,
                            unsigned hash_max, unsigned range_max, struct key_schema *keys)
{
    struct key_part names[KEY_PARTS_MAX] = {0};
    TRY(check_key_form(c, given, hash_max, range_max));
    for (size_t i = 0; i < given->count; i++)
        names[i].name = given->items[i].attribute_name;
    for (size_t i = 0; i < given->count; i++) {
        const struct key_part *part =
            find_part(c->table.attributes, c->table.attribute_count, names[i].name);
        if (!part)
            return fail(c->call, &DDB_VALIDATION_EXCEPTION,
                        WERE_INVALID "Some index key attributes are not defined in "
                                     "AttributeDefinitions. Keys: " SLICE_FMT
                                     ", AttributeDefinitions: " SLICE_FMT,
                        SLICE_ARG(list_names(c->call->arena, names, given->count)),
                        SLICE_ARG(list_names(c->call->arena, c->table.attributes,
                                             c->table.attribute_count)));
        keys->parts[i] = *part;
        keys->hash_count += is_hash(&given->items[i]);
        keys->count++;
    }
    return OK;
}

static struct err take_table_keys(struct creation *c)
{
    if (!c->in->key_schema.is_set)
        return refuse(c, "1 validation error detected: Value null at 'keySchema' failed to satisfy "
                         "constraint: Member must not be null");
    return take_keys(c, &c->in->key_schema, 1, 1, &c->table.keys);
}

static struct err take_projection(struct creation *c, const struct dynamodb_projection *given,
                                  struct ddb_index *index)
{
    struct slice type = given->projection_type;
    if (!projection_type_parse(type, &index->projection))
        return refuse(c, WERE_INVALID "Unknown ProjectionType: null");
    if (index->projection == PROJECT_INCLUDE && !given->non_key_attributes.is_set)
        return refuse(c, WERE_INVALID "ProjectionType is INCLUDE, but NonKeyAttributes is not "
                                      "specified");
    if (index->projection != PROJECT_INCLUDE && given->non_key_attributes.is_set)
        return fail(c->call, &DDB_VALIDATION_EXCEPTION,
                    WERE_INVALID "ProjectionType is " SLICE_FMT
                                 ", but NonKeyAttributes is specified",
                    SLICE_ARG(type));
    index->included = given->non_key_attributes.items;
    index->included_count = given->non_key_attributes.count;
    return OK;
}

/* The next index of the table; names are unique over both kinds. */
static struct err add_index(struct creation *c, struct slice name, struct ddb_index **index)
{
    struct ddb_table *table = &c->table;
    if (ddb_table_find_index(table, name))
        return fail(c->call, &DDB_VALIDATION_EXCEPTION,
                    WERE_INVALID "Duplicate index name: " SLICE_FMT, SLICE_ARG(name));
    *index = &table->indexes[table->index_count++];
    (*index)->name = name;
    (*index)->number = (unsigned)table->index_count;
    return OK;
}

static struct err take_local_index(struct creation *c,
                                   const struct dynamodb_local_secondary_index *given)
{
    struct ddb_index *index = NULL;
    TRY(add_index(c, given->index_name, &index));
    TRY(take_keys(c, &given->key_schema, 1, 1, &index->keys));
    if (c->table.keys.count < 2)
        return refuse(c, WERE_INVALID "Table KeySchema does not have a range key, which is "
                                      "required when specifying a LocalSecondaryIndex");
    if (index->keys.count < 2)
        return fail(c->call, &DDB_VALIDATION_EXCEPTION,
                    WERE_INVALID "Index KeySchema does not have a range key for index: " SLICE_FMT,
                    SLICE_ARG(index->name));
    if (!slice_eq(index->keys.parts[0].name, c->table.keys.parts[0].name))
        return fail(c->call, &DDB_VALIDATION_EXCEPTION,
                    WERE_INVALID "Index KeySchema does not have the same leading hash key as table "
                                 "KeySchema for index: " SLICE_FMT ". index hash key: " SLICE_FMT
                                 ", table hash key: " SLICE_FMT,
                    SLICE_ARG(index->name), SLICE_ARG(index->keys.parts[0].name),
                    SLICE_ARG(c->table.keys.parts[0].name));
    return take_projection(c, given->projection, index);
}

static struct err take_index_throughput(struct creation *c,
                                        const struct dynamodb_global_secondary_index *given,
                                        struct ddb_index *index)
{
    const struct dynamodb_provisioned_throughput *throughput = given->provisioned_throughput;
    if (c->table.on_demand && throughput)
        return fail(c->call, &DDB_VALIDATION_EXCEPTION,
                    WERE_INVALID
                    "ProvisionedThroughput should not be specified for index: " SLICE_FMT
                    " when BillingMode is PAY_PER_REQUEST",
                    SLICE_ARG(index->name));
    if (!c->table.on_demand && !throughput)
        return fail(c->call, &DDB_VALIDATION_EXCEPTION,
                    WERE_INVALID "ProvisionedThroughput must be specified for index: " SLICE_FMT,
                    SLICE_ARG(index->name));
    index->read_units = throughput ? throughput->read_capacity_units.value : 0;
    index->write_units = throughput ? throughput->write_capacity_units.value : 0;
    return OK;
}

static struct err take_global_index(struct creation *c,
                                    const struct dynamodb_global_secondary_index *given)
{
    struct ddb_index *index = NULL;
    if (given->on_demand_throughput || given->warm_throughput)
        return fail(c->call, &FAULT_NOT_IMPLEMENTED,
                    "Florin does not implement OnDemandThroughput and WarmThroughput of indexes "
                    "yet: leave them out");
    TRY(add_index(c, given->index_name, &index));
    index->is_global = true;
    TRY(take_keys(c, &given->key_schema, KEY_PARTS_MAX / 2, KEY_PARTS_MAX / 2, &index->keys));
    TRY(take_projection(c, given->projection, index));
    return take_index_throughput(c, given, index);
}

static struct err take_indexes(struct creation *c)
{
    const struct dynamodb_local_secondary_index_list *local = &c->in->local_secondary_indexes;
    const struct dynamodb_global_secondary_index_list *global = &c->in->global_secondary_indexes;
    if (local->is_set && local->count == 0)
        return refuse(c, WERE_INVALID "List of LocalSecondaryIndexes is empty");
    if (global->is_set && global->count == 0)
        return refuse(c, WERE_INVALID "List of GlobalSecondaryIndexes is empty");
    if (local->count > TABLE_LOCAL_INDEXES_MAX)
        return refuse(c, WERE_INVALID "Number of LocalSecondaryIndexes exceeds per-table limit of "
                                      "5");
    if (global->count > TABLE_GLOBAL_INDEXES_MAX)
        return refuse(c, WERE_INVALID "GlobalSecondaryIndex count exceeds the per-table limit of "
                                      "20");
    c->table.indexes = ARENA_ARRAY(c->call->arena, struct ddb_index, local->count + global->count);
    for (size_t i = 0; i < local->count; i++)
        TRY(take_local_index(c, &local->items[i]));
    for (size_t i = 0; i < global->count; i++)
        TRY(take_global_index(c, &global->items[i]));
    return OK;
}

/* Every defined attribute is part of some key. */
static struct err check_all_used(struct creation *c)
{
    struct ddb_table *table = &c->table;
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
        return refuse(c, WERE_INVALID "Number of attributes in KeySchema does not exactly match "
                                      "number of attributes defined in AttributeDefinitions");
    return fail(c->call, &DDB_VALIDATION_EXCEPTION,
                WERE_INVALID
                "Some AttributeDefinitions are not used. AttributeDefinitions: " SLICE_FMT
                ", keys used: " SLICE_FMT,
                SLICE_ARG(list_names(c->call->arena, table->attributes, table->attribute_count)),
                SLICE_ARG(list_names(c->call->arena, used, used_count)));
}

static struct err take_billing(struct creation *c)
{
    const struct dynamodb_provisioned_throughput *throughput = c->in->provisioned_throughput;
    c->table.on_demand = slice_eq(c->in->billing_mode, DYNAMODB_BILLING_MODE_PAY_PER_REQUEST);
    if (c->table.on_demand && throughput)
        return refuse(c, WERE_INVALID "Neither ReadCapacityUnits nor WriteCapacityUnits can be "
                                      "specified when BillingMode is PAY_PER_REQUEST");
    if (!c->table.on_demand && !throughput)
        return refuse(c, WERE_INVALID "ReadCapacityUnits and WriteCapacityUnits must both be "
                                      "specified when BillingMode is PROVISIONED");
    c->table.read_units = throughput ? throughput->read_capacity_units.value : 0;
    c->table.write_units = throughput ? throughput->write_capacity_units.value : 0;
    return OK;
}

/* A key by its ARN, or by the id or alias that AWS would resolve to one. */
static struct slice kms_key_arn(struct call *call, struct slice key)
{
    if (slice_starts_with(key, SLICE("arn:")))
        return key;
    bool is_default = !slice_is_set(key);
    bool is_alias = slice_starts_with(key, SLICE("alias/"));
    return arena_printf(call->arena, "arn:aws:kms:" SLICE_FMT ":" SLICE_FMT ":%s" SLICE_FMT,
                        SLICE_ARG(call->region), SLICE_ARG(call->account),
                        is_default || is_alias ? "" : "key/",
                        SLICE_ARG(is_default ? SLICE("alias/aws/dynamodb") : key));
}

static void take_settings(struct creation *c)
{
    const struct dynamodb_create_table_input *in = c->in;
    struct ddb_table *table = &c->table;
    table->is_protected = in->deletion_protection_enabled.value;
    table->table_class = in->table_class;
    if (in->sse_specification && in->sse_specification->enabled.value)
        table->kms_key_arn = kms_key_arn(c->call, in->sse_specification->kms_master_key_id);
}

struct err dynamodb_create_table(struct call *call, const struct dynamodb_create_table_input *in,
                                 struct dynamodb_create_table_output *out)
{
    struct creation c = {.call = call, .in = in};
    bool found;
    struct ddb_table existing;
    TRY(check_supported(call, in));
    TRY(ddb_table_name(call, in->table_name, &c.table.name));
    TRY(take_attributes(&c));
    TRY(take_billing(&c));
    TRY(take_table_keys(&c));
    TRY(take_indexes(&c));
    TRY(check_all_used(&c));
    take_settings(&c);
    TRY(ddb_tags_add(call, &c.table, &in->tags));
    TRY(ddb_store_find_table(call, c.table.name, &existing, &found));
    if (found)
        return fail(call, &DYNAMODB_RESOURCE_IN_USE_EXCEPTION, "Table already exists: " SLICE_FMT,
                    SLICE_ARG(c.table.name));
    c.table.id = rand_uuid4(call->platform->rand, call->arena);
    c.table.created_micros = call->now_micros;
    TRY(ddb_store_add_table(call, &c.table));
    return ddb_describe(call, &c.table, DYNAMODB_TABLE_STATUS_CREATING, &out->table_description);
}
