/* Literals of PartiQL: 'text', 1.5, true, null, [1, 'a'], <<1, 2>>, {'a': 1} and parameters. */
#include "emulator/services/dynamodb/partiql/partiql_parser.h"
#include "emulator/services/dynamodb/value/value_json.h"

static struct err read_value(struct partiql_parser *p, unsigned depth, struct attr_value *value);

static bool is_sign(const struct partiql_token *token)
{
    return token->kind == PARTIQL_SYMBOL &&
           (token->text.ptr[0] == '-' || token->text.ptr[0] == '+');
}

bool partiql_at_literal(const struct partiql_parser *p)
{
    const struct partiql_token *token = partiql_peek(p);
    switch (token->kind) {
    case PARTIQL_STRING:
    case PARTIQL_NUMBER:
    case PARTIQL_PARAMETER:
        return true;
    case PARTIQL_KEYWORD:
        return partiql_at_word(p, "TRUE") || partiql_at_word(p, "FALSE") ||
               partiql_at_word(p, "NULL");
    case PARTIQL_SYMBOL:
        return partiql_at(p, "[") || partiql_at(p, "{") || partiql_at(p, "<<") ||
               (is_sign(token) && token[1].kind == PARTIQL_NUMBER);
    case PARTIQL_NAME:
    case PARTIQL_END:
        break;
    }
    return false;
}

/* What is missing is told once the syntax is read (partiql_parse). */
static struct attr_value take_parameter(struct partiql_parser *p)
{
    size_t place = p->parameters_used++;
    return place < p->parameters->count ? p->parameters->values[place]
                                        : (struct attr_value){.type = ATTR_NULL};
}

static struct attr_value take_number(struct partiql_parser *p, bool negative)
{
    struct slice text = p->tokens[p->at++].text;
    if (negative)
        text = arena_printf(p->input.arena, "-" SLICE_FMT, SLICE_ARG(text));
    return attr_number(attr_number_canonical(text, &p->nodes.later));
}

/* Elements stand by themselves: a value cannot be made of an item's attributes. */
static struct err read_element(struct partiql_parser *p, unsigned depth, struct attr_value *value)
{
    if (depth > VALUE_DEPTH_MAX)
        return ddb_refuse(p->input.refusal, "Nesting Levels have exceeded supported limits");
    if (partiql_at_literal(p))
        return read_value(p, depth, value);
    return partiql_peek(p)->kind == PARTIQL_NAME ? partiql_unsupported(p, "element of a literal")
                                                 : partiql_unexpected(p);
}

static struct err read_elements(struct partiql_parser *p, unsigned depth, const char *end,
                                const char *end_name, struct attr_list *list)
{
    *list = (struct attr_list){0};
    if (partiql_take(p, end))
        return OK;
    do {
        list->values = arena_grow(p->input.arena, list->values, list->count, sizeof *list->values);
        TRY(read_element(p, depth, &list->values[list->count]));
        list->count++;
    } while (partiql_take(p, ","));
    return partiql_expect(p, end, end_name);
}

static struct err read_set(struct partiql_parser *p, unsigned depth, struct attr_value *value)
{
    static const enum attr_type set_types[ATTR_TYPE_COUNT] = {
        [ATTR_S] = ATTR_SS, [ATTR_N] = ATTR_NS, [ATTR_B] = ATTR_BS};
    struct attr_list list;
    TRY(read_elements(p, depth, ">>", "RIGHT_DOUBLE_ANGLE_BRACKET", &list));
    enum attr_type type = list.count > 0 ? list.values[0].type : ATTR_S;
    struct attr_set set = {ARENA_ARRAY(p->input.arena, struct slice, list.count), list.count};
    for (size_t i = 0; i < list.count; i++) {
        if (list.values[i].type != type || !attr_type_is_ordered(type)) {
            parser_note(&p->nodes,
                        "A set holds strings, numbers or binary values, all of one type");
            return OK;
        }
        set.members[i] = list.values[i].text;
    }
    attr_set_check(set_types[type], &set, &p->nodes.later);
    *value = (struct attr_value){.type = set_types[type], .set = set};
    return OK;
}

static struct err read_member(struct partiql_parser *p, unsigned depth, struct attr_member *member)
{
    const struct partiql_token *name = partiql_peek(p);
    if (name->kind != PARTIQL_STRING)
        return name->kind == PARTIQL_NAME ? partiql_unsupported(p, "name of a map's member")
                                          : partiql_unexpected(p);
    member->name = name->text;
    p->at++;
    TRY(partiql_expect(p, ":", "COLON"));
    return read_element(p, depth, &member->value);
}

static struct err read_map(struct partiql_parser *p, unsigned depth, struct attr_map *map)
{
    *map = (struct attr_map){0};
    if (partiql_take(p, "}"))
        return OK;
    do {
        map->members = arena_grow(p->input.arena, map->members, map->count, sizeof *map->members);
        TRY(read_member(p, depth, &map->members[map->count]));
        map->count++;
    } while (partiql_take(p, ","));
    TRY(partiql_expect(p, "}", "RIGHT_CURLY"));
    attr_map_sort(map, p->input.arena);
    return OK;
}

static struct err read_compound(struct partiql_parser *p, unsigned depth, struct attr_value *value)
{
    if (partiql_take(p, "<<"))
        return read_set(p, depth, value);
    if (partiql_take(p, "[")) {
        value->type = ATTR_L;
        return read_elements(p, depth + 1, "]", "RIGHT_BRACKET", &value->list);
    }
    p->at++; /* "{" */
    value->type = ATTR_M;
    return read_map(p, depth + 1, &value->map);
}

static struct err read_value(struct partiql_parser *p, unsigned depth, struct attr_value *value)
{
    const struct partiql_token *token = partiql_peek(p);
    *value = (struct attr_value){.type = ATTR_NULL};
    if (token->kind == PARTIQL_SYMBOL && !is_sign(token))
        return read_compound(p, depth, value);
    if (token->kind == PARTIQL_NUMBER) {
        *value = take_number(p, false);
        return OK;
    }
    p->at++;
    if (token->kind == PARTIQL_STRING)
        *value = attr_string(token->text);
    else if (token->kind == PARTIQL_PARAMETER)
        *value = take_parameter(p);
    else if (token->kind == PARTIQL_SYMBOL)
        *value = take_number(p, token->text.ptr[0] == '-');
    else if (!slice_eq_nocase(token->text, SLICE("NULL")))
        *value = (struct attr_value){.type = ATTR_BOOL,
                                     .boolean = slice_eq_nocase(token->text, SLICE("TRUE"))};
    return OK;
}

struct err partiql_literal(struct partiql_parser *p, struct attr_value *value)
{
    return read_value(p, 0, value);
}
