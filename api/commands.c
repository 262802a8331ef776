/* Setting up a database. */
#include "api/commands.h"

#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include <openssl/crypto.h>

#include "api/adapters/aws/secrets.h"
#include "api/adapters/pg/migrate.h"
#include "api/adapters/pg/store.h"
#include "api/auth/password.h"
#include "api/ledger/id.h"

enum { attempts_max = 60, attempt_micros = 500000 };

static struct err credentials(void *context, enum pg_stage stage, bool fresh, struct arena *arena,
                              struct pg_credentials *result)
{
    struct slice text;
    struct database_secret secret;
    TRY(secret_text(context, stage == PG_PREVIOUS ? SECRET_PREVIOUS : SECRET_CURRENT, fresh, arena,
                    &text));
    if (database_secret_parse(text, arena, &secret))
        return ERR(&SECRET_UNAVAILABLE);
    *result =
        (struct pg_credentials){arena_cstr(arena, secret.username),
                                arena_cstr(arena, secret.password), arena_cstr(arena, secret.host),
                                arena_cstr(arena, secret.port), arena_cstr(arena, secret.dbname)};
    return OK;
}

struct pg_options program_pg_options(const struct program *program, struct secret *secret,
                                     const char *role, unsigned connections)
{
    return (struct pg_options){
        .connections = connections,
        .role = role,
        .sslmode = program->config->database_sslmode,
        .ca_file = program->config->database_ca,
        .credentials = credentials,
        .credentials_context = secret,
        .log = program->log,
        .metrics = program->metrics,
        .rand = program->rand,
    };
}

static struct err complain(const struct program *program, const char *why)
{
    log_event(program->log, LOG_ERROR,
              "the database secret cannot be used; FLORIN_DATABASE_SECRET names it",
              LOG_TEXT("name", slice_from_cstr(program->config->database_secret)),
              LOG_TEXT("reason", slice_from_cstr(why)));
    return ERR(&SECRET_UNAVAILABLE);
}

/* The login that the application serves with. */
static struct err application_user(const struct program *program, struct arena *arena,
                                   const char **user)
{
    struct slice text;
    struct database_secret secret;
    struct err found = secret_text(program->database_secret, SECRET_CURRENT, false, arena, &text);
    if (failed(found))
        return complain(program, found.info->text);
    const char *wrong = database_secret_parse(text, arena, &secret);
    if (wrong)
        return complain(program, wrong);
    *user = arena_cstr(arena, secret.username);
    return OK;
}

struct err program_migrate(const struct program *program)
{
    struct pg_options options = program_pg_options(program, program->migration_secret, NULL, 1);
    struct arena arena = {0};
    const char *user = NULL;
    struct err result = application_user(program, &arena, &user);
    for (int i = 0; !failed(result) && i < attempts_max; i++) {
        result = pg_migrate(&options, user);
        if (result.info != &DATABASE_UNAVAILABLE)
            break;
        usleep(attempt_micros);
        if (i + 1 < attempts_max)
            result = OK;
    }
    arena_done(&arena);
    return result;
}

int command_migrate(const struct program *program)
{
    return failed(program_migrate(program)) ? 1 : 0;
}

/* The password from the environment, else the first line of standard input. */
static bool read_password(const struct config *config, char *line, size_t size,
                          struct slice *password)
{
    if (config->owner_password) {
        *password = slice_from_cstr(config->owner_password);
        return true;
    }
    if (!fgets(line, (int)size, stdin))
        return false;
    *password = (struct slice){line, strcspn(line, "\r\n")};
    return true;
}

static int create_owner(const struct program *program, struct slice password, struct arena *arena)
{
    const struct config *config = program->config;
    struct pg_options options = program_pg_options(program, program->migration_secret, NULL, 1);
    struct slice hash;
    struct slice user;
    if (!password_hash(password, arena, &hash)) {
        fprintf(stderr, "the password cannot be hashed: 19 MiB of memory are needed\n");
        return 1;
    }
    struct pg *pg = pg_open(&options);
    struct err created = pg_owner_create(pg, id_new(arena, "ten_", program->clock, program->rand),
                                         slice_from_cstr(config->owner_tenant),
                                         id_new(arena, "usr_", program->clock, program->rand),
                                         slice_from_cstr(config->owner_email), hash, arena, &user);
    pg_close(pg);
    if (failed(created)) {
        fprintf(stderr, "the owner could not be written: %s\n", created.info->text);
        return 1;
    }
    printf(SLICE_FMT "\n", SLICE_ARG(user));
    return 0;
}

int command_create_owner(const struct program *program)
{
    char line[PASSWORD_BYTES_MAX + 2];
    struct slice password;
    struct arena arena = {0};
    if (!program->config->owner_email || !strchr(program->config->owner_email, '@')) {
        fprintf(stderr, "FLORIN_OWNER_EMAIL must hold the owner's e-mail address\n");
        return 2;
    }
    if (!read_password(program->config, line, sizeof line, &password) ||
        password.len < PASSWORD_BYTES_MIN || password.len > PASSWORD_BYTES_MAX) {
        fprintf(stderr,
                "the password must have %d to %d bytes; give it as FLORIN_OWNER_PASSWORD or on "
                "standard input\n",
                PASSWORD_BYTES_MIN, PASSWORD_BYTES_MAX);
        return 2;
    }
    int code = failed(program_migrate(program)) ? 1 : create_owner(program, password, &arena);
    OPENSSL_cleanse(line, sizeof line);
    arena_done(&arena);
    return code;
}
