#pragma once
/* Rotations under way, and what falls due, at rest. */
#include "emulator/services/secretsmanager/store/secret_store.h"

/* The steps of a rotation, in order. */
enum rotation_step {
    ROTATION_CREATE_SECRET,
    ROTATION_SET_SECRET,
    ROTATION_TEST_SECRET,
    ROTATION_FINISH_SECRET,
    ROTATION_STEP_COUNT
};

struct rotation {
    struct slice account;
    struct slice region;
    struct slice name; /* absent: none */
    struct slice version_id;
    struct slice token;      /* what the rotation function shows for it */
    bool is_test;            /* testSecret alone */
    enum rotation_step step; /* the one that is next */
    int64_t failures;        /* in a row */
    int64_t due_micros;
    struct slice reason; /* of the last failure */
};

/* A moment at which something is to be done with a secret. */
struct secret_due {
    struct slice account;
    struct slice region;
    struct slice name; /* absent: nothing is planned */
    int64_t micros;
};

/* Of the call's account and region. */
struct err rotation_store_find(struct call *call, struct slice name, struct rotation *rotation);
/* Adds or overwrites the one of its secret; its account and region are the call's. */
struct err rotation_store_save(struct call *call, const struct rotation *rotation);
struct err rotation_store_erase(struct call *call, struct slice name);

/* The earliest of all accounts and regions. */
struct err rotation_store_next(struct call *call, struct rotation *rotation);
struct err rotation_store_next_window(struct call *call, struct secret_due *due);
struct err rotation_store_next_deletion(struct call *call, struct secret_due *due);
