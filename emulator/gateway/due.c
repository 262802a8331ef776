/* The thread of due work. */
#include "emulator/gateway/due.h"

#include <stdlib.h>

#include "emulator/gateway/exchange.h"

/* A wait is cut here, since the system's clock may be set while it lasts. */
static const int64_t wait_micros_max = 60 * MICROS_PER_SECOND;
static const int64_t retry_micros = MICROS_PER_SECOND;

struct due {
    struct gateway *gateway;
    struct virtual_clock *clock;
    pthread_t thread;
    pthread_mutex_t lock; /* of all below */
    pthread_cond_t changed;
    int64_t next[SERVICES_MAX]; /* INT64_MAX: nothing; 0: not asked yet */
    bool working;
    bool stopping;
};

static size_t earliest(const struct due *due)
{
    size_t at = 0;
    for (size_t i = 1; due->gateway->services[i]; i++)
        if (due->next[i] < due->next[at])
            at = i;
    return at;
}

static bool is_settled(const struct due *due)
{
    return !due->working && due->next[earliest(due)] > clock_now(&due->clock->clock);
}

static struct timespec monotonic_after(int64_t micros)
{
    int64_t at = clock_monotonic_micros() + micros;
    return (struct timespec){.tv_sec = at / MICROS_PER_SECOND,
                             .tv_nsec = at % MICROS_PER_SECOND * 1000};
}

/* Waits for a change, or until the moment comes. */
static void wait_for(struct due *due, int64_t micros)
{
    int64_t left = micros - clock_now(&due->clock->clock);
    if (virtual_clock_is_frozen(due->clock) || left > wait_micros_max)
        left = wait_micros_max;
    struct timespec until = monotonic_after(left);
    pthread_cond_timedwait(&due->changed, &due->lock, &until);
}

static int64_t run_service(struct due *due, size_t index, int64_t moment)
{
    struct gateway *gateway = due->gateway;
    struct arena arena = {0};
    int64_t next = INT64_MAX;
    pthread_rwlock_rdlock(&gateway->state);
    struct err e = gateway_run_due(gateway, index, moment, &arena, &next);
    pthread_rwlock_unlock(&gateway->state);
    arena_done(&arena);
    return failed(e) ? moment + retry_micros : next;
}

/* Takes the lock off while the service works. What is noted meanwhile is not lost. */
static void work(struct due *due, size_t index, int64_t now)
{
    int64_t moment = due->next[index] ? due->next[index] : now;
    due->next[index] = INT64_MAX;
    due->working = true;
    pthread_mutex_unlock(&due->lock);
    int64_t next = run_service(due, index, moment);
    pthread_mutex_lock(&due->lock);
    due->working = false;
    if (next < due->next[index])
        due->next[index] = next;
    pthread_cond_broadcast(&due->changed);
}

static void *run_thread(void *context)
{
    struct due *due = context;
    pthread_mutex_lock(&due->lock);
    while (!due->stopping) {
        int64_t now = clock_now(&due->clock->clock);
        size_t index = earliest(due);
        if (due->next[index] <= now)
            work(due, index, now);
        else
            wait_for(due, due->next[index]);
    }
    pthread_mutex_unlock(&due->lock);
    return NULL;
}

static void ask_all(struct due *due)
{
    for (size_t i = 0; due->gateway->services[i]; i++)
        due->next[i] = due->gateway->services[i]->run_due ? 0 : INT64_MAX;
}

struct due *due_start(struct gateway *gateway, struct virtual_clock *clock)
{
    struct due *due = calloc(1, sizeof *due);
    pthread_condattr_t attributes;
    if (!due)
        abort();
    *due = (struct due){.gateway = gateway, .clock = clock};
    pthread_mutex_init(&due->lock, NULL);
    pthread_condattr_init(&attributes);
    pthread_condattr_setclock(&attributes, CLOCK_MONOTONIC);
    pthread_cond_init(&due->changed, &attributes);
    pthread_condattr_destroy(&attributes);
    ask_all(due);
    if (pthread_create(&due->thread, NULL, run_thread, due) != 0)
        abort();
    return due;
}

void due_stop(struct due *due)
{
    if (!due)
        return;
    pthread_mutex_lock(&due->lock);
    due->stopping = true;
    pthread_cond_broadcast(&due->changed);
    pthread_mutex_unlock(&due->lock);
    pthread_join(due->thread, NULL);
    pthread_cond_destroy(&due->changed);
    pthread_mutex_destroy(&due->lock);
    free(due);
}

void due_note(struct due *due, size_t index, int64_t micros)
{
    pthread_mutex_lock(&due->lock);
    if (micros < due->next[index]) {
        due->next[index] = micros;
        pthread_cond_broadcast(&due->changed);
    }
    pthread_mutex_unlock(&due->lock);
}

void due_look_again(struct due *due)
{
    pthread_mutex_lock(&due->lock);
    ask_all(due);
    pthread_cond_broadcast(&due->changed);
    pthread_mutex_unlock(&due->lock);
}

bool due_settle(struct due *due, int64_t limit_micros)
{
    struct timespec until = monotonic_after(limit_micros);
    int result = 0;
    pthread_mutex_lock(&due->lock);
    pthread_cond_broadcast(&due->changed); /* the clock may have been set */
    while (result == 0 && !is_settled(due))
        result = pthread_cond_timedwait(&due->changed, &due->lock, &until);
    bool settled = is_settled(due);
    pthread_mutex_unlock(&due->lock);
    return settled;
}
