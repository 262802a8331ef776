#pragma once
/*
 * The JSON of a database secret, as RDS and AWS's rotation templates write it. Pure.
 * https://docs.aws.amazon.com/secretsmanager/latest/userguide/reference_secret_json_structure.html
 */
#include "emulator/services/secretsmanager/rotation/postgres.h"

struct database_secret {
    struct postgres_login login;
    struct slice engine;
    struct slice master_arn; /* absent: none */
};

/* NULL, or what is wrong with it. */
const char *database_secret_read(struct arena *arena, struct slice text,
                                 struct database_secret *secret);

/* The same text with another username and password; all else stays as it is written. */
struct slice database_secret_write(struct arena *arena, struct slice text, struct slice username,
                                   struct slice password);
