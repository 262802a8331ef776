/* The route table: a new resource is its handler file and its lines here. */
#include "api/routes.h"

#include "api/auth/role.h"
#include "api/handlers/accounts.h"
#include "api/handlers/auth.h"
#include "api/handlers/customers.h"
#include "api/handlers/health.h"
#include "api/handlers/transfers.h"
#include "api/telemetry/metrics.h"

/* clang-format off */
const struct route API_ROUTES[] = {
    {"GET",  "/health/live",                health_live,       0,           ROUTE_PUBLIC, "health.live"},
    {"GET",  "/health/ready",               health_ready,      0,           ROUTE_PUBLIC, "health.ready"},
    {"GET",  "/version",                    health_version,    0,           ROUTE_PUBLIC, "version"},
    {"POST", "/v1/auth/login",              auth_login,        0,           ROUTE_PUBLIC, "auth.login"},
    {"POST", "/v1/auth/refresh",            auth_refresh,      0,           ROUTE_PUBLIC, "auth.refresh"},
    {"POST", "/v1/auth/logout",             auth_logout,       ROLE_ANY,    ROUTE_MONEY, "auth.logout"},
    {"GET",  "/v1/auth/sessions",           auth_sessions,     ROLE_ANY,    0, "auth.sessions"},
    {"POST", "/v1/accounts",                accounts_create,   ROLE_STAFF,  ROUTE_MONEY, "accounts.create"},
    {"GET",  "/v1/accounts",                accounts_list,     ROLE_READER, 0, "accounts.list"},
    {"GET",  "/v1/accounts/{id}",           accounts_get,      ROLE_READER, 0, "accounts.get"},
    {"GET",  "/v1/accounts/{id}/balances",  accounts_balances, ROLE_READER, 0, "accounts.balances"},
    {"GET",  "/v1/accounts/{id}/entries",   accounts_entries,  ROLE_READER, 0, "accounts.entries"},
    {"POST", "/v1/transfers",               transfers_create,  ROLE_STAFF,  ROUTE_MONEY | ROUTE_IDEMPOTENT, "transfers.create"},
    {"GET",  "/v1/transfers",               transfers_list,    ROLE_READER, 0, "transfers.list"},
    {"GET",  "/v1/transfers/{id}",          transfers_get,     ROLE_READER, 0, "transfers.get"},
    {"POST", "/v1/customers",               customers_create,  ROLE_STAFF,  ROUTE_MONEY, "customers.create"},
    {"GET",  "/v1/customers",               customers_list,    ROLE_READER, 0, "customers.list"},
    {"GET",  "/v1/customers/{id}",          customers_get,     ROLE_READER, ROUTE_MONEY, "customers.get"},
};
/* clang-format on */

const size_t API_ROUTE_COUNT = ARRAY_LEN(API_ROUTES);
_Static_assert(ARRAY_LEN(API_ROUTES) < METRICS_ROUTES_MAX, "every route has its series");
