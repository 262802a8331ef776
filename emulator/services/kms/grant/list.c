/* Lists of grants: ListGrants, ListRetirableGrants. */
#include "emulator/core/page.h"
#include "emulator/services/kms/grant/constraints.h"
#include "emulator/services/kms/key/resolve.h"
#include "emulator/services/kms/store/grant_store.h"

enum { default_page = 50, page_max = 100 };

static struct kms_grant_operation_list split(struct arena *arena, struct slice names)
{
    struct kms_grant_operation_list list = {.is_set = true};
    struct slice name;
    size_t room = 1;
    for (size_t i = 0; i < names.len; i++)
        room += names.ptr[i] == ',';
    list.items = ARENA_ARRAY(arena, struct slice, room);
    while (slice_next(&names, ',', &name))
        list.items[list.count++] = name;
    return list;
}

static struct kms_grant_list_entry entry(struct call *call, const struct kms_grant *grant)
{
    return (struct kms_grant_list_entry){
        .key_id = kms_key_arn(call, grant->key_id),
        .grant_id = grant->grant_id,
        .name = grant->name,
        .creation_date = SET_TIME(grant->created_micros),
        .grantee_principal = grant->grantee_is_service ? SLICE_NONE : grant->grantee,
        .grantee_service_principal = grant->grantee_is_service ? grant->grantee : SLICE_NONE,
        .retiring_principal = grant->retiring_is_service ? SLICE_NONE : grant->retiring,
        .retiring_service_principal = grant->retiring_is_service ? grant->retiring : SLICE_NONE,
        .issuing_account =
            arena_printf(call->arena, "arn:aws:iam::" SLICE_FMT ":root", SLICE_ARG(call->account)),
        .operations = split(call->arena, grant->operations),
        .constraints = kms_constraints_from_json(call->arena, grant->constraints),
    };
}

static size_t page_of(struct opt_i64 limit)
{
    size_t page = limit.is_set ? (size_t)limit.value : default_page;
    return page > page_max ? page_max : page; /* the model allows 1,000; AWS gives 100 */
}

static void give_page(struct call *call, const struct kms_grant *grants, size_t count, size_t page,
                      struct kms_list_grants_response *out)
{
    out->truncated = SET_BOOL(count > page);
    count = count > page ? page : count;
    if (out->truncated.value)
        out->next_marker =
            page_token(call->arena, arena_printf(call->arena, SLICE_FMT "|" SLICE_FMT,
                                                 SLICE_ARG(grants[count - 1].key_id),
                                                 SLICE_ARG(grants[count - 1].grant_id)));
    out->grants = (struct kms_grant_list){
        ARENA_ARRAY(call->arena, struct kms_grant_list_entry, count), count, true};
    for (size_t i = 0; i < count; i++)
        out->grants.items[i] = entry(call, &grants[i]);
}

/* A marker holds the key and the grant after which the page begins. */
static struct err read_marker(struct call *call, struct slice marker, struct kms_grant *after)
{
    struct slice text;
    *after = (struct kms_grant){.key_id = SLICE(""), .grant_id = SLICE("")};
    if (!slice_is_set(marker))
        return OK;
    if (page_token_read(call->arena, marker, &text) &&
        slice_split_once(text, '|', &after->key_id, &after->grant_id))
        return OK;
    return fail(call, &KMS_INVALID_MARKER_EXCEPTION, "Invalid marker");
}

struct err kms_list_grants(struct call *call, const struct kms_list_grants_request *in,
                           struct kms_list_grants_response *out)
{
    size_t page = page_of(in->limit);
    struct kms_grant *grants = ARENA_ARRAY(call->arena, struct kms_grant, page + 1);
    bool by_service = slice_is_set(in->grantee_service_principal);
    struct kms_grant_filter filter = {
        .grant_id = in->grant_id,
        .grantee = by_service ? in->grantee_service_principal : in->grantee_principal,
        .grantee_is_service = by_service,
    };
    struct kms_key key;
    struct kms_grant after;
    size_t count;
    TRY(kms_resolve_key_by_id(call, in->key_id, &key));
    TRY(read_marker(call, in->marker, &after));
    TRY(kms_store_list_grants(call, key.key_id, &filter, after.grant_id, (int64_t)page + 1, grants,
                              &count));
    give_page(call, grants, count, page, out);
    return OK;
}

struct err kms_list_retirable_grants(struct call *call,
                                     const struct kms_list_retirable_grants_request *in,
                                     struct kms_list_grants_response *out)
{
    size_t page = page_of(in->limit);
    struct kms_grant *grants = ARENA_ARRAY(call->arena, struct kms_grant, page + 1);
    bool by_service = slice_is_set(in->retiring_service_principal);
    struct slice retiring = by_service ? in->retiring_service_principal : in->retiring_principal;
    struct kms_grant after;
    size_t count;
    if (slice_is_set(in->retiring_principal) == by_service)
        return fail(call, &FAULT_VALIDATION,
                    "Exactly one of RetiringPrincipal and RetiringServicePrincipal is required.");
    TRY(read_marker(call, in->marker, &after));
    TRY(kms_store_list_retirable(call, retiring, by_service, &after, (int64_t)page + 1, grants,
                                 &count));
    give_page(call, grants, count, page, out);
    return OK;
}
