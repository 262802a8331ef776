/* What an expression's functions and operators accept, as far as it is known without an item. */
#include "emulator/services/dynamodb/expression/expression_parse.h"

static const struct {
    struct slice name;
    size_t arguments;
    unsigned types; /* that a value placeholder among the arguments may have */
    bool condition; /* answers yes or no */
    bool update;    /* for update expressions alone */
    bool wants_path;
    bool distinct; /* its operands may not be one path */
} functions[FUNCTION_COUNT] = {
    [FUNCTION_ATTRIBUTE_EXISTS] = {SLICE_INIT("attribute_exists"), 1,     types_any,                     .condition = true,
                                   .wants_path = true},
    [FUNCTION_ATTRIBUTE_NOT_EXISTS] = {SLICE_INIT("attribute_not_exists"),                              1,  types_any,
                                   .condition = true,        .wants_path = true},
    [FUNCTION_ATTRIBUTE_TYPE] = {SLICE_INIT("attribute_type"),            2,                 TYPE_BIT(ATTR_S),
                                   .condition = true,                 .wants_path = true},
    [FUNCTION_BEGINS_WITH] = {SLICE_INIT("begins_with"),              2, types_text,                              .condition = true,
                                   .distinct = true},
    [FUNCTION_CONTAINS] = {SLICE_INIT("contains"),                    2,        types_any,                                                     .condition = true,
                                   .distinct = true},
    [FUNCTION_SIZE] = {SLICE_INIT("size"),          1,types_sized},
    [FUNCTION_IF_NOT_EXISTS] = {SLICE_INIT("if_not_exists"),             2,        types_any,                            .update = true,
                                   .wants_path = true},
    [FUNCTION_LIST_APPEND] = {SLICE_INIT("list_append"),                 2,      TYPE_BIT(ATTR_L),.update = true                                                                                      },
};

struct slice function_name(enum function function)
{
    return functions[function].name;
}

bool function_is_condition(enum function function)
{
    return function != FUNCTION_COUNT && functions[function].condition;
}

static const char *const operators[] = {
    [NODE_PATH] = "",   [NODE_VALUE] = "",  [NODE_FUNCTION] = "", [NODE_PLUS] = "+",
    [NODE_MINUS] = "-", [NODE_EQ] = "=",    [NODE_NE] = "<>",     [NODE_LT] = "<",
    [NODE_LE] = "<=",   [NODE_GT] = ">",    [NODE_GE] = ">=",     [NODE_BETWEEN] = "BETWEEN",
    [NODE_IN] = "IN",   [NODE_NOT] = "NOT", [NODE_AND] = "AND",   [NODE_OR] = "OR",
};

const char *node_operator(const struct node *node)
{
    if (node->kind == NODE_FUNCTION && node->function != FUNCTION_COUNT)
        return functions[node->function].name.ptr;
    return operators[node->kind];
}

bool comparator_parse(struct slice symbol, enum node_kind *kind)
{
    for (int i = NODE_EQ; i <= NODE_GE; i++)
        if (slice_eq_cstr(symbol, operators[i])) {
            *kind = (enum node_kind)i;
            return true;
        }
    return false;
}

/* The type that an operand surely has; false when the item decides. */
static bool known_type(const struct node *node, enum attr_type *type)
{
    if (node->kind == NODE_VALUE)
        *type = node->value->type;
    else if (node->kind == NODE_PLUS || node->kind == NODE_MINUS ||
             (node->kind == NODE_FUNCTION && node->function == FUNCTION_SIZE))
        *type = ATTR_N;
    else if (node->kind == NODE_FUNCTION && node->function == FUNCTION_LIST_APPEND)
        *type = ATTR_L;
    else
        return false;
    return true;
}

static void check_types(struct parser *p, const struct node *node, unsigned allowed)
{
    for (size_t i = 0; i < node->count; i++) {
        enum attr_type type;
        if (known_type(node->operands[i], &type) && !(allowed & TYPE_BIT(type)))
            parser_note(p,
                        "Incorrect operand type for operator or function; operator or function: "
                        "%s, operand type: " SLICE_FMT,
                        node_operator(node), SLICE_ARG(attr_type_name(type)));
    }
}

static void check_distinct(struct parser *p, const struct node *node)
{
    const struct node *first = node->operands[0];
    for (size_t i = 1; first->kind == NODE_PATH && i < node->count; i++)
        if (node->operands[i]->kind == NODE_PATH &&
            path_equal(&first->path, &node->operands[i]->path)) {
            struct slice path = path_print(p->input->arena, &first->path);
            parser_note(p,
                        "The first operand must be distinct from the remaining operands for this "
                        "operator or function; operator: %s, first operand: " SLICE_FMT,
                        node_operator(node), SLICE_ARG(path));
        }
}

static void check_type_name(struct parser *p, const struct node *name)
{
    enum attr_type type;
    if (name->kind != NODE_VALUE)
        parser_note(p, "Operator or function requires an expression attribute value; operator or "
                       "function: attribute_type");
    else if (name->value->type == ATTR_S && !attr_type_parse(name->value->text, &type))
        parser_note(p,
                    "Invalid attribute type name found; type: " SLICE_FMT
                    ", valid types: {B,NULL,SS,BOOL,L,BS,N,NS,S,M}",
                    SLICE_ARG(name->value->text));
}

void check_function(struct parser *p, const struct node *node)
{
    enum function f = node->function;
    struct slice name = functions[f].name;
    if (functions[f].update != p->in_update) {
        parser_note(p, "The function is not allowed in %s expression; function: " SLICE_FMT,
                    p->in_update ? "an update" : "a condition", SLICE_ARG(name));
    } else if (node->count != functions[f].arguments) {
        parser_note(p,
                    "Incorrect number of operands for operator or function; operator or "
                    "function: " SLICE_FMT ", number of operands: %zu",
                    SLICE_ARG(name), node->count);
    } else if (functions[f].wants_path && node->operands[0]->kind != NODE_PATH) {
        parser_note(
            p, "Operator or function requires a document path; operator or function: " SLICE_FMT,
            SLICE_ARG(name));
    } else {
        check_types(p, node, functions[f].types);
        if (f == FUNCTION_ATTRIBUTE_TYPE)
            check_type_name(p, node->operands[1]);
        if (functions[f].distinct)
            check_distinct(p, node);
    }
}

/* {S:a}: how AWS shows a value inside a message. */
static struct slice show_value(struct parser *p, const struct attr_value *value)
{
    return arena_printf(p->input->arena, "{" SLICE_FMT ":" SLICE_FMT "}",
                        SLICE_ARG(attr_type_name(value->type)), SLICE_ARG(value->text));
}

static void check_bounds(struct parser *p, const struct node *between)
{
    const struct node *low = between->operands[1];
    const struct node *high = between->operands[2];
    if (low->kind != NODE_VALUE || high->kind != NODE_VALUE ||
        !attr_type_is_ordered(low->value->type) || !attr_type_is_ordered(high->value->type))
        return;
    bool same_type = low->value->type == high->value->type;
    if (same_type && attr_compare(low->value, high->value) <= 0)
        return;
    parser_note(p,
                "The BETWEEN operator requires %s; lower bound operand: AttributeValue: " SLICE_FMT
                ", upper bound operand: AttributeValue: " SLICE_FMT,
                same_type ? "upper bound to be greater than or equal to lower bound"
                          : "same data type for lower and upper bounds",
                SLICE_ARG(show_value(p, low->value)), SLICE_ARG(show_value(p, high->value)));
}

void check_comparison(struct parser *p, const struct node *node)
{
    bool any_type = node->kind == NODE_EQ || node->kind == NODE_NE || node->kind == NODE_IN;
    check_types(p, node, any_type ? types_any : types_ordered);
    if (node->kind == NODE_IN && node->count - 1 > EXPRESSION_IN_MAX)
        parser_note(p,
                    "The IN operator is provided with too many operands; number of operands: %zu",
                    node->count - 1);
    check_distinct(p, node);
    if (node->kind == NODE_BETWEEN)
        check_bounds(p, node);
}

void check_arithmetic(struct parser *p, const struct node *node)
{
    check_types(p, node, TYPE_BIT(ATTR_N));
}

void check_update_operand(struct parser *p, enum update_kind kind, const struct node *node)
{
    unsigned allowed = kind == UPDATE_ADD ? types_set | TYPE_BIT(ATTR_N) : types_set;
    if (allowed & TYPE_BIT(node->value->type))
        return;
    const char *name = kind == UPDATE_ADD ? "ADD" : "DELETE";
    parser_note(
        p,
        "Incorrect operand type for operator or function; operator: %s, operand type: " SLICE_FMT
        ", typeSet: ALLOWED_FOR_%s_OPERAND",
        name, SLICE_ARG(attr_type_long_name(node->value->type)), name);
}
