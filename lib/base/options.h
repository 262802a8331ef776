#pragma once
/*
 * A program's command line as a table: `--name VALUE`, `--name=VALUE`, `--flag`, and `--help`
 * printed from the same table.
 *
 *   static const struct option_spec specs[] = {
 *       {"listen", OPTION_TEXT, "HOST:PORT", "where to listen (127.0.0.1:4566)",
 *        offsetof(struct settings, listen)},
 *   };
 *
 * Values are written into the caller's struct at `offset`: const char * (OPTION_TEXT), int64_t
 * (OPTION_NUMBER), bool (OPTION_FLAG). Texts point into argv. Defaults are what the struct holds
 * before the call.
 */
#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>

enum option_kind { OPTION_TEXT, OPTION_NUMBER, OPTION_FLAG };

struct option_spec {
    const char *name; /* without the dashes */
    enum option_kind kind;
    const char *value_name; /* NULL for a flag */
    const char *help;
    size_t offset;
};

struct option_set {
    const char *usage; /* the lines before the option list */
    const struct option_spec *specs;
    size_t count;
    const char *footer; /* examples and exit codes; NULL: none */
};

enum option_result { OPTIONS_OK, OPTIONS_HELP, OPTIONS_BAD };

/*
 * Parses argv[1..]. Words without dashes, and all after "--", are moved to the front of
 * argv[1..*word_count]. OPTIONS_HELP: help was asked for and printed to stdout. OPTIONS_BAD: the
 * reason and the nearest known option were printed to stderr.
 */
enum option_result options_parse(const struct option_set *set, int argc, char **argv,
                                 void *settings, int *word_count);

void options_print_help(const struct option_set *set, FILE *out);

/* Edit distance for "did you mean"; 99 for words longer than 63 bytes. */
unsigned options_distance(const char *a, const char *b);
