/* The checks of a resource policy. */
#include "emulator/services/secretsmanager/secret/policy_document.h"

#include "lib/base/attributes.h"
#include "lib/enc/json.h"

static const char bad_json[] = "This policy contains invalid Json";
static const char bad_syntax[] = "This policy has invalid syntax.";

struct statement {
    bool allows;
    bool has_effect;
    bool has_principal;
    bool has_action;
    bool has_resource;
    bool has_condition;
    bool names_anybody; /* "*", {"AWS": "*"}, or a list with one of them */
};

/* A text or a list of texts, each not empty. */
static bool read_texts(struct json_reader *r, bool *has_star)
{
    struct slice text;
    if (json_peek(r) == JSON_KIND_STRING) {
        bool read = json_string(r, &text);
        *has_star |= read && slice_eq_cstr(text, "*");
        return read && text.len > 0;
    }
    if (!json_array_begin(r))
        return false;
    bool good = true;
    while (json_array_next(r)) {
        bool read = json_string(r, &text);
        *has_star |= read && slice_eq_cstr(text, "*");
        good &= read && text.len > 0;
    }
    return good;
}

static bool read_principal(struct json_reader *r, struct statement *statement)
{
    static const struct slice kinds[] = {SLICE_INIT("AWS"), SLICE_INIT("Service"),
                                         SLICE_INIT("Federated"), SLICE_INIT("CanonicalUser")};
    struct slice kind;
    struct slice text;
    bool good = true;
    if (json_peek(r) == JSON_KIND_STRING) {
        statement->names_anybody = json_string(r, &text) && slice_eq_cstr(text, "*");
        return statement->names_anybody;
    }
    if (!json_object_begin(r))
        return false;
    while (json_object_next(r, &kind)) {
        bool known = false;
        for (size_t i = 0; i < ARRAY_LEN(kinds); i++)
            known |= slice_eq(kind, kinds[i]);
        good &= known && read_texts(r, &statement->names_anybody);
    }
    return good;
}

static bool read_member(struct json_reader *r, struct slice name, struct statement *statement)
{
    struct slice text;
    bool ignored = false;
    if (slice_eq_cstr(name, "Sid"))
        return json_string(r, &text);
    if (slice_eq_cstr(name, "Effect")) {
        statement->has_effect = true;
        statement->allows = json_string(r, &text) && slice_eq_cstr(text, "Allow");
        return statement->allows || slice_eq_cstr(text, "Deny");
    }
    if (slice_eq_cstr(name, "Principal") || slice_eq_cstr(name, "NotPrincipal")) {
        statement->has_principal = true;
        return read_principal(r, statement);
    }
    if (slice_eq_cstr(name, "Action") || slice_eq_cstr(name, "NotAction")) {
        statement->has_action = true;
        return read_texts(r, &ignored);
    }
    if (slice_eq_cstr(name, "Resource") || slice_eq_cstr(name, "NotResource")) {
        statement->has_resource = true;
        return read_texts(r, &ignored);
    }
    statement->has_condition |= slice_eq_cstr(name, "Condition");
    return slice_eq_cstr(name, "Condition") && json_peek(r) == JSON_KIND_OBJECT && json_skip(r);
}

static bool read_statement(struct json_reader *r, struct policy_findings *findings)
{
    struct statement statement = {0};
    struct slice name;
    bool good = true;
    if (!json_object_begin(r))
        return false;
    while (json_object_next(r, &name))
        if (!read_member(r, name, &statement)) {
            good = false;
            if (!r->failed)
                json_reject(r);
        }
    findings->allows_anybody |=
        statement.allows && statement.names_anybody && !statement.has_condition;
    return good && statement.has_effect && statement.has_principal && statement.has_action &&
           statement.has_resource;
}

static bool read_statements(struct json_reader *r, struct policy_findings *findings)
{
    size_t count = 0;
    if (json_peek(r) == JSON_KIND_OBJECT)
        return read_statement(r, findings);
    if (!json_array_begin(r))
        return false;
    bool good = true;
    while (json_array_next(r) && good) {
        good = read_statement(r, findings);
        count++;
    }
    return good && count > 0;
}

static bool read_version(struct json_reader *r)
{
    struct slice text;
    return json_string(r, &text) &&
           (slice_eq_cstr(text, "2012-10-17") || slice_eq_cstr(text, "2008-10-17"));
}

static bool is_json_object(struct arena *arena, struct slice text)
{
    struct json_reader r;
    json_reader_init(&r, text, arena);
    return json_peek(&r) == JSON_KIND_OBJECT && json_skip(&r) && json_finish(&r);
}

static bool read_document(struct json_reader *r, struct policy_findings *findings)
{
    struct slice name;
    struct slice id;
    bool good = true;
    bool has_statement = false;
    if (!json_object_begin(r))
        return false;
    while (good && json_object_next(r, &name)) {
        if (slice_eq_cstr(name, "Version"))
            good = read_version(r);
        else if (slice_eq_cstr(name, "Id"))
            good = json_string(r, &id);
        else
            good = has_statement = slice_eq_cstr(name, "Statement") && read_statements(r, findings);
    }
    return good && has_statement;
}

void policy_document_check(struct arena *arena, struct slice text, struct policy_findings *findings)
{
    struct json_reader r;
    *findings = (struct policy_findings){0};
    if (!is_json_object(arena, text)) {
        findings->problem = bad_json;
        return;
    }
    json_reader_init(&r, text, arena);
    if (!read_document(&r, findings))
        findings->problem = bad_syntax;
}
