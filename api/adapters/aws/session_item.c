/* Session records to and from items, by one table. */
#include "api/adapters/aws/session_item.h"

#include <stddef.h>
#include <string.h>

#include "lib/base/attributes.h"
#include "lib/enc/base64.h"

enum kind { TEXT, NUMBER, HASH, BYTES };

static const struct attribute {
    const char *name;
    enum kind kind;
    bool required;
    size_t offset;
} attributes[] = {
    {"sid",           TEXT,   true,  offsetof(struct session, id)                },
    {"user",          TEXT,   true,  offsetof(struct session, user)              },
    {"tenant",        TEXT,   true,  offsetof(struct session, tenant)            },
    {"roles",         TEXT,   true,  offsetof(struct session, role)              },
    {"amr",           TEXT,   true,  offsetof(struct session, amr)               },
    {"created_at",    NUMBER, true,  offsetof(struct session, created_at)        },
    {"last_seen",     NUMBER, true,  offsetof(struct session, last_seen)         },
    {"idle_exp",      NUMBER, true,  offsetof(struct session, idle_exp)          },
    {"abs_exp",       NUMBER, true,  offsetof(struct session, abs_exp)           },
    {"epoch",         NUMBER, true,  offsetof(struct session, epoch)             },
    {"ver",           NUMBER, true,  offsetof(struct session, version)           },
    {"access_hash",   HASH,   true,  offsetof(struct session, access_hash)       },
    {"access_exp",    NUMBER, true,  offsetof(struct session, access_exp)        },
    {"rt_gen",        NUMBER, true,  offsetof(struct session, refresh_generation)},
    {"rt_hash",       HASH,   true,  offsetof(struct session, refresh_hash)      },
    {"rt_prev_hash",  HASH,   false, offsetof(struct session, previous_hash)     },
    {"grace_until",   NUMBER, false, offsetof(struct session, grace_until)       },
    {"successor_enc", BYTES,  false, offsetof(struct session, successor_sealed)  },
};

static void write_value(struct json_writer *w, const char *key, const char *type,
                        struct slice value)
{
    json_write_key(w, slice_from_cstr(key));
    json_write_object_begin(w);
    json_write_key(w, slice_from_cstr(type));
    json_write_string(w, value);
    json_write_object_end(w);
}

void attribute_text(struct json_writer *w, const char *key, struct slice value)
{
    write_value(w, key, "S", value);
}

void attribute_number(struct json_writer *w, const char *key, struct arena *arena, int64_t value)
{
    write_value(w, key, "N", arena_printf(arena, "%lld", (long long)value));
}

void attribute_bytes(struct json_writer *w, const char *key, struct arena *arena,
                     struct slice value)
{
    write_value(w, key, "B", base64_encode(arena, value));
}

void attribute_key(struct json_writer *w, struct arena *arena, const char *prefix, struct slice id)
{
    json_write_object_begin(w);
    attribute_text(w, "pk", arena_printf(arena, "%s" SLICE_FMT, prefix, SLICE_ARG(id)));
    json_write_object_end(w);
}

static void write_attribute(struct json_writer *w, struct arena *arena,
                            const struct attribute *attribute, const char *at)
{
    struct slice text;
    int64_t number;
    switch (attribute->kind) {
    case TEXT:
        memcpy(&text, at, sizeof text);
        attribute_text(w, attribute->name, text);
        break;
    case NUMBER:
        memcpy(&number, at, sizeof number);
        attribute_number(w, attribute->name, arena, number);
        break;
    case HASH:
        attribute_bytes(w, attribute->name, arena, (struct slice){at, TOKEN_HASH_BYTES});
        break;
    case BYTES:
        memcpy(&text, at, sizeof text);
        attribute_bytes(w, attribute->name, arena, text);
        break;
    }
}

void session_item_write(struct json_writer *w, struct arena *arena, const struct session *session)
{
    json_write_object_begin(w);
    attribute_text(w, "pk", arena_printf(arena, "SESS#" SLICE_FMT, SLICE_ARG(session->id)));
    attribute_text(w, "status", session->active ? SLICE("active") : SLICE("revoked"));
    attribute_number(w, "ttl", arena, session->abs_exp + SESSION_KEPT_SECONDS);
    for (size_t i = 0; i < ARRAY_LEN(attributes); i++)
        if (attributes[i].required || session->has_previous)
            write_attribute(w, arena, &attributes[i], (const char *)session + attributes[i].offset);
    json_write_object_end(w);
}

static bool keep(const struct attribute *attribute, struct arena *arena, struct slice text,
                 struct session *session)
{
    char *at = (char *)session + attribute->offset;
    int64_t number;
    struct slice bytes;
    switch (attribute->kind) {
    case TEXT:
        memcpy(at, &text, sizeof text);
        return true;
    case NUMBER:
        if (!slice_to_i64(text, &number))
            return false;
        memcpy(at, &number, sizeof number);
        return true;
    case HASH:
        if (!base64_decode(arena, text, &bytes) || bytes.len != TOKEN_HASH_BYTES)
            return false;
        memcpy(at, bytes.ptr, TOKEN_HASH_BYTES);
        return true;
    case BYTES:
        if (!base64_decode(arena, text, &bytes))
            return false;
        memcpy(at, &bytes, sizeof bytes);
        return true;
    }
    return false;
}

/* {"S": "text"}, {"N": "1"} or {"B": "base64"}: the text inside; other types are passed over. */
static bool read_value(struct json_reader *r, struct slice *text)
{
    struct slice type;
    *text = SLICE_NONE;
    if (!json_object_begin(r))
        return false;
    while (json_object_next(r, &type))
        if (!(json_peek(r) == JSON_KIND_STRING ? json_string(r, text) : json_skip(r)))
            return false;
    return !r->failed;
}

static const struct attribute *find(struct slice name, size_t *index)
{
    for (size_t i = 0; i < ARRAY_LEN(attributes); i++) {
        if (slice_eq_cstr(name, attributes[i].name)) {
            *index = i;
            return &attributes[i];
        }
    }
    return NULL;
}

bool session_item_read(struct json_reader *r, struct arena *arena, struct session *session)
{
    struct session read = {0};
    bool seen[ARRAY_LEN(attributes)] = {false};
    struct slice name;
    struct slice text;
    if (!json_object_begin(r))
        return false;
    while (json_object_next(r, &name)) {
        size_t index = 0;
        const struct attribute *attribute = find(name, &index);
        if (!read_value(r, &text))
            return false;
        if (slice_eq(name, SLICE("status")))
            read.active = slice_eq(text, SLICE("active"));
        if (attribute && !keep(attribute, arena, text, &read))
            return false;
        if (attribute)
            seen[index] = true;
        if (slice_eq(name, SLICE("rt_prev_hash")))
            read.has_previous = true;
    }
    for (size_t i = 0; i < ARRAY_LEN(attributes); i++)
        if (attributes[i].required && !seen[i])
            return false;
    *session = read;
    return !r->failed;
}
