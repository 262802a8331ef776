/*
 * Fuzz target: policy documents. What is read has statements that are whole, and letting everybody
 * do everything is seen; what is refused is refused for a reason.
 */
#include <stdlib.h>

#include "emulator/services/kms/policy/document.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void require(bool holds)
{
    if (!holds)
        abort();
}

static void check_document(struct arena *arena, struct slice text)
{
    struct policy_document document;
    struct slice anybody = SLICE("arn:aws:iam::000000000000:root");
    bool allows = false;
    if (policy_document_read(text, arena, &document) != POLICY_OK)
        return;
    require(document.count > 0);
    for (size_t i = 0; i < document.count; i++) {
        const struct policy_statement *s = &document.statements[i];
        require(s->actions.count && s->resources.count && s->principals.count);
        allows = allows || s->allows;
    }
    bool allowed = policy_document_allows(&document, SLICE("kms:Decrypt"), SLICE("*"), &anybody, 1);
    require(!allowed || allows);
}

static void check_pattern(struct slice text)
{
    struct slice pattern;
    struct slice rest;
    require(policy_pattern_matches(SLICE("*"), text));
    require(policy_pattern_matches(text, text));
    if (slice_split_once(text, '\n', &pattern, &rest))
        (void)policy_pattern_matches(pattern, rest);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct arena arena = {0};
    struct slice text = {(const char *)data, size};
    check_document(&arena, text);
    check_pattern(text);
    arena_done(&arena);
    return 0;
}
