/* Every service's database as its schema makes it, and every statement that is to run on it. */
#include <stdlib.h>
#include <unistd.h>

#include <criterion/criterion.h>

#include "emulator/core/service.h"
#include "emulator/store/store.h"
#include "lib/base/attributes.h"

#define SERVICE(name) extern const struct service name##_service;
#include "emulator/services/services.def"
#undef SERVICE

static const struct service *const services[] = {
#define SERVICE(name) &name##_service,
#include "emulator/services/services.def"
#undef SERVICE
};

static void prepare_all(const char *folder, const struct store_schema *schema)
{
    struct store *store = store_new(folder, schema, false);
    struct store_connection *connection = NULL;
    cr_assert_not(failed(store_acquire(store, &connection)), "%s: %s", schema->name,
                  store_error_text(store));
    cr_assert_not(failed(store_begin_write(connection)));
    for (size_t i = 0; i < schema->statement_count; i++) {
        struct store_statement s = store_statement(connection, i);
        cr_expect_not(failed(store_done(&s)), "%s statement %zu: %s: %s", schema->name, i,
                      schema->statements[i], store_error_text(store));
    }
    store_release(connection);
    store_erase(store);
    store_free(store);
}

Test(statements, each_can_be_prepared)
{
    char folder[] = "/tmp/florin-statements-XXXXXX";
    cr_assert(mkdtemp(folder));
    for (size_t i = 0; i < ARRAY_LEN(services); i++)
        if (services[i]->schema)
            prepare_all(folder, services[i]->schema);
    cr_expect_eq(rmdir(folder), 0);
}
