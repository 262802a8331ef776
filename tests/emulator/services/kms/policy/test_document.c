/* Policy documents: their forms, and whom they let in. */
#include <criterion/criterion.h>

#include "emulator/services/kms/policy/document.h"
#include "lib/base/attributes.h"

#define ROOT "arn:aws:iam::000000000000:root"

static enum policy_error read_text(const char *text, struct arena *arena,
                                   struct policy_document *document)
{
    return policy_document_read(slice_from_cstr(text), arena, document);
}

Test(kms_document, a_document_is_read_into_statements)
{
    struct arena arena = {0};
    struct policy_document document;
    cr_assert_eq(read_text("{\"Statement\":[{\"Effect\":\"Allow\",\"Principal\":{\"AWS\":\"" ROOT
                           "\"},\"Action\":[\"kms:a\",\"kms:b\"],\"Resource\":\"*\"},"
                           "{\"Effect\":\"Deny\",\"NotPrincipal\":\"*\",\"NotAction\":\"kms:c\","
                           "\"NotResource\":\"x\",\"Condition\":{\"Bool\":{\"a\":false}}}]}",
                           &arena, &document),
                 POLICY_OK);
    cr_assert_eq(document.count, 2);
    const struct policy_statement *first = &document.statements[0];
    const struct policy_statement *second = &document.statements[1];
    cr_expect(first->allows && !first->has_condition && !first->actions.is_not);
    cr_expect_eq(first->actions.count, 2);
    cr_expect(slice_eq(first->principals.items[0], SLICE(ROOT)));
    cr_expect(!second->allows && second->has_condition && second->principals.is_not);
    cr_expect(second->actions.is_not && second->resources.is_not);
    arena_done(&arena);
}

Test(kms_document, what_is_wrong_is_told_apart)
{
    static const struct {
        const char *text;
        enum policy_error error;
    } cases[] = {
        {"",                                                                           POLICY_NOT_JSON     },
        {"{\"Statement\":[}",                                                          POLICY_NOT_JSON     },
        {"1",                                                                          POLICY_SYNTAX       },
        {"{\"Statement\":[{}]}",                                                       POLICY_SYNTAX       },
        {"{\"Statement\":{\"Effect\":\"Allow\",\"Action\":\"a\",\"Resource\":\"*\"}}",
         POLICY_NO_PRINCIPAL                                                                               },
        {"{\"Statement\":{\"Effect\":\"Allow\",\"Action\":\"a\",\"Resource\":\"*\","
         "\"Principal\":\"me\"}}",                                            POLICY_BAD_PRINCIPAL},
    };
    for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
        struct arena arena = {0};
        struct policy_document document;
        cr_expect_eq(read_text(cases[i].text, &arena, &document), cases[i].error, "%s",
                     cases[i].text);
        arena_done(&arena);
    }
}

Test(kms_document, patterns_match_with_stars_and_question_marks)
{
    static const struct {
        const char *pattern;
        const char *text;
        bool matches;
    } cases[] = {
        {"kms:*",   "kms:Decrypt", true },
        {"kms:*",   "s3:Get",      false},
        {"*",       "",            true },
        {"?",       "",            false},
        {"a?c",     "abc",         true },
        {"a?c",     "ac",          false},
        {"a*b*c",   "a--b--b-c",   true },
        {"a*b*c",   "a--b--b-",    false},
        {"***",     "anything",    true },
        {"*a",      "aaab",        false},
        {"*aab",    "aaab",        true },
        {"exact",   "exactly",     false},
        {"exactly", "exact",       false},
    };
    for (size_t i = 0; i < ARRAY_LEN(cases); i++)
        cr_expect_eq(policy_pattern_matches(slice_from_cstr(cases[i].pattern),
                                            slice_from_cstr(cases[i].text)),
                     cases[i].matches, "%s against %s", cases[i].pattern, cases[i].text);
}

Test(kms_document, a_denial_outweighs_what_is_allowed)
{
    static const char allow[] = "{\"Effect\":\"Allow\",\"Principal\":\"*\",\"Action\":\"kms:*\","
                                "\"Resource\":\"*\"}";
    struct arena arena = {0};
    struct policy_document document;
    struct slice root = SLICE(ROOT);
    struct slice text = arena_printf(&arena, "{\"Statement\":[%s]}", allow);
    cr_assert_eq(policy_document_read(text, &arena, &document), POLICY_OK);
    cr_expect(policy_document_allows(&document, SLICE("kms:PutKeyPolicy"), SLICE("k"), &root, 1));
    cr_expect_not(policy_document_allows(&document, SLICE("s3:Get"), SLICE("k"), &root, 1));
    text = arena_printf(&arena,
                        "{\"Statement\":[%s,{\"Effect\":\"Deny\",\"Principal\":{\"AWS\":\"" ROOT
                        "\"},\"Action\":\"kms:Put*\",\"Resource\":\"*\"}]}",
                        allow);
    cr_assert_eq(policy_document_read(text, &arena, &document), POLICY_OK);
    cr_expect_not(
        policy_document_allows(&document, SLICE("kms:PutKeyPolicy"), SLICE("k"), &root, 1));
    cr_expect(policy_document_allows(&document, SLICE("kms:Decrypt"), SLICE("k"), &root, 1));
    arena_done(&arena);
}

Test(kms_document, identities_are_known_by_their_form)
{
    static const struct {
        const char *text;
        bool is_identity;
    } cases[] = {
        {ROOT,                                         true },
        {"arn:aws:iam::000000000000:user/a/b",         true },
        {"arn:aws:iam::000000000000:role/r",           true },
        {"arn:aws:sts::000000000000:assumed-role/r/s", true },
        {"arn:aws:iam::000000000000:role/",            false},
        {"arn:aws:iam::000000000000:roots",            false},
        {"arn:aws:iam::000000000000:group/g",          false},
        {"arn:aws:iam:us-east-1:000000000000:root",    false},
        {"arn:aws:iam::00000000000:root",              false},
        {"arn:aws:sts::000000000000:root",             false},
        {"root",                                       false},
        {"",                                           false},
    };
    for (size_t i = 0; i < ARRAY_LEN(cases); i++)
        cr_expect_eq(policy_is_identity(slice_from_cstr(cases[i].text)), cases[i].is_identity, "%s",
                     cases[i].text);
}
