#include <fcntl.h>
#include <string.h>
#include <unistd.h>

#include <criterion/criterion.h>

#include "api/config.h"
#include "lib/base/attributes.h"

static const char *read_config(struct arena *arena, struct config *config, const char *one)
{
    char *environment[] = {(char *)(uintptr_t) "PATH=/bin", (char *)(uintptr_t)one, NULL};
    return config_read(environment, arena, config);
}

Test(config, has_defaults)
{
    struct arena arena = {0};
    struct config config;
    cr_assert_null(read_config(&arena, &config, NULL));
    cr_expect_str_eq(config.listen, "127.0.0.1:8080");
    cr_expect_str_eq(config.database_secret, "fintech/db");
    cr_expect_eq(config.workers, 16);
    cr_expect_null(config.redis_url);
    cr_expect_null(config.migration_secret);
    arena_done(&arena);
}

Test(config, takes_values_from_the_environment)
{
    struct arena arena = {0};
    struct config config;
    cr_assert_null(read_config(&arena, &config, "FLORIN_WORKERS=3"));
    cr_expect_eq(config.workers, 3);
    cr_assert_null(read_config(&arena, &config, "FLORIN_MIGRATE=off"));
    cr_expect_str_eq(config.migrate, "off");
    cr_assert_null(read_config(&arena, &config, "FLORIN_LISTEN="));
    cr_expect_str_eq(config.listen, "127.0.0.1:8080", "set to nothing is not set");
    cr_assert_null(read_config(&arena, &config, "FLORIN_WORKERS="));
    cr_expect_eq(config.workers, 16);
    cr_assert_null(read_config(&arena, &config, "FLORIN_REDIS_URL="));
    cr_expect_null(config.redis_url);
    arena_done(&arena);
}

Test(config, refuses_unknown_keys_and_names_the_nearest)
{
    struct arena arena = {0};
    struct config config;
    const char *wrong = read_config(&arena, &config, "FLORIN_WORKER=3");
    cr_assert_not_null(wrong);
    cr_expect_not_null(strstr(wrong, "FLORIN_WORKERS"));
    wrong = read_config(&arena, &config, "FLORIN_SOMETHING_ELSE_ENTIRELY=1");
    cr_assert_not_null(wrong);
    cr_expect_not_null(strstr(wrong, "--help"));
    arena_done(&arena);
}

Test(config, passes_over_what_belongs_to_clients)
{
    struct arena arena = {0};
    struct config config;
    cr_expect_null(read_config(&arena, &config, "FLORIN_API_URL=http://x"));
    cr_expect_null(read_config(&arena, &config, "FLORIN_API_USER=x"));
    cr_expect_null(read_config(&arena, &config, "FLORIN_API_PASSWORD=x"));
    arena_done(&arena);
}

Test(config, refuses_values_out_of_range)
{
    static const char *const bad[] = {"FLORIN_WORKERS=0",
                                      "FLORIN_WORKERS=257",
                                      "FLORIN_WORKERS=x",
                                      "FLORIN_WORKERS=1.5",
                                      "FLORIN_WORKERS=-1",
                                      "FLORIN_MIGRATE=yes",
                                      "FLORIN_LOG_LEVEL=all",
                                      "FLORIN_DATABASE_SSLMODE=maybe",
                                      "FLORIN_REDIS_URL=localhost:6379",
                                      "FLORIN_REDIS_URL=redis://user:secret@h:1"};
    struct arena arena = {0};
    struct config config;
    for (size_t i = 0; i < ARRAY_LEN(bad); i++)
        cr_expect_not_null(read_config(&arena, &config, bad[i]), "%s", bad[i]);
    arena_done(&arena);
}

Test(config, reads_redis_urls)
{
    struct arena arena = {0};
    struct redis_url url;
    cr_assert(config_parse_redis_url("redis://h:7000/3", &arena, &url));
    cr_expect_str_eq(url.host, "h");
    cr_expect_str_eq(url.port, "7000");
    cr_expect_eq(url.database, 3);
    cr_assert(config_parse_redis_url("redis://h", &arena, &url));
    cr_expect_str_eq(url.port, "6379");
    cr_assert(config_parse_redis_url("redis://h:1/", &arena, &url));
    cr_expect_eq(url.database, 0);
    cr_expect_not(config_parse_redis_url("redis://", &arena, &url));
    cr_expect_not(config_parse_redis_url("redis://h:0", &arena, &url));
    cr_expect_not(config_parse_redis_url("redis://h:99999", &arena, &url));
    cr_expect_not(config_parse_redis_url("redis://h:1/x", &arena, &url));
    arena_done(&arena);
}

Test(config, logs_what_is_in_force_with_secrets_masked)
{
    struct arena arena = {0};
    struct config config;
    struct clock clock = clock_fixed(0);
    int ends[2];
    char line[8192] = {0};
    cr_assert_eq(pipe(ends), 0);
    struct log log = {.fd = ends[1], .clock = &clock, .program = "t"};
    cr_assert_null(read_config(&arena, &config, "FLORIN_OWNER_PASSWORD=hunter2hunter2"));
    config_log(&config, &log);
    close(ends[1]);
    FILE *stream = fdopen(ends[0], "r");
    cr_assert_not_null(fgets(line, sizeof line, stream));
    fclose(stream);
    cr_expect_not_null(strstr(line, "\"WORKERS\":16"));
    cr_expect_not_null(strstr(line, "\"OWNER_PASSWORD\":\"****\""));
    cr_expect_null(strstr(line, "hunter2"));
    arena_done(&arena);
}
