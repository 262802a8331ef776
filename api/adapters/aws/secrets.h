#pragma once
/*
 * Secrets from Secrets Manager, kept in memory: no request waits for the service once a value was
 * read. Whoever owns the program's time calls secret_refresh, and who finds a value refused asks
 * for a fresh one. What is kept outlives an outage of the service. Any thread.
 */
#include "api/adapters/aws/clients.h"
#include "api/telemetry/metrics.h"

enum secret_stage { SECRET_CURRENT, SECRET_PREVIOUS };

struct secret;

/* A secret by name or ARN; nothing is fetched yet. `name` must outlive it. Never NULL. */
struct secret *secret_open(struct aws_clients *clients, struct metrics *metrics, struct slice name);
void secret_close(struct secret *secret); /* wipes what is kept; takes NULL */

extern const struct err_info SECRET_UNAVAILABLE;

/* Fetches it again when what is kept is a minute old; keeps that where the service fails. */
void secret_refresh(struct secret *secret);

/* The secret's text, copied into the arena. `fresh`: not from what is kept. */
struct err secret_text(struct secret *secret, enum secret_stage stage, bool fresh,
                       struct arena *arena, struct slice *text);

/* What a database secret holds, as RDS writes it. */
struct database_secret {
    struct slice username;
    struct slice password;
    struct slice host;
    struct slice port;
    struct slice dbname;
};

/*
 * {"username", "password", "host", "port" (text or number), "dbname"}; further members are passed
 * over. NULL on success, else what is wrong with it.
 */
const char *database_secret_parse(struct slice text, struct arena *arena,
                                  struct database_secret *secret);
