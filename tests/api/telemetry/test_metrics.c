#include <stdlib.h>

#include <criterion/criterion.h>

#include "api/telemetry/metrics.h"
#include "lib/enc/json.h"

static const char *const routes[] = {"a", "b"};

static struct slice window(struct metrics *metrics, struct arena *arena)
{
    return metrics_take_window(metrics, routes, 2, "svc", 1795364421088012, arena);
}

Test(metrics, a_quiet_window_has_no_line)
{
    struct arena arena = {0};
    struct metrics *metrics = calloc(1, sizeof *metrics);
    cr_expect_eq(window(metrics, &arena).len, 0);
    free(metrics);
    arena_done(&arena);
}

Test(metrics, writes_one_emf_line_a_route_and_outcome_then_starts_anew)
{
    struct arena arena = {0};
    struct metrics *metrics = calloc(1, sizeof *metrics);
    metrics_request(metrics, 1, 201, 90);
    metrics_request(metrics, 1, 201, 2000);
    metrics_request(metrics, 1, 422, 150);
    metrics_request(metrics, 1, 500, 99999999);
    struct slice lines = window(metrics, &arena);
    cr_expect(slice_contains(lines, SLICE("\"Namespace\":\"FinTech\"")));
    cr_expect(slice_contains(lines, SLICE("\"Timestamp\":1795364421088,")));
    cr_expect(slice_contains(
        lines,
        SLICE("\"Route\":\"b\",\"Outcome\":\"success\",\"Requests\":2,\"Latency\":{\"Values\":"
              "[100,3162],\"Counts\":[1,1]}}\n")));
    cr_expect(slice_contains(lines, SLICE("\"Outcome\":\"rejected\",\"Requests\":1")));
    cr_expect(slice_contains(lines, SLICE("\"Outcome\":\"error\",\"Requests\":1")));
    cr_expect_eq(window(metrics, &arena).len, 0);
    free(metrics);
    arena_done(&arena);
}

Test(metrics, every_line_is_json)
{
    struct arena arena = {0};
    struct metrics *metrics = calloc(1, sizeof *metrics);
    struct slice line;
    int count = 0;
    metrics_request(metrics, 0, 200, 5);
    metrics_request(metrics, METRICS_ROUTES_MAX + 5, 200, 5); /* past the table: not counted */
    metrics_count(metrics, COUNT_TRANSFERS_POSTED, 3);
    struct slice lines = window(metrics, &arena);
    cr_expect(slice_contains(lines, SLICE("\"TransfersPosted\":3")));
    while (slice_next(&lines, '\n', &line) && line.len) {
        struct json_reader r;
        json_reader_init(&r, line, &arena);
        json_skip(&r);
        cr_expect(json_finish(&r), SLICE_FMT, SLICE_ARG(line));
        count++;
    }
    cr_expect_eq(count, 2);
    free(metrics);
    arena_done(&arena);
}
