/* Pages in both directions. */
#include "api/adapters/pg/page.h"

static bool is_backward(const struct page_request *page)
{
    return slice_is_set(page->before);
}

const struct pg_statement *pg_page_statement(const struct pg_page_statements *statements,
                                             const struct page_request *page)
{
    return is_backward(page) ? &statements->backward : &statements->forward;
}

void pg_page_params(const struct page_request *page, struct arena *arena,
                    struct pg_param key_limit[2])
{
    key_limit[0] = PG_TEXT(is_backward(page) ? page->before : page->after);
    key_limit[1] = pg_number(arena, page->limit + 1);
}

size_t pg_page_count(const struct page_request *page, size_t got, bool *has_more)
{
    *has_more = got > (size_t)page->limit;
    return *has_more ? (size_t)page->limit : got;
}

size_t pg_page_place(const struct page_request *page, size_t i, size_t count)
{
    return is_backward(page) ? count - 1 - i : i;
}
