/* Clocks, and the three date forms that AWS and HTTP use. */
#include "lib/base/clock.h"

#include <stdio.h>
#include <string.h>
#include <time.h>

static const char month_names[] = "JanFebMarAprMayJunJulAugSepOctNovDec";
static const char day_names[] = "SunMonTueWedThuFriSat";

struct parts {
    int64_t year;
    unsigned month, day, hour, minute, second; /* month and day from 1 */
    unsigned micros;
    unsigned weekday; /* 0 is Sunday */
};

static int64_t system_now(const struct clock *clock)
{
    (void)clock;
    struct timespec now;
    clock_gettime(CLOCK_REALTIME, &now);
    return (int64_t)now.tv_sec * MICROS_PER_SECOND + now.tv_nsec / 1000;
}

static int64_t fixed_now(const struct clock *clock)
{
    return clock->fixed_micros;
}

struct clock clock_system(void)
{
    return (struct clock){.now = system_now};
}

struct clock clock_fixed(int64_t micros)
{
    return (struct clock){.now = fixed_now, .fixed_micros = micros};
}

int64_t clock_now(const struct clock *clock)
{
    return clock->now(clock);
}

int64_t clock_monotonic_micros(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (int64_t)now.tv_sec * MICROS_PER_SECOND + now.tv_nsec / 1000;
}

/* Days since 1970-01-01 of a proleptic Gregorian date, with March as the first month of a year. */
static int64_t days_from_civil(int64_t year, unsigned month, unsigned day)
{
    year -= month <= 2;
    int64_t era = (year >= 0 ? year : year - 399) / 400;
    int64_t year_of_era = year - era * 400;
    int64_t day_of_year = (153 * ((int64_t)month + (month > 2 ? -3 : 9)) + 2) / 5 + day - 1;
    return era * 146097 + year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year -
           719468;
}

static struct parts split(int64_t micros)
{
    int64_t seconds = micros / MICROS_PER_SECOND - (micros % MICROS_PER_SECOND < 0);
    int64_t days = seconds / 86400 - (seconds % 86400 < 0);
    int64_t rest = seconds - days * 86400;
    int64_t shifted = days + 719468;
    int64_t era = (shifted >= 0 ? shifted : shifted - 146096) / 146097;
    int64_t day_of_era = shifted - era * 146097;
    int64_t year_of_era =
        (day_of_era - day_of_era / 1460 + day_of_era / 36524 - day_of_era / 146096) / 365;
    int64_t day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    int64_t shifted_month = (5 * day_of_year + 2) / 153;
    struct parts parts = {
        .day = (unsigned)(day_of_year - (153 * shifted_month + 2) / 5 + 1),
        .month = (unsigned)(shifted_month < 10 ? shifted_month + 3 : shifted_month - 9),
        .hour = (unsigned)(rest / 3600),
        .minute = (unsigned)(rest / 60 % 60),
        .second = (unsigned)(rest % 60),
        .micros = (unsigned)(micros - seconds * MICROS_PER_SECOND),
        .weekday = (unsigned)(((days + 4) % 7 + 7) % 7),
    };
    parts.year = year_of_era + era * 400 + (parts.month <= 2);
    return parts;
}

/* A month that is none has no day. */
static unsigned days_of_month(int64_t year, unsigned month)
{
    static const unsigned month_days[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
    bool leap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
    if (month < 1 || month > 12)
        return 0;
    return month == 2 && leap ? 29 : month_days[month - 1];
}

struct clock_day clock_day_of(int64_t micros)
{
    struct parts parts = split(micros);
    return (struct clock_day){parts.year, parts.month, parts.day, parts.weekday,
                              days_of_month(parts.year, parts.month)};
}

/* False when a field is out of its range; leap seconds (":60") are read as the next second. */
static bool join(const struct parts *parts, int64_t *micros)
{
    if (parts->day < 1 || parts->day > days_of_month(parts->year, parts->month))
        return false;
    if (parts->hour > 23 || parts->minute > 59 || parts->second > 60)
        return false;
    int64_t days = days_from_civil(parts->year, parts->month, parts->day);
    int64_t seconds =
        days * 86400 + (int64_t)parts->hour * 3600 + parts->minute * 60 + parts->second;
    *micros = seconds * MICROS_PER_SECOND + parts->micros;
    return true;
}

/* Two digits at a time: every call of the emulator formats a date or two, and printf is slow. */
static char *put2(char *out, unsigned value)
{
    *out++ = (char)('0' + value / 10 % 10);
    *out++ = (char)('0' + value % 10);
    return out;
}

static char *put_date(char *out, const struct parts *p, const char *dash)
{
    out = put2(put2(out, (unsigned)(p->year / 100)), (unsigned)(p->year % 100));
    out = put2(stpcpy(out, dash), p->month);
    return put2(stpcpy(out, dash), p->day);
}

static char *put_time(char *out, const struct parts *p, const char *colon)
{
    out = put2(out, p->hour);
    out = put2(stpcpy(out, colon), p->minute);
    return put2(stpcpy(out, colon), p->second);
}

struct slice clock_format_rfc3339(struct arena *arena, int64_t micros, int fraction_digits)
{
    struct parts p = split(micros);
    char *text = arena_alloc(arena, 32);
    char *out = put_date(text, &p, "-");
    *out++ = 'T';
    out = put_time(out, &p, ":");
    if (fraction_digits > 0) {
        *out++ = '.';
        put2(put2(put2(out, p.micros / 10000), p.micros / 100 % 100), p.micros % 100);
        out += fraction_digits < 6 ? fraction_digits : 6;
    }
    *out++ = 'Z';
    *out = '\0';
    return (struct slice){text, (size_t)(out - text)};
}

struct slice clock_format_amz(struct arena *arena, int64_t micros)
{
    struct parts p = split(micros);
    char *text = arena_alloc(arena, 24);
    char *out = put_date(text, &p, "");
    *out++ = 'T';
    out = put_time(out, &p, "");
    *out++ = 'Z';
    *out = '\0';
    return (struct slice){text, (size_t)(out - text)};
}

struct slice clock_format_http(struct arena *arena, int64_t micros)
{
    struct parts p = split(micros);
    return arena_printf(arena, "%.3s, %02u %.3s %04lld %02u:%02u:%02u GMT",
                        day_names + 3 * p.weekday, p.day, month_names + 3 * (p.month - 1),
                        (long long)p.year, p.hour, p.minute, p.second);
}

/* Takes exactly `digits` digits off the front. */
static bool take_digits(struct slice *text, size_t digits, unsigned *value)
{
    uint64_t number;
    if (text->len < digits || !slice_to_u64(slice_sub(*text, 0, digits), &number))
        return false;
    *value = (unsigned)number;
    *text = slice_from(*text, digits);
    return true;
}

static bool take(struct slice *text, struct slice expected)
{
    if (!slice_starts_with(*text, expected))
        return false;
    *text = slice_from(*text, expected.len);
    return true;
}

static bool take_year(struct slice *text, struct parts *p)
{
    unsigned year;
    if (!take_digits(text, 4, &year))
        return false;
    p->year = year;
    return true;
}

static bool take_fraction(struct slice *text, struct parts *p)
{
    if (!take(text, SLICE(".")))
        return true;
    size_t digits = 0;
    unsigned scale = 100000;
    while (digits < text->len && text->ptr[digits] >= '0' && text->ptr[digits] <= '9') {
        p->micros += (unsigned)(text->ptr[digits] - '0') * scale;
        scale /= 10;
        digits++;
    }
    *text = slice_from(*text, digits);
    return digits > 0;
}

/* "Z" or "+hh:mm"; the offset is in minutes east of Greenwich. */
static bool take_offset(struct slice *text, int *offset_minutes)
{
    *offset_minutes = 0;
    if (take(text, SLICE("Z")) || take(text, SLICE("z")))
        return true;
    int sign = take(text, SLICE("+")) ? 1 : take(text, SLICE("-")) ? -1 : 0;
    unsigned hours;
    unsigned minutes;
    if (sign == 0 || !take_digits(text, 2, &hours) || !take(text, SLICE(":")) ||
        !take_digits(text, 2, &minutes) || hours > 23 || minutes > 59)
        return false;
    *offset_minutes = sign * (int)(hours * 60 + minutes);
    return true;
}

bool clock_parse_rfc3339(struct slice text, int64_t *micros)
{
    struct parts p = {0};
    int offset_minutes;
    bool shaped =
        take_year(&text, &p) && take(&text, SLICE("-")) && take_digits(&text, 2, &p.month) &&
        take(&text, SLICE("-")) && take_digits(&text, 2, &p.day) &&
        (take(&text, SLICE("T")) || take(&text, SLICE("t"))) && take_digits(&text, 2, &p.hour) &&
        take(&text, SLICE(":")) && take_digits(&text, 2, &p.minute) && take(&text, SLICE(":")) &&
        take_digits(&text, 2, &p.second) && take_fraction(&text, &p) &&
        take_offset(&text, &offset_minutes) && text.len == 0;
    int64_t local;
    if (!shaped || !join(&p, &local))
        return false;
    *micros = local - (int64_t)offset_minutes * 60 * MICROS_PER_SECOND;
    return true;
}

bool clock_parse_amz(struct slice text, int64_t *micros)
{
    struct parts p = {0};
    return take_year(&text, &p) && take_digits(&text, 2, &p.month) &&
           take_digits(&text, 2, &p.day) && take(&text, SLICE("T")) &&
           take_digits(&text, 2, &p.hour) && take_digits(&text, 2, &p.minute) &&
           take_digits(&text, 2, &p.second) && take(&text, SLICE("Z")) && text.len == 0 &&
           join(&p, micros);
}

static bool take_month_name(struct slice *text, unsigned *month)
{
    for (unsigned i = 0; i < 12; i++) {
        if (take(text, (struct slice){month_names + (size_t)3 * i, 3})) {
            *month = i + 1;
            return true;
        }
    }
    return false;
}

bool clock_parse_http(struct slice text, int64_t *micros)
{
    struct parts p = {0};
    if (text.len < 5)
        return false;
    text = slice_from(text, 3); /* the weekday follows from the date */
    return take(&text, SLICE(", ")) && take_digits(&text, 2, &p.day) && take(&text, SLICE(" ")) &&
           take_month_name(&text, &p.month) && take(&text, SLICE(" ")) && take_year(&text, &p) &&
           take(&text, SLICE(" ")) && take_digits(&text, 2, &p.hour) && take(&text, SLICE(":")) &&
           take_digits(&text, 2, &p.minute) && take(&text, SLICE(":")) &&
           take_digits(&text, 2, &p.second) && take(&text, SLICE(" GMT")) && text.len == 0 &&
           join(&p, micros);
}
