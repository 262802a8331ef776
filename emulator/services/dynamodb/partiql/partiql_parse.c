/*
 * The statements of PartiQL that DynamoDB has:
 *
 *   SELECT * | path, ... FROM table[.index] [WHERE condition] [ORDER BY key [ASC | DESC], ...]
 *   EXISTS(SELECT ...)
 *   INSERT INTO table VALUE {...}
 *   UPDATE table {SET path = operand, ... | REMOVE path} WHERE condition [RETURNING ... *]
 *   DELETE FROM table WHERE condition [RETURNING ALL OLD *]
 */
#include "emulator/services/dynamodb/partiql/partiql_parser.h"

const struct partiql_token *partiql_peek(const struct partiql_parser *p)
{
    return &p->tokens[p->at];
}

bool partiql_at(const struct partiql_parser *p, const char *symbol)
{
    const struct partiql_token *token = partiql_peek(p);
    return token->kind == PARTIQL_SYMBOL && slice_eq_cstr(token->text, symbol);
}

bool partiql_take(struct partiql_parser *p, const char *symbol)
{
    bool here = partiql_at(p, symbol);
    p->at += here;
    return here;
}

bool partiql_at_word(const struct partiql_parser *p, const char *word)
{
    const struct partiql_token *token = partiql_peek(p);
    bool is_word =
        token->kind == PARTIQL_KEYWORD || (token->kind == PARTIQL_NAME && !token->quoted);
    return is_word && slice_eq_nocase(token->text, slice_from_cstr(word));
}

bool partiql_take_word(struct partiql_parser *p, const char *word)
{
    bool here = partiql_at_word(p, word);
    p->at += here;
    return here;
}

struct err partiql_fail(const struct partiql_parser *p, const char *detail)
{
    return partiql_malformed(p->input.refusal, detail);
}

struct err partiql_expect(struct partiql_parser *p, const char *symbol, const char *name)
{
    return partiql_take(p, symbol)
               ? OK
               : partiql_fail(p, arena_printf(p->input.arena, "Expected %s", name).ptr);
}

struct err partiql_unexpected(const struct partiql_parser *p)
{
    static const char *const operators[] = {"=",  "<", ">", "<=", ">=", "<>",
                                            "!=", "+", "-", "/",  "%",  "||"};
    if (partiql_peek(p)->kind == PARTIQL_KEYWORD)
        return partiql_fail(p, "Unexpected keyword");
    for (size_t i = 0; i < ARRAY_LEN(operators); i++)
        if (partiql_at(p, operators[i]))
            return partiql_fail(p, "Unexpected operator");
    return partiql_fail(p, "Unexpected term");
}

struct err partiql_unsupported(const struct partiql_parser *p, const char *what)
{
    const struct partiql_token *token = partiql_peek(p);
    return ddb_refuse(p->input.refusal, "Unsupported %s: " SLICE_FMT " " SLICE_FMT, what,
                      SLICE_ARG(token->place),
                      SLICE_ARG(partiql_place(p->input.arena, p->text, token->place)));
}

/* Words that may follow a part of a statement and that DynamoDB has not. */
static struct err refuse_words(const struct partiql_parser *p, const char *what,
                               const char *const *words, size_t count)
{
    for (size_t i = 0; i < count; i++)
        if (partiql_at_word(p, words[i]))
            return partiql_unsupported(p, what);
    return OK;
}

static struct err parse_table(struct partiql_parser *p, struct partiql_statement *statement)
{
    const struct partiql_token *token = partiql_peek(p);
    if (token->kind != PARTIQL_NAME)
        return partiql_fail(p, "Expected identifier for simple path");
    statement->table = token->text;
    p->at++;
    if (!partiql_take(p, "."))
        return OK;
    token = partiql_peek(p);
    if (token->kind != PARTIQL_NAME)
        return partiql_fail(p, "Invalid path dot component");
    statement->index = token->text;
    p->at++;
    if (partiql_at(p, ".") || partiql_at(p, "["))
        return ddb_refuse(p->input.refusal, "Unexpected path component " SLICE_FMT,
                          SLICE_ARG(partiql_place(p->input.arena, p->text, token->place)));
    return OK;
}

/* Items are changed in their table. */
static struct err parse_target(struct partiql_parser *p, struct partiql_statement *statement)
{
    TRY(parse_table(p, statement));
    if (slice_is_set(statement->index))
        return ddb_refuse(p->input.refusal,
                          "Items can be changed in a table only, not in an index");
    if (partiql_at_word(p, "AS") || partiql_peek(p)->kind == PARTIQL_NAME)
        return partiql_unsupported(p, "alias");
    return OK;
}

static struct err parse_where(struct partiql_parser *p, struct partiql_statement *statement)
{
    if (!partiql_take_word(p, "WHERE"))
        return OK;
    p->nodes.in_update = false;
    TRY(partiql_condition(p, &statement->where));
    if (partiql_is_operand(statement->where))
        return ddb_refuse(p->input.refusal, "A value cannot be used as a condition");
    return OK;
}

/* A column goes by its path's last name and what follows it. */
static struct slice column_name(struct arena *arena, const struct path *path)
{
    enum { name_bytes_max = 64 * 1024 };
    struct buf name;
    size_t last = path->count - 1;
    while (!slice_is_set(path->steps[last].name))
        last--;
    if (last + 1 == path->count)
        return path->steps[last].name;
    buf_init_arena(&name, arena, name_bytes_max);
    buf_append(&name, path->steps[last].name);
    for (size_t i = last + 1; i < path->count; i++)
        buf_printf(&name, "[%u]", path->steps[i].index);
    return buf_slice(&name);
}

static struct err parse_column(struct partiql_parser *p, struct partiql_column *column)
{
    const struct partiql_token *token = partiql_peek(p);
    bool call = token->kind != PARTIQL_END && token[1].kind == PARTIQL_SYMBOL &&
                slice_eq(token[1].text, SLICE("("));
    if (partiql_at_literal(p) || call)
        return partiql_unsupported(p, "expression in the select list");
    if (token->kind != PARTIQL_NAME)
        return partiql_unexpected(p);
    TRY(partiql_path(p, &column->path));
    column->name = column_name(p->input.arena, &column->path);
    if (partiql_at_word(p, "AS") || partiql_peek(p)->kind == PARTIQL_NAME)
        return partiql_unsupported(p, "alias");
    return OK;
}

static struct err parse_columns(struct partiql_parser *p, struct partiql_statement *statement)
{
    static const char *const kinds[] = {"DISTINCT", "ALL", "VALUE"};
    bool star = false;
    TRY(refuse_words(p, "select", kinds, ARRAY_LEN(kinds)));
    do {
        if (partiql_take(p, "*")) {
            star = true;
            continue;
        }
        statement->columns = arena_grow(p->input.arena, statement->columns, statement->column_count,
                                        sizeof *statement->columns);
        TRY(parse_column(p, &statement->columns[statement->column_count]));
        statement->column_count++;
    } while (partiql_take(p, ","));
    if (star && statement->column_count > 0)
        return partiql_fail(p, "Other expressions may not be present in the select list when '*' "
                               "is used without dot notation.");
    return OK;
}

static struct err parse_order(struct partiql_parser *p, struct partiql_statement *statement)
{
    if (!partiql_take_word(p, "ORDER"))
        return OK;
    if (!partiql_take_word(p, "BY"))
        return partiql_fail(p, "Expected BY");
    do {
        statement->orders = arena_grow(p->input.arena, statement->orders, statement->order_count,
                                       sizeof *statement->orders);
        struct partiql_order *order = &statement->orders[statement->order_count++];
        if (partiql_peek(p)->kind != PARTIQL_NAME)
            return partiql_unexpected(p);
        order->name = p->tokens[p->at++].text;
        order->descending = partiql_take_word(p, "DESC");
        if (!order->descending)
            (void)partiql_take_word(p, "ASC");
    } while (partiql_take(p, ","));
    return OK;
}

static struct err check_source(const struct partiql_parser *p)
{
    static const char *const joins[] = {"JOIN", "CROSS", "INNER", "LEFT", "RIGHT", "FULL", "OUTER"};
    bool joined = partiql_at(p, ",");
    for (size_t i = 0; i < ARRAY_LEN(joins); i++)
        joined = joined || partiql_at_word(p, joins[i]);
    if (joined)
        return ddb_refuse(p->input.refusal,
                          "Only select from a single table or index is supported.");
    if (partiql_at_word(p, "AS") || partiql_peek(p)->kind == PARTIQL_NAME)
        return partiql_unsupported(p, "alias");
    /* a-b without quotes is a difference of two names. */
    if (partiql_at(p, "-") || partiql_at(p, "+"))
        return ddb_refuse(
            p->input.refusal, "Unexpected from source " SLICE_FMT,
            SLICE_ARG(partiql_place(p->input.arena, p->text, partiql_peek(p)->place)));
    return OK;
}

static struct err parse_select(struct partiql_parser *p, struct partiql_statement *statement)
{
    static const char *const clauses[] = {"GROUP", "HAVING", "LIMIT",  "OFFSET",
                                          "LET",   "UNION",  "EXCEPT", "INTERSECT"};
    if (partiql_at_word(p, "FROM"))
        return partiql_fail(p, "Expected data manipulation");
    TRY(parse_columns(p, statement));
    if (!partiql_take_word(p, "FROM"))
        return partiql_fail(p, "Expected FROM after SELECT list");
    if (partiql_at(p, "("))
        return partiql_unsupported(p, "subquery");
    if (partiql_peek(p)->kind != PARTIQL_NAME)
        return partiql_unexpected(p);
    TRY(parse_table(p, statement));
    TRY(check_source(p));
    TRY(parse_where(p, statement));
    TRY(parse_order(p, statement));
    return refuse_words(p, "clause", clauses, ARRAY_LEN(clauses));
}

static struct err parse_exists(struct partiql_parser *p, struct partiql_statement *statement)
{
    TRY(partiql_expect(p, "(", "LEFT_PAREN"));
    if (!partiql_take_word(p, "SELECT"))
        return partiql_unexpected(p);
    TRY(parse_select(p, statement));
    return partiql_expect(p, ")", "RIGHT_PAREN");
}

static struct err parse_insert(struct partiql_parser *p, struct partiql_statement *statement)
{
    static const char *const clauses[] = {"AT", "ON", "RETURNING"};
    struct attr_value item = {.type = ATTR_NULL};
    if (!partiql_take_word(p, "INTO"))
        return partiql_fail(p, "Unexpected keyword");
    TRY(parse_target(p, statement));
    if (!partiql_take_word(p, "VALUE"))
        return ddb_refuse(p->input.refusal,
                          "Unsupported operation: Inserting multiple items in a single statement "
                          "is not supported, use \"INSERT INTO tableName VALUE item\" instead");
    if (!partiql_at_literal(p))
        return partiql_unexpected(p);
    TRY(partiql_literal(p, &item));
    if (item.type != ATTR_M)
        parser_note(&p->nodes, "The item of an INSERT statement must be a tuple");
    else
        statement->item = item.map;
    return refuse_words(p, "clause", clauses, ARRAY_LEN(clauses));
}

static struct update_action *next_action(struct partiql_parser *p, struct update *update,
                                         enum update_kind kind)
{
    update->actions =
        arena_grow(p->input.arena, update->actions, update->count, sizeof *update->actions);
    struct update_action *action = &update->actions[update->count++];
    action->kind = kind;
    return action;
}

/* SET s = set_add(s, <<1>>) is the expressions' ADD, set_delete their DELETE. */
static struct err parse_set_function(struct partiql_parser *p, struct update_action *action)
{
    const struct partiql_token *name = &p->tokens[p->at];
    struct path path;
    parser_count_operator(&p->nodes);
    p->at += 2; /* the name and "(" */
    TRY(partiql_path(p, &path));
    TRY(partiql_expect(p, ",", "COMMA"));
    TRY(partiql_operand(p, &action->value));
    TRY(partiql_expect(p, ")", "RIGHT_PAREN"));
    if (!path_equal(&path, &action->path))
        parser_note(&p->nodes,
                    "The first operand must be the attribute that is set for this operator or "
                    "function; operator or function: " SLICE_FMT,
                    SLICE_ARG(name->text));
    else if (action->value->kind != NODE_VALUE || !attr_type_is_set(action->value->value->type))
        parser_note(
            &p->nodes,
            "Incorrect operand type for operator or function; operator or function: " SLICE_FMT
            ", a set is wanted",
            SLICE_ARG(name->text));
    return OK;
}

static struct err parse_assignment(struct partiql_parser *p, struct partiql_statement *statement)
{
    struct update_action *action = next_action(p, &statement->update, UPDATE_SET);
    TRY(partiql_path(p, &action->path));
    TRY(partiql_expect(p, "=", "'='"));
    const struct partiql_token *next = partiql_peek(p) + 1;
    bool call = next[-1].kind != PARTIQL_END && next->kind == PARTIQL_SYMBOL &&
                slice_eq(next->text, SLICE("("));
    if (call && partiql_at_word(p, "SET_ADD"))
        action->kind = UPDATE_ADD;
    else if (call && partiql_at_word(p, "SET_DELETE"))
        action->kind = UPDATE_DELETE;
    else {
        TRY(partiql_operand(p, &action->value));
        return partiql_need_operand(p, action->value);
    }
    return parse_set_function(p, action);
}

static struct err parse_changes(struct partiql_parser *p, struct partiql_statement *statement)
{
    p->nodes.in_update = true;
    for (;;) {
        if (partiql_take_word(p, "REMOVE"))
            TRY(partiql_path(p, &next_action(p, &statement->update, UPDATE_REMOVE)->path));
        else if (partiql_take_word(p, "SET"))
            do
                TRY(parse_assignment(p, statement));
            while (partiql_take(p, ","));
        else
            return statement->update.count > 0 ? OK : partiql_fail(p, "Expected data manipulation");
    }
}

static struct err parse_returning(struct partiql_parser *p, struct partiql_statement *statement)
{
    if (!partiql_take_word(p, "RETURNING"))
        return OK;
    bool all = partiql_take_word(p, "ALL");
    bool known = all || partiql_take_word(p, "MODIFIED");
    bool old = known && partiql_take_word(p, "OLD");
    if (!known || !(old || partiql_take_word(p, "NEW")))
        return partiql_fail(p, "Expected ( MODIFIED | ALL ) ( NEW | OLD ) in each returning "
                               "element.");
    if (!partiql_take(p, "*"))
        return partiql_unsupported(p, "returning column");
    if (partiql_at(p, ","))
        return partiql_unsupported(p, "returning clause");
    statement->returning =
        all ? (old ? PARTIQL_RETURNING_ALL_OLD : PARTIQL_RETURNING_ALL_NEW)
            : (old ? PARTIQL_RETURNING_MODIFIED_OLD : PARTIQL_RETURNING_MODIFIED_NEW);
    return OK;
}

static struct err check_update(struct partiql_parser *p, const struct update *update)
{
    struct expression_input input = p->input;
    struct path *paths = ARENA_ARRAY(input.arena, struct path, update->count);
    for (size_t i = 0; i < update->count; i++)
        paths[i] = update->actions[i].path;
    input.parameter = "UpdateExpression";
    return paths_check(&input, paths, update->count);
}

static struct err parse_update(struct partiql_parser *p, struct partiql_statement *statement)
{
    TRY(parse_target(p, statement));
    TRY(parse_changes(p, statement));
    TRY(parse_where(p, statement));
    return parse_returning(p, statement);
}

static struct err parse_delete(struct partiql_parser *p, struct partiql_statement *statement)
{
    if (!partiql_take_word(p, "FROM"))
        return partiql_fail(p, "Expected FROM after DELETE");
    TRY(parse_target(p, statement));
    TRY(parse_where(p, statement));
    TRY(parse_returning(p, statement));
    if (statement->returning > PARTIQL_RETURNING_ALL_OLD)
        parser_note(&p->nodes, "A DELETE statement can return ALL OLD * only");
    return OK;
}

static struct err parse_statement(struct partiql_parser *p, struct partiql_statement *statement)
{
    static const struct {
        const char *word;
        enum partiql_kind kind;
        struct err (*parse)(struct partiql_parser *p, struct partiql_statement *statement);
    } statements[] = {
        {"SELECT", PARTIQL_SELECT, parse_select},
        {"EXISTS", PARTIQL_EXISTS, parse_exists},
        {"INSERT", PARTIQL_INSERT, parse_insert},
        {"UPDATE", PARTIQL_UPDATE, parse_update},
        {"DELETE", PARTIQL_DELETE, parse_delete},
    };
    for (size_t i = 0; i < ARRAY_LEN(statements); i++)
        if (partiql_take_word(p, statements[i].word)) {
            statement->kind = statements[i].kind;
            return statements[i].parse(p, statement);
        }
    return partiql_fail(p, "Expected data manipulation");
}

static struct err parse_end(struct partiql_parser *p)
{
    bool semicolon = partiql_take(p, ";");
    if (partiql_peek(p)->kind == PARTIQL_END)
        return OK;
    return partiql_fail(p, semicolon ? "Unexpected token after semicolon. (Only one query is "
                                       "allowed.)"
                                     : "Unexpected token after expression");
}

struct err partiql_parse(struct arena *arena, struct slice text,
                         const struct partiql_parameters *parameters,
                         struct partiql_statement *statement, struct ddb_refusal *refusal)
{
    struct partiql_parser p = {
        .input = {.arena = arena, .text = text, .refusal = refusal},
        .text = text,
        .parameters = parameters,
    };
    p.nodes = (struct parser){.input = &p.input, .later.arena = arena};
    *statement = (struct partiql_statement){0};
    TRY(partiql_tokens(arena, text, &p.tokens, refusal));
    TRY(parse_statement(&p, statement));
    TRY(parse_end(&p));
    if (p.parameters_used != parameters->count)
        return ddb_refuse(refusal, "Number of parameters in request and statement don't match.");
    if (slice_is_set(p.nodes.later.message))
        return ddb_refuse(refusal, SLICE_FMT, SLICE_ARG(p.nodes.later.message));
    return check_update(&p, &statement->update);
}
