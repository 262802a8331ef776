/* Reading policy documents. */
#include "emulator/services/kms/policy/document.h"

#include "lib/base/attributes.h"
#include "lib/enc/json.h"

enum { statements_max = 1024, values_max = 4096 };

struct reader {
    struct json_reader json;
    struct arena *arena;
    enum policy_error error; /* the first; the text is known to be JSON */
};

static bool reject(struct reader *r, enum policy_error error)
{
    if (r->error == POLICY_OK)
        r->error = error;
    return json_reject(&r->json);
}

static bool read_text(struct reader *r, struct policy_list *list)
{
    struct slice value;
    if (json_peek(&r->json) != JSON_KIND_STRING || list->count == values_max)
        return reject(r, POLICY_SYNTAX);
    if (!json_string(&r->json, &value))
        return false;
    list->items = arena_grow(r->arena, list->items, list->count, sizeof value);
    list->items[list->count++] = value;
    return true;
}

/* One string, or an array of at least one. */
static bool read_list(struct reader *r, struct policy_list *list)
{
    size_t before = list->count;
    if (json_peek(&r->json) != JSON_KIND_ARRAY)
        return read_text(r, list);
    if (json_array_begin(&r->json))
        while (json_array_next(&r->json))
            if (!read_text(r, list))
                return false;
    return list->count > before || reject(r, POLICY_SYNTAX);
}

static bool is_digits(struct slice text, size_t len)
{
    for (size_t i = 0; i < text.len; i++)
        if (text.ptr[i] < '0' || text.ptr[i] > '9')
            return false;
    return text.len == len;
}

bool policy_is_identity(struct slice text)
{
    static const struct {
        struct slice service;
        struct slice resource;
        bool is_prefix;
    } forms[] = {
        {SLICE_INIT("iam"), SLICE_INIT("root"),            false},
        {SLICE_INIT("iam"), SLICE_INIT("user/"),           true },
        {SLICE_INIT("iam"), SLICE_INIT("role/"),           true },
        {SLICE_INIT("sts"), SLICE_INIT("assumed-role/"),   true },
        {SLICE_INIT("sts"), SLICE_INIT("federated-user/"), true },
    };
    struct slice scheme, partition, service, region, account;
    if (!slice_next(&text, ':', &scheme) || !slice_next(&text, ':', &partition) ||
        !slice_next(&text, ':', &service) || !slice_next(&text, ':', &region) ||
        !slice_next(&text, ':', &account) || !slice_eq(scheme, SLICE("arn")) ||
        !slice_starts_with(partition, SLICE("aws")) || region.len || !is_digits(account, 12))
        return false;
    for (size_t i = 0; i < ARRAY_LEN(forms); i++)
        if (slice_eq(service, forms[i].service) && slice_starts_with(text, forms[i].resource))
            return forms[i].is_prefix == (text.len > forms[i].resource.len);
    return false;
}

static bool is_aws_principal(struct slice text)
{
    return slice_eq(text, SLICE("*")) || is_digits(text, 12) || policy_is_identity(text);
}

static bool is_service_principal(struct slice text)
{
    return slice_index(text, '.') > 0 && slice_index(text, '*') < 0 &&
           !slice_starts_with(text, SLICE("arn:"));
}

static bool is_any_principal(struct slice text)
{
    return text.len > 0;
}

static const struct {
    struct slice type;
    bool (*is_valid)(struct slice text);
} principal_types[] = {
    {SLICE_INIT("AWS"),           is_aws_principal    },
    {SLICE_INIT("Service"),       is_service_principal},
    {SLICE_INIT("Federated"),     is_any_principal    },
    {SLICE_INIT("CanonicalUser"), is_any_principal    },
};

static bool read_principals_of_type(struct reader *r, struct slice type, struct policy_list *list)
{
    size_t first = list->count;
    size_t at = 0;
    while (at < ARRAY_LEN(principal_types) && !slice_eq(principal_types[at].type, type))
        at++;
    if (at == ARRAY_LEN(principal_types))
        return reject(r, POLICY_SYNTAX);
    if (!read_list(r, list))
        return false;
    for (size_t i = first; i < list->count; i++)
        if (!principal_types[at].is_valid(list->items[i]))
            return reject(r, POLICY_BAD_PRINCIPAL);
    return true;
}

static bool read_principal(struct reader *r, struct policy_list *list)
{
    struct slice type;
    if (json_peek(&r->json) == JSON_KIND_STRING)
        return read_text(r, list) &&
               (slice_eq(list->items[0], SLICE("*")) || reject(r, POLICY_BAD_PRINCIPAL));
    if (json_peek(&r->json) != JSON_KIND_OBJECT)
        return reject(r, POLICY_SYNTAX);
    if (json_object_begin(&r->json))
        while (json_object_next(&r->json, &type))
            if (!read_principals_of_type(r, type, list))
                return false;
    return list->count > 0 || reject(r, POLICY_NO_PRINCIPAL);
}

/* {"kms:ViaService": "…"}: strings, numbers or truth values, one or more of each. */
static bool read_condition_keys(struct reader *r)
{
    struct slice key;
    if (json_peek(&r->json) != JSON_KIND_OBJECT)
        return reject(r, POLICY_SYNTAX);
    if (json_object_begin(&r->json))
        while (json_object_next(&r->json, &key)) {
            struct policy_list values = {0};
            enum json_kind kind = json_peek(&r->json);
            bool is_scalar = kind == JSON_KIND_BOOL || kind == JSON_KIND_NUMBER;
            if (is_scalar ? !json_skip(&r->json) : !read_list(r, &values))
                return false;
        }
    return !r->json.failed;
}

/* The operators' meaning is the evaluator's to know; here is their form. */
static bool read_condition(struct reader *r)
{
    struct slice operator;
    if (json_peek(&r->json) != JSON_KIND_OBJECT)
        return reject(r, POLICY_SYNTAX);
    if (json_object_begin(&r->json))
        while (json_object_next(&r->json, &operator))
            if (!read_condition_keys(r))
                return false;
    return !r->json.failed;
}

static bool read_effect(struct reader *r, struct policy_statement *s)
{
    struct policy_list effect = {0};
    if (!read_text(r, &effect))
        return false;
    s->allows = slice_eq(effect.items[0], SLICE("Allow"));
    return s->allows || slice_eq(effect.items[0], SLICE("Deny")) || reject(r, POLICY_SYNTAX);
}

enum part { SID = 1, EFFECT = 2, PRINCIPAL = 4, ACTION = 8, RESOURCE = 16, CONDITION = 32 };

/* The members of a statement; the two of one part exclude each other. */
static const struct member_name {
    struct slice name;
    enum part part;
    bool is_not;
} members[] = {
    {SLICE_INIT("Sid"),          SID,       false},
    {SLICE_INIT("Effect"),       EFFECT,    false},
    {SLICE_INIT("Principal"),    PRINCIPAL, false},
    {SLICE_INIT("NotPrincipal"), PRINCIPAL, true },
    {SLICE_INIT("Action"),       ACTION,    false},
    {SLICE_INIT("NotAction"),    ACTION,    true },
    {SLICE_INIT("Resource"),     RESOURCE,  false},
    {SLICE_INIT("NotResource"),  RESOURCE,  true },
    {SLICE_INIT("Condition"),    CONDITION, false},
};

static const struct member_name *find_member(struct slice name)
{
    for (size_t i = 0; i < ARRAY_LEN(members); i++)
        if (slice_eq(members[i].name, name))
            return &members[i];
    return NULL;
}

static bool read_member(struct reader *r, const struct member_name *m, struct policy_statement *s)
{
    struct policy_list sid = {0};
    switch (m->part) {
    case SID:
        return read_text(r, &sid);
    case EFFECT:
        return read_effect(r, s);
    case PRINCIPAL:
        s->principals.is_not = m->is_not;
        return read_principal(r, &s->principals);
    case ACTION:
        s->actions.is_not = m->is_not;
        return read_list(r, &s->actions);
    case RESOURCE:
        s->resources.is_not = m->is_not;
        return read_list(r, &s->resources);
    case CONDITION:
        s->has_condition = true;
        return read_condition(r);
    }
    return false;
}

static bool read_statement(struct reader *r, struct policy_statement *s)
{
    const unsigned wanted = EFFECT | ACTION | RESOURCE;
    unsigned seen = 0;
    struct slice name;
    *s = (struct policy_statement){0};
    if (json_peek(&r->json) != JSON_KIND_OBJECT)
        return reject(r, POLICY_SYNTAX);
    if (!json_object_begin(&r->json))
        return false;
    while (json_object_next(&r->json, &name)) {
        const struct member_name *member = find_member(name);
        if (!member || seen & member->part)
            return reject(r, POLICY_SYNTAX);
        seen |= member->part;
        if (!read_member(r, member, s))
            return false;
    }
    if ((seen & wanted) != wanted)
        return reject(r, POLICY_SYNTAX);
    return seen & PRINCIPAL || reject(r, POLICY_NO_PRINCIPAL);
}

static bool add_statement(struct reader *r, struct policy_document *document)
{
    document->statements =
        arena_grow(r->arena, document->statements, document->count, sizeof *document->statements);
    return document->count < statements_max
               ? read_statement(r, &document->statements[document->count++])
               : reject(r, POLICY_SYNTAX);
}

static bool read_statements(struct reader *r, struct policy_document *document)
{
    if (json_peek(&r->json) != JSON_KIND_ARRAY)
        return add_statement(r, document);
    if (json_array_begin(&r->json))
        while (json_array_next(&r->json))
            if (!add_statement(r, document))
                return false;
    return document->count > 0 || reject(r, POLICY_SYNTAX);
}

static bool read_version(struct reader *r)
{
    struct policy_list version = {0};
    return read_text(r, &version) &&
           (slice_eq(version.items[0], SLICE("2012-10-17")) ||
            slice_eq(version.items[0], SLICE("2008-10-17")) || reject(r, POLICY_SYNTAX));
}

static bool read_top_member(struct reader *r, struct slice name, struct policy_document *document)
{
    struct policy_list id = {0};
    if (slice_eq(name, SLICE("Statement")) && document->count == 0)
        return read_statements(r, document);
    if (slice_eq(name, SLICE("Version")))
        return read_version(r);
    return slice_eq(name, SLICE("Id")) ? read_text(r, &id) : reject(r, POLICY_SYNTAX);
}

static bool read_top(struct reader *r, struct policy_document *document)
{
    struct slice name;
    if (json_peek(&r->json) != JSON_KIND_OBJECT)
        return reject(r, POLICY_SYNTAX);
    if (json_object_begin(&r->json))
        while (json_object_next(&r->json, &name))
            if (!read_top_member(r, name, document))
                return false;
    return document->count > 0 || reject(r, POLICY_SYNTAX);
}

enum policy_error policy_document_read(struct slice text, struct arena *arena,
                                       struct policy_document *document)
{
    struct reader r = {.arena = arena};
    *document = (struct policy_document){0};
    json_reader_init(&r.json, text, arena);
    if (!json_skip(&r.json) || !json_finish(&r.json))
        return POLICY_NOT_JSON;
    json_reader_init(&r.json, text, arena);
    return read_top(&r, document) ? POLICY_OK : r.error;
}

bool policy_pattern_matches(struct slice pattern, struct slice text)
{
    size_t p = 0;
    size_t t = 0;
    size_t star = SIZE_MAX; /* the last one passed, and where its match ends for now */
    size_t resume = 0;
    while (t < text.len) {
        if (p < pattern.len && pattern.ptr[p] == '*') {
            star = p++;
            resume = t;
        } else if (p < pattern.len && (pattern.ptr[p] == '?' || pattern.ptr[p] == text.ptr[t])) {
            p++;
            t++;
        } else if (star != SIZE_MAX) {
            p = star + 1;
            t = ++resume;
        } else {
            return false;
        }
    }
    while (p < pattern.len && pattern.ptr[p] == '*')
        p++;
    return p == pattern.len;
}

static bool list_covers(const struct policy_list *list, const struct slice *texts, size_t count)
{
    bool found = false;
    for (size_t i = 0; i < list->count; i++)
        for (size_t j = 0; j < count; j++)
            found = found || policy_pattern_matches(list->items[i], texts[j]);
    return found != list->is_not;
}

bool policy_document_allows(const struct policy_document *document, struct slice action,
                            struct slice resource, const struct slice *principals,
                            size_t principal_count)
{
    bool allowed = false;
    for (size_t i = 0; i < document->count; i++) {
        const struct policy_statement *s = &document->statements[i];
        if (!list_covers(&s->actions, &action, 1) || !list_covers(&s->resources, &resource, 1) ||
            !list_covers(&s->principals, principals, principal_count))
            continue;
        if (!s->allows && !s->has_condition)
            return false;
        allowed = allowed || s->allows;
    }
    return allowed;
}
