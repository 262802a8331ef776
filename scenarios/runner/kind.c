/* The table of step kinds. */
#include "scenarios/runner/kind.h"

#include "lib/base/attributes.h"

static const struct step_kind *const kinds[] = {&HTTP_KIND,  &AWS_KIND,  &SQL_KIND,
                                                &REDIS_KIND, &WAIT_KIND, &PARALLEL_KIND};

const struct step_kind *step_kind_find(struct slice name)
{
    for (size_t i = 0; i < ARRAY_LEN(kinds); i++)
        if (slice_eq_cstr(name, kinds[i]->name))
            return kinds[i];
    return NULL;
}

size_t step_kind_count(void)
{
    return ARRAY_LEN(kinds);
}

const struct step_kind *step_kind_at(size_t index)
{
    return kinds[index];
}
