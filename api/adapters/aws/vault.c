/* Data keys from KMS, and fields sealed under them. */
#include "api/adapters/aws/vault.h"

#include <string.h>

#include <openssl/crypto.h>

#include "api/adapters/aws/envelope.h"
#include "api/ledger/id.h"
#include "lib/base/attributes.h"
#include "lib/enc/base64.h"
#include "lib/enc/json.h"

enum { request_bytes_max = 16 * 1024 };

/* The columns of the table customers; they are part of what is authenticated. */
static const char *const columns[] = {
    [PII_FULL_NAME] = "full_name_sealed", [PII_EMAIL] = "email_sealed",
    [PII_PHONE] = "phone_sealed",         [PII_DATE_OF_BIRTH] = "date_of_birth_sealed",
    [PII_TAX_ID] = "tax_id_sealed",
};
_Static_assert(ARRAY_LEN(columns) == PII_FIELD_COUNT, "every personal field has its column");

static struct envelope_place place_of(size_t field, struct slice tenant, struct slice customer)
{
    return (struct envelope_place){"customers", columns[field], customer, tenant};
}

static void write_member(struct json_writer *w, const char *key, struct slice value)
{
    json_write_key(w, slice_from_cstr(key));
    json_write_string(w, value);
}

/* {"KeyId", "EncryptionContext", and one member more} */
static struct slice request_of(const struct aws_vault *vault, struct slice tenant,
                               struct slice customer, const char *key, struct slice value,
                               struct arena *arena)
{
    struct buf out;
    struct json_writer w;
    buf_init_arena(&out, arena, request_bytes_max);
    json_writer_init(&w, &out);
    json_write_object_begin(&w);
    write_member(&w, "KeyId", vault->kms_key);
    write_member(&w, key, value);
    json_write_key(&w, SLICE("EncryptionContext"));
    json_write_object_begin(&w);
    write_member(&w, "tenant", tenant);
    write_member(&w, "customer", customer);
    write_member(&w, "purpose", SLICE("pii"));
    json_write_object_end(&w);
    json_write_object_end(&w);
    return buf_slice(&out);
}

static bool read_blob(struct slice body, const char *member, struct arena *arena,
                      struct slice *bytes)
{
    struct json_reader r;
    struct slice key;
    struct slice text = SLICE_NONE;
    json_reader_init(&r, body, arena);
    if (json_object_begin(&r))
        while (json_object_next(&r, &key))
            if (!slice_eq_cstr(key, member) || !json_string(&r, &text))
                json_skip(&r);
    return slice_is_set(text) && base64_decode(arena, text, bytes);
}

static struct err kms(const struct aws_vault *vault, const char *operation, struct slice input,
                      struct arena *arena, struct slice *body)
{
    struct awsc_response response;
    metrics_count(vault->metrics, COUNT_KMS_CALLS, 1);
    if (failed(aws_call(vault->clients, SLICE("kms"), slice_from_cstr(operation), input, SLICE_NONE,
                        arena, &response)))
        return ERR(&KMS_UNAVAILABLE);
    *body = response.body;
    return OK;
}

/* The arena's bytes are ours to wipe, though slices of them are read-only. */
static void wipe(struct slice bytes)
{
    void *at;
    memcpy(&at, &bytes.ptr, sizeof at);
    OPENSSL_cleanse(at, bytes.len);
}

/* Copies the plain key out of the answer and wipes it there. */
static struct err take_plain_key(struct slice body, struct arena *arena,
                                 unsigned char key[SEAL_KEY_BYTES])
{
    struct slice plain;
    if (!read_blob(body, "Plaintext", arena, &plain) || plain.len != SEAL_KEY_BYTES)
        return ERR(&KMS_UNAVAILABLE);
    memcpy(key, plain.ptr, SEAL_KEY_BYTES);
    wipe(plain);
    wipe(body);
    return OK;
}

static struct err new_key(const struct aws_vault *vault, struct slice tenant, struct slice customer,
                          struct arena *arena, unsigned char key[SEAL_KEY_BYTES],
                          struct slice *wrapped)
{
    struct slice body;
    TRY(kms(vault, "GenerateDataKey",
            request_of(vault, tenant, customer, "KeySpec", SLICE("AES_256"), arena), arena, &body));
    if (!read_blob(body, "CiphertextBlob", arena, wrapped))
        return ERR(&KMS_UNAVAILABLE);
    return take_plain_key(body, arena, key);
}

static struct err seal_fields(void *context, struct slice tenant, struct slice customer,
                              const struct customer_pii *plain, struct arena *arena,
                              struct sealed_pii *sealed)
{
    const struct aws_vault *vault = context;
    unsigned char key[SEAL_KEY_BYTES];
    TRY(new_key(vault, tenant, customer, arena, key, &sealed->wrapped));
    sealed->key_id = id_new(arena, "key_", vault->clock, vault->rand);
    for (size_t i = 0; i < PII_FIELD_COUNT; i++) {
        struct envelope_place place = place_of(i, tenant, customer);
        if (slice_is_set(plain->fields[i]))
            sealed->fields[i] =
                envelope_seal(arena, key, sealed->key_id, &place, plain->fields[i], vault->rand);
    }
    key_cache_put(vault->keys, sealed->key_id, key, clock_monotonic_micros());
    OPENSSL_cleanse(key, sizeof key);
    return OK;
}

static struct err find_key(const struct aws_vault *vault, struct slice tenant,
                           struct slice customer, const struct sealed_pii *sealed,
                           struct arena *arena, unsigned char key[SEAL_KEY_BYTES])
{
    struct slice body;
    if (key_cache_get(vault->keys, sealed->key_id, key, clock_monotonic_micros()))
        return OK;
    struct slice blob = base64_encode(arena, sealed->wrapped);
    TRY(kms(vault, "Decrypt", request_of(vault, tenant, customer, "CiphertextBlob", blob, arena),
            arena, &body));
    TRY(take_plain_key(body, arena, key));
    key_cache_put(vault->keys, sealed->key_id, key, clock_monotonic_micros());
    return OK;
}

static struct err open_fields(void *context, struct slice tenant, struct slice customer,
                              const struct sealed_pii *sealed, struct arena *arena,
                              struct customer_pii *plain)
{
    const struct aws_vault *vault = context;
    unsigned char key[SEAL_KEY_BYTES];
    bool intact = true;
    TRY(find_key(vault, tenant, customer, sealed, arena, key));
    *plain = (struct customer_pii){0};
    for (size_t i = 0; i < PII_FIELD_COUNT; i++) {
        struct envelope_place place = place_of(i, tenant, customer);
        if (slice_is_set(sealed->fields[i]))
            intact &= envelope_open(arena, key, &place, sealed->fields[i], &plain->fields[i]);
    }
    OPENSSL_cleanse(key, sizeof key);
    if (intact)
        return OK;
    log_event(vault->log, LOG_ERROR, "a sealed field does not open: it was changed or moved",
              LOG_TEXT("customer", customer));
    return ERR(&INTERNAL_ERROR);
}

struct vault aws_vault_port(struct aws_vault *vault)
{
    return (struct vault){.context = vault, .seal = seal_fields, .open = open_fields};
}
