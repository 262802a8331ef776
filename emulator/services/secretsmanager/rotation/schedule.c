/* Parsing schedule expressions, and finding the windows that they open. */
#include "emulator/services/secretsmanager/rotation/schedule.h"

#include "lib/base/attributes.h"
#include "lib/base/clock.h"

enum { hours_least = 4, days_most = 999, search_days = 3660 };

static const int64_t hour_micros = 3600 * MICROS_PER_SECOND;
static const int64_t day_micros = 86400 * MICROS_PER_SECOND;

/* --- rate(VALUE UNIT) ------------------------------------------------------------------------ */

static bool unwrap(struct slice text, struct slice name, struct slice *inside)
{
    if (!slice_starts_with(text, name) || !slice_ends_with(text, SLICE(")")))
        return false;
    *inside = slice_sub(text, name.len, text.len - name.len - 1);
    return true;
}

static const char *parse_rate(struct slice text, struct rotation_schedule *schedule)
{
    static const struct {
        const char *unit;
        enum schedule_kind kind;
    } units[] = {
        {"hour",  SCHEDULE_HOURS},
        {"hours", SCHEDULE_HOURS},
        {"day",   SCHEDULE_DAYS },
        {"days",  SCHEDULE_DAYS },
    };
    struct slice value;
    struct slice unit;
    uint64_t number;
    if (!slice_split_once(text, ' ', &value, &unit) || !slice_to_u64(value, &number) || number == 0)
        return "a rate is a positive number and hours or days, as in rate(10 days)";
    for (size_t i = 0; i < ARRAY_LEN(units); i++) {
        uint64_t most = units[i].kind == SCHEDULE_HOURS ? days_most * 24 : days_most;
        if (!slice_eq_cstr(unit, units[i].unit))
            continue;
        if (units[i].kind == SCHEDULE_HOURS && number < hours_least)
            return "a secret can be rotated every four hours at most";
        if (number > most)
            return "a rotation period can be 999 days at most";
        schedule->kind = units[i].kind;
        schedule->interval = (int64_t)number;
        return NULL;
    }
    return "the unit of a rate is hours or days";
}

/* --- cron(MINUTES HOURS DAY-OF-MONTH MONTH DAY-OF-WEEK YEAR) ---------------------------------- */

struct range {
    unsigned least;
    unsigned most;
    const char *names; /* of three letters each, for the values from `least` on; or NULL */
};

static bool parse_number(struct slice text, const struct range *range, unsigned *value)
{
    uint64_t number;
    if (slice_to_u64(text, &number)) {
        *value = (unsigned)number;
        return number >= range->least && number <= range->most;
    }
    for (unsigned i = range->least; range->names && text.len == 3 && i <= range->most; i++) {
        const struct slice name = {range->names + (size_t)(i - range->least) * 3, 3};
        if (slice_eq_nocase(name, text)) {
            *value = i;
            return true;
        }
    }
    return false;
}

/* "*", "5", "1-5", each with "/2" behind it or not; "5/2" runs to the end of the range. */
static bool parse_item(struct slice text, const struct range *range, uint32_t *bits)
{
    struct slice step_text;
    struct slice low_text;
    struct slice high_text;
    unsigned low = range->least;
    unsigned high = range->most;
    uint64_t step = 1;
    bool stepped = slice_split_once(text, '/', &text, &step_text);
    if (stepped && (!slice_to_u64(step_text, &step) || step == 0 || step > range->most))
        return false;
    if (slice_split_once(text, '-', &low_text, &high_text)) {
        if (!parse_number(low_text, range, &low) || !parse_number(high_text, range, &high) ||
            low > high)
            return false;
    } else if (!slice_eq_cstr(text, "*")) {
        if (!parse_number(text, range, &low))
            return false;
        high = stepped ? range->most : low;
    }
    for (unsigned i = low; i <= high; i += (unsigned)step)
        *bits |= UINT32_C(1) << i;
    return true;
}

static bool parse_list(struct slice text, const struct range *range, uint32_t *bits)
{
    struct slice item;
    *bits = 0;
    while (slice_next(&text, ',', &item))
        if (!parse_item(item, range, bits))
            return false;
    return true;
}

static const struct range hour_range = {0, 23, NULL};
static const struct range day_range = {1, 31, NULL};
static const struct range month_range = {1, 12, "JANFEBMARAPRMAYJUNJULAUGSEPOCTNOVDEC"};
static const struct range weekday_range = {1, 7, "SUNMONTUEWEDTHUFRISAT"};

static bool parse_day(struct slice text, struct rotation_schedule *schedule)
{
    schedule->last = slice_eq_cstr(text, "L");
    return schedule->last || parse_list(text, &day_range, &schedule->days);
}

/* Weekdays are written from 1 (Sunday); "L" alone is Saturday, "5L" the last Thursday, "TUE#2" the
 * second Tuesday of a month. */
static bool parse_weekday(struct slice text, struct rotation_schedule *schedule)
{
    struct slice nth;
    uint64_t number;
    unsigned day = weekday_range.most;
    bool good = true;
    if (slice_split_once(text, '#', &text, &nth)) {
        good = slice_to_u64(nth, &number) && number >= 1 && number <= 5 &&
               parse_number(text, &weekday_range, &day);
        schedule->nth = good ? (int)number : 0;
        schedule->weekdays = UINT32_C(1) << day;
    } else if (slice_ends_with(text, SLICE("L"))) {
        schedule->last = text.len > 1;
        good =
            text.len == 1 || parse_number(slice_sub(text, 0, text.len - 1), &weekday_range, &day);
        schedule->weekdays = UINT32_C(1) << day;
    } else {
        good = parse_list(text, &weekday_range, &schedule->weekdays);
    }
    schedule->weekdays >>= 1;
    return good;
}

enum { cron_fields = 6 };

static bool split_fields(struct slice text, struct slice fields[cron_fields])
{
    size_t count = 0;
    struct slice field;
    while (slice_next(&text, ' ', &field)) {
        if (field.len == 0)
            continue;
        if (count == cron_fields)
            return false;
        fields[count++] = field;
    }
    return count == cron_fields;
}

/* The shortest time from one opening of a day to the next, over midnight too; 24 for one a day. */
static int64_t least_gap(uint32_t hours)
{
    int64_t gap = 24;
    int64_t first = __builtin_ctz(hours);
    int64_t before = first;
    for (int64_t hour = first + 1; hour < 24; hour++)
        if (hours >> hour & 1) {
            gap = hour - before < gap ? hour - before : gap;
            before = hour;
        }
    return before != first && first + 24 - before < gap ? first + 24 - before : gap;
}

static const char *parse_cron(struct slice text, struct rotation_schedule *schedule)
{
    struct slice fields[cron_fields];
    schedule->kind = SCHEDULE_CRON;
    if (!split_fields(text, fields))
        return "a cron expression has six fields: cron(0 8 1 * ? *)";
    if (!slice_eq_cstr(fields[0], "0"))
        return "the minutes of a cron expression must be 0, since windows open on the hour";
    if (!slice_eq_cstr(fields[5], "*"))
        return "the year of a cron expression must be *";
    if (!parse_list(fields[1], &hour_range, &schedule->hours))
        return "the hours of a cron expression are 0-23";
    if (!parse_list(fields[3], &month_range, &schedule->months))
        return "the month of a cron expression is 1-12 or JAN-DEC";
    schedule->by_weekday = slice_eq_cstr(fields[2], "?");
    if (schedule->by_weekday == slice_eq_cstr(fields[4], "?"))
        return "one of day-of-month and day-of-week of a cron expression must be ?";
    if (!schedule->by_weekday && !parse_day(fields[2], schedule))
        return "the day-of-month of a cron expression is 1-31 or L";
    if (schedule->by_weekday && !parse_weekday(fields[4], schedule))
        return "the day-of-week of a cron expression is 1-7, SUN-SAT, L or TUE#2";
    if (least_gap(schedule->hours) < hours_least)
        return "a secret can be rotated every four hours at most";
    return NULL;
}

/* --- windows --------------------------------------------------------------------------------- */

static bool is_hourly(const struct rotation_schedule *schedule)
{
    return schedule->kind == SCHEDULE_HOURS ||
           (schedule->kind == SCHEDULE_CRON && __builtin_popcount(schedule->hours) > 1);
}

static const char *parse_duration(struct slice text, struct rotation_schedule *schedule)
{
    uint64_t hours;
    int64_t latest = schedule->kind == SCHEDULE_CRON ? 31 - __builtin_clz(schedule->hours) : 0;
    int64_t gap = schedule->kind == SCHEDULE_HOURS  ? schedule->interval
                  : schedule->kind == SCHEDULE_CRON ? least_gap(schedule->hours)
                                                    : 24;
    if (!slice_is_set(text))
        return NULL;
    if (!slice_ends_with(text, SLICE("h")) ||
        !slice_to_u64(slice_sub(text, 0, text.len - 1), &hours) || hours < 1 || hours > 24)
        return "the duration of a rotation window is 1h to 24h";
    if ((int64_t)hours > gap)
        return "the rotation window must not extend into the next rotation window";
    if (latest + (int64_t)hours > 24)
        return "the rotation window must not extend into the next UTC day";
    schedule->window_hours = (int64_t)hours;
    return NULL;
}

const char *rotation_schedule_parse(struct slice expression, struct slice duration,
                                    struct rotation_schedule *schedule)
{
    struct rotation_schedule parsed = {0};
    struct slice inside;
    const char *problem = "a schedule expression is rate(...) or cron(...)";
    if (unwrap(expression, SLICE("rate("), &inside))
        problem = parse_rate(inside, &parsed);
    else if (unwrap(expression, SLICE("cron("), &inside))
        problem = parse_cron(inside, &parsed);
    if (!problem)
        problem = parse_duration(duration, &parsed);
    if (!problem)
        *schedule = parsed;
    return problem;
}

struct rotation_schedule rotation_schedule_of_days(int64_t days)
{
    return (struct rotation_schedule){.kind = SCHEDULE_DAYS, .interval = days};
}

static bool is_day(const struct rotation_schedule *schedule, const struct clock_day *day)
{
    if (!(schedule->months >> day->month & 1))
        return false;
    if (!schedule->by_weekday)
        return schedule->last ? day->day == day->month_days : schedule->days >> day->day & 1;
    if (!(schedule->weekdays >> day->weekday & 1))
        return false;
    if (schedule->last)
        return day->day + 7 > day->month_days;
    return schedule->nth == 0 || (int)(day->day + 6) / 7 == schedule->nth;
}

static int64_t floor_to(int64_t micros, int64_t unit)
{
    return micros - ((micros % unit) + unit) % unit;
}

static bool next_cron(const struct rotation_schedule *schedule, int64_t after, int64_t *opens)
{
    int64_t midnight = floor_to(after, day_micros);
    for (int i = 0; i < search_days; i++, midnight += day_micros) {
        struct clock_day day = clock_day_of(midnight);
        for (int hour = 0; is_day(schedule, &day) && hour < 24; hour++) {
            *opens = midnight + hour * hour_micros;
            if ((schedule->hours >> hour & 1) && *opens > after)
                return true;
        }
    }
    return false;
}

static int64_t end_of_day(int64_t micros)
{
    return floor_to(micros, day_micros) + day_micros;
}

bool rotation_schedule_next(const struct rotation_schedule *schedule, int64_t after_micros,
                            struct rotation_window *window)
{
    int64_t opens = 0;
    switch (schedule->kind) {
    case SCHEDULE_DAYS:
        opens = floor_to(after_micros, day_micros) + schedule->interval * day_micros;
        break;
    case SCHEDULE_HOURS:
        opens = floor_to(after_micros, hour_micros) + schedule->interval * hour_micros;
        break;
    case SCHEDULE_CRON:
        if (!next_cron(schedule, after_micros, &opens))
            return false;
        break;
    }
    int64_t closes = is_hourly(schedule) ? opens + hour_micros : end_of_day(opens);
    if (schedule->window_hours)
        closes = opens + schedule->window_hours * hour_micros;
    *window = (struct rotation_window){opens, closes - MICROS_PER_SECOND};
    return true;
}

int64_t rotation_schedule_days(const struct rotation_schedule *schedule, int64_t now_micros)
{
    struct rotation_window first;
    struct rotation_window second;
    if (!rotation_schedule_next(schedule, now_micros, &first) ||
        !rotation_schedule_next(schedule, first.opens_micros, &second))
        return 0;
    return (second.opens_micros - first.opens_micros + day_micros - 1) / day_micros;
}
