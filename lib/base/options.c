/* Command lines from tables. */
#include "lib/base/options.h"

#include <stdint.h>
#include <string.h>

#include "lib/base/slice.h"

enum { longest_word = 63, far_apart = 99, near_enough = 3 };

unsigned options_distance(const char *a, const char *b)
{
    size_t a_len = strlen(a);
    size_t b_len = strlen(b);
    if (a_len > longest_word || b_len > longest_word)
        return far_apart;
    unsigned row[longest_word + 1];
    for (unsigned j = 0; j <= b_len; j++)
        row[j] = j;
    for (size_t i = 1; i <= a_len; i++) {
        unsigned diagonal = row[0];
        row[0] = (unsigned)i;
        for (size_t j = 1; j <= b_len; j++) {
            unsigned change = diagonal + (a[i - 1] != b[j - 1]);
            diagonal = row[j];
            unsigned least = row[j] < row[j - 1] ? row[j] + 1 : row[j - 1] + 1;
            row[j] = change < least ? change : least;
        }
    }
    return row[b_len];
}

static const struct option_spec *find(const struct option_set *set, struct slice name)
{
    for (size_t i = 0; i < set->count; i++)
        if (slice_eq_cstr(name, set->specs[i].name))
            return &set->specs[i];
    return NULL;
}

static void complain_unknown(const struct option_set *set, const char *word)
{
    const char *nearest = NULL;
    unsigned least = near_enough;
    for (size_t i = 0; i < set->count; i++) {
        unsigned distance = options_distance(word + 2, set->specs[i].name);
        if (distance < least) {
            least = distance;
            nearest = set->specs[i].name;
        }
    }
    if (nearest)
        fprintf(stderr, "%s is not an option; did you mean --%s?\n", word, nearest);
    else
        fprintf(stderr, "%s is not an option; --help lists them\n", word);
}

static bool store(const struct option_spec *spec, const char *text, void *settings)
{
    char *field = (char *)settings + spec->offset;
    int64_t number;
    switch (spec->kind) {
    case OPTION_FLAG:
        memcpy(field, &(bool){true}, sizeof(bool));
        return true;
    case OPTION_TEXT:
        memcpy(field, &text, sizeof text);
        return true;
    case OPTION_NUMBER:
        if (!slice_to_i64(slice_from_cstr(text), &number)) {
            fprintf(stderr, "--%s takes a whole number, not \"%s\"\n", spec->name, text);
            return false;
        }
        memcpy(field, &number, sizeof number);
        return true;
    }
    return false;
}

/* One "--name[=value]" word; `next` is the word after it, and *used_next tells if it was taken. */
static bool take_option(const struct option_set *set, const char *word, const char *next,
                        void *settings, bool *used_next)
{
    struct slice name = slice_from_cstr(word + 2);
    struct slice value = SLICE_NONE;
    bool joined = slice_split_once(name, '=', &name, &value);
    const struct option_spec *spec = find(set, name);
    *used_next = false;
    if (!spec) {
        complain_unknown(set, word);
        return false;
    }
    if (spec->kind == OPTION_FLAG) {
        if (joined)
            fprintf(stderr, "--%s takes no value\n", spec->name);
        return !joined && store(spec, NULL, settings);
    }
    *used_next = !joined;
    const char *text = joined ? value.ptr : next;
    if (!text) {
        fprintf(stderr, "--%s needs a value: --%s %s\n", spec->name, spec->name, spec->value_name);
        return false;
    }
    return store(spec, text, settings);
}

enum option_result options_parse(const struct option_set *set, int argc, char **argv,
                                 void *settings, int *word_count)
{
    bool only_words = false;
    int words = 0;
    for (int i = 1; i < argc; i++) {
        char *word = argv[i];
        bool used_next = false;
        if (only_words || strncmp(word, "--", 2) != 0) {
            argv[++words] = word;
        } else if (strcmp(word, "--") == 0) {
            only_words = true;
        } else if (strcmp(word, "--help") == 0) {
            options_print_help(set, stdout);
            return OPTIONS_HELP;
        } else if (!take_option(set, word, i + 1 < argc ? argv[i + 1] : NULL, settings,
                                &used_next)) {
            return OPTIONS_BAD;
        }
        i += used_next;
    }
    *word_count = words;
    return OPTIONS_OK;
}

void options_print_help(const struct option_set *set, FILE *out)
{
    fprintf(out, "%s\n\nOptions:\n", set->usage);
    for (size_t i = 0; i < set->count; i++) {
        const struct option_spec *spec = &set->specs[i];
        char left[64];
        snprintf(left, sizeof left, "--%s%s%s", spec->name, spec->value_name ? " " : "",
                 spec->value_name ? spec->value_name : "");
        fprintf(out, "  %-28s %s\n", left, spec->help);
    }
    fprintf(out, "  %-28s %s\n", "--help", "print this text");
    if (set->footer)
        fprintf(out, "\n%s\n", set->footer);
}
