#include <criterion/criterion.h>

#include "api/auth/fault.h"
#include "api/auth/session.h"

enum { began = 1000000 };

struct fixture {
    struct rand rand;
    struct token_pair pair;
    struct session session;
};

static struct fixture begin(const char *role)
{
    struct fixture f = {.rand = rand_seeded(7)};
    f.pair = (struct token_pair){token_new_secret(&f.rand), token_new_secret(&f.rand)};
    f.session = session_begin(SLICE("ses_1"), SLICE("usr_1"), SLICE("ten_1"), slice_from_cstr(role),
                              3, &f.pair, began);
    return f;
}

static struct token token_of(const struct token_secret *secret, int64_t generation)
{
    return (struct token){SLICE("ses_1"), generation, *secret};
}

/* The record after one refresh at `now`, and the pair that it handed out. */
static struct token_pair rotate(struct fixture *f, int64_t now)
{
    struct token_pair next = {token_new_secret(&f->rand), token_new_secret(&f->rand)};
    struct session *s = &f->session;
    s->has_previous = true;
    s->previous_hash = s->refresh_hash;
    s->refresh_hash = token_hash(&next.refresh);
    s->access_hash = token_hash(&next.access);
    s->refresh_generation++;
    s->access_exp = now + SESSION_ACCESS_SECONDS;
    s->idle_exp = now + SESSION_IDLE_SECONDS;
    s->grace_until = now + SESSION_GRACE_SECONDS;
    return next;
}

Test(session, begins_active_with_every_limit_set)
{
    struct fixture f = begin("owner");
    cr_expect(f.session.active);
    cr_expect_eq(f.session.access_exp, began + 600);
    cr_expect_eq(f.session.idle_exp, began + 900);
    cr_expect_eq(f.session.abs_exp, began + 43200);
    cr_expect_eq(f.session.epoch, 3);
    cr_expect_eq(f.session.refresh_generation, 1);
    cr_expect_eq(begin("operator").session.abs_exp, began + 28800);
}

Test(session, lets_its_access_token_in_until_a_limit)
{
    struct fixture f = begin("owner");
    struct token token = token_of(&f.pair.access, 0);
    cr_expect_not(failed(session_judge_access(&f.session, &token, began + 599)));
    cr_expect_eq(session_judge_access(&f.session, &token, began + 600).info, &TOKEN_EXPIRED);
    f.session.access_exp = began + 99999;
    cr_expect_eq(session_judge_access(&f.session, &token, began + 900).info, &TOKEN_EXPIRED);
    f.session.idle_exp = began + 99999;
    cr_expect_eq(session_judge_access(&f.session, &token, began + 43200).info, &TOKEN_EXPIRED);
}

Test(session, lets_no_other_secret_in_and_nobody_after_its_end)
{
    struct fixture f = begin("owner");
    struct token wrong = token_of(&f.pair.refresh, 0);
    struct token right = token_of(&f.pair.access, 0);
    cr_expect_eq(session_judge_access(&f.session, &wrong, began).info, &UNAUTHENTICATED);
    f.session.active = false;
    cr_expect_eq(session_judge_access(&f.session, &right, began).info, &SESSION_REVOKED);
    cr_expect_eq(session_judge_access(&f.session, &wrong, began).info, &UNAUTHENTICATED,
                 "a wrong secret learns nothing of the session");
}

Test(session, is_seen_at_most_once_a_minute_and_never_lives_past_its_absolute_end)
{
    struct fixture f = begin("owner");
    cr_expect_not(session_touch_due(&f.session, began + 59));
    cr_expect(session_touch_due(&f.session, began + 60));
    cr_expect_eq(session_next_idle(&f.session, began + 60), began + 960);
    cr_expect_eq(session_next_idle(&f.session, began + 43100), began + 43200);
}

Test(session, a_refresh_repeated_within_its_grace_gets_the_same_successor)
{
    struct fixture f = begin("owner");
    struct token first = token_of(&f.pair.refresh, 1);
    rotate(&f, began + 100);
    cr_expect_eq(session_judge_refresh(&f.session, &first, began + 109), REFRESH_REPEATED);
    cr_expect_eq(session_judge_refresh(&f.session, &first, began + 110), REFRESH_STOLEN);
}

Test(session, an_older_refresh_token_ends_the_session)
{
    struct fixture f = begin("owner");
    struct token first = token_of(&f.pair.refresh, 1);
    struct token_pair second = rotate(&f, began + 100);
    rotate(&f, began + 101);
    cr_expect_eq(session_judge_refresh(&f.session, &first, began + 102), REFRESH_STOLEN);
    struct token previous = token_of(&second.refresh, 2);
    cr_expect_eq(session_judge_refresh(&f.session, &previous, began + 102), REFRESH_REPEATED);
}

Test(session, a_wrong_secret_of_the_current_generation_ends_nothing)
{
    struct fixture f = begin("owner");
    struct token wrong = token_of(&f.pair.access, 1);
    struct token later = token_of(&f.pair.access, 9);
    cr_expect_eq(session_judge_refresh(&f.session, &wrong, began), REFRESH_REFUSED);
    cr_expect_eq(session_judge_refresh(&f.session, &later, began), REFRESH_REFUSED);
}

Test(session, a_refresh_after_the_end_or_past_a_limit_says_so)
{
    struct fixture f = begin("owner");
    struct token current = token_of(&f.pair.refresh, 1);
    cr_expect_eq(session_judge_refresh(&f.session, &current, began), REFRESH_CONTENDED);
    cr_expect_eq(session_judge_refresh(&f.session, &current, began + 900), REFRESH_EXPIRED);
    f.session.active = false;
    cr_expect_eq(session_judge_refresh(&f.session, &current, began), REFRESH_ENDED);
}
