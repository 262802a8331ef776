/* Role names. */
#include "api/auth/role.h"

#include "lib/base/attributes.h"

unsigned role_by_name(struct slice name)
{
    static const char *const names[] = {"owner", "admin", "operator", "auditor", "customer"};
    for (unsigned i = 0; i < ARRAY_LEN(names); i++)
        if (slice_eq_cstr(name, names[i]))
            return 1U << i;
    return 0;
}
