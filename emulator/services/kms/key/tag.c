/* Tags: TagResource, UntagResource, ListResourceTags. */
#include "emulator/core/page.h"
#include "emulator/services/kms/key/make.h"
#include "emulator/services/kms/key/resolve.h"
#include "emulator/services/kms/store/alias_store.h"
#include "emulator/services/kms_api.h"

enum { default_page = 50, page_max = 50 };

struct err kms_tag_resource(struct call *call, const struct kms_tag_resource_request *in, void *out)
{
    (void)out;
    struct kms_key key;
    int64_t count;
    TRY(kms_resolve_own_key(call, in->key_id, &key));
    TRY(kms_add_tags(call, key.key_id, &in->tags));
    TRY(kms_store_count_tags(call, key.key_id, &count));
    if (count > KMS_TAGS_MAX)
        return fail(call, &KMS_TAG_EXCEPTION, "Too many tags");
    return OK;
}

/* A tag that is not there is no error. */
struct err kms_untag_resource(struct call *call, const struct kms_untag_resource_request *in,
                              void *out)
{
    (void)out;
    struct kms_key key;
    TRY(kms_resolve_own_key(call, in->key_id, &key));
    for (size_t i = 0; i < in->tag_keys.count; i++) {
        if (slice_starts_with(in->tag_keys.items[i], SLICE("aws:")))
            return fail(call, &KMS_TAG_EXCEPTION, "aws: prefixed tag key names are not allowed");
        TRY(kms_store_remove_tag(call, key.key_id, in->tag_keys.items[i]));
    }
    return OK;
}

struct err kms_list_resource_tags(struct call *call,
                                  const struct kms_list_resource_tags_request *in,
                                  struct kms_list_resource_tags_response *out)
{
    size_t page = in->limit.is_set ? (size_t)in->limit.value : default_page;
    page = page > page_max ? page_max : page; /* the model allows 1,000; AWS gives 50 */
    struct kms_tag_row *tags = ARENA_ARRAY(call->arena, struct kms_tag_row, page + 1);
    struct kms_key key;
    struct slice after;
    size_t count;
    if (!page_token_read(call->arena, in->marker, &after))
        return fail(call, &KMS_INVALID_MARKER_EXCEPTION, "Invalid marker");
    TRY(kms_resolve_key_by_id(call, in->key_id, &key));
    TRY(kms_store_list_tags(call, key.key_id, after, (int64_t)page + 1, tags, &count));
    out->truncated = SET_BOOL(count > page);
    if (count > page) {
        count = page;
        out->next_marker = page_token(call->arena, tags[count - 1].key);
    }
    out->tags = (struct kms_tag_list){ARENA_ARRAY(call->arena, struct kms_tag, count), count, true};
    for (size_t i = 0; i < count; i++)
        out->tags.items[i] = (struct kms_tag){tags[i].key, tags[i].value};
    return OK;
}
