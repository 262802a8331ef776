/* A list in the order of its times, and the thread that empties it. */
#include "lib/httpd/later.h"

#include <pthread.h>
#include <stdlib.h>

#include <microhttpd.h>

#include "lib/base/clock.h"

struct later {
    pthread_mutex_t lock;
    pthread_cond_t changed;
    pthread_t thread;
    struct later_entry *first;
    bool has_thread;
    bool stopping;
};

struct later *later_new(void)
{
    struct later *later = calloc(1, sizeof *later);
    pthread_condattr_t attributes;
    if (!later)
        abort();
    pthread_mutex_init(&later->lock, NULL);
    pthread_condattr_init(&attributes);
    pthread_condattr_setclock(&attributes, CLOCK_MONOTONIC);
    pthread_cond_init(&later->changed, &attributes);
    pthread_condattr_destroy(&attributes);
    return later;
}

static void wait_for_first(struct later *later)
{
    if (!later->first) {
        pthread_cond_wait(&later->changed, &later->lock);
        return;
    }
    int64_t at = later->first->at_micros;
    struct timespec until = {.tv_sec = at / MICROS_PER_SECOND,
                             .tv_nsec = at % MICROS_PER_SECOND * 1000};
    pthread_cond_timedwait(&later->changed, &later->lock, &until);
}

static void *resume(void *context)
{
    struct later *later = context;
    pthread_mutex_lock(&later->lock);
    while (later->first || !later->stopping) {
        struct later_entry *entry = later->first;
        if (entry && (later->stopping || entry->at_micros <= clock_monotonic_micros())) {
            later->first = entry->next; /* before it is resumed, since it may be gone then */
            MHD_resume_connection(entry->connection);
        } else {
            wait_for_first(later);
        }
    }
    pthread_mutex_unlock(&later->lock);
    return NULL;
}

void later_stop(struct later *later)
{
    pthread_mutex_lock(&later->lock);
    later->stopping = true;
    pthread_cond_signal(&later->changed);
    pthread_mutex_unlock(&later->lock);
    if (later->has_thread)
        pthread_join(later->thread, NULL);
}

void later_free(struct later *later)
{
    pthread_cond_destroy(&later->changed);
    pthread_mutex_destroy(&later->lock);
    free(later);
}

static void put(struct later *later, struct later_entry *entry)
{
    struct later_entry **at = &later->first;
    while (*at && (*at)->at_micros <= entry->at_micros)
        at = &(*at)->next;
    entry->next = *at;
    *at = entry;
    MHD_suspend_connection(entry->connection);
    if (!later->has_thread) {
        if (pthread_create(&later->thread, NULL, resume, later) != 0)
            abort();
        later->has_thread = true;
    }
    pthread_cond_signal(&later->changed);
}

bool later_put(struct later *later, struct later_entry *entry)
{
    pthread_mutex_lock(&later->lock);
    bool open = !later->stopping;
    if (open)
        put(later, entry);
    pthread_mutex_unlock(&later->lock);
    return open;
}
