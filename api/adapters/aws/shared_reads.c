/* At most one read of a key under way, and at most one waiting behind it. */
#include "api/adapters/aws/shared_reads.h"

#include <pthread.h>
#include <stdlib.h>

enum state { WAITING, RUNNING, DONE };

/* A read; it lives in the list until it is done, and on its callers' behalf until the last left. */
struct flight {
    struct flight *next;
    struct slice key;
    enum state state;
    unsigned callers;
    struct err result;
    struct slice text;
    struct arena arena; /* holds key and text */
};

struct shared_reads {
    pthread_mutex_t lock;
    pthread_cond_t changed;
    struct flight *flights;
};

struct shared_reads *shared_reads_open(void)
{
    struct shared_reads *reads = calloc(1, sizeof *reads);
    if (!reads)
        abort();
    pthread_mutex_init(&reads->lock, NULL);
    pthread_cond_init(&reads->changed, NULL);
    return reads;
}

void shared_reads_close(struct shared_reads *reads)
{
    if (!reads)
        return;
    pthread_cond_destroy(&reads->changed);
    pthread_mutex_destroy(&reads->lock);
    free(reads);
}

static struct flight *find(const struct shared_reads *reads, struct slice key, enum state state)
{
    for (struct flight *f = reads->flights; f; f = f->next)
        if (f->state == state && slice_eq(f->key, key))
            return f;
    return NULL;
}

static struct flight *add(struct shared_reads *reads, struct slice key)
{
    struct flight *flight = calloc(1, sizeof *flight);
    if (!flight)
        abort();
    flight->key = arena_dup(&flight->arena, key);
    flight->callers = 1;
    flight->next = reads->flights;
    reads->flights = flight;
    return flight;
}

static void take_off_list(struct shared_reads *reads, const struct flight *flight)
{
    struct flight **at = &reads->flights;
    while (*at != flight)
        at = &(*at)->next;
    *at = flight->next;
}

/* By the flight's first caller, with the lock held on entry and on return. */
static void fly(struct shared_reads *reads, struct flight *flight, shared_read *read, void *context)
{
    while (find(reads, flight->key, RUNNING))
        pthread_cond_wait(&reads->changed, &reads->lock);
    flight->state = RUNNING;
    pthread_mutex_unlock(&reads->lock);
    flight->result = read(context, flight->key, &flight->arena, &flight->text);
    pthread_mutex_lock(&reads->lock);
    flight->state = DONE;
    take_off_list(reads, flight);
    pthread_cond_broadcast(&reads->changed);
}

static struct err leave(struct flight *flight, struct arena *arena, struct slice *text)
{
    struct err result = flight->result;
    if (!failed(result))
        *text = arena_dup(arena, flight->text);
    if (--flight->callers == 0) {
        arena_done(&flight->arena);
        free(flight);
    }
    return result;
}

struct err shared_reads_get(struct shared_reads *reads, struct slice key, shared_read *read,
                            void *context, struct arena *arena, struct slice *text)
{
    pthread_mutex_lock(&reads->lock);
    struct flight *flight = find(reads, key, WAITING);
    if (flight) {
        flight->callers++;
        while (flight->state != DONE)
            pthread_cond_wait(&reads->changed, &reads->lock);
    } else {
        flight = add(reads, key);
        fly(reads, flight, read, context);
    }
    struct err result = leave(flight, arena, text);
    pthread_mutex_unlock(&reads->lock);
    return result;
}
