#pragma once
/*
 * The API's configuration: environment alone, by one table, which also prints the help and the
 * effective values. Names and sizes stand there, never a secret of the service itself.
 */
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

#include "lib/base/arena.h"
#include "lib/base/log.h"
#include "lib/base/slice.h"

/* Texts point into the environment or are literals; NULL: not set. */
struct config {
    const char *listen;
    const char *database_secret;
    const char *migration_secret;
    const char *database_sslmode;
    const char *database_ca;
    const char *redis_url;
    const char *sessions_table;
    const char *pii_key;
    const char *cursor_secret;
    const char *migrate;
    const char *log_level;
    int64_t workers;
    int64_t queue;
    int64_t connections;
    int64_t metrics_seconds;
    int64_t deregistration_seconds;
    const char *owner_email;
    const char *owner_password;
    const char *owner_tenant;
    const char *aws_region; /* shown in the log; the AWS client reads them itself */
    const char *aws_endpoint_url;
};

/*
 * Reads `environment` (as environ). NULL on success, else what is wrong, why, and what to do, for a
 * person. Any FLORIN_ key that is not in the table is refused; so that a client's file of settings
 * can be sourced, FLORIN_API_URL, _USER and _PASSWORD are passed over.
 */
const char *config_read(char *const *environment, struct arena *arena, struct config *config);

void config_print_help(FILE *out);

/* One log line with every value in force; secrets are masked. */
void config_log(const struct config *config, const struct log *log);

/* "redis://host:port/db" in parts, in the arena. False when it is anything else. */
struct redis_url {
    const char *host;
    const char *port;
    unsigned database;
};
bool config_parse_redis_url(const char *text, struct arena *arena, struct redis_url *url);
