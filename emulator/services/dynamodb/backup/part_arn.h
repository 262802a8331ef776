#pragma once
/*
 * ARNs of what was made from a table: arn:aws:dynamodb:REGION:ACCOUNT:table/NAME/KIND/ID, where
 * KIND is backup, export or import and ID begins with the time, so that they sort by it.
 */
#include "emulator/services/dynamodb/item/request.h"

struct ddb_part_arn {
    struct slice account;
    struct slice region;
    struct slice table_name;
    struct slice id;
};

/* False when the text is no such ARN. Nothing is copied. */
bool ddb_part_arn_parse(struct slice text, struct slice kind, struct ddb_part_arn *arn);
/* Whether it names something in the call's account and region. */
bool ddb_part_arn_is_here(const struct call *call, const struct ddb_part_arn *arn);
/* In the call's account and region. */
struct slice ddb_part_arn_format(struct call *call, struct slice kind, struct slice table_name,
                                 struct slice id);

/* The call's time in milliseconds and eight random digits: "01489602797149-73d8d5bc". */
struct slice ddb_part_id(struct call *call);
