/* Cursors in, cursors out. */
#include "api/http/page.h"

#include "api/http/cursor.h"
#include "api/http/fault.h"

static struct err open_cursor(const struct page *page, const char *name, struct slice text,
                              struct slice *key)
{
    if (slice_is_set(text) &&
        !cursor_read(page->call->arena, page->secret, page->filter, text, key))
        return call_fail(page->call, &CURSOR_MISMATCH, slice_from_cstr(name), "%s",
                         CURSOR_MISMATCH.text);
    return OK;
}

struct err page_begin(struct page *page, struct call *call, struct slice secret,
                      struct slice filter, const struct page_query *query)
{
    *page = (struct page){
        .call = call,
        .secret = secret,
        .filter = arena_printf(call->arena, "%s\n" SLICE_FMT "\n" SLICE_FMT, call->route->name,
                               SLICE_ARG(call->actor.tenant), SLICE_ARG(filter)),
        .request.limit = query->limit,
    };
    if (slice_is_set(query->starting_after) && slice_is_set(query->ending_before))
        return call_fail(call, &INVALID_PARAMETER, SLICE("ending_before"),
                         "Give starting_after or ending_before, not both.");
    TRY(open_cursor(page, "starting_after", query->starting_after, &page->request.after));
    return open_cursor(page, "ending_before", query->ending_before, &page->request.before);
}

static void write_cursor(const struct page *page, struct json_writer *w, const char *name,
                         struct slice key, bool there)
{
    if (there && slice_is_set(key))
        write_text(w, name, cursor_write(page->call->arena, page->secret, page->filter, key));
    else
        write_null(w, name);
}

void page_end(const struct page *page, struct json_writer *w, struct slice first, struct slice last,
              bool has_more)
{
    bool backward = slice_is_set(page->request.before);
    write_bool(w, "has_more", has_more);
    write_cursor(page, w, "next_cursor", last, has_more || backward);
    write_cursor(page, w, "prev_cursor", first,
                 backward ? has_more : slice_is_set(page->request.after));
}
