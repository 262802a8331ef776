/* Periods, their alignment and their retention. */
#include "emulator/services/cloudwatch/period.h"

#include <stddef.h>

#include "lib/base/attributes.h"

enum { minute = 60, hour = 60 * minute, day = 24 * hour };

bool cloudwatch_period_is_valid(int64_t period)
{
    static const int64_t short_periods[] = {1, 5, 10, 20, 30};
    for (size_t i = 0; i < ARRAY_LEN(short_periods); i++)
        if (period == short_periods[i])
            return true;
    return period >= minute && period % minute == 0;
}

int64_t cloudwatch_round_down(int64_t seconds, int64_t step)
{
    int64_t rest = seconds % step;
    return seconds - (rest < 0 ? rest + step : rest);
}

int64_t cloudwatch_period_first(int64_t start, int64_t period, int64_t now)
{
    int64_t age = now - start;
    if (period < minute)
        return cloudwatch_round_down(start, period);
    return cloudwatch_round_down(start, age < 15 * day    ? minute
                                        : age <= 63 * day ? 5 * minute
                                                          : hour);
}

int64_t cloudwatch_period_retention(int64_t period)
{
    static const struct {
        int64_t multiple_of;
        int64_t kept;
    } rules[] = {
        {hour,       455 * day},
        {5 * minute, 63 * day },
        {minute,     15 * day }
    };
    for (size_t i = 0; i < ARRAY_LEN(rules); i++)
        if (period % rules[i].multiple_of == 0)
            return rules[i].kept;
    return 3 * hour;
}

int64_t cloudwatch_period_count(int64_t first, int64_t end, int64_t period)
{
    return end > first ? (end - first + period - 1) / period : 0;
}
