#pragma once
/* One page of a SELECT, over as many key ranges as its WHERE clause names. */
#include "emulator/services/dynamodb/item/read_page.h"
#include "emulator/services/dynamodb/partiql/partiql_request.h"

struct partiql_page_request {
    struct partiql_request *request;
    struct slice next_token;
    int64_t limit; /* 0: none */
    bool consistent;
};

struct partiql_page {
    struct ddb_table table;
    struct dynamodb_item_list items;
    struct slice next_token;  /* absent: this was the last page */
    struct ddb_item last_key; /* not set where the next page begins at the start of a range */
    struct ddb_usage usage;
};

struct err partiql_select(const struct partiql_page_request *wanted, struct partiql_page *page);
