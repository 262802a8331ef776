#include <criterion/criterion.h>

#include "lib/awsc/query.h"
#include "lib/base/attributes.h"

static void expect_form(const char *json, const char *expected)
{
    struct arena arena = {0};
    struct buf out;
    buf_init_arena(&out, &arena, 10000);
    cr_expect(awsc_query_encode(slice_from_cstr(json), SLICE("Op"), SLICE("V"), &arena, &out));
    cr_expect(slice_eq_cstr(slice_from(buf_slice(&out), 19), expected), SLICE_FMT,
              SLICE_ARG(buf_slice(&out)));
    cr_expect(slice_starts_with(buf_slice(&out), SLICE("Action=Op&Version=V")));
    arena_done(&arena);
}

Test(query, flattens_objects_and_lists)
{
    expect_form("{}", "");
    expect_form("{\"A\":\"x y&\",\"B\":1.5,\"C\":true,\"D\":null}", "&A=x%20y%26&B=1.5&C=true");
    expect_form("{\"L\":[\"a\",{\"K\":\"b\"}],\"E\":[]}", "&L.member.1=a&L.member.2.K=b&E=");
    expect_form("{\"O\":{\"P\":{\"Q\":7}}}", "&O.P.Q=7");
}

Test(query, refuses_what_is_not_an_object)
{
    const char *bad[] = {"", "[]", "1", "{\"a\":}", "{\"a\":1", "{} {}"};
    for (size_t i = 0; i < ARRAY_LEN(bad); i++) {
        struct arena arena = {0};
        struct buf out;
        buf_init_arena(&out, &arena, 10000);
        cr_expect_not(
            awsc_query_encode(slice_from_cstr(bad[i]), SLICE("Op"), SLICE("V"), &arena, &out), "%s",
            bad[i]);
        arena_done(&arena);
    }
}

static struct awsc_query_answer decode(struct arena *arena, const char *xml, bool expected)
{
    struct awsc_query_answer answer;
    cr_expect_eq(awsc_query_decode(slice_from_cstr(xml), arena, &answer), expected, "%s", xml);
    return answer;
}

Test(query, turns_a_result_into_json)
{
    struct arena arena = {0};
    struct awsc_query_answer answer =
        decode(&arena,
               "<R>\n <ListResult>\n  <Items>\n <member><N>1</N><E/></member>\n<member>"
               "<N>a &amp; \"b\"</N></member> </Items><Empty></Empty>\n</ListResult>\n"
               "<ResponseMetadata><RequestId>id</RequestId></ResponseMetadata></R>",
               true);
    cr_expect(slice_eq(answer.result, SLICE("{\"Items\":[{\"N\":\"1\",\"E\":\"\"},"
                                            "{\"N\":\"a & \\\"b\\\"\"}],\"Empty\":\"\"}")),
              SLICE_FMT, SLICE_ARG(answer.result));
    cr_expect(slice_eq(answer.request_id, SLICE("id")));
    cr_expect_not(slice_is_set(answer.code));
    arena_done(&arena);
}

Test(query, an_empty_or_absent_result_is_an_empty_object)
{
    struct arena arena = {0};
    cr_expect(slice_eq(decode(&arena, "<R><OpResult/></R>", true).result, SLICE("{}")));
    cr_expect(slice_eq(decode(&arena, "<R/>", true).result, SLICE("{}")));
    arena_done(&arena);
}

Test(query, reads_an_error)
{
    struct arena arena = {0};
    struct awsc_query_answer answer = decode(
        &arena,
        "<ErrorResponse><Error><Type>Sender</Type><Code>AccessDenied</Code><Message>no &lt;way"
        "</Message><Detail><x/></Detail></Error><RequestId>r</RequestId></ErrorResponse>",
        true);
    cr_expect(slice_eq(answer.code, SLICE("AccessDenied")));
    cr_expect(slice_eq(answer.message, SLICE("no <way")));
    cr_expect(slice_eq(answer.request_id, SLICE("r")));
    arena_done(&arena);
}

Test(query, refuses_what_is_not_xml)
{
    struct arena arena = {0};
    const char *bad[] = {"", "{}", "<R>", "<R><OpResult><a></OpResult></R>",
                         "<R><Error><Code><x/></Code></Error></R>"};
    for (size_t i = 0; i < ARRAY_LEN(bad); i++)
        decode(&arena, bad[i], false);
    arena_done(&arena);
}
