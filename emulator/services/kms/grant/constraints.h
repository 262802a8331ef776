#pragma once
/* A grant's constraints as the JSON that the store keeps: the members of GrantConstraints. */
#include "emulator/services/kms_api.h"

/* Absent when there are none. */
struct slice kms_constraints_to_json(struct arena *arena,
                                     const struct kms_grant_constraints *constraints);
/* NULL when the text is absent. The text is one that the other function wrote. */
struct kms_grant_constraints *kms_constraints_from_json(struct arena *arena, struct slice text);
