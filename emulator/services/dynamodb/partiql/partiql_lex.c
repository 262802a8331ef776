/*
 * Splits a statement into words, as PartiQL's reference lexer does: comments are white space, a
 * doubled quote stands for itself, and keywords are no identifiers unless they are quoted.
 */
#include "emulator/services/dynamodb/partiql/partiql_lex.h"

#include "emulator/services/dynamodb/expression/reserved_words.h"
#include "lib/base/buf.h"

/* Sorted: SQL-92's reserved words, and PartiQL's. */
/* clang-format off */
static const char *const keywords[] = {
    "ABSOLUTE", "ACTION", "ADD", "ALL", "ALLOCATE", "ALTER", "AND", "ANY", "ARE", "AS", "ASC",
    "ASSERTION", "AT", "AUTHORIZATION", "AVG", "BAG", "BEGIN", "BETWEEN", "BIGINT", "BIT",
    "BIT_LENGTH", "BLOB", "BOOL", "BOOLEAN", "BY", "CAN_CAST", "CAN_LOSSLESS_CAST", "CASCADE",
    "CASCADED", "CASE", "CAST", "CATALOG", "CHAR", "CHARACTER", "CHARACTER_LENGTH", "CHAR_LENGTH",
    "CHECK", "CLOB", "CLOSE", "COALESCE", "COLLATE", "COLLATION", "COLUMN", "COMMIT", "CONFLICT",
    "CONNECT", "CONNECTION", "CONSTRAINT", "CONSTRAINTS", "CONTINUE", "CONVERT", "CORRESPONDING",
    "COUNT", "CREATE", "CROSS", "CURRENT", "CURRENT_DATE", "CURRENT_TIME", "CURRENT_TIMESTAMP",
    "CURRENT_USER", "CURSOR", "DATE", "DATE_ADD", "DATE_DIFF", "DEALLOCATE", "DEC", "DECIMAL",
    "DECLARE", "DEFAULT", "DEFERRABLE", "DEFERRED", "DELETE", "DESC", "DESCRIBE", "DESCRIPTOR",
    "DIAGNOSTICS", "DISCONNECT", "DISTINCT", "DO", "DOMAIN", "DOUBLE", "DROP", "ELSE", "END",
    "ESCAPE", "EXCEPT", "EXCEPTION", "EXEC", "EXECUTE", "EXISTS", "EXTERNAL", "EXTRACT", "FALSE",
    "FETCH", "FIRST", "FLOAT", "FOR", "FOREIGN", "FOUND", "FROM", "FULL", "GET", "GLOBAL", "GO",
    "GOTO", "GRANT", "GROUP", "HAVING", "IDENTITY", "IMMEDIATE", "IN", "INDEX", "INDICATOR",
    "INITIALLY", "INNER", "INPUT", "INSENSITIVE", "INSERT", "INT", "INT2", "INT4", "INT8",
    "INTEGER", "INTEGER2", "INTEGER4", "INTEGER8", "INTERSECT", "INTERVAL", "INTO", "IS",
    "ISOLATION", "JOIN", "KEY", "LANGUAGE", "LAST", "LEFT", "LET", "LEVEL", "LIKE", "LIMIT",
    "LIST", "LOCAL", "LOWER", "MATCH", "MAX", "MIN", "MISSING", "MODIFIED", "MODULE", "NAMES",
    "NATIONAL", "NATURAL", "NCHAR", "NEW", "NEXT", "NO", "NOT", "NOTHING", "NULL", "NULLIF",
    "NUMERIC", "OCTET_LENGTH", "OF", "OFFSET", "OLD", "ON", "ONLY", "OPEN", "OPTION", "OR",
    "ORDER", "OUTER", "OUTPUT", "OVERLAPS", "PAD", "PARTIAL", "PIVOT", "POSITION", "PRECISION",
    "PREPARE", "PRESERVE", "PRIMARY", "PRIOR", "PRIVILEGES", "PROCEDURE", "PUBLIC", "READ",
    "REAL", "REFERENCES", "RELATIVE", "REMOVE", "RESTRICT", "RETURNING", "REVOKE", "RIGHT",
    "ROLLBACK", "ROWS", "SCHEMA", "SCROLL", "SECTION", "SELECT", "SESSION", "SESSION_USER", "SET",
    "SEXP", "SIZE", "SMALLINT", "SOME", "SPACE", "SQL", "SQLCODE", "SQLERROR", "SQLSTATE",
    "STRING", "STRUCT", "SUBSTRING", "SUM", "SYMBOL", "SYSTEM_USER", "TABLE", "TEMPORARY", "THEN",
    "TIME", "TIMESTAMP", "TO", "TRANSACTION", "TRANSLATE", "TRANSLATION", "TRIM", "TRUE", "TUPLE",
    "UNION", "UNIQUE", "UNKNOWN", "UNPIVOT", "UPDATE", "UPPER", "USAGE", "USER", "USING", "VALUE",
    "VALUES", "VARCHAR", "VARYING", "VIEW", "WHEN", "WHENEVER", "WHERE", "WITH", "WORK", "WRITE",
    "ZONE",
};
/* clang-format on */

static bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

static bool begins_name(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_' || c == '$';
}

static bool is_name(char c)
{
    return begins_name(c) || is_digit(c);
}

static char at(struct slice text, size_t place)
{
    if (place >= text.len)
        return '\0';
    return text.ptr[place];
}

static size_t skip(struct slice text, size_t from, bool (*belongs)(char c))
{
    while (from < text.len && belongs(text.ptr[from]))
        from++;
    return from;
}

struct err partiql_malformed(struct ddb_refusal *refusal, const char *detail)
{
    return ddb_refuse(refusal, "Statement wasn't well formed, can't be processed: %s", detail);
}

/* Line and column of a byte, from 1. */
static void locate(struct slice text, const char *byte, size_t *line, size_t *column)
{
    *line = *column = 1;
    for (const char *c = text.ptr; c < byte; c++) {
        *column = *c == '\n' ? 1 : *column + 1;
        *line += *c == '\n';
    }
}

struct slice partiql_place(struct arena *arena, struct slice text, struct slice place)
{
    size_t line;
    size_t column;
    locate(text, place.ptr, &line, &column);
    return arena_printf(arena, "at %zu:%zu:%zu", line, column, place.len);
}

/* What begins no word, or the end of the text within one. */
static struct err refuse_character(struct slice text, size_t from, struct ddb_refusal *refusal)
{
    size_t line;
    size_t column;
    size_t step = slice_utf8_step(slice_from(text, from));
    struct slice c = from < text.len ? slice_sub(text, from, step > 0 ? step : 1) : SLICE("<EOF>");
    locate(text, text.ptr + from, &line, &column);
    struct slice detail = arena_printf(
        refusal->arena, "Lexer Error: at line %zu, column %zu: invalid character at, " SLICE_FMT,
        line, column, SLICE_ARG(c));
    return partiql_malformed(refusal, detail.ptr);
}

/* The end of white space and comments; past the text when a comment has no end. */
static size_t skip_blank(struct slice text, size_t from)
{
    for (;;) {
        char c = at(text, from);
        bool space = from < text.len && (c == ' ' || (c >= '\t' && c <= '\r'));
        if (space) {
            from++;
        } else if (c == '-' && at(text, from + 1) == '-') {
            ptrdiff_t end = slice_index(slice_from(text, from), '\n');
            from = end < 0 ? text.len : from + (size_t)end + 1;
        } else if (c == '/' && at(text, from + 1) == '*') {
            ptrdiff_t end = slice_find(slice_from(text, from + 2), SLICE("*/"));
            if (end < 0)
                return text.len + 1;
            from += (size_t)end + 4;
        } else {
            return from;
        }
    }
}

/* The number at `from`; 0 when an exponent has no digits. */
static size_t number_end(struct slice text, size_t from)
{
    size_t end = skip(text, from, is_digit);
    if (at(text, end) == '.')
        end = skip(text, end + 1, is_digit);
    if (at(text, end) != 'e' && at(text, end) != 'E')
        return end;
    end += 1 + (at(text, end + 1) == '+' || at(text, end + 1) == '-');
    size_t exponent = skip(text, end, is_digit);
    return exponent > end ? exponent : 0;
}

static size_t symbol_length(struct slice text)
{
    static const struct slice symbols[] = {
        SLICE_INIT("<<"), SLICE_INIT(">>"), SLICE_INIT("<>"), SLICE_INIT("<="), SLICE_INIT(">="),
        SLICE_INIT("!="), SLICE_INIT("||"), SLICE_INIT("="),  SLICE_INIT("<"),  SLICE_INIT(">"),
        SLICE_INIT("("),  SLICE_INIT(")"),  SLICE_INIT("["),  SLICE_INIT("]"),  SLICE_INIT("{"),
        SLICE_INIT("}"),  SLICE_INIT("."),  SLICE_INIT(","),  SLICE_INIT(":"),  SLICE_INIT(";"),
        SLICE_INIT("*"),  SLICE_INIT("+"),  SLICE_INIT("-"),  SLICE_INIT("/"),  SLICE_INIT("%"),
        SLICE_INIT("@"),
    };
    for (size_t i = 0; i < ARRAY_LEN(symbols); i++)
        if (slice_starts_with(text, symbols[i]))
            return symbols[i].len;
    return 0;
}

/* The quoted text with each doubled quote made one. */
static struct slice unescape(struct arena *arena, struct slice text, char quote)
{
    struct buf out;
    buf_init_arena(&out, arena, text.len);
    for (size_t i = 0; i < text.len; i++) {
        buf_append_char(&out, text.ptr[i]);
        i += text.ptr[i] == quote;
    }
    return buf_slice(&out);
}

/* Text between quotes; its place stays empty when it has no end. */
static struct partiql_token read_quoted(struct arena *arena, struct slice text,
                                        enum partiql_token_kind kind)
{
    struct partiql_token token = {.kind = kind, .quoted = true};
    char quote = text.ptr[0];
    bool escapes = false;
    for (size_t end = 1; end < text.len; end++) {
        if (text.ptr[end] != quote)
            continue;
        if (at(text, end + 1) == quote) {
            escapes = true;
            end++;
            continue;
        }
        token.text = slice_sub(text, 1, end - 1);
        if (escapes)
            token.text = unescape(arena, token.text, quote);
        token.place = slice_sub(text, 0, end + 1);
        break;
    }
    return token;
}

static struct partiql_token cut(struct slice text, enum partiql_token_kind kind, size_t len)
{
    struct slice word = slice_sub(text, 0, len);
    return (struct partiql_token){.kind = kind, .text = word, .place = word};
}

/* An empty `place` means that no word begins here. */
static struct partiql_token next_token(struct arena *arena, struct slice text)
{
    char c = text.ptr[0];
    if (begins_name(c)) {
        struct partiql_token token = cut(text, PARTIQL_NAME, skip(text, 1, is_name));
        if (word_is_listed(token.text, keywords, ARRAY_LEN(keywords)))
            token.kind = PARTIQL_KEYWORD;
        return token;
    }
    if (is_digit(c) || (c == '.' && is_digit(at(text, 1))))
        return cut(text, PARTIQL_NUMBER, number_end(text, 0));
    if (c == '\'' || c == '"')
        return read_quoted(arena, text, c == '"' ? PARTIQL_NAME : PARTIQL_STRING);
    return c == '?' ? cut(text, PARTIQL_PARAMETER, 1)
                    : cut(text, PARTIQL_SYMBOL, symbol_length(text));
}

struct err partiql_tokens(struct arena *arena, struct slice text,
                          const struct partiql_token **tokens, struct ddb_refusal *refusal)
{
    struct partiql_token *list = NULL;
    for (size_t count = 0, place = 0;; count++) {
        place = skip_blank(text, place);
        if (place > text.len)
            return refuse_character(text, text.len, refusal);
        list = arena_grow(arena, list, count, sizeof *list);
        *tokens = list;
        if (place == text.len) {
            list[count] = cut(slice_from(text, place), PARTIQL_END, 0);
            return OK;
        }
        list[count] = next_token(arena, slice_from(text, place));
        if (list[count].place.len == 0)
            return refuse_character(text, list[count].quoted ? text.len : place, refusal);
        place += list[count].place.len;
    }
}
