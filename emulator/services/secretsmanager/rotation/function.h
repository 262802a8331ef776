#pragma once
/*
 * Rotation functions. A function whose ARN is mapped to an endpoint (platform->functions) gets
 * Lambda's event there. A function that has one of these names, or a name that ends with one after
 * a hyphen, is Florin itself, and does what AWS's template of that name does:
 *   SecretsManagerRDSPostgreSQLRotationSingleUser
 *   SecretsManagerRDSPostgreSQLRotationMultiUser
 */
#include "emulator/services/secretsmanager/store/rotation_store.h"

/* Each of them is a client of Secrets Manager: its calls are authorized and audited. */
struct rotation_event {
    struct slice function;   /* ARN */
    struct slice secret_arn; /* "SecretId" */
    struct slice version_id; /* "ClientRequestToken" */
    struct slice token;      /* "RotationToken" */
    enum rotation_step step;
};

struct slice rotation_step_name(enum rotation_step step); /* "createSecret" */

bool rotation_function_exists(const struct call *call, struct slice arn);

/* Runs a step; it may wait on the network. Absent when done, else why it was not, for a person. */
struct slice rotation_function_run(struct call *call, const struct rotation_event *event);
