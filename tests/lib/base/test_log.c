#include <string.h>
#include <unistd.h>

#include <criterion/criterion.h>

#include "lib/base/log.h"

static const char *logged(enum log_level least, enum log_level level, char *line, size_t size)
{
    int pipe_ends[2];
    cr_assert_eq(pipe(pipe_ends), 0);
    struct clock clock = clock_fixed(0);
    struct log log = {.fd = pipe_ends[1], .least = least, .clock = &clock, .program = "test"};
    log_event(&log, level, "it \"broke\"", LOG_TEXT("host", SLICE("a\nb")), LOG_NUMBER("port", 5));
    close(pipe_ends[1]);
    ssize_t got = read(pipe_ends[0], line, size - 1);
    close(pipe_ends[0]);
    line[got > 0 ? got : 0] = 0;
    return line;
}

Test(log, writes_one_json_object_a_line)
{
    char line[512];
    cr_expect_str_eq(logged(LOG_INFO, LOG_WARN, line, sizeof line),
                     "{\"time\":\"1970-01-01T00:00:00.000000Z\",\"level\":\"warn\","
                     "\"program\":\"test\",\"message\":\"it \\\"broke\\\"\","
                     "\"host\":\"a\\nb\",\"port\":5}\n");
}

Test(log, passes_over_what_is_below_the_level)
{
    char line[512];
    cr_expect_str_eq(logged(LOG_ERROR, LOG_WARN, line, sizeof line), "");
}

Test(log, level_names_are_parsed)
{
    enum log_level level = LOG_DEBUG;
    cr_expect(log_level_parse(SLICE("error"), &level));
    cr_expect_eq(level, LOG_ERROR);
    cr_expect_not(log_level_parse(SLICE("loud"), &level));
}
