#pragma once
/* One rule of faults.h, and its form in JSON. Shared by the files of faults alone. */
#include "emulator/gateway/faults.h"

struct json_writer;

enum { fault_input_members_max = 4 };

struct fault_rule {
    struct fault_rule *next;
    struct arena arena; /* of its texts */
    uint64_t id;
    /* Which calls: an absent text matches every one. */
    struct slice service;
    struct slice operation;
    struct slice region;
    struct slice access_key;
    struct {
        struct slice name; /* a string member of the operation's input */
        struct slice value;
    } input[fault_input_members_max];
    size_t input_count;
    /* Which of them, counted from the first that matches. */
    int64_t skip;
    int64_t every;
    int64_t count; /* 0: no end */
    double probability;
    int64_t seed;
    /* What then. */
    struct slice error_code;
    struct slice error_message;
    int64_t error_status;
    int64_t latency_ms;
    enum fault_drop drop;

    int64_t matched;
    int64_t fired;
};

/* Reads one rule; its arena belongs to the caller's `rule`. False: `why`, in `arena`. */
bool fault_rule_read(struct fault_rule *rule, struct slice json, struct arena *arena,
                     struct slice *why);
void fault_rule_write(const struct fault_rule *rule, struct json_writer *w);
