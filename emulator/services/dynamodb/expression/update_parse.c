/*
 * The syntax of update expressions:
 *
 *   SET path = operand {+|- operand}, ...   REMOVE path, ...   ADD path :v, ...   DELETE path :v,
 * ...
 *
 * each section once, in any order.
 */
#include "emulator/services/dynamodb/expression/expression_parse.h"

static const char *const sections[] = {[UPDATE_SET] = "SET",
                                       [UPDATE_REMOVE] = "REMOVE",
                                       [UPDATE_ADD] = "ADD",
                                       [UPDATE_DELETE] = "DELETE"};

struct update_parser {
    struct parser parser;
    struct update_action *actions;
    size_t count;
    bool seen[ARRAY_LEN(sections)];
};

static struct err parse_action(struct update_parser *u, enum update_kind kind)
{
    struct update_action *action = &u->actions[u->count++];
    action->kind = kind;
    TRY(parse_path(&u->parser, &action->path));
    if (kind == UPDATE_REMOVE)
        return OK;
    if (kind == UPDATE_SET) {
        TRY(parser_expect(&u->parser, "="));
        return parse_sum(&u->parser, &action->value);
    }
    TRY(parse_value(&u->parser, &action->value));
    check_update_operand(&u->parser, kind, action->value);
    return OK;
}

static struct err parse_section(struct update_parser *u, enum update_kind kind)
{
    if (u->seen[kind])
        parser_note(&u->parser, "The \"%s\" section can only be used once in an update expression;",
                    sections[kind]);
    u->seen[kind] = true;
    do
        TRY(parse_action(u, kind));
    while (parser_take(&u->parser, ","));
    return OK;
}

static bool take_section(struct parser *p, enum update_kind *kind)
{
    for (size_t i = 0; i < ARRAY_LEN(sections); i++)
        if (parser_take_word(p, sections[i])) {
            *kind = (enum update_kind)i;
            return true;
        }
    return false;
}

static struct err check_paths(const struct update_parser *u)
{
    const struct expression_input *input = u->parser.input;
    struct path *paths = ARENA_ARRAY(input->arena, struct path, u->count);
    for (size_t i = 0; i < u->count; i++)
        paths[i] = u->actions[i].path;
    return paths_check(input, paths, u->count);
}

struct err update_parse(const struct expression_input *input, struct update *update)
{
    struct update_parser u = {0};
    enum update_kind kind;
    TRY(parser_begin(&u.parser, input));
    u.parser.in_update = true;
    u.actions = ARENA_ARRAY(input->arena, struct update_action, input->text.len / 2 + 1);
    do {
        if (!take_section(&u.parser, &kind))
            return parser_syntax_error(&u.parser);
        TRY(parse_section(&u, kind));
    } while (parser_peek(&u.parser)->kind != TOKEN_END);
    TRY(parser_end(&u.parser));
    TRY(check_paths(&u));
    *update = (struct update){.actions = u.actions, .count = u.count};
    return OK;
}
