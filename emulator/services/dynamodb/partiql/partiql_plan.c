/*
 * How a statement finds its items. A WHERE clause is taken apart into the conditions that its ANDs
 * join; those that a key can answer become a key or a range of keys.
 */
#include <stdlib.h>

#include "emulator/services/dynamodb/partiql/partiql.h"
#include "emulator/services/dynamodb/value/item_bytes.h"
#include "lib/enc/hash.h"

/* A condition among those that must all hold; NULL once a key has taken it over. */
struct term {
    struct node *node;
};

struct terms {
    struct term *items;
    size_t count;
};

static void add_terms(struct arena *arena, struct node *node, struct terms *terms)
{
    if (!node)
        return;
    if (node->kind != NODE_AND) {
        terms->items = arena_grow(arena, terms->items, terms->count, sizeof *terms->items);
        terms->items[terms->count++].node = node;
        return;
    }
    for (size_t i = 0; i < node->count; i++)
        add_terms(arena, node->operands[i], terms);
}

static bool is_attribute(const struct node *node, struct slice name)
{
    return node->kind == NODE_PATH && node->path.count == 1 &&
           slice_eq(node->path.steps[0].name, name);
}

/* The value that the term wants the attribute to be, or NULL. */
static const struct attr_value *equality(const struct node *term, struct slice name)
{
    if (term->kind != NODE_EQ)
        return NULL;
    for (size_t i = 0; i < 2; i++)
        if (is_attribute(term->operands[i], name) && term->operands[!i]->kind == NODE_VALUE)
            return term->operands[!i]->value;
    return NULL;
}

/* The first term that is an equality of the attribute takes its leave of the others. */
static const struct attr_value *take_equality(struct terms *terms, struct slice name)
{
    for (size_t i = 0; i < terms->count; i++) {
        const struct node *term = terms->items[i].node;
        const struct attr_value *value = term ? equality(term, name) : NULL;
        if (value) {
            terms->items[i].node = NULL;
            return value;
        }
    }
    return NULL;
}

struct node *partiql_join(struct arena *arena, enum node_kind kind, struct node *a, struct node *b)
{
    if (!a || !b)
        return a ? a : b;
    struct node *both = ARENA_NEW(arena, struct node);
    both->kind = kind;
    both->operands = ARENA_ARRAY(arena, struct node *, 2);
    both->operands[0] = a;
    both->operands[1] = b;
    both->count = 2;
    return both;
}

struct node *partiql_item_test(struct arena *arena, const struct key_schema *keys, bool exists)
{
    struct node *path = ARENA_NEW(arena, struct node);
    struct path_step *step = ARENA_NEW(arena, struct path_step);
    step->name = keys->parts[0].name;
    path->kind = NODE_PATH;
    path->path = (struct path){step, 1};
    struct node *test = ARENA_NEW(arena, struct node);
    test->kind = NODE_FUNCTION;
    test->operands = ARENA_NEW(arena, struct node *);
    test->operands[0] = path;
    test->count = 1;
    test->function = exists ? FUNCTION_ATTRIBUTE_EXISTS : FUNCTION_ATTRIBUTE_NOT_EXISTS;
    return test;
}

bool partiql_key(struct arena *arena, struct node *where, const struct key_schema *keys,
                 struct attr_map *key, struct node **rest)
{
    struct terms terms = {0};
    add_terms(arena, where, &terms);
    *key = (struct attr_map){ARENA_ARRAY(arena, struct attr_member, keys->count), keys->count};
    for (unsigned i = 0; i < keys->count; i++) {
        const struct attr_value *value = take_equality(&terms, keys->parts[i].name);
        if (!value)
            return false;
        key->members[i] = (struct attr_member){keys->parts[i].name, *value};
    }
    attr_map_sort(key, arena);
    *rest = NULL;
    for (size_t i = 0; i < terms.count; i++)
        *rest = partiql_join(arena, NODE_AND, *rest, terms.items[i].node);
    return true;
}

struct planner {
    struct arena *arena;
    const struct partiql_statement *statement;
    const struct key_schema *keys;
    struct ddb_refusal *refusal;
    struct terms terms;        /* those not yet used by the key condition */
    struct attr_value *hashes; /* of the first hash attribute */
    size_t hash_count;
    struct key_condition condition;
};

static void add_hash(struct planner *planner, const struct attr_value *value)
{
    for (size_t i = 0; i < planner->hash_count; i++)
        if (attr_equal(&planner->hashes[i], value))
            return;
    if (planner->hash_count == EXPRESSION_IN_MAX)
        return; /* one is too many already */
    planner->hashes =
        arena_grow(planner->arena, planner->hashes, planner->hash_count, sizeof *planner->hashes);
    planner->hashes[planner->hash_count++] = *value;
}

/* hash IN (values) */
static bool add_choices(struct planner *planner, const struct node *in)
{
    if (in->kind != NODE_IN || !is_attribute(in->operands[0], planner->keys->parts[0].name))
        return false;
    for (size_t i = 1; i < in->count; i++)
        if (in->operands[i]->kind != NODE_VALUE)
            return false;
    for (size_t i = 1; i < in->count; i++)
        add_hash(planner, in->operands[i]->value);
    return true;
}

/* A condition that holds for items of the hash values alone that it adds. */
static bool add_hashes(struct planner *planner, const struct node *node)
{
    const struct attr_value *value = equality(node, planner->keys->parts[0].name);
    if (value)
        add_hash(planner, value);
    if (value || add_choices(planner, node))
        return true;
    if (node->kind != NODE_AND && node->kind != NODE_OR)
        return false;
    bool every = node->kind == NODE_OR;
    for (size_t i = 0; i < node->count; i++)
        if (add_hashes(planner, node->operands[i]) != every)
            return !every;
    return every;
}

/* IN and OR need a hash key of one attribute; the term stays, and is judged as a filter. */
static bool find_alternatives(struct planner *planner)
{
    for (size_t i = 0; i < planner->terms.count && planner->keys->hash_count == 1; i++) {
        const struct node *term = planner->terms.items[i].node;
        if (!term)
            continue;
        planner->hash_count = 0;
        if (!add_hashes(planner, term))
            continue;
        if (term->kind == NODE_IN)
            planner->terms.items[i].node = NULL;
        return true;
    }
    return false;
}

static void add_test(struct planner *planner, struct slice name, const struct attr_value *value)
{
    planner->condition.tests[planner->condition.count++] =
        (struct key_test){.name = name, .kind = NODE_EQ, .values = {value}};
}

static bool find_hash(struct planner *planner)
{
    const struct key_schema *keys = planner->keys;
    for (unsigned i = 0; i < keys->hash_count; i++) {
        const struct attr_value *value = take_equality(&planner->terms, keys->parts[i].name);
        if (value && i == 0)
            add_hash(planner, value);
        else if (!value && (i > 0 || !find_alternatives(planner)))
            return false;
        add_test(planner, keys->parts[i].name, value); /* the first is set for each range */
    }
    return planner->hash_count > 0;
}

/* The first condition on a range attribute that a range of keys can answer. */
static bool find_range_test(struct planner *planner, struct slice name)
{
    struct ddb_refusal unused = {.arena = planner->arena};
    const struct expression_input input = {.arena = planner->arena, .refusal = &unused};
    for (size_t i = 0; i < planner->terms.count; i++) {
        struct key_test test;
        const struct node *term = planner->terms.items[i].node;
        unused.message = SLICE_NONE;
        if (!term || failed(key_test_read(&input, term, &test)) || !slice_eq(test.name, name))
            continue;
        planner->condition.tests[planner->condition.count++] = test;
        planner->terms.items[i].node = NULL;
        return true;
    }
    return false;
}

static void find_range_tests(struct planner *planner)
{
    const struct key_schema *keys = planner->keys;
    for (unsigned i = keys->hash_count; i < keys->count; i++) {
        const struct attr_value *value = take_equality(&planner->terms, keys->parts[i].name);
        if (!value) {
            (void)find_range_test(planner, keys->parts[i].name);
            return;
        }
        add_test(planner, keys->parts[i].name, value);
    }
}

static int compare_hashes(const void *a, const void *b)
{
    const struct attr_value *x = a;
    const struct attr_value *y = b;
    return x->type == y->type && attr_type_is_ordered(x->type) ? attr_compare(x, y) : 0;
}

static struct err check_order(struct planner *planner)
{
    const struct partiql_statement *statement = planner->statement;
    if (statement->order_count == 0)
        return OK;
    if (!statement->where)
        return ddb_refuse(planner->refusal,
                          "Must have WHERE clause in the statement when using ORDER BY clause.");
    if (planner->hash_count == 0)
        return ddb_refuse(planner->refusal, "Must have at least one non-optional hash key "
                                            "condition in WHERE clause when using ORDER BY "
                                            "clause.");
    for (size_t i = 0; i < statement->order_count; i++)
        if (!key_schema_find(planner->keys, statement->orders[i].name))
            return ddb_refuse(planner->refusal,
                              "Variable reference " SLICE_FMT
                              " in ORDER BY clause must be part of the primary key",
                              SLICE_ARG(statement->orders[i].name));
    return OK;
}

static bool is_hash(const struct key_schema *keys, struct slice name)
{
    const struct key_part *part = key_schema_find(keys, name);
    return part && part - keys->parts < (ptrdiff_t)keys->hash_count;
}

/* Items come by hash key first; only within one of them does the range key's order make sense. */
static struct err apply_order(struct planner *planner, struct partiql_plan *plan)
{
    const struct partiql_statement *statement = planner->statement;
    for (size_t i = 0; i < statement->order_count; i++) {
        const struct partiql_order *order = &statement->orders[i];
        if (!is_hash(planner->keys, order->name)) {
            plan->backwards = order->descending;
            if (i == 0 && planner->hash_count > 1)
                return ddb_refuse(planner->refusal,
                                  "ORDER BY must begin with the hash key when the WHERE clause "
                                  "names several hash key values");
            continue;
        }
        qsort(planner->hashes, planner->hash_count, sizeof *planner->hashes, compare_hashes);
        for (size_t j = 0; order->descending && j < planner->hash_count / 2; j++) {
            struct attr_value swapped = planner->hashes[j];
            planner->hashes[j] = planner->hashes[planner->hash_count - 1 - j];
            planner->hashes[planner->hash_count - 1 - j] = swapped;
        }
    }
    return OK;
}

static struct err make_ranges(struct planner *planner, struct partiql_plan *plan)
{
    if (planner->hash_count > PARTIQL_HASHES_MAX)
        return ddb_refuse(planner->refusal,
                          "The IN operator is provided with too many operands; number of "
                          "operands: %zu",
                          planner->hash_count);
    plan->ranges = ARENA_ARRAY(planner->arena, struct key_range, planner->hash_count);
    plan->count = planner->hash_count;
    for (size_t i = 0; i < plan->count; i++) {
        planner->condition.tests[0].values[0] = &planner->hashes[i];
        TRY(key_condition_range(planner->arena, &planner->condition, planner->keys,
                                &plan->ranges[i], planner->refusal));
    }
    return OK;
}

static void plan_everything(struct planner *planner, struct partiql_plan *plan)
{
    plan->ranges = ARENA_NEW(planner->arena, struct key_range);
    plan->ranges->low = SLICE("");
    plan->count = 1;
    plan->filters = planner->statement->where != NULL;
}

struct err partiql_plan(struct arena *arena, const struct partiql_statement *statement,
                        const struct key_schema *keys, struct partiql_plan *plan,
                        struct ddb_refusal *refusal)
{
    struct planner planner = {
        .arena = arena, .statement = statement, .keys = keys, .refusal = refusal};
    *plan = (struct partiql_plan){0};
    add_terms(arena, statement->where, &planner.terms);
    plan->queries = find_hash(&planner);
    if (!plan->queries)
        planner.hash_count = 0;
    TRY(check_order(&planner));
    if (!plan->queries) {
        plan_everything(&planner, plan);
        return OK;
    }
    find_range_tests(&planner);
    TRY(apply_order(&planner, plan));
    for (size_t i = 0; i < planner.terms.count; i++)
        plan->filters = plan->filters || planner.terms.items[i].node;
    const struct key_test *last = &planner.condition.tests[planner.condition.count - 1];
    /* Several items may share an index's key. */
    plan->names_items = !slice_is_set(statement->index) && planner.condition.count == keys->count &&
                        last->kind == NODE_EQ;
    return make_ranges(&planner, plan);
}

struct projection partiql_read_columns(struct arena *arena,
                                       const struct partiql_statement *statement)
{
    struct projection projection = {ARENA_ARRAY(arena, struct path, statement->column_count),
                                    statement->column_count};
    for (size_t i = 0; i < projection.count; i++)
        projection.paths[i] = (struct path){statement->columns[i].path.steps, 1};
    paths_sort(projection.paths, projection.count);
    size_t kept = 0;
    for (size_t i = 0; i < projection.count; i++)
        if (i == 0 || !path_equal(&projection.paths[kept - 1], &projection.paths[i]))
            projection.paths[kept++] = projection.paths[i];
    projection.count = kept;
    return projection;
}

struct attr_map partiql_project(struct arena *arena, const struct partiql_statement *statement,
                                const struct attr_map *item)
{
    struct attr_map columns = {ARENA_ARRAY(arena, struct attr_member, statement->column_count), 0};
    for (size_t i = 0; i < statement->column_count; i++) {
        const struct attr_value *value = path_find(&statement->columns[i].path, item);
        if (value)
            columns.members[columns.count++] =
                (struct attr_member){statement->columns[i].name, *value};
    }
    attr_map_sort(&columns, arena);
    return columns;
}

struct slice partiql_content(struct arena *arena, struct slice text,
                             const struct partiql_parameters *parameters)
{
    struct attr_member members[2] = {0};
    members[0].name = SLICE("parameters");
    members[0].value.type = ATTR_L;
    members[0].value.list.values = ARENA_ARRAY(arena, struct attr_value, parameters->count);
    members[0].value.list.count = parameters->count;
    for (size_t i = 0; i < parameters->count; i++)
        members[0].value.list.values[i] = parameters->values[i];
    members[1].name = SLICE("statement");
    members[1].value = attr_string(text);
    const struct attr_map content = {members, ARRAY_LEN(members)};
    return item_to_bytes(arena, &content);
}
