/* Targets. */
#include "scenarios/runner/target.h"

#include "lib/base/attributes.h"
#include "lib/base/environment.h"
#include "lib/enc/uri.h"

/* "scheme://user:password@host": the password is not for anybody's eyes. */
static void hide_password(struct slice url, struct arena *arena, struct secrets *secrets)
{
    ptrdiff_t start = slice_find(url, SLICE("://"));
    ptrdiff_t at = slice_last_index(url, '@');
    struct slice user;
    struct slice password;
    if (start < 0 || at < start)
        return;
    struct slice authority = slice_sub(url, (size_t)start + 3, (size_t)(at - start - 3));
    if (!slice_split_once(authority, ':', &user, &password))
        return;
    secrets_add(secrets, password);
    if (uri_decode(arena, password, false, &password))
        secrets_add(secrets, password);
}

static struct slice without_slash(struct slice url)
{
    while (slice_ends_with(url, SLICE("/")))
        url.len--;
    return url;
}

static void finish(struct target *target, struct arena *arena, struct secrets *secrets)
{
    target->api = without_slash(target->api);
    hide_password(target->sql, arena, secrets);
    hide_password(target->redis, arena, secrets);
}

static const struct value *environment_values(struct arena *arena, struct secrets *secrets)
{
    struct slice user = environment_get("FLORIN_API_USER");
    struct slice password = environment_get("FLORIN_API_PASSWORD");
    size_t count = 0;
    struct value *values = value_object(arena, 2);
    if (slice_is_set(user))
        value_put(values, count++, SLICE("user"), value_string(arena, user));
    if (slice_is_set(password))
        value_put(values, count++, SLICE("password"), value_string(arena, password));
    values->count = count;
    secrets_add(secrets, password);
    return values;
}

void target_from_environment(struct arena *arena, struct secrets *secrets, struct target *target)
{
    struct slice region = environment_get("AWS_REGION");
    *target = (struct target){
        .name = SLICE("environment"),
        .api = environment_get("FLORIN_API_URL"),
        .aws_endpoint = environment_get("AWS_ENDPOINT_URL"),
        .aws_region = slice_is_set(region) ? region : SLICE("us-east-1"),
        .sql = environment_get("DATABASE_URL"),
        .redis = environment_get("REDIS_URL"),
        .values = environment_values(arena, secrets),
    };
    finish(target, arena, secrets);
}

static void read_text(const struct node *map, const char *key, struct render *render,
                      struct complaints *complaints, struct slice *text)
{
    const struct node *node = node_get(map, key);
    if (node && !render_text(render, node, text))
        complain(complaints, node, "%s: " SLICE_FMT, key, SLICE_ARG(render->problem));
}

static void read_values(const struct node *map, struct render *render,
                        struct complaints *complaints, struct target *target)
{
    target->values = value_object(render->arena, 0);
    if (!map)
        return;
    const struct value *values = render_value(render, map);
    if (values && values->kind == VALUE_OBJECT)
        target->values = values;
    else
        complain(complaints, map, "values: " SLICE_FMT,
                 SLICE_ARG(values ? SLICE("a mapping was expected") : render->problem));
}

bool target_parse(struct slice text, struct surroundings *surroundings, struct arena *arena,
                  struct complaints *complaints, struct target *target)
{
    static const char *const keys[] = {"target", "api", "aws", "sql", "redis", "values"};
    static const char *const aws_keys[] = {"endpoint", "region"};
    const struct node *root = yaml_parse(text, arena, complaints);
    if (!root || !node_check_keys(root, keys, ARRAY_LEN(keys), complaints))
        return false;
    struct variables none;
    variables_init(&none, NULL, surroundings);
    struct render render = {.variables = &none, .arena = arena};
    const struct node *aws = node_get(root, "aws");
    *target = (struct target){.name = SLICE("unnamed"), .aws_region = SLICE("us-east-1")};
    read_text(root, "target", &render, complaints, &target->name);
    read_text(root, "api", &render, complaints, &target->api);
    read_text(root, "sql", &render, complaints, &target->sql);
    read_text(root, "redis", &render, complaints, &target->redis);
    if (aws && node_check_keys(aws, aws_keys, ARRAY_LEN(aws_keys), complaints)) {
        read_text(aws, "endpoint", &render, complaints, &target->aws_endpoint);
        read_text(aws, "region", &render, complaints, &target->aws_region);
    }
    read_values(node_get(root, "values"), &render, complaints, target);
    finish(target, arena, surroundings->secrets);
    variables_done(&none);
    return complaints->count == 0;
}

bool target_has(const struct target *target, enum service service, const char **advice)
{
    const struct {
        struct slice value;
        const char *advice;
    } needs[SERVICE_COUNT] = {
        [SERVICE_API] = {target->api,          "set FLORIN_API_URL, or api in the targets file"},
        [SERVICE_AWS] = {target->aws_endpoint,
                         "set AWS_ENDPOINT_URL, or aws: {endpoint: ...} in the targets file "
                         "(\"aws\" there means AWS itself)"                                    },
        [SERVICE_SQL] = {target->sql,          "set DATABASE_URL, or sql in the targets file"  },
        [SERVICE_REDIS] = {target->redis,        "set REDIS_URL, or redis in the targets file"   },
    };
    *advice = needs[service].advice;
    return service == SERVICE_NONE || slice_is_set(needs[service].value);
}
