/* Fuzz target: a schedule expression, a line feed, and a duration; then a year of its windows. */
#include <stdint.h>

#include "emulator/services/secretsmanager/rotation/schedule.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct rotation_schedule schedule;
    struct rotation_window window = {0};
    struct slice expression = {(const char *)data, size};
    struct slice duration = SLICE_NONE;
    int64_t after = INT64_C(1795350896000000);
    slice_split_once(expression, '\n', &expression, &duration);
    if (rotation_schedule_parse(slice_sub(expression, 0, 256), duration, &schedule))
        return 0;
    for (int i = 0; i < 12 && rotation_schedule_next(&schedule, after, &window); i++) {
        if (window.opens_micros <= after || window.closes_micros <= window.opens_micros)
            __builtin_trap();
        after = window.opens_micros;
    }
    return 0;
}
