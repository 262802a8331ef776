#pragma once
/*
 * What a service is: facts from its API model (generated) and the few ways in which it differs
 * from the others (written by hand, as data). The gateway reads both and knows no service by name.
 */
#include <stddef.h>
#include <stdint.h>

#include "emulator/core/fault.h"
#include "lib/base/err.h"
#include "lib/base/slice.h"

struct call;
struct shape;
struct store_schema;

enum protocol { PROTOCOL_AWS_JSON, PROTOCOL_AWS_QUERY, PROTOCOL_RPC_V2_CBOR, PROTOCOL_COUNT };

/* The transaction in which a handler runs; on failure it is rolled back. */
enum operation_kind { OPERATION_PLAIN, OPERATION_READ, OPERATION_WRITE };

struct operation {
    struct slice name;
    enum operation_kind kind;
    /* The generated thunk; NULL for an operation of the model that Florin does not implement. */
    struct err (*run)(struct call *call, const void *in, void *out);
    const struct shape *input; /* NULL: the operation has none */
    const struct shape *output;
    struct slice result_wrapper; /* awsQuery's element around the output */
    struct slice refusal;        /* why Florin does not implement it, where the .ops file says so */
    /* What a broken model constraint is answered with, in the service's place; NULL: none. */
    const struct fault *validation_fault;
};

struct service_model {
    struct slice name; /* as the AWS CLI names it: "kms" */
    struct slice id;   /* "Secrets Manager" */
    struct slice api_version;
    struct slice endpoint_prefix;
    struct slice signing_name;
    struct slice target_prefix; /* of X-Amz-Target, without the dot */
    struct slice json_version;
    struct slice xml_namespace;
    bool query_compatible;              /* x-amzn-query-error carries the query code */
    unsigned protocols;                 /* bit per enum protocol */
    const struct operation *operations; /* sorted by name: the whole model's */
    size_t operation_count;
};

struct service {
    const struct service_model *model;
    /* NULL: the service keeps nothing. Services that name one schema share its store. */
    const struct store_schema *schema;
    /*
     * What the service does by itself when a moment has come (NULL: nothing), in the transaction of
     * `due_kind`, for all accounts and regions. The call is the service's own; call->now_micros is
     * the moment, which may lie behind the clock. It does the work that is due at or before it, in
     * parts that leave writers their turn, and says when it has work again: at or before now_micros
     * while some is left, INT64_MAX for never. A failure is tried again a second later.
     */
    struct err (*run_due)(struct call *call, int64_t *next_micros);
    enum operation_kind due_kind;
    bool keeps_secrets;           /* the memory of its calls is wiped after them */
    int64_t skew_seconds;         /* how far X-Amz-Date may be off */
    bool query_auth_faults;       /* InvalidClientTokenId 403, not Unrecognized… 400 */
    bool syntax_before_signature; /* unparsable bodies are refused before bad signatures */
    const char *fault_namespace;  /* stands before an error's name in __type; "" for none */
    const char *common_fault_namespace;
    const struct fault *validation_fault; /* what a broken model constraint is answered with */
    const struct fault *missing_fault;    /* the same for a missing member; NULL: as the others */
    bool parameter_words;                 /* "The parameter X is required.", a line a breach */
    const char *message_member;           /* "message" or "Message" */
    bool crc32_header;                    /* X-Amz-Crc32 on every answer */
    bool greets;                          /* an unsigned GET / is answered "healthy: HOST" */
    /* Members of inputs that the audit record keeps; ends with NULL. Never one with a secret. */
    const char *const *audited;
};

/* The operation of that name, or NULL. */
const struct operation *service_find_operation(const struct service_model *model,
                                               struct slice name);
