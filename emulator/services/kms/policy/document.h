#pragma once
/*
 * A policy document read into statements. Pure: no store, no call.
 *
 * The slices are the document's own or the arena's. The grammar:
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_grammar.html
 */
#include <stdbool.h>
#include <stddef.h>

#include "lib/base/arena.h"

struct policy_list {
    struct slice *items;
    size_t count;
    bool is_not; /* NotAction, NotResource, NotPrincipal */
};

struct policy_statement {
    bool allows; /* else it denies */
    bool has_condition;
    struct policy_list principals; /* of every type, "*" as itself */
    struct policy_list actions;
    struct policy_list resources;
};

struct policy_document {
    struct policy_statement *statements;
    size_t count;
};

enum policy_error {
    POLICY_OK,
    POLICY_NOT_JSON,
    POLICY_SYNTAX,
    POLICY_NO_PRINCIPAL,
    POLICY_BAD_PRINCIPAL,
    POLICY_ERROR_COUNT
};

enum policy_error policy_document_read(struct slice text, struct arena *arena,
                                       struct policy_document *document);

/* The ARN of an account's root, a user, a role, an assumed role or a federated user. */
bool policy_is_identity(struct slice text);

/* `*` stands for any characters, `?` for one. */
bool policy_pattern_matches(struct slice pattern, struct slice text);

/*
 * True when the document by itself lets the principal do the action: a statement allows it and none
 * denies it. An Allow under a condition counts, a Deny under one does not, because what the
 * conditions will meet is not known. `principals` are the names that the caller goes by.
 */
bool policy_document_allows(const struct policy_document *document, struct slice action,
                            struct slice resource, const struct slice *principals,
                            size_t principal_count);
