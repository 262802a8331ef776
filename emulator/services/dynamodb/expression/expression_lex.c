/* Splits an expression into words. */
#include "emulator/services/dynamodb/expression/expression_lex.h"

static bool is_letter(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

static bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

static bool is_word(char c)
{
    return is_letter(c) || is_digit(c) || c == '_';
}

static size_t run(struct slice text, size_t from, bool (*belongs)(char c))
{
    while (from < text.len && belongs(text.ptr[from]))
        from++;
    return from;
}

static size_t symbol_length(struct slice text)
{
    static const struct slice symbols[] = {
        SLICE_INIT("<>"), SLICE_INIT("<="), SLICE_INIT(">="), SLICE_INIT("="), SLICE_INIT("<"),
        SLICE_INIT(">"),  SLICE_INIT("("),  SLICE_INIT(")"),  SLICE_INIT("["), SLICE_INIT("]"),
        SLICE_INIT("."),  SLICE_INIT(","),  SLICE_INIT("+"),  SLICE_INIT("-"),
    };
    for (size_t i = 0; i < ARRAY_LEN(symbols); i++)
        if (slice_starts_with(text, symbols[i]))
            return symbols[i].len;
    return 0;
}

static struct token cut(struct slice text, enum token_kind kind, size_t len)
{
    return (struct token){kind, slice_sub(text, 0, len)};
}

/* A foreign character counts whole, not by its bytes. */
static struct token bad_token(struct slice text)
{
    size_t step = slice_utf8_step(text);
    return cut(text, TOKEN_BAD, step > 0 ? step : 1);
}

static struct token next_token(struct slice text)
{
    if (text.len == 0)
        return cut(text, TOKEN_END, 0);
    char c = text.ptr[0];
    if (is_letter(c))
        return cut(text, TOKEN_NAME, run(text, 1, is_word));
    if (is_digit(c))
        return cut(text, TOKEN_NUMBER, run(text, 1, is_digit));
    if (c == '#' || c == ':') {
        size_t len = run(text, 1, is_word);
        return len == 1 ? bad_token(text) : cut(text, c == '#' ? TOKEN_HASH : TOKEN_COLON, len);
    }
    size_t symbol = symbol_length(text);
    return symbol > 0 ? cut(text, TOKEN_SYMBOL, symbol) : bad_token(text);
}

static struct slice skip_space(struct slice text)
{
    while (text.len > 0 && (text.ptr[0] == ' ' || (text.ptr[0] >= '\t' && text.ptr[0] <= '\r')))
        text = slice_from(text, 1);
    return text;
}

struct token *expression_tokens(struct arena *arena, struct slice text)
{
    struct token *tokens = ARENA_ARRAY(arena, struct token, text.len + 1);
    size_t count = 0;
    for (struct slice rest = skip_space(text);; rest = skip_space(rest)) {
        tokens[count] = next_token(rest);
        if (tokens[count].kind == TOKEN_END)
            return tokens;
        rest = slice_from(rest, tokens[count++].text.len);
    }
}
