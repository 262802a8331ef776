/* Health and version. */
#include "api/handlers/health.h"

#include "api/handlers/services.h"
#include "api/http/fault.h"

static struct err reply_status(struct call *call, const char *status)
{
    struct json_writer w = call_reply(call, 200);
    json_write_object_begin(&w);
    write_text(&w, "status", slice_from_cstr(status));
    json_write_object_end(&w);
    return OK;
}

struct err health_live(struct call *call)
{
    return reply_status(call, "live");
}

struct err health_ready(struct call *call)
{
    const struct services *services = call->services;
    if (*services->draining)
        return ERR(&DRAINING);
    if (!services->ledger->is_ready(services->ledger->context))
        return ERR(&DATABASE_UNAVAILABLE);
    return reply_status(call, "ready");
}

struct err health_version(struct call *call)
{
    struct json_writer w = call_reply(call, 200);
    json_write_object_begin(&w);
    write_text(&w, "program", SLICE("florin-api"));
    write_text(&w, "version", slice_from_cstr(call->services->version));
    write_text(&w, "api_version", SLICE(API_VERSION));
    json_write_object_end(&w);
    return OK;
}
