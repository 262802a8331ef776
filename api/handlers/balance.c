/* Rendering a balance. */
#include "api/handlers/balance.h"

#include "api/http/call.h"

struct slice balance_render(struct arena *arena, struct slice account, struct slice currency,
                            int64_t version, const struct account_counters *counters)
{
    struct account_balance balance = account_balance(counters);
    struct buf out;
    struct json_writer w;
    buf_init_arena(&out, arena, 1024);
    json_writer_init(&w, &out);
    json_write_object_begin(&w);
    write_text(&w, "account", account);
    write_text(&w, "currency", currency);
    write_number(&w, "posted", balance.posted);
    write_number(&w, "pending", balance.pending);
    if (balance.unlimited)
        write_null(&w, "available");
    else
        write_number(&w, "available", balance.available);
    write_number(&w, "account_version", version);
    json_write_object_end(&w);
    return buf_slice(&out);
}
