/* Metrics: ListMetrics. */
#include "emulator/core/page.h"
#include "emulator/services/cloudwatch/cloudwatch_store.h"
#include "emulator/services/cloudwatch/dimensions.h"
#include "emulator/services/cloudwatch_api.h"

enum { page_size = 500 };

static const int64_t listed_micros = 14 * 24 * 3600 * MICROS_PER_SECOND;
static const int64_t recent_micros = 3 * 3600 * MICROS_PER_SECOND;

static struct err read_token(struct call *call, struct slice token, int64_t *after_id)
{
    struct slice key;
    *after_id = 0;
    if (!slice_is_set(token) ||
        (page_token_read(call->arena, token, &key) && slice_to_i64(key, after_id)))
        return OK;
    return fail(call, &CLOUDWATCH_INVALID_PARAMETER_VALUE_EXCEPTION,
                "The value " SLICE_FMT " for parameter NextToken is invalid.", SLICE_ARG(token));
}

/* Every metric here is the caller's own. */
static void name_owners(struct call *call, struct cloudwatch_list_metrics_output *out)
{
    out->owning_accounts = (struct cloudwatch_owning_accounts){
        ARENA_ARRAY(call->arena, struct slice, out->metrics.count), out->metrics.count, true};
    for (size_t i = 0; i < out->metrics.count; i++)
        out->owning_accounts.items[i] = call->account;
}

struct err cloudwatch_list_metrics(struct call *call,
                                   const struct cloudwatch_list_metrics_input *in,
                                   struct cloudwatch_list_metrics_output *out)
{
    struct cloudwatch_metric_row row;
    int64_t last_id = 0;
    struct cloudwatch_metric_filter filter = {
        .namespace = in->namespace,
        .metric_name = in->metric_name,
        .put_since_micros =
            call->now_micros - (slice_is_set(in->recently_active) ? recent_micros : listed_micros),
    };
    bool is_own = !slice_is_set(in->owning_account) || slice_eq(in->owning_account, call->account);
    TRY(read_token(call, in->next_token, &filter.after_id));
    out->metrics = (struct cloudwatch_metrics){
        ARENA_ARRAY(call->arena, struct cloudwatch_metric, page_size), 0, true};
    CLEANUP(store_statement_cleanup)
    struct store_statement rows = cloudwatch_store_metrics(call, &filter);
    while (is_own && cloudwatch_store_next_metric(call, &rows, &row)) {
        struct cloudwatch_dimensions dimensions =
            cloudwatch_dimensions_unpack(call->arena, row.dimensions);
        if (!cloudwatch_dimensions_match(&dimensions, &in->dimensions))
            continue;
        if (out->metrics.count == page_size) {
            out->next_token =
                page_token(call->arena, arena_printf(call->arena, "%lld", (long long)last_id));
            break;
        }
        out->metrics.items[out->metrics.count++] =
            (struct cloudwatch_metric){row.namespace, row.metric_name, dimensions};
        last_id = row.id;
    }
    if (in->include_linked_accounts.value)
        name_owners(call, out);
    return store_done(&rows);
}
