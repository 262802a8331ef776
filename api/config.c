/* The table of settings, and its readers. */
#include "api/config.h"

#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include "lib/base/attributes.h"
#include "lib/base/options.h"

enum kind { TEXT, NUMBER, CHOICE };

static const char *const switch_words[] = {"on", "off", NULL};
static const char *const level_words[] = {"debug", "info", "warn", "error", NULL};
static const char *const sslmode_words[] = {"disable",   "prefer",      "require",
                                            "verify-ca", "verify-full", NULL};

/* clang-format off */
static const struct setting {
    const char *name; /* without FLORIN_ */
    enum kind kind;
    size_t offset;
    const char *fallback; /* NULL: not set */
    const char *help;
    int64_t min, max;
    const char *const *words;
    bool masked;
} settings[] = {
    {"LISTEN", TEXT, offsetof(struct config, listen), "127.0.0.1:8080",
     "HOST:PORT to serve on; port 0 takes a free one"},
    {"DATABASE_SECRET", TEXT, offsetof(struct config, database_secret), "fintech/db",
     "name or ARN of the secret {username, password, host, port, dbname}"},
    {"MIGRATION_SECRET", TEXT, offsetof(struct config, migration_secret), NULL,
     "the same for the schema's owner; unset: the database secret"},
    {"DATABASE_SSLMODE", CHOICE, offsetof(struct config, database_sslmode), "prefer",
     "disable, prefer, require, verify-ca or verify-full", .words = sslmode_words},
    {"DATABASE_CA", TEXT, offsetof(struct config, database_ca), NULL,
     "file with the certificates that verify-ca and verify-full trust"},
    {"REDIS_URL", TEXT, offsetof(struct config, redis_url), NULL,
     "redis://HOST:PORT/DB; unset: balances are not cached"},
    {"SESSIONS_TABLE", TEXT, offsetof(struct config, sessions_table), "fintech-sessions",
     "DynamoDB table of sessions"},
    {"PII_KEY", TEXT, offsetof(struct config, pii_key), "alias/fintech-pii",
     "KMS key that wraps customers' data keys"},
    {"CURSOR_SECRET", TEXT, offsetof(struct config, cursor_secret), NULL,
     "name or ARN of the secret that signs cursors; unset: one for each start"},
    {"MIGRATE", CHOICE, offsetof(struct config, migrate), "on",
     "on: run the migrations at start; off: leave the schema alone", .words = switch_words},
    {"LOG_LEVEL", CHOICE, offsetof(struct config, log_level), "info",
     "debug, info, warn or error", .words = level_words},
    {"WORKERS", NUMBER, offsetof(struct config, workers), "16",
     "requests worked on at once, each with a database connection", 1, 256},
    {"QUEUE", NUMBER, offsetof(struct config, queue), "1024",
     "requests that may wait for a worker", 1, 65536},
    {"CONNECTIONS", NUMBER, offsetof(struct config, connections), "4096",
     "open client connections", 1, 65536},
    {"METRICS_SECONDS", NUMBER, offsetof(struct config, metrics_seconds), "10",
     "between lines of metrics", 1, 3600},
    {"DEREGISTRATION_SECONDS", NUMBER, offsetof(struct config, deregistration_seconds), "0",
     "to go on serving, unready, after SIGTERM; a load balancer's delay", 0, 300},
    {"OWNER_EMAIL", TEXT, offsetof(struct config, owner_email), NULL,
     "create-owner: the owner's e-mail address"},
    {"OWNER_PASSWORD", TEXT, offsetof(struct config, owner_password), NULL,
     "create-owner: the password; unset: the first line of standard input", .masked = true},
    {"OWNER_TENANT", TEXT, offsetof(struct config, owner_tenant), "Florin",
     "create-owner: the tenant's name"},
};
/* clang-format on */

/* AWS's own variables that the log of the configuration shows. */
static const struct {
    const char *name;
    size_t offset;
} shown[] = {
    {"AWS_REGION",       offsetof(struct config, aws_region)      },
    {"AWS_ENDPOINT_URL", offsetof(struct config, aws_endpoint_url)},
};

/* A client's settings, often in the same file. */
static const char *const foreign[] = {"API_URL", "API_USER", "API_PASSWORD"};

static const char *const prefix = "FLORIN_";

static const struct setting *find(struct slice name)
{
    for (size_t i = 0; i < ARRAY_LEN(settings); i++)
        if (slice_eq_cstr(name, settings[i].name))
            return &settings[i];
    return NULL;
}

static bool is_foreign(struct slice name)
{
    for (size_t i = 0; i < ARRAY_LEN(foreign); i++)
        if (slice_eq_cstr(name, foreign[i]))
            return true;
    return false;
}

static const char *complain_unknown(struct slice name, struct arena *arena)
{
    const char *text = arena_cstr(arena, name);
    const char *nearest = NULL;
    unsigned least = 4;
    for (size_t i = 0; i < ARRAY_LEN(settings); i++) {
        unsigned distance = options_distance(text, settings[i].name);
        if (distance < least) {
            least = distance;
            nearest = settings[i].name;
        }
    }
    return arena_printf(arena, "%s%s is not a setting; %s%s%s", prefix, text,
                        nearest ? "did you mean FLORIN_" : "florin-api --help lists them",
                        nearest ? nearest : "", nearest ? "?" : "")
        .ptr;
}

static bool is_word(const char *const *words, const char *value)
{
    for (size_t i = 0; words[i]; i++)
        if (strcmp(words[i], value) == 0)
            return true;
    return false;
}

static const char *store(const struct setting *setting, const char *value, struct arena *arena,
                         struct config *config)
{
    char *field = (char *)config + setting->offset;
    uint64_t number;
    if (value[0] == '\0') { /* set to nothing is not set */
        value = setting->fallback;
        if (!value)
            return NULL;
    }
    if (setting->kind == NUMBER) {
        if (!slice_to_u64(slice_from_cstr(value), &number) || (int64_t)number < setting->min ||
            (int64_t)number > setting->max)
            return arena_printf(arena, "%s%s must be a whole number from %lld to %lld, not \"%s\"",
                                prefix, setting->name, (long long)setting->min,
                                (long long)setting->max, value)
                .ptr;
        memcpy(field, &(int64_t){(int64_t)number}, sizeof(int64_t));
        return NULL;
    }
    if (setting->kind == CHOICE && !is_word(setting->words, value))
        return arena_printf(arena, "%s%s must be one of: %s; not \"%s\"", prefix, setting->name,
                            setting->help, value)
            .ptr;
    memcpy(field, &value, sizeof value);
    return NULL;
}

static void note_shown(struct slice name, const char *value, struct config *config)
{
    for (size_t i = 0; i < ARRAY_LEN(shown); i++)
        if (slice_eq_cstr(name, shown[i].name))
            memcpy((char *)config + shown[i].offset, &value, sizeof value);
}

const char *config_read(char *const *environment, struct arena *arena, struct config *config)
{
    *config = (struct config){0};
    for (size_t i = 0; i < ARRAY_LEN(settings); i++)
        if (settings[i].fallback && store(&settings[i], settings[i].fallback, arena, config))
            abort(); /* a default that its own rule refuses */
    for (; *environment; environment++) {
        struct slice name;
        struct slice value;
        if (!slice_split_once(slice_from_cstr(*environment), '=', &name, &value))
            continue;
        note_shown(name, value.ptr, config);
        if (!slice_starts_with(name, slice_from_cstr(prefix)))
            continue;
        name = slice_from(name, strlen(prefix));
        const struct setting *setting = find(name);
        if (!setting && is_foreign(name))
            continue;
        const char *wrong =
            setting ? store(setting, value.ptr, arena, config) : complain_unknown(name, arena);
        if (wrong)
            return wrong;
    }
    struct redis_url ignored;
    if (config->redis_url && !config_parse_redis_url(config->redis_url, arena, &ignored))
        return "FLORIN_REDIS_URL must be redis://HOST:PORT or redis://HOST:PORT/DB, without a user "
               "or a password";
    return NULL;
}

void config_print_help(FILE *out)
{
    for (size_t i = 0; i < ARRAY_LEN(settings); i++)
        fprintf(out, "  %s%-24s %s%s%s%s\n", prefix, settings[i].name, settings[i].help,
                settings[i].fallback ? " (" : "", settings[i].fallback ? settings[i].fallback : "",
                settings[i].fallback ? ")" : "");
}

static struct log_field field_of(const struct setting *setting, const struct config *config)
{
    const char *at = (const char *)config + setting->offset;
    const char *text;
    int64_t number;
    if (setting->kind == NUMBER) {
        memcpy(&number, at, sizeof number);
        return LOG_NUMBER(setting->name, number);
    }
    memcpy(&text, at, sizeof text);
    if (setting->masked && text)
        text = "****";
    return LOG_TEXT(setting->name, slice_from_cstr(text ? text : ""));
}

void config_log(const struct config *config, const struct log *log)
{
    struct log_field fields[1 + ARRAY_LEN(settings) + ARRAY_LEN(shown)] = {{0}};
    size_t count = 1;
    for (size_t i = 0; i < ARRAY_LEN(settings); i++)
        fields[count++] = field_of(&settings[i], config);
    for (size_t i = 0; i < ARRAY_LEN(shown); i++) {
        const char *value;
        memcpy(&value, (const char *)config + shown[i].offset, sizeof value);
        fields[count++] = LOG_TEXT(shown[i].name, slice_from_cstr(value ? value : ""));
    }
    log_write(log, LOG_INFO, "configuration", fields, count);
}

bool config_parse_redis_url(const char *text, struct arena *arena, struct redis_url *url)
{
    struct slice rest = slice_from_cstr(text);
    struct slice database = SLICE("0");
    uint64_t number;
    uint64_t port = 0;
    if (!slice_starts_with(rest, SLICE("redis://")))
        return false;
    rest = slice_from(rest, SLICE("redis://").len);
    if (slice_split_once(rest, '/', &rest, &database) && database.len == 0)
        database = SLICE("0");
    ptrdiff_t colon = slice_last_index(rest, ':');
    struct slice host = colon < 0 ? rest : slice_sub(rest, 0, (size_t)colon);
    struct slice port_text = colon < 0 ? SLICE("6379") : slice_from(rest, (size_t)colon + 1);
    if (host.len == 0 || slice_index(host, '@') >= 0 || !slice_to_u64(port_text, &port) ||
        port == 0 || port > 65535 || !slice_to_u64(database, &number) || number > 1023)
        return false;
    *url =
        (struct redis_url){arena_cstr(arena, host), arena_cstr(arena, port_text), (unsigned)number};
    return true;
}
