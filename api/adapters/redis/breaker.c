/* The circuit breaker's three states: closed, open, probing. */
#include "api/adapters/redis/breaker.h"

void breaker_init(struct breaker *breaker)
{
    *breaker = (struct breaker){0};
    pthread_mutex_init(&breaker->lock, NULL);
}

void breaker_done(struct breaker *breaker)
{
    pthread_mutex_destroy(&breaker->lock);
}

bool breaker_allows(struct breaker *breaker, int64_t now)
{
    pthread_mutex_lock(&breaker->lock);
    bool allowed = !breaker->open;
    if (breaker->open && !breaker->probing && now >= breaker->retry_at)
        allowed = breaker->probing = true;
    pthread_mutex_unlock(&breaker->lock);
    return allowed;
}

bool breaker_succeeded(struct breaker *breaker)
{
    pthread_mutex_lock(&breaker->lock);
    bool recovered = breaker->failures > 0;
    breaker->failures = 0;
    breaker->open = breaker->probing = false;
    pthread_mutex_unlock(&breaker->lock);
    return recovered;
}

bool breaker_failed(struct breaker *breaker, int64_t now)
{
    pthread_mutex_lock(&breaker->lock);
    bool was_open = breaker->open;
    breaker->failures++;
    breaker->probing = false;
    breaker->open = was_open || breaker->failures >= BREAKER_FAILURES;
    if (breaker->open)
        breaker->retry_at = now + BREAKER_OPEN_MICROS;
    bool opened_it = breaker->open && !was_open;
    pthread_mutex_unlock(&breaker->lock);
    return opened_it;
}
