#pragma once
/*
 * Keyset pages: two statements a list, one for each direction, and one row more than the page holds
 * to tell whether more follows. The backward statement gives the nearest rows first; they are
 * turned.
 */
#include "api/adapters/pg/pg.h"
#include "api/ledger/ports.h"

struct pg_page_statements {
    struct pg_statement forward;
    struct pg_statement backward;
};

/* The statement for the page, and its last two parameters: the key (or NULL) and the row limit. */
const struct pg_statement *pg_page_statement(const struct pg_page_statements *statements,
                                             const struct page_request *page);
void pg_page_params(const struct page_request *page, struct arena *arena,
                    struct pg_param key_limit[2]);

/* How many of `got` items belong to the page, and whether more follow. */
size_t pg_page_count(const struct page_request *page, size_t got, bool *has_more);

/* Where item `i` of `count`, as the statement gave them, belongs in the list. */
size_t pg_page_place(const struct page_request *page, size_t i, size_t count);
