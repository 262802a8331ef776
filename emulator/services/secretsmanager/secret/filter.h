#pragma once
/*
 * The filters of ListSecrets and BatchGetSecretValue.
 * https://docs.aws.amazon.com/secretsmanager/latest/apireference/API_Filter.html
 */
#include "emulator/services/secretsmanager/secret/secret.h"

/* Whether the secret passes all filters. Reads its tags where a filter asks for them. */
struct err secret_passes(struct call *call, const struct secret *secret,
                         const struct secretsmanager_filters_list_type *filters, bool *passes);

/*
 * The secrets that pass, in an order that pages keep: the next `page` behind `token`, and the token
 * of the page after. InvalidNextTokenException for a token that is not of this list.
 */
struct secret_query {
    const struct secretsmanager_filters_list_type *filters;
    struct slice sort_by; /* a SortByType; absent: by date of creation */
    bool ascending;
    bool with_deleted;
    size_t page;
    struct slice token;
};

struct secret_page {
    const struct secret *items;
    size_t count;
    struct slice next_token;
};

struct err secret_select(struct call *call, const struct secret_query *query,
                         struct secret_page *page);
