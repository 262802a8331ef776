/* libyaml's events as nodes. */
#include "scenarios/runner/yaml.h"

#include <stdio.h>
#include <string.h>

#include <yaml.h>

#include "lib/base/options.h"

enum { complaints_bytes_max = 256 * 1024, first_room = 8, near_enough = 3, word_max = 63 };

/* The parser's state; `parser` is libyaml's and goes with it. */
struct reader {
    yaml_parser_t parser;
    struct arena *arena;
    struct complaints *complaints;
    unsigned depth;
    unsigned nodes;
};

void complaints_init(struct complaints *complaints, struct slice file, struct arena *arena)
{
    *complaints = (struct complaints){.file = file};
    buf_init_arena(&complaints->text, arena, complaints_bytes_max);
}

static void complain_at(struct complaints *complaints, unsigned line, unsigned column,
                        const char *format, va_list arguments)
{
    struct arena scratch = {0};
    struct slice text = arena_vprintf(&scratch, format, arguments);
    buf_printf(&complaints->text, SLICE_FMT ":%u:%u: " SLICE_FMT "\n", SLICE_ARG(complaints->file),
               line, column, SLICE_ARG(text));
    complaints->count++;
    arena_done(&scratch);
}

void complain(struct complaints *complaints, const struct node *where, const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    complain_at(complaints, where ? where->line : 1, where ? where->column : 1, format, arguments);
    va_end(arguments);
}

static void reject(struct reader *r, yaml_mark_t mark, const char *format, ...) PRINTF_LIKE(3, 4);

static void reject(struct reader *r, yaml_mark_t mark, const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    complain_at(r->complaints, (unsigned)mark.line + 1, (unsigned)mark.column + 1, format,
                arguments);
    va_end(arguments);
}

static bool next_event(struct reader *r, yaml_event_t *event)
{
    if (yaml_parser_parse(&r->parser, event))
        return true;
    reject(r, r->parser.problem_mark, "not YAML: %s",
           r->parser.problem ? r->parser.problem : "unreadable");
    return false;
}

static struct node *new_node(struct reader *r, enum node_kind kind, yaml_mark_t mark)
{
    if (++r->nodes > YAML_NODES_MAX) {
        reject(r, mark, "more than %d values in one file", YAML_NODES_MAX);
        return NULL;
    }
    struct node *node = ARENA_NEW(r->arena, struct node);
    node->kind = kind;
    node->line = (unsigned)mark.line + 1;
    node->column = (unsigned)mark.column + 1;
    return node;
}

static bool refuse_decoration(struct reader *r, const yaml_event_t *event,
                              const yaml_char_t *anchor, const yaml_char_t *tag)
{
    if (anchor)
        reject(r, event->start_mark, "anchors are not part of this format; write the value out");
    if (tag)
        reject(r, event->start_mark, "tags are not part of this format; quotes make text");
    return anchor || tag;
}

static struct node *read_scalar(struct reader *r, const yaml_event_t *event)
{
    if (refuse_decoration(r, event, event->data.scalar.anchor, event->data.scalar.tag))
        return NULL;
    struct node *node = new_node(r, NODE_SCALAR, event->start_mark);
    if (node) {
        node->text = arena_dup(r->arena, (struct slice){(const char *)event->data.scalar.value,
                                                        event->data.scalar.length});
        node->plain = event->data.scalar.style == YAML_PLAIN_SCALAR_STYLE;
    }
    return node;
}

static void grow(struct arena *arena, struct node ***list, size_t count)
{
    bool is_full = count == 0 || (count >= first_room && (count & (count - 1)) == 0);
    if (!is_full)
        return;
    struct node **bigger = ARENA_ARRAY(arena, struct node *, count ? count * 2 : first_room);
    if (count > 0)
        memcpy(bigger, *list, count * sizeof *bigger);
    *list = bigger;
}

static bool is_repeated(const struct node *map, const struct node *key)
{
    for (size_t i = 0; i < map->count; i++)
        if (slice_eq(map->keys[i]->text, key->text))
            return true;
    return false;
}

static struct node *read_node(struct reader *r, const yaml_event_t *event);

static bool read_key(struct reader *r, const yaml_event_t *event, struct node *map)
{
    struct node *key = read_node(r, event);
    if (!key)
        return false;
    if (map->count == YAML_KEYS_MAX) {
        complain(r->complaints, key, "more than %d keys in one mapping", YAML_KEYS_MAX);
        return false;
    }
    if (key->kind != NODE_SCALAR || is_repeated(map, key)) {
        if (key->kind == NODE_SCALAR)
            complain(r->complaints, key, "\"" SLICE_FMT "\" stands here twice",
                     SLICE_ARG(key->text));
        else
            complain(r->complaints, key, "a key must be text");
        return false;
    }
    grow(r->arena, &map->keys, map->count);
    map->keys[map->count] = key;
    return true;
}

static bool read_item(struct reader *r, yaml_event_t *event, struct node *parent)
{
    if (parent->kind == NODE_MAP) {
        if (!read_key(r, event, parent))
            return false;
        yaml_event_delete(event);
        if (!next_event(r, event))
            return false;
    }
    struct node *item = read_node(r, event);
    if (!item)
        return false;
    grow(r->arena, &parent->items, parent->count);
    parent->items[parent->count++] = item;
    return true;
}

static struct node *read_children(struct reader *r, enum node_kind kind, yaml_mark_t mark)
{
    yaml_event_type_t end = kind == NODE_MAP ? YAML_MAPPING_END_EVENT : YAML_SEQUENCE_END_EVENT;
    struct node *parent = new_node(r, kind, mark);
    if (!parent)
        return NULL;
    if (++r->depth > YAML_DEPTH_MAX) {
        reject(r, mark, "nested deeper than %d levels", YAML_DEPTH_MAX);
        return NULL;
    }
    for (;;) {
        yaml_event_t event;
        if (!next_event(r, &event))
            return NULL;
        bool ended = event.type == end;
        bool fine = ended || read_item(r, &event, parent);
        yaml_event_delete(&event);
        if (!fine)
            return NULL;
        if (ended)
            break;
    }
    r->depth--;
    return parent;
}

static struct node *read_node(struct reader *r, const yaml_event_t *event)
{
    if (event->type == YAML_SCALAR_EVENT)
        return read_scalar(r, event);
    if (event->type == YAML_SEQUENCE_START_EVENT) {
        if (refuse_decoration(r, event, event->data.sequence_start.anchor,
                              event->data.sequence_start.tag))
            return NULL;
        return read_children(r, NODE_LIST, event->start_mark);
    }
    if (event->type == YAML_MAPPING_START_EVENT) {
        if (refuse_decoration(r, event, event->data.mapping_start.anchor,
                              event->data.mapping_start.tag))
            return NULL;
        return read_children(r, NODE_MAP, event->start_mark);
    }
    reject(r, event->start_mark,
           event->type == YAML_ALIAS_EVENT
               ? "aliases are not part of this format; write the value out"
               : "a value was expected here");
    return NULL;
}

/* Passes over one event of the wanted type. */
static bool expect(struct reader *r, yaml_event_type_t wanted, const char *otherwise)
{
    yaml_event_t event;
    if (!next_event(r, &event))
        return false;
    bool fine = event.type == wanted;
    if (!fine)
        reject(r, event.start_mark, "%s", otherwise);
    yaml_event_delete(&event);
    return fine;
}

static struct node *read_document(struct reader *r)
{
    yaml_event_t event;
    if (!expect(r, YAML_STREAM_START_EVENT, "not YAML") ||
        !expect(r, YAML_DOCUMENT_START_EVENT, "the file is empty"))
        return NULL;
    if (!next_event(r, &event))
        return NULL;
    struct node *root = read_node(r, &event);
    yaml_event_delete(&event);
    if (!root || !expect(r, YAML_DOCUMENT_END_EVENT, "the document does not end here") ||
        !expect(r, YAML_STREAM_END_EVENT, "a file holds one document; \"---\" begins a second"))
        return NULL;
    return root;
}

struct node *yaml_parse(struct slice text, struct arena *arena, struct complaints *complaints)
{
    struct reader r = {.arena = arena, .complaints = complaints};
    if (text.len > YAML_BYTES_MAX) {
        complain(complaints, NULL, "the file is larger than %zu bytes", YAML_BYTES_MAX);
        return NULL;
    }
    if (!yaml_parser_initialize(&r.parser)) {
        complain(complaints, NULL, "out of memory");
        return NULL;
    }
    yaml_parser_set_input_string(&r.parser, (const yaml_char_t *)(text.ptr ? text.ptr : ""),
                                 text.len);
    yaml_parser_set_encoding(&r.parser, YAML_UTF8_ENCODING);
    struct node *root = read_document(&r);
    yaml_parser_delete(&r.parser);
    return root;
}

const struct node *node_get(const struct node *map, const char *key)
{
    for (size_t i = 0; map && map->kind == NODE_MAP && i < map->count; i++)
        if (slice_eq_cstr(map->keys[i]->text, key))
            return map->items[i];
    return NULL;
}

const char *nearest_word(struct slice word, const char *const *words, size_t count)
{
    char text[word_max + 1];
    const char *nearest = NULL;
    unsigned least = near_enough;
    if (word.len > word_max)
        return NULL;
    snprintf(text, sizeof text, SLICE_FMT, SLICE_ARG(word));
    for (size_t i = 0; i < count; i++) {
        unsigned distance = options_distance(text, words[i]);
        if (distance < least) {
            least = distance;
            nearest = words[i];
        }
    }
    return nearest;
}

static bool is_listed(struct slice word, const char *const *words, size_t count)
{
    for (size_t i = 0; i < count; i++)
        if (slice_eq_cstr(word, words[i]))
            return true;
    return false;
}

bool node_check_keys(const struct node *map, const char *const *allowed, size_t count,
                     struct complaints *complaints)
{
    if (map->kind != NODE_MAP) {
        complain(complaints, map, "a mapping was expected here (name: value)");
        return false;
    }
    unsigned before = complaints->count;
    for (size_t i = 0; i < map->count; i++) {
        const struct node *key = map->keys[i];
        if (is_listed(key->text, allowed, count))
            continue;
        const char *nearest = nearest_word(key->text, allowed, count);
        if (nearest)
            complain(complaints, key, "unknown key \"" SLICE_FMT "\"; did you mean \"%s\"?",
                     SLICE_ARG(key->text), nearest);
        else
            complain(complaints, key, "unknown key \"" SLICE_FMT "\"", SLICE_ARG(key->text));
    }
    return complaints->count == before;
}
