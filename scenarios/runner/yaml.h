#pragma once
/*
 * YAML as suites write it: a strict subset, read into nodes that know where they stand.
 *
 * Mappings, lists and scalars alone: no tag, anchor, alias, second document, or key twice. A plain
 * (unquoted) scalar that is a whole number, `true`, `false` or `null` means that; every other
 * scalar is text, `no` and `1.5` and `2026-01-01` included. Quotes make text of anything.
 */
#include <stdbool.h>
#include <stddef.h>

#include "lib/base/arena.h"
#include "lib/base/buf.h"
#include "lib/base/slice.h"

#define YAML_DEPTH_MAX 64
#define YAML_NODES_MAX 100000
#define YAML_KEYS_MAX 1000 /* of one mapping */
#define YAML_BYTES_MAX ((size_t)4 * 1024 * 1024)

enum node_kind { NODE_SCALAR, NODE_LIST, NODE_MAP };

struct node {
    enum node_kind kind;
    struct slice text; /* NODE_SCALAR */
    bool plain;        /* NODE_SCALAR: unquoted */
    unsigned line;     /* both from 1 */
    unsigned column;
    struct node **keys;  /* NODE_MAP: scalars */
    struct node **items; /* NODE_LIST, NODE_MAP */
    size_t count;
};

/* Where messages about a file go: "file:line:column: text" a line. */
struct complaints {
    struct slice file;
    struct buf text;
    unsigned count;
};

void complaints_init(struct complaints *complaints, struct slice file, struct arena *arena);
void complain(struct complaints *complaints, const struct node *where, const char *format, ...)
    PRINTF_LIKE(3, 4);

/* NULL after a complaint. Everything lives in the arena; the text is copied. */
struct node *yaml_parse(struct slice text, struct arena *arena, struct complaints *complaints);

/* The member of that name, or NULL; NULL, too, when `map` is NULL or no map. */
const struct node *node_get(const struct node *map, const char *key);

/*
 * Complains about each key that is not in `allowed`, with the nearest that is, and about a node
 * that is no map. True when there was nothing to complain about.
 */
bool node_check_keys(const struct node *map, const char *const *allowed, size_t count,
                     struct complaints *complaints);

/* The nearest of the words to `word` for "did you mean", or NULL when none is near. */
const char *nearest_word(struct slice word, const char *const *words, size_t count);
