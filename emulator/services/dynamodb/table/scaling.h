#pragma once
/*
 * Auto scaling settings of one capacity (reads or writes) of a table or a global index: what
 * Application Auto Scaling would keep as a scalable target and its target tracking policy. They are
 * kept and described; nothing scales by them. A value of settings never changes once it is made:
 * tables share it, and it lives in the call's arena.
 */
#include "emulator/model/shape.h"
#include "lib/base/arena.h"
#include "lib/enc/json.h"

struct ddb_scaling {
    int64_t minimum_units;
    int64_t maximum_units;
    struct slice role_arn;
    struct slice policy_name; /* absent: there is no policy */
    struct opt_double target_percent;
    struct opt_i64 in_cooldown_seconds;
    struct opt_i64 out_cooldown_seconds;
    struct opt_bool only_out; /* DisableScaleIn */
};

/* The two capacities of a table or an index; NULL: not scaled. */
struct ddb_scalings {
    const struct ddb_scaling *reads;
    const struct ddb_scaling *writes;
};

/* Whether capacity would follow its use: that takes a policy, too. */
bool ddb_is_scaled(const struct ddb_scaling *scaling);

/* Members of a table's or an index's stored form: none for what is not scaled. */
void ddb_scalings_write(struct json_writer *w, const struct ddb_scalings *scalings);
/* False when the key is none of those members'. */
bool ddb_scalings_read(struct json_reader *r, struct arena *arena, struct slice key,
                       struct ddb_scalings *scalings);
