#include <criterion/criterion.h>

#include "emulator/services/dynamodb/partiql/partiql_lex.h"
#include "lib/base/buf.h"

/* Each word as its kind and text: "K:SELECT Y:* N:a". */
static const char *words_of(struct arena *arena, const char *text)
{
    static const char kinds[] = {
        [PARTIQL_NAME] = 'N',   [PARTIQL_KEYWORD] = 'K', [PARTIQL_STRING] = 'S',
        [PARTIQL_NUMBER] = 'D', [PARTIQL_SYMBOL] = 'Y',  [PARTIQL_PARAMETER] = 'P'};
    const struct partiql_token *tokens;
    struct ddb_refusal refusal = {.arena = arena};
    struct buf out;
    buf_init_arena(&out, arena, 4096);
    if (failed(partiql_tokens(arena, slice_from_cstr(text), &tokens, &refusal)))
        return arena_cstr(arena, refusal.message);
    for (; tokens->kind != PARTIQL_END; tokens++)
        buf_printf(&out, "%s%c%s:" SLICE_FMT, out.len > 0 ? " " : "", kinds[tokens->kind],
                   tokens->quoted ? "q" : "", SLICE_ARG(tokens->text));
    return buf_cstr(&out);
}

static void expect_words(const char *text, const char *wanted)
{
    struct arena arena = {0};
    cr_expect_str_eq(words_of(&arena, text), wanted, "%s", text);
    arena_done(&arena);
}

Test(partiql_lex, keywords_are_names_within_quotes_alone)
{
    expect_words("select Date \"date\" dates $x _y2", "K:select K:Date Nq:date N:dates N:$x N:_y2");
    expect_words("SIZE(\"a.b\")", "K:SIZE Y:( Nq:a.b Y:)");
}

Test(partiql_lex, doubled_quotes_stand_for_themselves)
{
    expect_words("'it''s' '' '''' \"a\"\"b\"", "Sq:it's Sq: Sq:' Nq:a\"b");
}

Test(partiql_lex, numbers_have_fractions_and_exponents)
{
    expect_words("1 1.5 .5 1e3 1.E-7 2E+1 l[10]",
                 "D:1 D:1.5 D:.5 D:1e3 D:1.E-7 D:2E+1 N:l Y:[ D:10 "
                 "Y:]");
    expect_words("-1", "Y:- D:1");
}

Test(partiql_lex, symbols_are_as_long_as_they_can_be)
{
    expect_words("<<1>> <> <= >= != < > = ? ;", "Y:<< D:1 Y:>> Y:<> Y:<= Y:>= Y:!= Y:< Y:> Y:= P:? "
                                                "Y:;");
}

Test(partiql_lex, comments_are_white_space)
{
    expect_words("a -- b\n c /* d \n * */ e --", "N:a N:c N:e");
    expect_words("a-b", "N:a Y:- N:b");
}

#define BAD "Statement wasn't well formed, can't be processed: Lexer Error: "

Test(partiql_lex, what_begins_no_word_is_told_with_its_place)
{
    expect_words("a\n  `x`", BAD "at line 2, column 3: invalid character at, `");
    expect_words("a = 'x", BAD "at line 1, column 7: invalid character at, <EOF>");
    expect_words("a /* b", BAD "at line 1, column 7: invalid character at, <EOF>");
    expect_words("\"a", BAD "at line 1, column 3: invalid character at, <EOF>");
    expect_words("1e", BAD "at line 1, column 1: invalid character at, 1");
    expect_words("a \xC3\xA9", BAD "at line 1, column 3: invalid character at, \xC3\xA9");
}

Test(partiql_lex, a_place_has_line_column_and_length)
{
    struct arena arena = {0};
    struct slice text = SLICE("SELECT *\nFROM t LIMIT 1");
    struct slice place = slice_sub(text, 16, 5);
    cr_expect_str_eq(partiql_place(&arena, text, place).ptr, "at 2:8:5");
    arena_done(&arena);
}
