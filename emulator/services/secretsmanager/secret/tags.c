/* Tags: TagResource, UntagResource, and those that a secret is created with. */
#include "emulator/services/secretsmanager/secret/secret.h"

enum { tags_max = 50 };

static struct err check_tags(struct call *call, const struct secretsmanager_tag_list_type *tags)
{
    for (size_t i = 0; i < tags->count; i++) {
        struct slice key = tags->items[i].key;
        if (slice_starts_with(key, SLICE("aws:")))
            return fail(call, &SECRETSMANAGER_INVALID_PARAMETER_EXCEPTION,
                        "Tag keys that begin with aws: are reserved for AWS use.");
        for (size_t j = 0; j < i; j++)
            if (slice_eq(key, tags->items[j].key))
                return fail(call, &SECRETSMANAGER_INVALID_PARAMETER_EXCEPTION,
                            "Duplicate tag keys found: " SLICE_FMT, SLICE_ARG(key));
    }
    return OK;
}

struct err secret_add_tags(struct call *call, struct slice name,
                           const struct secretsmanager_tag_list_type *tags)
{
    struct secret_pairs now;
    TRY(check_tags(call, tags));
    for (size_t i = 0; i < tags->count; i++) {
        const struct secretsmanager_tag *tag = &tags->items[i];
        const struct secret_pair pair = {tag->key, tag->value.ptr ? tag->value : SLICE("")};
        TRY(secret_store_save_tag(call, name, &pair));
    }
    TRY(secret_store_tags(call, name, &now));
    if (now.count <= tags_max)
        return OK;
    return fail(call, &SECRETSMANAGER_LIMIT_EXCEEDED_EXCEPTION,
                "A secret can have at most %d tags.", tags_max);
}

struct err secretsmanager_tag_resource(struct call *call,
                                       const struct secretsmanager_tag_resource_request *in,
                                       void *out)
{
    (void)out;
    struct secret secret;
    TRY(secret_find_writable(call, in->secret_id, &secret));
    TRY(secret_add_tags(call, secret.name, &in->tags));
    return secret_save_changed(call, &secret);
}

struct err secretsmanager_untag_resource(struct call *call,
                                         const struct secretsmanager_untag_resource_request *in,
                                         void *out)
{
    (void)out;
    struct secret secret;
    TRY(secret_find_writable(call, in->secret_id, &secret));
    for (size_t i = 0; i < in->tag_keys.count; i++)
        TRY(secret_store_erase_tag(call, secret.name, in->tag_keys.items[i]));
    return secret_save_changed(call, &secret);
}
