#include <criterion/criterion.h>

#include "emulator/services/dynamodb/expression/reserved_words.h"

Test(reserved_words, the_first_the_last_and_any_case_are_known)
{
    cr_expect(is_reserved_word(SLICE("ABORT")));
    cr_expect(is_reserved_word(SLICE("zone")));
    cr_expect(is_reserved_word(SLICE("Status")));
    cr_expect(is_reserved_word(SLICE("LOCALTIMESTAMP")));
    cr_expect(is_reserved_word(SLICE("flattern")), "AWS's own spelling");
}

Test(reserved_words, other_words_are_free)
{
    cr_expect_not(is_reserved_word(SLICE("")));
    cr_expect_not(is_reserved_word(SLICE("id")));
    cr_expect_not(is_reserved_word(SLICE("statuses")));
    cr_expect_not(is_reserved_word(SLICE("LOCALTIMESTAMPS")));
    cr_expect_not(is_reserved_word(SLICE("flatten")));
}
