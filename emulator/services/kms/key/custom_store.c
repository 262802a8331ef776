/*
 * Custom key stores. Florin has neither CloudHSM nor a proxy to an external key manager, so no
 * store can be made and none is ever found.
 */
#include "emulator/services/kms_api.h"

static struct err no_such_store(struct call *call, struct slice id)
{
    return fail(call, &KMS_CUSTOM_KEY_STORE_NOT_FOUND_EXCEPTION,
                "The custom key store " SLICE_FMT " does not exist.", SLICE_ARG(id));
}

struct err kms_create_custom_key_store(struct call *call,
                                       const struct kms_create_custom_key_store_request *in,
                                       struct kms_create_custom_key_store_response *out)
{
    (void)out;
    if (slice_eq(in->custom_key_store_type, KMS_CUSTOM_KEY_STORE_TYPE_EXTERNAL_KEY_STORE))
        return fail(call, &FAULT_NOT_IMPLEMENTED,
                    "Florin does not implement kms:CreateCustomKeyStore with CustomKeyStoreType "
                    "EXTERNAL_KEY_STORE: it has no external key store proxy");
    if (!slice_is_set(in->cloud_hsm_cluster_id))
        return fail(call, &FAULT_VALIDATION,
                    "A custom key store of the type AWS_CLOUDHSM needs CloudHsmClusterId, "
                    "TrustAnchorCertificate and KeyStorePassword.");
    return fail(call, &KMS_CLOUD_HSM_CLUSTER_NOT_FOUND_EXCEPTION,
                "The AWS CloudHSM cluster " SLICE_FMT " does not exist: Florin has no CloudHSM.",
                SLICE_ARG(in->cloud_hsm_cluster_id));
}

struct err kms_describe_custom_key_stores(struct call *call,
                                          const struct kms_describe_custom_key_stores_request *in,
                                          struct kms_describe_custom_key_stores_response *out)
{
    if (slice_is_set(in->custom_key_store_id))
        return no_such_store(call, in->custom_key_store_id);
    if (slice_is_set(in->custom_key_store_name))
        return no_such_store(call, in->custom_key_store_name);
    out->custom_key_stores.is_set = true;
    out->truncated = SET_BOOL(false);
    return OK;
}

#define REFUSE(function, input, output)                                                            \
    struct err function(struct call *call, const struct input *in, struct output *out)             \
    {                                                                                              \
        (void)out;                                                                                 \
        return no_such_store(call, in->custom_key_store_id);                                       \
    }

REFUSE(kms_connect_custom_key_store, kms_connect_custom_key_store_request,
       kms_connect_custom_key_store_response)
REFUSE(kms_disconnect_custom_key_store, kms_disconnect_custom_key_store_request,
       kms_disconnect_custom_key_store_response)
REFUSE(kms_delete_custom_key_store, kms_delete_custom_key_store_request,
       kms_delete_custom_key_store_response)
REFUSE(kms_update_custom_key_store, kms_update_custom_key_store_request,
       kms_update_custom_key_store_response)
