/* Sending once, or from many threads at once. */
#include "scenarios/runner/request.h"

#include <pthread.h>
#include <stdlib.h>

#include "lib/base/attributes.h"

/* What the threads of one step share. */
struct volley {
    const struct step *step;
    struct variables *variables;
    const struct value *rendered; /* of a duplicate; NULL: each request is rendered anew */
    struct outcome *outcomes;
    unsigned count;
    unsigned next; /* atomic: the first request that nobody took */
    pthread_barrier_t start;
    struct slice problem; /* under `lock` */
    pthread_mutex_t lock;
};

struct shooter {
    struct volley *volley;
    struct worker worker;
    struct arena arena; /* of its outcomes, until the volley has been judged */
    pthread_t thread;
    bool started;
};

static void note_problem(struct volley *volley, struct slice problem)
{
    pthread_mutex_lock(&volley->lock);
    if (!slice_is_set(volley->problem))
        volley->problem = problem;
    pthread_mutex_unlock(&volley->lock);
}

static void shoot_one(struct shooter *s, unsigned index)
{
    struct volley *volley = s->volley;
    struct render render = {
        .variables = volley->variables, .arena = &s->arena, .index = (int64_t)index};
    const struct value *value =
        volley->rendered ? volley->rendered : render_value(&render, volley->step->spec);
    if (value)
        volley->step->kind->send(&s->worker, value, &volley->outcomes[index]);
    else
        note_problem(volley, render.problem);
}

static void *shoot(void *cls)
{
    struct shooter *s = cls;
    struct volley *volley = s->volley;
    unsigned index;
    pthread_barrier_wait(&volley->start);
    while ((index = __atomic_fetch_add(&volley->next, 1, __ATOMIC_RELAXED)) < volley->count)
        shoot_one(s, index);
    return NULL;
}

static struct slice status_word(const struct outcome *outcome, struct arena *arena)
{
    return arena_printf(arena, "%d", outcome->status);
}

static struct slice code_word(const struct outcome *outcome, struct arena *arena)
{
    (void)arena;
    return outcome->error_code;
}

/* {"201": 15, "409": 1}: how often each word came, empty ones left out. */
static const struct value *tally(const struct volley *volley, struct arena *arena,
                                 struct slice (*word_of)(const struct outcome *, struct arena *))
{
    struct value *object = value_object(arena, volley->count);
    int64_t *counts = ARENA_ARRAY(arena, int64_t, volley->count);
    size_t kinds = 0;
    for (unsigned i = 0; i < volley->count; i++) {
        size_t k = 0;
        struct slice word = word_of(&volley->outcomes[i], arena);
        if (!volley->outcomes[i].answered || word.len == 0)
            continue;
        while (k < kinds && !slice_eq(object->names[k], word))
            k++;
        object->names[k] = word;
        counts[k]++;
        kinds += k == kinds;
    }
    for (size_t k = 0; k < kinds; k++)
        value_put(object, k, object->names[k], value_number(arena, counts[k]));
    object->count = kinds;
    return object;
}

static const struct value *replies(const struct volley *volley, struct arena *arena)
{
    struct value *list = value_array(arena, volley->count);
    for (unsigned i = 0; i < volley->count; i++) {
        const struct outcome *outcome = &volley->outcomes[i];
        struct value *reply = value_object(arena, 2);
        value_put(reply, 0, SLICE("status"), value_number(arena, outcome->status));
        value_put(reply, 1, SLICE("body"),
                  outcome->document ? outcome->document : value_null(arena));
        value_put(list, i, SLICE_NONE, reply);
    }
    return list;
}

static bool same_reply(const struct outcome *a, const struct outcome *b)
{
    return a->answered && b->answered && a->status == b->status &&
           slice_eq(a->error_code, b->error_code) && value_equal(a->document, b->document);
}

static struct slice copy_note(const struct volley *volley, bool of_unanswered, struct arena *arena)
{
    for (unsigned i = 0; i < volley->count; i++)
        if (of_unanswered ? !volley->outcomes[i].answered : !volley->outcomes[i].succeeded)
            return arena_dup(arena, volley->outcomes[i].note);
    return SLICE_NONE;
}

/* Copied into `arena`, since the threads' arenas go. */
static void merge(const struct volley *volley, struct arena *arena, struct outcome *merged)
{
    const struct outcome *first = &volley->outcomes[0];
    bool equal = true;
    bool one_status = true;
    bool one_code = true;
    unsigned unanswered = 0;
    *merged = (struct outcome){.succeeded = true};
    for (unsigned i = 0; i < volley->count; i++) {
        const struct outcome *each = &volley->outcomes[i];
        equal = equal && same_reply(first, each);
        one_status = one_status && each->answered && each->status == first->status;
        one_code = one_code && each->answered && slice_eq(each->error_code, first->error_code);
        unanswered += !each->answered;
        merged->succeeded = merged->succeeded && each->succeeded;
        if (each->elapsed_micros > merged->elapsed_micros)
            merged->elapsed_micros = each->elapsed_micros;
    }
    struct value *document = value_object(arena, 5);
    value_put(document, 0, SLICE("count"), value_number(arena, volley->count));
    value_put(document, 1, SLICE("equal"), value_bool(arena, equal));
    value_put(document, 2, SLICE("statuses"), tally(volley, arena, status_word));
    value_put(document, 3, SLICE("codes"), tally(volley, arena, code_word));
    value_put(document, 4, SLICE("replies"), replies(volley, arena));
    merged->answered = unanswered == 0;
    merged->status = one_status ? first->status : 0;
    merged->error_code = one_code ? arena_dup(arena, first->error_code) : SLICE_NONE;
    merged->note = copy_note(volley, unanswered > 0, arena);
    merged->document = value_parse(arena, value_to_json(document, arena));
}

static void run_volley(struct volley *volley, struct worker *model, unsigned threads,
                       struct arena *arena, struct outcome *merged)
{
    struct shooter *shooters = ARENA_ARRAY(arena, struct shooter, threads);
    pthread_barrier_init(&volley->start, NULL, threads);
    for (unsigned i = 0; i < threads; i++) {
        struct shooter *s = &shooters[i];
        s->volley = volley;
        worker_init(&s->worker, model->target, model->secrets);
        s->worker.arena = &s->arena;
    }
    for (unsigned i = 1; i < threads; i++)
        if (pthread_create(&shooters[i].thread, NULL, shoot, &shooters[i]) != 0)
            abort(); /* the others wait at the barrier for ever */
    shoot(&shooters[0]);
    for (unsigned i = 1; i < threads; i++)
        pthread_join(shooters[i].thread, NULL);
    merge(volley, arena, merged);
    if (slice_is_set(volley->problem))
        volley->problem = arena_dup(arena, volley->problem);
    for (unsigned i = 0; i < threads; i++) {
        worker_done(&shooters[i].worker);
        arena_done(&shooters[i].arena);
    }
    pthread_barrier_destroy(&volley->start);
}

static bool send_many(struct worker *worker, const struct step *step, struct render *render,
                      struct outcome *outcome)
{
    bool is_duplicate = step->duplicate > 1;
    unsigned count = is_duplicate ? step->duplicate : step->repeat;
    unsigned threads = is_duplicate || step->at_once > count ? count : step->at_once;
    struct volley volley = {.step = step, .variables = render->variables, .count = count};
    if (is_duplicate && !(volley.rendered = render_value(render, step->spec)))
        return false;
    volley.outcomes = ARENA_ARRAY(worker->arena, struct outcome, count);
    pthread_mutex_init(&volley.lock, NULL);
    run_volley(&volley, worker, threads, worker->arena, outcome);
    pthread_mutex_destroy(&volley.lock);
    render->problem = volley.problem;
    return !slice_is_set(volley.problem);
}

bool request_send(struct worker *worker, const struct step *step, struct render *render,
                  struct outcome *outcome)
{
    *outcome = (struct outcome){0};
    if (step->duplicate > 1 || step->repeat > 1)
        return send_many(worker, step, render, outcome);
    const struct value *value = render_value(render, step->spec);
    if (value)
        step->kind->send(worker, value, outcome);
    return value != NULL;
}
