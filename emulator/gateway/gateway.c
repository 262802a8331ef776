/* Building the gateway from services.def, and refusing requests that no AWS client sends. */
#include "emulator/gateway/gateway.h"

#include <stdlib.h>

#include "emulator/gateway/due.h"
#include "emulator/gateway/exchange.h"
#include "lib/base/attributes.h"

#define SERVICE(name) extern const struct service name##_service;
#include "emulator/services/services.def"
#undef SERVICE

static const struct service *const all_services[] = {
#define SERVICE(name) &name##_service,
#include "emulator/services/services.def"
#undef SERVICE
};

_Static_assert(ARRAY_LEN(all_services) <= SERVICES_MAX, "raise SERVICES_MAX");

static const struct fault misdirected = {
    .info = {"MisdirectedRequest", "the Host header names another host", 421},
      .common = true
};
static const struct fault foreign_origin = {
    .info = {"ForeignOrigin", "a web page of another origin sent this", 403},
      .common = true
};
static const struct fault malformed = {
    .info = {"MalformedRequest", "the request's end is ambiguous", 400},
      .common = true
};
static const struct fault too_many_headers = {
    .info = {"RequestHeaderFieldsTooLarge", "too many header fields", 431},
      .common = true
};
static const struct fault overloaded = {
    .info = {"ServiceUnavailable", "too many requests at once", 503},
      .common = true
};

static void keep_allowed_hosts(struct gateway *gateway, const char *names)
{
    struct slice rest = slice_from_cstr(names);
    struct slice name;
    while (gateway->allowed_host_count < ALLOWED_HOSTS_MAX && slice_next(&rest, ',', &name))
        if (name.len)
            gateway->allowed_hosts[gateway->allowed_host_count++] = slice_trim(name);
}

/* The first service with this one's schema: that one's store is its own. */
static size_t store_owner(size_t index)
{
    size_t owner = 0;
    while (all_services[owner]->schema != all_services[index]->schema)
        owner++;
    return owner;
}

static struct store *open_store(const struct gateway *gateway, size_t index)
{
    const struct store_schema *schema = all_services[index]->schema;
    size_t owner = store_owner(index);
    if (!schema || owner != index)
        return schema ? gateway->stores[owner] : NULL;
    return store_new(gateway->options.data_folder, schema, gateway->options.survive_power_loss);
}

struct gateway *gateway_new(const struct gateway_options *options)
{
    struct gateway *gateway = calloc(1, sizeof *gateway);
    if (!gateway)
        abort();
    gateway->options = *options;
    gateway->started_micros = clock_monotonic_micros();
    uint64_t seed;
    rand_fill(options->platform->rand, &seed, sizeof seed);
    gateway->request_ids = rand_seeded(seed);
    pthread_rwlock_init(&gateway->state, NULL);
    pthread_mutex_init(&gateway->clock_lock, NULL);
    keep_allowed_hosts(gateway, options->allowed_hosts);
    for (size_t i = 0; i < ARRAY_LEN(all_services); i++) {
        gateway->services[i] = all_services[i];
        gateway->stores[i] = open_store(gateway, i);
    }
    options->platform->gateway = gateway;
    options->platform->call_internal = gateway_call_internal;
    options->platform->record_event = gateway_record_event;
    gateway->faults = faults_new();
    gateway->due = due_start(gateway, options->clock);
    return gateway;
}

void gateway_free(struct gateway *gateway)
{
    if (!gateway)
        return;
    due_stop(gateway->due);
    faults_free(gateway->faults);
    for (size_t i = 0; gateway->services[i]; i++)
        if (store_owner(i) == i)
            store_free(gateway->stores[i]);
    pthread_rwlock_destroy(&gateway->state);
    pthread_mutex_destroy(&gateway->clock_lock);
    free(gateway);
}

static struct slice without_port(struct slice host)
{
    ptrdiff_t colon = slice_last_index(host, ':');
    bool bracketed = slice_ends_with(host, SLICE("]"));
    return colon < 0 || bracketed ? host : slice_sub(host, 0, (size_t)colon);
}

bool gateway_is_loopback(struct slice host)
{
    static const struct slice names[] = {SLICE_INIT("localhost"), SLICE_INIT("127.0.0.1"),
                                         SLICE_INIT("[::1]")};
    host = without_port(host);
    for (size_t i = 0; i < ARRAY_LEN(names); i++)
        if (slice_eq_nocase(host, names[i]))
            return true;
    return false;
}

/* Loopback names, names under localhost, AWS's own names (sent through a proxy or a resolver), and
 * those that the user allowed: what a page that rebinds its own name to 127.0.0.1 cannot send. */
static bool is_allowed_host(const struct gateway *gateway, struct slice host)
{
    static const struct slice suffixes[] = {SLICE_INIT(".localhost"), SLICE_INIT(".amazonaws.com")};
    host = without_port(host);
    if (gateway_is_loopback(host))
        return true;
    for (size_t i = 0; i < ARRAY_LEN(suffixes); i++)
        if (slice_ends_with(host, suffixes[i]))
            return true;
    for (size_t i = 0; i < gateway->allowed_host_count; i++)
        if (slice_eq_nocase(host, gateway->allowed_hosts[i]))
            return true;
    return false;
}

static bool is_allowed_origin(const struct gateway *gateway, struct slice origin)
{
    ptrdiff_t scheme_end = slice_find(origin, SLICE("://"));
    return !slice_is_set(origin) ||
           (scheme_end > 0 && is_allowed_host(gateway, slice_from(origin, (size_t)scheme_end + 3)));
}

static struct err refuse(struct call *call, enum http_refusal refusal)
{
    switch (refusal) {
    case HTTP_REFUSED_BODY_TOO_LARGE:
        return fail(call, &FAULT_REQUEST_TOO_LARGE,
                    "The request body is larger than Florin's limit of 16 MiB");
    case HTTP_REFUSED_TOO_MANY_HEADERS:
        return fail(call, &too_many_headers, "The request has more than %d header fields",
                    HTTP_REQUEST_HEADERS_MAX);
    case HTTP_REFUSED_OVERLOADED:
        return fail(call, &overloaded, "Too many requests wait already; try again");
    case HTTP_REFUSED_MALFORMED:
    case HTTP_ACCEPTED:
        break;
    }
    return fail(call, &malformed,
                "Repeated or conflicting Content-Length, Transfer-Encoding or Host headers");
}

struct err gateway_admit(struct gateway *gateway, struct exchange *x)
{
    struct slice host = http_header_get(x->http, SLICE("host"));
    struct slice origin = http_header_get(x->http, SLICE("origin"));
    if (x->http->refusal != HTTP_ACCEPTED) {
        x->route = wire_route(&x->wire, gateway->services, x->call.arena);
        x->call.service = x->route.service;
        return refuse(&x->call, x->http->refusal);
    }
    if (!is_allowed_host(gateway, host))
        return fail(&x->call, &misdirected,
                    "The Host header is '" SLICE_FMT
                    "', which this emulator does not answer to; allow it with --allow-hosts",
                    SLICE_ARG(host));
    if (!is_allowed_origin(gateway, origin))
        return fail(&x->call, &foreign_origin,
                    "A page of the origin '" SLICE_FMT "' may not call this emulator",
                    SLICE_ARG(origin));
    return OK;
}
