/* Reading and rewriting the JSON of a database secret. */
#include "emulator/services/secretsmanager/rotation/database_secret.h"

#include <string.h>

#include "lib/base/attributes.h"
#include "lib/enc/json.h"

enum { secret_bytes_max = 65536 };

static const struct {
    const char *name;
    size_t offset;
    bool required;
} members[] = {
    {"engine",    offsetof(struct database_secret, engine),         true },
    {"host",      offsetof(struct database_secret, login.host),     true },
    {"port",      offsetof(struct database_secret, login.port),     false},
    {"dbname",    offsetof(struct database_secret, login.dbname),   false},
    {"username",  offsetof(struct database_secret, login.username), true },
    {"password",  offsetof(struct database_secret, login.password), true },
    {"masterarn", offsetof(struct database_secret, master_arn),     false},
};

static bool read_text(struct json_reader *r, struct slice *value)
{
    return json_peek(r) == JSON_KIND_NUMBER ? json_number(r, value) : json_string(r, value);
}

/* "ssl" is true, or the text "true". */
static bool read_tls(struct json_reader *r, struct database_secret *secret)
{
    struct slice text;
    if (json_peek(r) == JSON_KIND_BOOL)
        return json_bool(r, &secret->login.requires_tls);
    if (!json_string(r, &text))
        return false;
    secret->login.requires_tls = slice_eq_nocase(text, SLICE("true"));
    return true;
}

static bool read_member(struct json_reader *r, struct slice name, struct database_secret *secret)
{
    struct slice value;
    if (slice_eq_cstr(name, "ssl"))
        return read_tls(r, secret);
    for (size_t i = 0; i < ARRAY_LEN(members); i++) {
        if (!slice_eq_cstr(name, members[i].name))
            continue;
        if (!read_text(r, &value))
            return false;
        memcpy((char *)secret + members[i].offset, &value, sizeof value);
        return true;
    }
    return json_skip(r);
}

const char *database_secret_read(struct arena *arena, struct slice text,
                                 struct database_secret *secret)
{
    struct json_reader r;
    struct slice name;
    *secret = (struct database_secret){
        .login = {.port = SLICE("5432"), .dbname = SLICE("postgres")}
    };
    json_reader_init(&r, text, arena);
    if (json_peek(&r) == JSON_KIND_OBJECT && json_object_begin(&r))
        while (json_object_next(&r, &name))
            if (!read_member(&r, name, secret))
                json_reject(&r);
    if (!json_finish(&r))
        return "the secret is not a JSON object of texts";
    for (size_t i = 0; i < ARRAY_LEN(members); i++) {
        struct slice value;
        memcpy(&value, (const char *)secret + members[i].offset, sizeof value);
        if (slice_is_set(value) ? slice_index(value, '\0') >= 0 : members[i].required)
            return arena_printf(arena, "the secret has no \"%s\"", members[i].name).ptr;
    }
    if (!slice_eq_cstr(secret->engine, "postgres") &&
        !slice_eq_cstr(secret->engine, "aurora-postgresql"))
        return "the secret's \"engine\" is not \"postgres\"";
    return NULL;
}

struct slice database_secret_write(struct arena *arena, struct slice text, struct slice username,
                                   struct slice password)
{
    struct json_reader r;
    struct json_writer w;
    struct buf out;
    struct slice name;
    struct slice raw;
    json_reader_init(&r, text, arena);
    buf_init_arena(&out, arena, secret_bytes_max);
    json_writer_init(&w, &out);
    json_write_object_begin(&w);
    if (json_object_begin(&r))
        while (json_object_next(&r, &name) && json_raw(&r, &raw)) {
            json_write_key(&w, name);
            if (slice_eq_cstr(name, "username"))
                json_write_string(&w, username);
            else if (slice_eq_cstr(name, "password"))
                json_write_string(&w, password);
            else
                json_write_raw(&w, raw);
        }
    json_write_object_end(&w);
    return buf_slice(&out);
}
