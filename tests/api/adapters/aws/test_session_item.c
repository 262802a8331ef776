#include <string.h>

#include <criterion/criterion.h>

#include "api/adapters/aws/session_item.h"

static struct slice write_one(struct arena *arena, const struct session *session)
{
    struct buf out;
    struct json_writer w;
    buf_init_arena(&out, arena, 65536);
    json_writer_init(&w, &out);
    session_item_write(&w, arena, session);
    return buf_slice(&out);
}

static bool read_one(struct arena *arena, struct slice json, struct session *session)
{
    struct json_reader r;
    json_reader_init(&r, json, arena);
    return session_item_read(&r, arena, session);
}

static struct session sample(void)
{
    struct rand rand = rand_seeded(1);
    struct token_pair pair = {token_new_secret(&rand), token_new_secret(&rand)};
    return session_begin(SLICE("ses_1"), SLICE("usr_1"), SLICE("ten_1"), SLICE("owner"), 4, &pair,
                         1000);
}

Test(session_item, reads_back_what_it_wrote)
{
    struct arena arena = {0};
    struct session session = sample();
    struct session got;
    cr_assert(read_one(&arena, write_one(&arena, &session), &got));
    cr_expect(slice_eq(got.id, session.id));
    cr_expect(slice_eq(got.role, session.role));
    cr_expect(got.active);
    cr_expect_eq(got.epoch, 4);
    cr_expect_eq(got.abs_exp, session.abs_exp);
    cr_expect(token_hash_eq(&got.access_hash, &session.access_hash));
    cr_expect(token_hash_eq(&got.refresh_hash, &session.refresh_hash));
    cr_expect_not(got.has_previous);
    arena_done(&arena);
}

Test(session_item, keeps_the_previous_token_and_its_successor_after_a_refresh)
{
    struct arena arena = {0};
    struct session session = sample();
    struct session got;
    session.has_previous = true;
    session.previous_hash = session.access_hash;
    session.grace_until = 1234;
    session.successor_sealed = SLICE("\x00\x01sealed");
    session.active = false;
    cr_assert(read_one(&arena, write_one(&arena, &session), &got));
    cr_expect(got.has_previous);
    cr_expect(token_hash_eq(&got.previous_hash, &session.previous_hash));
    cr_expect_eq(got.grace_until, 1234);
    cr_expect(slice_eq(got.successor_sealed, session.successor_sealed));
    cr_expect_not(got.active);
    arena_done(&arena);
}

Test(session_item, has_its_key_and_a_ttl_past_the_absolute_end)
{
    struct arena arena = {0};
    struct session session = sample();
    struct slice json = write_one(&arena, &session);
    cr_expect(slice_contains(json, SLICE("\"pk\":{\"S\":\"SESS#ses_1\"}")));
    cr_expect(slice_contains(json, SLICE("\"ttl\":{\"N\":\"130600\"}")));
    cr_expect(slice_contains(json, SLICE("\"status\":{\"S\":\"active\"}")));
    arena_done(&arena);
}

Test(session_item, refuses_items_that_lack_or_bend_an_attribute)
{
    struct arena arena = {0};
    struct session session = sample();
    struct session got;
    cr_expect_not(read_one(&arena, SLICE("{}"), &got));
    cr_expect_not(read_one(&arena, SLICE("[]"), &got));
    cr_expect_not(read_one(&arena, SLICE("{\"sid\":\"x\"}"), &got));
    struct slice json = write_one(&arena, &session);
    char *bent = arena_cstr(&arena, json);
    memcpy(strstr(bent, "\"rt_gen\""), "\"rt_gex\"", 8);
    cr_expect_not(read_one(&arena, slice_from_cstr(bent), &got));
    bent = arena_cstr(&arena, json);
    memcpy(strstr(bent, "\"abs_exp\":{\"N\":\"44200\""), "\"abs_exp\":{\"N\":\"4420x\"", 22);
    cr_expect_not(read_one(&arena, slice_from_cstr(bent), &got));
    arena_done(&arena);
}
