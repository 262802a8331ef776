/*
 * Contributor Insights: UpdateContributorInsights, DescribeContributorInsights and
 * ListContributorInsights. The setting is kept and described; CloudWatch counts nothing by its
 * rules.
 */
#include "emulator/core/page.h"
#include "emulator/services/dynamodb/table/table_state.h"

enum { list_page = 100, rules_max = 4 };

/* A table, or one of its indexes. */
struct subject {
    struct slice table_name;
    const struct ddb_index *index; /* NULL: the table itself */
    struct ddb_insights *insights;
    bool has_range_key;
};

static struct subject subject_of(struct ddb_table *table, struct ddb_index *index)
{
    const struct key_schema *keys = index ? &index->keys : &table->keys;
    return (struct subject){table->name, index, index ? &index->insights : &table->insights,
                            keys->count > keys->hash_count};
}

static struct err find_subject(struct call *call, struct ddb_table *table, struct slice index_name,
                               struct subject *subject)
{
    *subject = subject_of(table, NULL);
    if (!slice_is_set(index_name))
        return OK;
    for (size_t i = 0; i < table->index_count; i++)
        if (table->indexes[i].is_global && slice_eq(table->indexes[i].name, index_name)) {
            *subject = subject_of(table, &table->indexes[i]);
            return OK;
        }
    return fail(call, &DYNAMODB_RESOURCE_NOT_FOUND_EXCEPTION,
                "Requested resource not found: Table: " SLICE_FMT ", Index: " SLICE_FMT
                " not found",
                SLICE_ARG(table->name), SLICE_ARG(index_name));
}

static struct slice status_of(const struct call *call, const struct ddb_insights *insights)
{
    bool settled = insights->settles_micros <= call->now_micros;
    if (slice_is_set(insights->mode))
        return settled ? DYNAMODB_CONTRIBUTOR_INSIGHTS_STATUS_ENABLED
                       : DYNAMODB_CONTRIBUTOR_INSIGHTS_STATUS_ENABLING;
    return settled ? DYNAMODB_CONTRIBUTOR_INSIGHTS_STATUS_DISABLED
                   : DYNAMODB_CONTRIBUTOR_INSIGHTS_STATUS_DISABLING;
}

struct err dynamodb_update_contributor_insights(
    struct call *call, const struct dynamodb_update_contributor_insights_input *in,
    struct dynamodb_update_contributor_insights_output *out)
{
    struct ddb_table table;
    struct subject subject;
    bool enables =
        slice_eq(in->contributor_insights_action, DYNAMODB_CONTRIBUTOR_INSIGHTS_ACTION_ENABLE);
    TRY(ddb_require_named_table(call, in->table_name, &table));
    TRY(find_subject(call, &table, in->index_name, &subject));
    struct slice mode = slice_is_set(in->contributor_insights_mode)
                            ? in->contributor_insights_mode
                            : DYNAMODB_CONTRIBUTOR_INSIGHTS_MODE_ACCESSED_AND_THROTTLED_KEYS;
    *subject.insights = (struct ddb_insights){
        .mode = enables ? mode : SLICE_NONE,
        .changed_micros = call->now_micros,
        .settles_micros = call->now_micros + call->platform->transition_micros,
    };
    *out = (struct dynamodb_update_contributor_insights_output){
        .table_name = table.name,
        .index_name = in->index_name,
        .contributor_insights_status = enables ? DYNAMODB_CONTRIBUTOR_INSIGHTS_STATUS_ENABLING
                                               : DYNAMODB_CONTRIBUTOR_INSIGHTS_STATUS_DISABLING,
        .contributor_insights_mode = subject.insights->mode,
    };
    return ddb_store_update_table(call, &table);
}

/* The rules of CloudWatch that AWS makes: by partition key, and by both keys where there are two;
 * of what is accessed, and of what is throttled. */
static struct dynamodb_contributor_insights_rule_list list_rules(struct call *call,
                                                                 const struct subject *subject)
{
    static const struct {
        const char *kind;
        bool range_key;
        bool accessed;
    } rules[] = {
        {"PKC", false, true },
        {"PKT", false, false},
        {"SKC", true,  true },
        {"SKT", true,  false},
    };
    const struct ddb_insights *insights = subject->insights;
    bool all =
        slice_eq(insights->mode, DYNAMODB_CONTRIBUTOR_INSIGHTS_MODE_ACCESSED_AND_THROTTLED_KEYS);
    struct slice name = subject->index ? subject->index->name : subject->table_name;
    struct dynamodb_contributor_insights_rule_list list = {
        .items = ARENA_ARRAY(call->arena, struct slice, rules_max)};
    for (size_t i = 0; i < ARRAY_LEN(rules) && slice_is_set(insights->mode); i++) {
        if ((rules[i].range_key && !subject->has_range_key) || (rules[i].accessed && !all))
            continue;
        list.items[list.count++] = arena_printf(
            call->arena, "DynamoDBContributorInsights-%s-" SLICE_FMT "-%lld", rules[i].kind,
            SLICE_ARG(name), (long long)(insights->changed_micros / 1000));
        list.is_set = true;
    }
    return list;
}

struct err dynamodb_describe_contributor_insights(
    struct call *call, const struct dynamodb_describe_contributor_insights_input *in,
    struct dynamodb_describe_contributor_insights_output *out)
{
    struct ddb_table table;
    struct subject subject;
    TRY(ddb_require_named_table(call, in->table_name, &table));
    TRY(find_subject(call, &table, in->index_name, &subject));
    *out = (struct dynamodb_describe_contributor_insights_output){
        .table_name = table.name,
        .index_name = in->index_name,
        .contributor_insights_rule_list = list_rules(call, &subject),
        .contributor_insights_status = status_of(call, subject.insights),
        .contributor_insights_mode = subject.insights->mode,
    };
    if (subject.insights->changed_micros > 0)
        out->last_update_date_time = SET_TIME(subject.insights->changed_micros);
    return OK;
}

/* A page of what was ever enabled, by tables and then indexes in their order. */
struct listing {
    struct call *call;
    struct dynamodb_contributor_insights_summaries *summaries;
    size_t most;
    struct slice after; /* entries up to this one were shown */
    bool skipping;
    bool more;
};

static struct slice key_of(struct call *call, const struct subject *subject)
{
    return arena_printf(call->arena, SLICE_FMT "/" SLICE_FMT, SLICE_ARG(subject->table_name),
                        SLICE_ARG(subject->index ? subject->index->name : SLICE("")));
}

static void add(struct listing *l, const struct subject *subject)
{
    if (subject->insights->changed_micros == 0)
        return;
    if (l->skipping) {
        l->skipping = !slice_eq(key_of(l->call, subject), l->after);
        return;
    }
    if (l->summaries->count == l->most) {
        l->more = true;
        return;
    }
    l->after = key_of(l->call, subject);
    l->summaries->items[l->summaries->count++] = (struct dynamodb_contributor_insights_summary){
        .table_name = subject->table_name,
        .index_name = subject->index ? subject->index->name : SLICE_NONE,
        .contributor_insights_status = status_of(l->call, subject->insights),
        .contributor_insights_mode = subject->insights->mode,
    };
}

static void add_table(struct listing *l, struct ddb_table *table)
{
    struct subject subject = subject_of(table, NULL);
    add(l, &subject);
    for (size_t i = 0; i < table->index_count && !l->more; i++) {
        subject = subject_of(table, &table->indexes[i]);
        add(l, &subject);
    }
}

static struct err add_tables(struct listing *l)
{
    enum { step = 100 };
    struct slice names[step];
    struct slice last = SLICE("");
    size_t count = step;
    while (count == step && !l->more) {
        TRY(ddb_store_list_tables(l->call, last, step, names, &count));
        for (size_t i = 0; i < count && !l->more; i++) {
            struct ddb_table table;
            bool found;
            TRY(ddb_store_find_table(l->call, names[i], &table, &found));
            if (found)
                add_table(l, &table);
            last = names[i];
        }
    }
    return OK;
}

struct err dynamodb_list_contributor_insights(
    struct call *call, const struct dynamodb_list_contributor_insights_input *in,
    struct dynamodb_list_contributor_insights_output *out)
{
    struct ddb_table table;
    struct listing l = {.call = call, .summaries = &out->contributor_insights_summaries};
    l.most = in->max_results.is_set && in->max_results.value > 0 ? (size_t)in->max_results.value
                                                                 : list_page;
    if (!page_token_read(call->arena, in->next_token, &l.after))
        return fail(call, &DDB_VALIDATION_EXCEPTION, "Invalid NextToken");
    l.skipping = l.after.len > 0;
    l.summaries->items =
        ARENA_ARRAY(call->arena, struct dynamodb_contributor_insights_summary, l.most);
    l.summaries->is_set = true;
    if (slice_is_set(in->table_name)) {
        TRY(ddb_require_named_table(call, in->table_name, &table));
        add_table(&l, &table);
    } else {
        TRY(add_tables(&l));
    }
    if (l.more)
        out->next_token = page_token(call->arena, l.after);
    return OK;
}
