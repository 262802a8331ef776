#include <criterion/criterion.h>

#include "api/auth/password.h"

Test(password, verifies_what_it_hashed_and_nothing_else)
{
    struct arena arena = {0};
    struct password_gate gate;
    struct slice phc;
    cr_assert(password_gate_init(&gate));
    cr_assert(password_hash(SLICE("correct horse"), &arena, &phc));
    cr_expect(slice_starts_with(phc, SLICE("$argon2id$v=19$m=19456,t=2,p=1$")));
    cr_expect_eq(password_verify(&gate, SLICE("correct horse"), phc), PASSWORD_RIGHT);
    cr_expect_eq(password_verify(&gate, SLICE("correct horsf"), phc), PASSWORD_WRONG);
    cr_expect_eq(password_verify(&gate, SLICE(""), phc), PASSWORD_WRONG);
    cr_expect_eq(password_verify(&gate, SLICE("correct horse"), SLICE("no hash")), PASSWORD_WRONG);
    password_gate_done(&gate);
    arena_done(&arena);
}

Test(password, an_unknown_user_is_hashed_for_and_never_right)
{
    struct password_gate gate;
    cr_assert(password_gate_init(&gate));
    cr_expect_eq(password_verify(&gate, SLICE("anything"), SLICE_NONE), PASSWORD_WRONG);
    cr_expect_neq(gate.dummy[0], '\0');
    password_gate_done(&gate);
}

Test(password, is_busy_when_enough_run_and_wait)
{
    struct password_gate gate;
    cr_assert(password_gate_init(&gate));
    gate.running = 2;
    gate.waiting = 4;
    cr_expect_eq(password_verify(&gate, SLICE("x"), SLICE_NONE), PASSWORD_BUSY);
    gate.running = gate.waiting = 0;
    cr_expect_eq(password_verify(&gate, SLICE("x"), SLICE_NONE), PASSWORD_WRONG);
    password_gate_done(&gate);
}
