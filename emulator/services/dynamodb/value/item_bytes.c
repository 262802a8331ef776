/* Items as bytes. */
#include "emulator/services/dynamodb/value/item_bytes.h"

#include "lib/enc/base64.h"

/* Tags are stored: never renumber them. */
enum tag {
    tag_s = 1,
    tag_n = 2,
    tag_b = 3,
    tag_false = 4,
    tag_true = 5,
    tag_null = 6,
    tag_ss = 7,
    tag_ns = 8,
    tag_bs = 9,
    tag_m = 10,
    tag_l = 11,
    tag_count
};

static const struct {
    enum attr_type type;
    struct slice open; /* the JSON before the payload; "}" follows it */
} tags[tag_count] = {
    [tag_s] = {ATTR_S,    SLICE_INIT("{\"S\":")        },
    [tag_n] = {ATTR_N,    SLICE_INIT("{\"N\":")        },
    [tag_b] = {ATTR_B,    SLICE_INIT("{\"B\":")        },
    [tag_false] = {ATTR_BOOL, SLICE_INIT("{\"BOOL\":false")},
    [tag_true] = {ATTR_BOOL, SLICE_INIT("{\"BOOL\":true") },
    [tag_null] = {ATTR_NULL, SLICE_INIT("{\"NULL\":true") },
    [tag_ss] = {ATTR_SS,   SLICE_INIT("{\"SS\":")       },
    [tag_ns] = {ATTR_NS,   SLICE_INIT("{\"NS\":")       },
    [tag_bs] = {ATTR_BS,   SLICE_INIT("{\"BS\":")       },
    [tag_m] = {ATTR_M,    SLICE_INIT("{\"M\":")        },
    [tag_l] = {ATTR_L,    SLICE_INIT("{\"L\":")        },
};

static enum tag tag_of(const struct attr_value *value)
{
    static const enum tag by_type[ATTR_TYPE_COUNT] = {
        [ATTR_S] = tag_s,       [ATTR_N] = tag_n,   [ATTR_B] = tag_b,   [ATTR_BOOL] = tag_false,
        [ATTR_NULL] = tag_null, [ATTR_SS] = tag_ss, [ATTR_NS] = tag_ns, [ATTR_BS] = tag_bs,
        [ATTR_M] = tag_m,       [ATTR_L] = tag_l,
    };
    return value->type == ATTR_BOOL && value->boolean ? tag_true : by_type[value->type];
}

/* Writing: sizes first, since a container's length stands before its content. */

static size_t varint_size(size_t value)
{
    size_t size = 1;
    for (; value >= 0x80; value >>= 7)
        size++;
    return size;
}

static size_t text_size(struct slice text)
{
    return varint_size(text.len) + text.len;
}

static size_t value_bytes(const struct attr_value *value);

static size_t map_bytes(const struct attr_map *map)
{
    size_t size = varint_size(map->count);
    for (size_t i = 0; i < map->count; i++)
        size += text_size(map->members[i].name) + value_bytes(&map->members[i].value);
    return size;
}

static size_t set_bytes(const struct attr_set *set)
{
    size_t size = varint_size(set->count);
    for (size_t i = 0; i < set->count; i++)
        size += text_size(set->members[i]);
    return size;
}

static size_t list_bytes(const struct attr_list *list)
{
    size_t size = varint_size(list->count);
    for (size_t i = 0; i < list->count; i++)
        size += value_bytes(&list->values[i]);
    return size;
}

/* Of a container: what follows its length. */
static size_t content_bytes(const struct attr_value *value)
{
    if (value->type == ATTR_M)
        return map_bytes(&value->map);
    if (value->type == ATTR_L)
        return list_bytes(&value->list);
    return set_bytes(&value->set);
}

static size_t value_bytes(const struct attr_value *value)
{
    if (value->type == ATTR_BOOL || value->type == ATTR_NULL)
        return 1;
    if (attr_type_is_ordered(value->type))
        return 1 + text_size(value->text);
    size_t content = content_bytes(value);
    return 1 + varint_size(content) + content;
}

static void put_varint(struct buf *out, size_t value)
{
    for (; value >= 0x80; value >>= 7)
        buf_append_char(out, (char)(value | 0x80));
    buf_append_char(out, (char)value);
}

static void put_text(struct buf *out, struct slice text)
{
    put_varint(out, text.len);
    buf_append(out, text);
}

static void put_value(struct buf *out, const struct attr_value *value);

static void put_map(struct buf *out, const struct attr_map *map)
{
    put_varint(out, map->count);
    for (size_t i = 0; i < map->count; i++) {
        put_text(out, map->members[i].name);
        put_value(out, &map->members[i].value);
    }
}

static void put_set(struct buf *out, const struct attr_set *set)
{
    put_varint(out, set->count);
    for (size_t i = 0; i < set->count; i++)
        put_text(out, set->members[i]);
}

static void put_list(struct buf *out, const struct attr_list *list)
{
    put_varint(out, list->count);
    for (size_t i = 0; i < list->count; i++)
        put_value(out, &list->values[i]);
}

static void put_value(struct buf *out, const struct attr_value *value)
{
    buf_append_char(out, (char)tag_of(value));
    if (value->type == ATTR_BOOL || value->type == ATTR_NULL)
        return;
    if (attr_type_is_ordered(value->type)) {
        put_text(out, value->text);
        return;
    }
    put_varint(out, content_bytes(value));
    if (value->type == ATTR_M)
        put_map(out, &value->map);
    else if (value->type == ATTR_L)
        put_list(out, &value->list);
    else
        put_set(out, &value->set);
}

struct slice item_to_bytes(struct arena *arena, const struct attr_map *item)
{
    struct buf out;
    size_t size = map_bytes(item);
    buf_init_arena(&out, arena, size);
    (void)buf_reserve(&out, size);
    put_map(&out, item);
    return buf_slice(&out);
}

/* Reading. */

struct cursor {
    const unsigned char *next;
    const unsigned char *end;
    struct arena *arena; /* for trees; NULL where none is built */
};

static struct cursor cursor_on(struct slice bytes, struct arena *arena)
{
    const unsigned char *start = (const unsigned char *)bytes.ptr;
    return (struct cursor){start, start + bytes.len, arena};
}

static bool take_varint(struct cursor *c, size_t *value)
{
    size_t result = 0;
    for (unsigned shift = 0; shift < 35 && c->next < c->end; shift += 7) {
        unsigned char byte = *c->next++;
        result |= (size_t)(byte & 0x7F) << shift;
        if (byte < 0x80) {
            *value = result;
            return true;
        }
    }
    return false;
}

static bool take_text(struct cursor *c, struct slice *text)
{
    size_t len;
    if (!take_varint(c, &len) || len > (size_t)(c->end - c->next))
        return false;
    *text = (struct slice){(const char *)c->next, len};
    c->next += len;
    return true;
}

static bool take_tag(struct cursor *c, enum tag *tag)
{
    if (c->next == c->end || *c->next < tag_s || *c->next >= tag_count)
        return false;
    *tag = (enum tag) * c->next++;
    return true;
}

static bool tag_is_bare(enum tag tag)
{
    return tag == tag_false || tag == tag_true || tag == tag_null;
}

/* A count of things that take at least one byte each. */
static bool take_count(struct cursor *c, size_t *count)
{
    return take_varint(c, count) && *count <= (size_t)(c->end - c->next);
}

/* A tag, and the payload's bytes with the cursor after them. */
static bool take_value(struct cursor *c, enum tag *tag, struct slice *payload)
{
    *payload = SLICE_NONE;
    return take_tag(c, tag) && (tag_is_bare(*tag) || take_text(c, payload));
}

static bool build_value(struct cursor *c, unsigned depth, struct attr_value *value);

static bool build_map(struct cursor *c, unsigned depth, struct attr_map *map)
{
    if (!take_count(c, &map->count))
        return false;
    map->members = ARENA_ARRAY(c->arena, struct attr_member, map->count);
    for (size_t i = 0; i < map->count; i++)
        if (!take_text(c, &map->members[i].name) || !build_value(c, depth, &map->members[i].value))
            return false;
    return true;
}

static bool build_list(struct cursor *c, unsigned depth, struct attr_list *list)
{
    if (!take_count(c, &list->count))
        return false;
    list->values = ARENA_ARRAY(c->arena, struct attr_value, list->count);
    for (size_t i = 0; i < list->count; i++)
        if (!build_value(c, depth, &list->values[i]))
            return false;
    return true;
}

static bool build_set(struct cursor *c, struct attr_set *set)
{
    if (!take_count(c, &set->count))
        return false;
    set->members = ARENA_ARRAY(c->arena, struct slice, set->count);
    for (size_t i = 0; i < set->count; i++)
        if (!take_text(c, &set->members[i]))
            return false;
    return true;
}

static bool build_value(struct cursor *c, unsigned depth, struct attr_value *value)
{
    enum tag tag;
    struct slice payload;
    if (depth > VALUE_DEPTH_MAX + 1 || !take_value(c, &tag, &payload))
        return false;
    value->type = tags[tag].type;
    if (tag_is_bare(tag)) {
        value->boolean = tag == tag_true;
        return true;
    }
    if (attr_type_is_ordered(value->type)) {
        value->text = payload;
        return true;
    }
    struct cursor inner = cursor_on(payload, c->arena);
    bool built = value->type == ATTR_M   ? build_map(&inner, depth + 1, &value->map)
                 : value->type == ATTR_L ? build_list(&inner, depth + 1, &value->list)
                                         : build_set(&inner, &value->set);
    return built && inner.next == inner.end;
}

bool item_from_bytes(struct arena *arena, struct slice bytes, struct attr_map *item)
{
    struct cursor c = cursor_on(bytes, arena);
    return build_map(&c, 0, item) && c.next == c.end;
}

int item_bytes_find(struct arena *arena, struct slice bytes, struct slice name,
                    struct attr_value *value)
{
    struct cursor c = cursor_on(bytes, arena);
    size_t count;
    if (!take_count(&c, &count))
        return -1;
    for (; count > 0; count--) {
        struct slice found;
        enum tag tag;
        struct slice payload;
        if (!take_text(&c, &found))
            return -1;
        int order = slice_compare(found, name);
        if (order == 0)
            return build_value(&c, 0, value) ? 1 : -1;
        if (order > 0)
            return 0;
        if (!take_value(&c, &tag, &payload))
            return -1;
    }
    return 0;
}

/* Appends the text as JSON; `quote` chooses between text and base64. */
static void write_text(struct buf *out, enum tag tag, struct slice text)
{
    if (tag != tag_b && tag != tag_bs && tag != tag_n && tag != tag_ns) {
        buf_append_quoted(out, text);
        return;
    }
    buf_append_char(out, '"');
    if (tag == tag_n || tag == tag_ns)
        buf_append(out, text); /* canonical numbers need no escapes */
    else
        buf_append_base64(out, text);
    buf_append_char(out, '"');
}

static bool write_value(struct buf *out, struct cursor *c, unsigned depth);

static bool write_map(struct buf *out, struct cursor *c, unsigned depth)
{
    size_t count;
    if (!take_count(c, &count))
        return false;
    buf_append_char(out, '{');
    for (size_t i = 0; i < count; i++) {
        struct slice name;
        if (!take_text(c, &name))
            return false;
        if (i > 0)
            buf_append_char(out, ',');
        buf_append_quoted(out, name);
        buf_append_char(out, ':');
        if (!write_value(out, c, depth))
            return false;
    }
    buf_append_char(out, '}');
    return true;
}

static bool write_elements(struct buf *out, struct cursor *c, enum tag tag, unsigned depth)
{
    size_t count;
    if (!take_count(c, &count))
        return false;
    buf_append_char(out, '[');
    for (size_t i = 0; i < count; i++) {
        struct slice text;
        if (i > 0)
            buf_append_char(out, ',');
        if (tag == tag_l) {
            if (!write_value(out, c, depth))
                return false;
            continue;
        }
        if (!take_text(c, &text))
            return false;
        write_text(out, tag, text);
    }
    buf_append_char(out, ']');
    return true;
}

static bool write_value(struct buf *out, struct cursor *c, unsigned depth)
{
    enum tag tag;
    struct slice payload;
    if (depth > VALUE_DEPTH_MAX + 1 || !take_value(c, &tag, &payload))
        return false;
    buf_append(out, tags[tag].open);
    if (attr_type_is_ordered(tags[tag].type)) {
        write_text(out, tag, payload);
    } else if (!tag_is_bare(tag)) {
        struct cursor inner = cursor_on(payload, NULL);
        bool written = tag == tag_m ? write_map(out, &inner, depth + 1)
                                    : write_elements(out, &inner, tag, depth + 1);
        if (!written || inner.next != inner.end)
            return false;
    }
    buf_append_char(out, '}');
    return true;
}

bool item_bytes_write(struct json_writer *writer, struct slice bytes)
{
    struct cursor c = cursor_on(bytes, NULL);
    /* An empty raw value lets the writer put its comma; the item follows by itself. */
    json_write_raw(writer, SLICE(""));
    return write_map(writer->out, &c, 0) && c.next == c.end;
}

static bool size_of_value(struct cursor *c, unsigned depth, size_t *size);

/* Adds the content of a container: names, sizes, and one byte an element of a list or map. */
static bool size_of_content(struct cursor *c, enum tag tag, unsigned depth, size_t *size)
{
    size_t count;
    struct slice text;
    if (!take_count(c, &count))
        return false;
    if (tag == tag_m || tag == tag_l)
        *size += 3 + count;
    for (; count > 0; count--) {
        if (tag != tag_l) {
            if (!take_text(c, &text))
                return false;
            *size += tag == tag_ns ? attr_number_size(text) : text.len;
        }
        if ((tag == tag_m || tag == tag_l) && !size_of_value(c, depth, size))
            return false;
    }
    return c->next == c->end;
}

static bool size_of_value(struct cursor *c, unsigned depth, size_t *size)
{
    enum tag tag;
    struct slice payload;
    if (depth > VALUE_DEPTH_MAX + 1 || !take_value(c, &tag, &payload))
        return false;
    if (tag_is_bare(tag)) {
        *size += 1;
        return true;
    }
    if (attr_type_is_ordered(tags[tag].type)) {
        *size += tag == tag_n ? attr_number_size(payload) : payload.len;
        return true;
    }
    struct cursor inner = cursor_on(payload, NULL);
    return size_of_content(&inner, tag, depth + 1, size);
}

bool item_bytes_size(struct slice bytes, size_t *size)
{
    struct cursor c = cursor_on(bytes, NULL);
    size_t count;
    size_t total = 0;
    if (!take_count(&c, &count))
        return false;
    for (; count > 0; count--) {
        struct slice name;
        if (!take_text(&c, &name))
            return false;
        total += name.len;
        if (!size_of_value(&c, 0, &total))
            return false;
    }
    *size = total;
    return c.next == c.end;
}
