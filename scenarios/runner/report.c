/* Progress lines, the summary, and JUnit XML. */
#include "scenarios/runner/report.h"

#include "lib/base/attributes.h"
#include "lib/base/buf.h"
#include "lib/enc/xml.h"

enum {
    junit_bytes_max = 64 * 1024 * 1024,
    exit_assertion = 1,
    exit_cleanup = 5,
    exit_interrupt = 130
};

static const char *const words[] = {
    [RESULT_PASS] = "ok", [RESULT_FAIL] = "FAIL", [RESULT_ERROR] = "ERROR", [RESULT_SKIP] = "skip"};

void report_init(struct report *report, struct secrets *secrets, FILE *out)
{
    *report = (struct report){.secrets = secrets, .out = out};
    pthread_mutex_init(&report->lock, NULL);
}

void report_done(struct report *report)
{
    arena_done(&report->arena);
    pthread_mutex_destroy(&report->lock);
}

static struct slice masked(struct report *report, struct slice text)
{
    return arena_dup(&report->arena, secrets_mask(report->secrets, text, &report->arena));
}

static void print_record(struct report *report, const struct case_record *record)
{
    fprintf(report->out, "  %-5s " SLICE_FMT " / " SLICE_FMT " (%lld ms)\n", words[record->result],
            SLICE_ARG(record->scenario), SLICE_ARG(record->step),
            (long long)(record->elapsed_micros / 1000));
    if (record->message.len > 0)
        fprintf(report->out, "        " SLICE_FMT ": " SLICE_FMT "\n", SLICE_ARG(record->place),
                SLICE_ARG(record->message));
    fflush(report->out);
}

static void keep(struct report *report, const struct case_record *record)
{
    struct case_record *kept = ARENA_NEW(&report->arena, struct case_record);
    *kept = *record;
    kept->suite = masked(report, record->suite);
    kept->scenario = masked(report, record->scenario);
    kept->step = masked(report, record->step);
    kept->place = masked(report, record->place);
    kept->message = masked(report, record->message);
    if (report->last)
        report->last->next = kept;
    else
        report->first = kept;
    report->last = kept;
    report->counts[record->result]++;
    print_record(report, kept);
}

void report_case(struct report *report, const struct case_record *record)
{
    pthread_mutex_lock(&report->lock);
    keep(report, record);
    pthread_mutex_unlock(&report->lock);
}

void report_cleanup_failure(struct report *report, const struct case_record *record)
{
    pthread_mutex_lock(&report->lock);
    keep(report, record);
    report->cleanup_failures++;
    pthread_mutex_unlock(&report->lock);
}

void report_line(struct report *report, struct slice line)
{
    pthread_mutex_lock(&report->lock);
    fprintf(report->out, SLICE_FMT "\n", SLICE_ARG(masked(report, line)));
    fflush(report->out);
    pthread_mutex_unlock(&report->lock);
}

static unsigned failures(const struct report *report)
{
    return report->counts[RESULT_FAIL] + report->counts[RESULT_ERROR];
}

void report_summary(struct report *report)
{
    fprintf(report->out, "%u passed, %u failed, %u skipped\n", report->counts[RESULT_PASS],
            failures(report), report->counts[RESULT_SKIP]);
    fflush(report->out);
}

int report_exit_code(const struct report *report)
{
    if (report->interrupted)
        return exit_interrupt;
    if (failures(report) > report->cleanup_failures)
        return exit_assertion;
    return report->cleanup_failures > 0 ? exit_cleanup : 0;
}

static void write_attribute_number(struct xml_writer *w, const char *name, unsigned number)
{
    char text[16];
    snprintf(text, sizeof text, "%u", number);
    xml_write_attribute(w, slice_from_cstr(name), slice_from_cstr(text));
}

static void write_case(struct xml_writer *w, const struct case_record *record)
{
    static const char *const elements[RESULT_COUNT] = {
        [RESULT_FAIL] = "failure", [RESULT_ERROR] = "error", [RESULT_SKIP] = "skipped"};
    struct arena scratch = {0};
    xml_write_begin(w, SLICE("testcase"));
    xml_write_attribute(w, SLICE("classname"),
                        arena_printf(&scratch, SLICE_FMT "." SLICE_FMT, SLICE_ARG(record->suite),
                                     SLICE_ARG(record->scenario)));
    xml_write_attribute(w, SLICE("name"), record->step);
    xml_write_attribute(w, SLICE("time"),
                        arena_printf(&scratch, "%.6f", (double)record->elapsed_micros / 1e6));
    if (elements[record->result]) {
        struct slice element = slice_from_cstr(elements[record->result]);
        xml_write_begin(w, element);
        xml_write_attribute(w, SLICE("message"), record->message);
        xml_write_text(w, record->place);
        xml_write_end(w, element);
    }
    xml_write_end(w, SLICE("testcase"));
    arena_done(&scratch);
}

/* The suites in the order of their first case. */
static void write_suites(struct xml_writer *w, const struct report *report)
{
    struct slice open = SLICE_NONE;
    for (const struct case_record *record = report->first; record; record = record->next) {
        if (!slice_is_set(open) || !slice_eq(open, record->suite)) {
            if (slice_is_set(open))
                xml_write_end(w, SLICE("testsuite"));
            xml_write_begin(w, SLICE("testsuite"));
            xml_write_attribute(w, SLICE("name"), record->suite);
            open = record->suite;
        }
        write_case(w, record);
    }
    if (slice_is_set(open))
        xml_write_end(w, SLICE("testsuite"));
}

bool report_write_junit(struct report *report, const char *path)
{
    struct buf out;
    struct xml_writer w;
    buf_init_arena(&out, &report->arena, junit_bytes_max);
    xml_writer_init(&w, &out);
    xml_write_declaration(&w);
    xml_write_begin(&w, SLICE("testsuites"));
    write_attribute_number(
        &w, "tests", failures(report) + report->counts[RESULT_PASS] + report->counts[RESULT_SKIP]);
    write_attribute_number(&w, "failures", report->counts[RESULT_FAIL]);
    write_attribute_number(&w, "errors", report->counts[RESULT_ERROR]);
    write_attribute_number(&w, "skipped", report->counts[RESULT_SKIP]);
    write_suites(&w, report);
    xml_write_end(&w, SLICE("testsuites"));
    FILE *file = fopen(path, "we");
    if (!file)
        return false;
    bool written = fwrite(out.ptr, 1, out.len, file) == out.len && !out.overflowed;
    return fclose(file) == 0 && written;
}
