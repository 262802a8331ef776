#pragma once
/*
 * One page of a Query or a Scan: items of a key range in order, up to Limit or 1 MB of what was
 * read, filtered, and cut to what the request selects.
 */
#include "emulator/services/dynamodb/item/capacity.h"
#include "emulator/services/dynamodb/item/request.h"

enum { PAGE_BYTES_MAX = 1024 * 1024 };

/* What a request asks for, whichever of the two operations it is. */
struct ddb_page_request {
    struct ddb_request request;
    struct slice table_name;
    struct slice index_name;
    struct slice select;
    struct slice projection_expression;
    struct slice filter_expression;
    const struct dynamodb_attribute_name_list *attributes_to_get; /* legacy, as the next two */
    const struct dynamodb_filter_condition_map *legacy_filter;
    struct slice conditional_operator;
    const struct ddb_item *start_key;
    int64_t limit;      /* of items read; 0: none */
    int64_t kept_limit; /* of items that pass the filter; 0: none */
    bool consistent;
    bool backwards;

    /* Filled by ddb_page_parse and ddb_page_resolve. */
    struct projection projection; /* no paths: whole items */
    struct node *filter;          /* NULL: every item passes */
    struct ddb_table table;
    const struct ddb_index *index; /* NULL: the table itself */
    bool fetches;                  /* a local index lacks what is asked for: read the table too */
};

struct ddb_page {
    struct dynamodb_item_list items; /* not set where only the count is asked for */
    int64_t count;
    int64_t scanned_count;
    size_t bytes; /* of what was read, as AWS counts items */
    struct ddb_item last_key;
    struct ddb_usage usage;
};

/* Checks and parses what needs no table; the caller's own expressions come before or after. */
struct err ddb_page_parse(struct ddb_page_request *page);
/* Finds table and index, and checks the request against them. */
struct err ddb_page_resolve(struct ddb_page_request *page);
/* A Query's filter names no attribute of the key that it goes by. */
struct err ddb_page_check_filter(const struct ddb_page_request *page);
/* Puts ExclusiveStartKey's place into the range; the words are for a key outside of it. */
struct err ddb_page_start(struct ddb_page_request *page, struct key_range *range,
                          const char *outside);
struct err ddb_page_read(struct ddb_page_request *page, const struct key_range *range,
                         struct ddb_page *result);

/* The key schema of the index, or of the table. */
const struct key_schema *ddb_page_keys(const struct ddb_page_request *page);
