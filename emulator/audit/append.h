#pragma once
/*
 * The record of every call, refused ones too. Only the gateway appends.
 *
 * The record is a log of JSON lines in segments (audit.1.jsonl, audit.2.jsonl, …). A line survives
 * kill -9 as soon as the call is answered. The oldest segments go when AUDIT_SEGMENTS_KEPT is
 * passed. Any thread may append. The newest segment may end with zero bytes.
 */
#include <stdint.h>

#include "lib/base/arena.h"
#include "lib/base/err.h"
#include "lib/base/slice.h"

struct audit;

struct audit_record {
    int64_t time_micros;
    int64_t duration_micros;
    struct slice request_id;
    struct slice account;
    struct slice region;
    struct slice principal_arn;
    struct slice access_key_id;
    struct slice service; /* absent when the request named none */
    struct slice operation;
    struct slice error_code; /* absent on success */
    struct slice error_message;
    struct slice source; /* the client's address, or the calling service */
    struct slice user_agent;
    struct slice parameters; /* of the request, a JSON object; or absent */
    int status;
};

extern const struct err_info AUDIT_CANNOT_OPEN;

struct err audit_open(const char *folder, struct audit **audit);
void audit_close(struct audit *audit);
/* `arena` is the call's: the line is built in it. */
void audit_append(struct audit *audit, const struct audit_record *record, struct arena *arena);
void audit_erase(struct audit *audit); /* forgets every record; no append may be under way */
