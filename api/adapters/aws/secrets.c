/* Fetching and keeping secrets. */
#include "api/adapters/aws/secrets.h"

#include <pthread.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include <openssl/crypto.h>

#include "lib/base/attributes.h"
#include "lib/base/clock.h"
#include "lib/enc/json.h"

enum { kept_seconds = 60, secret_bytes_max = 64 * 1024 };

const struct err_info SECRET_UNAVAILABLE = {"SecretUnavailable", "the secret cannot be read", 503};

struct secret {
    struct aws_clients *clients;
    struct metrics *metrics;
    struct slice name;
    pthread_mutex_t lock;
    char *kept; /* the current value; NULL: none yet */
    size_t kept_len;
    int64_t kept_since;
};

struct secret *secret_open(struct aws_clients *clients, struct metrics *metrics, struct slice name)
{
    struct secret *secret = calloc(1, sizeof *secret);
    if (!secret)
        abort();
    secret->clients = clients;
    secret->metrics = metrics;
    secret->name = name;
    pthread_mutex_init(&secret->lock, NULL);
    return secret;
}

static void forget(struct secret *secret)
{
    if (secret->kept)
        OPENSSL_cleanse(secret->kept, secret->kept_len);
    free(secret->kept);
    secret->kept = NULL;
}

void secret_close(struct secret *secret)
{
    if (!secret)
        return;
    forget(secret);
    pthread_mutex_destroy(&secret->lock);
    free(secret);
}

static void keep(struct secret *secret, struct slice text)
{
    forget(secret);
    secret->kept = malloc(text.len + 1);
    if (!secret->kept)
        abort();
    memcpy(secret->kept, text.ptr, text.len);
    secret->kept_len = text.len;
    secret->kept_since = clock_monotonic_micros();
}

static struct err fetch(struct secret *secret, enum secret_stage stage, struct arena *arena,
                        struct slice *text)
{
    static const char *const stages[] = {
        [SECRET_CURRENT] = "AWSCURRENT", [SECRET_PREVIOUS] = "AWSPREVIOUS"};
    struct buf input;
    struct json_writer w;
    struct json_reader r;
    struct awsc_response response;
    struct slice key;
    buf_init_arena(&input, arena, 4096);
    json_writer_init(&w, &input);
    json_write_object_begin(&w);
    json_write_key(&w, SLICE("SecretId"));
    json_write_string(&w, secret->name);
    json_write_key(&w, SLICE("VersionStage"));
    json_write_string(&w, slice_from_cstr(stages[stage]));
    json_write_object_end(&w);
    metrics_count(secret->metrics, COUNT_SECRET_REFRESH, 1);
    if (failed(aws_call(secret->clients, SLICE("secretsmanager"), SLICE("GetSecretValue"),
                        buf_slice(&input), SLICE_NONE, arena, &response)))
        return ERR(&SECRET_UNAVAILABLE);
    *text = SLICE_NONE;
    json_reader_init(&r, response.body, arena);
    if (json_object_begin(&r))
        while (json_object_next(&r, &key))
            if (!slice_eq(key, SLICE("SecretString")) || !json_string(&r, text))
                json_skip(&r);
    return slice_is_set(*text) && text->len <= secret_bytes_max ? OK : ERR(&SECRET_UNAVAILABLE);
}

static struct err current_text(struct secret *secret, bool fresh, struct arena *arena,
                               struct slice *text)
{
    if (!secret->kept || fresh) {
        struct slice fetched;
        TRY(fetch(secret, SECRET_CURRENT, arena, &fetched));
        keep(secret, fetched);
    }
    *text = arena_dup(arena, (struct slice){secret->kept, secret->kept_len});
    return OK;
}

static bool is_old(struct secret *secret)
{
    pthread_mutex_lock(&secret->lock);
    int64_t age = clock_monotonic_micros() - secret->kept_since;
    bool old = secret->kept && age > kept_seconds * MICROS_PER_SECOND;
    pthread_mutex_unlock(&secret->lock);
    return old;
}

void secret_refresh(struct secret *secret)
{
    struct arena arena = {0};
    struct slice text;
    if (!is_old(secret))
        return;
    /* Not under the lock: requests must not wait while the service does not answer. */
    if (!failed(fetch(secret, SECRET_CURRENT, &arena, &text))) {
        pthread_mutex_lock(&secret->lock);
        keep(secret, text);
        pthread_mutex_unlock(&secret->lock);
    }
    arena_done(&arena);
}

struct err secret_text(struct secret *secret, enum secret_stage stage, bool fresh,
                       struct arena *arena, struct slice *text)
{
    if (stage == SECRET_PREVIOUS)
        return fetch(secret, stage, arena, text);
    pthread_mutex_lock(&secret->lock);
    struct err result = current_text(secret, fresh, arena, text);
    pthread_mutex_unlock(&secret->lock);
    return result;
}

static const struct {
    const char *name;
    size_t offset;
} members[] = {
    {"username", offsetof(struct database_secret, username)},
    {"password", offsetof(struct database_secret, password)},
    {"host",     offsetof(struct database_secret, host)    },
    {"port",     offsetof(struct database_secret, port)    },
    {"dbname",   offsetof(struct database_secret, dbname)  },
};

static bool read_member(struct json_reader *r, struct slice name, struct database_secret *secret)
{
    struct slice value;
    for (size_t i = 0; i < ARRAY_LEN(members); i++) {
        if (!slice_eq_cstr(name, members[i].name))
            continue;
        if (!(json_peek(r) == JSON_KIND_NUMBER ? json_number(r, &value) : json_string(r, &value)))
            return false;
        memcpy((char *)secret + members[i].offset, &value, sizeof value);
        return true;
    }
    return json_skip(r);
}

const char *database_secret_parse(struct slice text, struct arena *arena,
                                  struct database_secret *secret)
{
    struct database_secret read = {.port = SLICE("5432")};
    struct json_reader r;
    struct slice name;
    json_reader_init(&r, text, arena);
    if (json_object_begin(&r))
        while (json_object_next(&r, &name))
            read_member(&r, name, &read);
    if (!json_finish(&r))
        return "it is not a JSON object of texts";
    for (size_t i = 0; i < ARRAY_LEN(members); i++) {
        struct slice value;
        memcpy(&value, (const char *)&read + members[i].offset, sizeof value);
        if (!slice_is_set(value) || slice_index(value, '\0') >= 0)
            return arena_printf(arena, "it has no \"%s\"", members[i].name).ptr;
    }
    *secret = read;
    return NULL;
}
