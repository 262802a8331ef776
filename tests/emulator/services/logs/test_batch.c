#include <criterion/criterion.h>

#include "emulator/services/logs/batch.h"
#include "lib/base/attributes.h"

static const int64_t now = 1795350896123;
static const int64_t hour = 3600 * 1000;
static const int64_t day = 24 * 3600 * 1000;

struct fixture {
    struct arena arena;
    struct call call;
};

static void fixture_done(struct fixture *f)
{
    arena_done(&f->arena);
}

static const struct err_info *check(struct fixture *f, struct logs_input_log_event *items,
                                    size_t count, struct logs_batch *batch)
{
    f->call = (struct call){.arena = &f->arena, .now_micros = now * 1000};
    *batch = (struct logs_batch){0};
    return logs_batch_check(&f->call, &(struct logs_input_log_events){items, count, true}, batch)
        .info;
}

static struct logs_input_log_event at(int64_t timestamp)
{
    return (struct logs_input_log_event){SET_I64(timestamp), SLICE("message")};
}

static struct logs_input_log_event of_size(struct fixture *f, size_t len)
{
    return (struct logs_input_log_event){
        SET_I64(now), {arena_zalloc(&f->arena, len), len}
    };
}

static void expect_words(struct fixture *f, const struct err_info *info, const char *words)
{
    cr_expect_eq(info, &LOGS_INVALID_PARAMETER_EXCEPTION.info);
    cr_expect(slice_eq_cstr(f->call.fault_message, words), SLICE_FMT,
              SLICE_ARG(f->call.fault_message));
}

Test(batch, takes_events_between_two_weeks_ago_and_two_hours_ahead)
{
    CLEANUP(fixture_done) struct fixture f = {0};
    struct logs_batch batch;
    struct logs_input_log_event oldest[] = {at(now - 14 * day)};
    struct logs_input_log_event newest[] = {at(now), at(now + 2 * hour)};
    cr_expect_null(check(&f, oldest, 1, &batch));
    cr_expect(batch.first == 0 && batch.end == 1);
    cr_expect_null(check(&f, newest, 2, &batch));
    cr_expect(batch.first == 0 && batch.end == 2);
    cr_expect_eq(batch.bytes, 2 * (7 + LOGS_EVENT_OVERHEAD_BYTES));
}

Test(batch, leaves_out_what_is_too_old_or_too_new)
{
    CLEANUP(fixture_done) struct fixture f = {0};
    struct logs_batch batch;
    struct logs_input_log_event mixed[] = {at(now - 30 * day), at(now - 14 * day - 1), at(now),
                                           at(now + 2 * hour + 1)};
    struct logs_input_log_event old[] = {at(0), at(1)};
    cr_expect_null(check(&f, mixed, 4, &batch));
    cr_expect(batch.first == 2 && batch.end == 3);
    cr_expect_eq(batch.bytes, 7 + LOGS_EVENT_OVERHEAD_BYTES);
    cr_expect_null(check(&f, old, 2, &batch));
    cr_expect(batch.first == 2 && batch.end == 2 && batch.bytes == 0);
}

Test(batch, refuses_events_out_of_order)
{
    CLEANUP(fixture_done) struct fixture f = {0};
    struct logs_batch batch;
    struct logs_input_log_event equal[] = {at(now), at(now)};
    struct logs_input_log_event turned[] = {at(now), at(now - 1)};
    cr_expect_null(check(&f, equal, 2, &batch));
    expect_words(&f, check(&f, turned, 2, &batch),
                 "Log events in a single PutLogEvents request must be in chronological order.");
}

Test(batch, spans_24_hours_of_valid_events_at_most)
{
    CLEANUP(fixture_done) struct fixture f = {0};
    struct logs_batch batch;
    struct logs_input_log_event good[] = {at(now - 30 * day), at(now - day), at(now)};
    struct logs_input_log_event wide[] = {at(now - day - 1), at(now)};
    cr_expect_null(check(&f, good, 3, &batch));
    expect_words(&f, check(&f, wide, 2, &batch),
                 "The batch of log events in a single PutLogEvents request cannot span more than "
                 "24 hours.");
}

Test(batch, holds_a_mebibyte_with_26_bytes_an_event)
{
    CLEANUP(fixture_done) struct fixture f = {0};
    struct logs_batch batch;
    struct logs_input_log_event one[] = {of_size(&f, LOGS_BATCH_BYTES_MAX - 26)};
    struct logs_input_log_event more[] = {of_size(&f, LOGS_BATCH_BYTES_MAX - 25)};
    struct logs_input_log_event two[] = {of_size(&f, 1000),
                                         of_size(&f, LOGS_BATCH_BYTES_MAX - 1052)};
    struct logs_input_log_event over[] = {of_size(&f, 1000),
                                          of_size(&f, LOGS_BATCH_BYTES_MAX - 1051)};
    cr_expect_null(check(&f, one, 1, &batch));
    cr_expect_eq(batch.bytes, LOGS_BATCH_BYTES_MAX);
    cr_expect_null(check(&f, two, 2, &batch));
    expect_words(&f, check(&f, more, 1, &batch),
                 "Log event too large: 1048577 bytes exceeds limit of 1048576");
    expect_words(&f, check(&f, over, 2, &batch),
                 "Upload too large: 1048577 bytes exceeds limit of 1048576");
}
