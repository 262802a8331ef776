#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <criterion/criterion.h>

#include "lib/enc/xml.h"
#include "lib/httpd/httpd.h"
#include "scenarios/runner/run.h"

/* A server that counts its calls by path: /count answers how often it was asked, /fail refuses. */
struct counter {
    unsigned calls; /* atomic */
    char order[64]; /* the last letter of each path under /log/, as they came */
    unsigned logged;
};

static void answer(void *context, const struct http_request *request,
                   struct http_response *response)
{
    struct counter *counter = context;
    unsigned calls = __atomic_add_fetch(&counter->calls, 1, __ATOMIC_RELAXED);
    if (slice_starts_with(request->path, SLICE("/log/")) && counter->logged < 63)
        counter->order[counter->logged++] = request->path.ptr[request->path.len - 1];
    bool refuse = slice_eq(request->path, SLICE("/fail"));
    bool odd = slice_eq(request->path, SLICE("/odd")) && calls % 2 == 1;
    response->status = refuse ? 422 : odd ? 409 : 200;
    http_response_header(response, SLICE("X-Call"), SLICE("yes"));
    response->body =
        slice_eq(request->path, SLICE("/same"))
            ? SLICE("{\"n\":0}")
            : arena_printf(request->arena,
                           "{\"n\":%u,\"code\":\"%s\",\"token\":\"top-secret\",\"sent\":" SLICE_FMT
                           "}",
                           calls, refuse ? "refused" : "fine",
                           SLICE_ARG(request->body.len ? request->body : SLICE("null")));
}

struct fixture {
    struct arena arena;
    struct secrets secrets;
    struct surroundings surroundings;
    struct target target;
    struct report report;
    struct counter counter;
    struct httpd *server;
    char *output;
    size_t output_len;
    FILE *stream;
};

static void run(struct fixture *f, const char *yaml)
{
    struct complaints complaints;
    struct httpd_options options = {.listen = "127.0.0.1:0",
                                    .threads = 1,
                                    .body_bytes_max = 10000,
                                    .idle_seconds = 5,
                                    .connections_max = 128,
                                    .handler = answer,
                                    .context = &f->counter};
    cr_assert_not(failed(httpd_start(&options, &f->server)));
    secrets_init(&f->secrets);
    f->surroundings = (struct surroundings){
        .run_id = SLICE("abcdefgh"), .rand = rand_seeded(1), .secrets = &f->secrets};
    pthread_mutex_init(&f->surroundings.rand_lock, NULL);
    f->target.api =
        arena_printf(&f->arena, "http://" SLICE_FMT, SLICE_ARG(httpd_address(f->server)));
    f->stream = open_memstream(&f->output, &f->output_len);
    report_init(&f->report, &f->secrets, f->stream);
    complaints_init(&complaints, SLICE("s.yaml"), &f->arena);
    const struct suite *suite =
        suite_parse(SLICE("s.yaml"), slice_from_cstr(yaml), &f->arena, &complaints);
    cr_assert(suite, SLICE_FMT, SLICE_ARG(buf_slice(&complaints.text)));
    struct run runner = {&f->target, &f->surroundings, &f->report, NULL};
    run_suite(&runner, suite);
    report_summary(&f->report);
}

static void stop(struct fixture *f)
{
    report_done(&f->report);
    fclose(f->stream);
    free(f->output);
    httpd_stop(f->server, 100);
    secrets_done(&f->secrets);
    arena_done(&f->arena);
}

static void expect_run(const char *steps, unsigned passed, unsigned failures, unsigned skipped,
                       const char *said)
{
    struct fixture f = {0};
    run(&f,
        arena_printf(&f.arena, "suite: s\nscenarios:\n  - name: n\n    steps: [%s]\n", steps).ptr);
    cr_expect_eq(f.report.counts[RESULT_PASS], passed, "%s", f.output);
    cr_expect_eq(f.report.counts[RESULT_FAIL] + f.report.counts[RESULT_ERROR], failures, "%s",
                 f.output);
    cr_expect_eq(f.report.counts[RESULT_SKIP], skipped, "%s", f.output);
    cr_expect(strstr(f.output, said), "%s", f.output);
    cr_expect_eq(report_exit_code(&f.report), failures ? 1 : 0);
    stop(&f);
}

Test(run, a_step_passes_fails_and_skips_what_follows)
{
    expect_run("{http: {path: /a}}", 1, 0, 0, "1 passed, 0 failed, 0 skipped\n");
    expect_run("{http: {path: /fail}}, {http: {path: /b}}", 0, 1, 1, "refused: 422 refused");
    expect_run("{http: {path: /fail}, assert: [{status: 422}, {error: refused}]}", 1, 0, 0, "1 p");
    expect_run("{http: {path: /a}, assert: [{path: $.n, value: 2}]}", 0, 1, 0,
               "s.yaml:4: expected $.n to equal 2, found 1");
    expect_run("{http: {path: '/${absent}'}}", 0, 1, 0, "${absent} is not set");
    expect_run("{http: {url: 'http://127.0.0.1:1/'}}", 0, 1, 0, "nobody answers at that address");
}

Test(run, captures_reach_later_steps_with_their_type)
{
    expect_run("{http: {path: /a}, capture: {n: $.n, h: {header: x-call}}},"
               "{http: {method: POST, path: /a, body: {n: \"${n}\", h: \"${h}\"}},"
               " assert: [{path: $.sent.n, value: 1}, {path: $.sent.h, value: 'yes'}]}",
               2, 0, 0, "2 passed");
    expect_run("{http: {path: /a}, capture: {x: $.none}}", 0, 1, 0,
               "nothing to capture as \"x\" at $.none");
}

Test(run, until_polls_and_tells_the_last_difference_when_time_is_up)
{
    expect_run("{http: {path: /a}, until: [{path: $.n, op: at_least, value: 4}], every: 1ms}", 1, 0,
               0, "1 passed");
    expect_run("{http: {path: /a}, until: [{path: $.n, value: 0}], within: 20ms, every: 5ms}", 0, 1,
               0, "expected $.n to equal 0, found");
}

Test(run, a_duplicate_is_one_request_and_a_repeat_many)
{
    expect_run("{http: {method: POST, path: /a, body: {u: \"${uuid}\"}}, duplicate: 16,"
               " capture: {first: '$.replies[0].body.sent.u', last: '$.replies[15].body.sent.u'},"
               " assert: [{path: $.count, value: 16}, {path: $.equal, value: false}]},"
               "{http: {path: /a}, assert: [{path: $.n, value: 17}]},"
               "{http: {method: POST, path: /a, body: {u: \"${first}\"}},"
               " assert: [{path: $.sent.u, value: \"${last}\"}]}",
               3, 0, 0, "3 passed");
    expect_run("{http: {path: /same}, duplicate: 8, assert: [{path: $.equal, value: true}]}", 1, 0,
               0, "1 passed");
    expect_run(
        "{http: {path: /odd}, repeat: 40, at_once: 8, assert: ["
        "{path: \"$.statuses['200']\", value: 20}, {path: \"$.statuses['409']\", value: 20}]}",
        1, 0, 0, "1 passed");
    expect_run("{http: {method: POST, path: /a, body: {i: \"${index}\"}}, repeat: 3, at_once: 1,"
               " assert: [{path: '$.replies[*].body.sent.i', value: [0, 1, 2]}, {status: 200}]}",
               1, 0, 0, "1 passed");
    expect_run("{http: {path: /fail}, duplicate: 2}", 0, 1, 0, "refused: 422 refused");
    expect_run("{http: {path: '/${absent}'}, repeat: 3}", 0, 1, 0, "${absent} is not set");
    expect_run("{http: {url: 'http://127.0.0.1:1/'}, duplicate: 2}", 0, 1, 0, "nobody answers");
}

Test(run, parallel_steps_are_judged_each_by_itself)
{
    expect_run("{parallel: [{http: {path: /a}}, {http: {path: /fail}}, {wait: 1ms}]},"
               "{wait: 1ms}",
               2, 1, 1, "2 passed, 1 failed, 1 skipped");
}

Test(run, cleans_up_last_in_first_out_even_after_a_failure)
{
    struct fixture f = {0};
    run(&f, "suite: s\n"
            "setup:\n"
            "  - http: {path: /a}\n"
            "    capture: {seen: $.n}\n"
            "    cleanup: [{http: {path: /log/y}}]\n"
            "cleanup: [{http: {path: /log/z}}]\n"
            "scenarios:\n"
            "  - name: n\n"
            "    steps:\n"
            "      - http: {path: '/log/${seen}'}\n"
            "        cleanup: [{http: {path: /log/b}}, {http: {path: /log/c}}]\n"
            "      - http: {path: /log/2}\n"
            "        assert: [{status: 500}]\n"
            "        cleanup: [{http: {path: /log/a}}, {http: {path: '/log/${absent}'}}]\n"
            "      - http: {path: /log/3}\n"
            "        cleanup: [{http: {path: /log/n}}]\n"
            "    cleanup: [{http: {path: /log/d}}]\n");
    cr_expect_str_eq(f.counter.order, "12abcdyz");
    cr_expect_eq(f.report.cleanup_failures, 0, "%s", f.output);
    cr_expect_eq(report_exit_code(&f.report), 1);
    stop(&f);
}

Test(run, a_failed_clean_up_has_its_own_exit_code)
{
    struct fixture f = {0};
    run(&f, "suite: s\nscenarios:\n  - name: n\n    steps: [{wait: 1ms}]\n"
            "    cleanup: [{http: {path: /fail}}]\n");
    cr_expect_eq(f.report.cleanup_failures, 1);
    cr_expect_eq(report_exit_code(&f.report), 5);
    stop(&f);
}

Test(run, a_failed_setup_skips_every_scenario)
{
    struct fixture f = {0};
    run(&f, "suite: s\nsetup: [{http: {path: /fail}}]\n"
            "scenarios:\n  - {name: n, steps: [{wait: 1ms}, {wait: 1ms}]}\n");
    cr_expect_eq(f.report.counts[RESULT_SKIP], 2);
    cr_expect(strstr(f.output, "the suite's setup failed"), "%s", f.output);
    stop(&f);
}

Test(run, a_captured_secret_is_masked_everywhere)
{
    struct fixture f = {0};
    char path[] = "/tmp/florin-junit-XXXXXX";
    char junit[4096] = {0};
    run(&f, "suite: s\nscenarios:\n  - name: n\n    steps:\n"
            "      - http: {path: /a}\n"
            "        capture: {t: {path: $.token, secret: true}}\n"
            "        assert: [{path: $.token, value: other}]\n");
    cr_expect(strstr(f.output, "found \"***\""), "%s", f.output);
    cr_expect_not(strstr(f.output, "top-secret"));
    close(mkstemp(path));
    cr_expect(report_write_junit(&f.report, path));
    FILE *file = fopen(path, "re");
    cr_assert(file && fread(junit, 1, sizeof junit - 1, file) > 0);
    fclose(file);
    unlink(path);
    cr_expect(strstr(junit, "<testcase classname=\"s.n\" name=\"http at line 5\""), "%s", junit);
    cr_expect(strstr(junit, "<failure message=\"expected $.token"), "%s", junit);
    cr_expect_not(strstr(junit, "top-secret"));
    struct xml_reader r;
    xml_reader_init(&r, slice_from_cstr(junit), &f.arena);
    enum xml_event event;
    while ((event = xml_next(&r)) != XML_FINISHED && event != XML_FAILED)
        continue;
    cr_expect_eq(event, XML_FINISHED);
    stop(&f);
}
