#include "cert/cut.h"

#include <math.h>

#include "cert/constants.h"
#include "ir/base/vec.h"

enum { MANY = 2 };

struct cutting {
    struct arena *arena;
    const struct net *net;
    bool single;
    uint8_t *reads;   /* of each cell: connected inlets within its component; MANY: or more */
    uint8_t *read_by; /* how often it is read within its component; MANY: or more */
    wire *source;     /* the last cell that it reads, within its component */
    wire *reader;     /* the last cell that reads it */
    bool *taken;      /* by a chain */
    const bool *free; /* each a channel of its own; null: none is */
    uint32_t *place;
};

static void count_readers(struct cutting *c) {
    for (wire w = 0; w < c->net->cell_count; w++) {
        const struct cell *cell = &c->net->cells[w];
        for (uint32_t i = 0; i < cell->count; i++) {
            wire from = cell->from[i];
            if (c->net->cells[from].component != cell->component || !cell_is_connected(cell, i))
                continue;
            if (c->reads[w] < MANY) c->reads[w]++;
            if (c->read_by[from] < MANY) c->read_by[from]++;
            c->source[w] = from;
            c->reader[from] = w;
        }
    }
}

static bool is_free(const struct cutting *c, wire w) {
    return c->free && c->free[w];
}

/* A delay of at least one sample: every cycle holds one of these. */
static bool delays(const struct cutting *c, wire w) {
    const struct cell *cell = &c->net->cells[w];
    return is_free(c, w) || cell->least_delay > 0 || (cell->op == CELL_DELAY && constant_delay(cell) > 0);
}

static bool can_join(const struct cutting *c, wire w) {
    return !c->taken[w] && c->reads[w] == 1 && !is_free(c, w);
}

/* False if a gain is not finite. `gain` may be null. */
static bool gain_within(const struct cutting *c, const struct cell *cell, struct ball *gain) {
    for (uint32_t i = 0; i < cell->count; i++) {
        if (c->net->cells[cell->from[i]].component != cell->component ||
            !cell_is_connected(cell, i))
            continue;
        double value = constant_of(cell->operands[i], c->single);
        if (!isfinite(value)) return false;
        if (gain) *gain = ball_multiply(*gain, ball_exact(value));
    }
    return true;
}

static struct channel take_chain(struct cutting *c, struct loop *loop, wire seed) {
    VEC(wire) up = {0};
    VEC(wire) down = {0};
    c->taken[seed] = true;
    wire head = seed, tail = seed;
    bool alone = is_free(c, seed);
    while (!alone && c->read_by[tail] == 1 && can_join(c, c->reader[tail])) {
        tail = c->reader[tail];
        c->taken[tail] = true;
        vec_push(c->arena, &down, tail);
    }
    while (!alone && c->read_by[c->source[head]] == 1 && can_join(c, c->source[head])) {
        head = c->source[head];
        c->taken[head] = true;
        vec_push(c->arena, &up, head);
    }
    struct channel channel = {.source = c->source[head], .gain = ball_exact(1), .free = alone};
    channel.cell_count = (uint32_t)(up.count + down.count + 1);
    wire *cells = ARENA_ARRAY(c->arena, channel.cell_count, wire);
    uint32_t n = 0;
    for (size_t i = up.count; i > 0; i--) cells[n++] = up.at[i - 1];
    cells[n++] = seed;
    for (size_t i = 0; i < down.count; i++) cells[n++] = down.at[i];
    channel.cells = cells;

    struct section_values *sections = NULL;
    for (uint32_t i = 0; i < n; i++)
        channel.section_count += cell_is_filter(&c->net->cells[cells[i]]);
    if (channel.section_count)
        sections = ARENA_ARRAY(c->arena, channel.section_count, struct section_values);
    channel.sections = sections;
    for (uint32_t i = 0; i < n; i++) {
        const struct cell *cell = &c->net->cells[cells[i]];
        bool finite = true;
        if (cell->op == CELL_DELAY) {
            channel.delay_samples += constant_delay(cell);
        } else if (cell_is_filter(cell)) {
            *sections = section_values_of(c->net, cells[i], c->single);
            channel.cost += section_cost(sections);
            if (cell->op == CELL_FIR) {
                channel.delay_samples += cell->least_delay;
                loop->response_count++;
            }
            finite = section_is_finite(sections++);
        } else if (cell->op == CELL_MIX) {
            finite = gain_within(c, cell, &channel.gain);
        } else {
            loop->not_covered = cells[i];
        }
        if (!finite) loop->not_finite = cells[i];
    }
    c->place[tail] = PLACE_CHANNEL + loop->channel_count;
    return channel;
}

static void cut_one(struct cutting *c, struct loop *loop) {
    const struct component *component = &c->net->components[loop->component];
    VEC(struct channel) channels = {0};
    for (uint32_t i = 0; i < component->count; i++) {
        wire w = component->members[i];
        if (c->taken[w] || !delays(c, w)) continue;
        struct channel channel = take_chain(c, loop, w);
        vec_push(c->arena, &channels, channel);
        loop->channel_count++;
        loop->section_count += channel.section_count;
        loop->delay_samples += channel.delay_samples;
    }
    loop->channels = channels.at;
    uint32_t left = 0;
    for (uint32_t i = 0; i < component->count; i++) left += !c->taken[component->members[i]];
    loop->rest = ARENA_ARRAY(c->arena, left, wire);
}

static void add_to_rest(struct cutting *c, struct loop *loop, wire w) {
    const struct cell *cell = &c->net->cells[w];
    bool finite = true;
    if (cell_is_filter(cell)) {
        struct section_values values = section_values_of(c->net, w, c->single);
        finite = section_is_finite(&values);
        loop->rest_cost += section_cost(&values);
        loop->response_count += cell->op == CELL_FIR;
        loop->rest_section_count++;
        loop->section_count++;
    } else if (cell->op == CELL_MIX) {
        finite = gain_within(c, cell, NULL);
    } else if (cell->op != CELL_DELAY) {
        loop->not_covered = w;
    }
    if (!finite) loop->not_finite = w;
    c->place[w] = loop->rest_count;
    loop->rest[loop->rest_count++] = w;
}

struct section_values loop_section(const struct loop *loop, uint32_t k) {
    for (uint32_t j = 0; j < loop->channel_count; j++) {
        if (k < loop->channels[j].section_count) return loop->channels[j].sections[k];
        k -= loop->channels[j].section_count;
    }
    for (uint32_t i = 0;; i++)
        if (cell_is_filter(&loop->net->cells[loop->rest[i]]) && k-- == 0)
            return section_values_of(loop->net, loop->rest[i], loop->single);
}

struct loop *cut_loops(struct arena *arena, const struct net *net, bool single, uint32_t *count) {
    return cut_loops_around(arena, net, single, NULL, count);
}

struct loop *cut_loops_around(struct arena *arena, const struct net *net, bool single,
                              const bool *free, uint32_t *count) {
    struct cutting c = {
        .arena = arena,
        .net = net,
        .single = single,
        .free = free,
        .reads = ARENA_ARRAY(arena, net->cell_count, uint8_t),
        .read_by = ARENA_ARRAY(arena, net->cell_count, uint8_t),
        .source = ARENA_ARRAY(arena, net->cell_count, wire),
        .reader = ARENA_ARRAY(arena, net->cell_count, wire),
        .taken = ARENA_ARRAY(arena, net->cell_count, bool),
        .place = ARENA_ARRAY(arena, net->cell_count, uint32_t),
    };
    count_readers(&c);
    VEC(struct loop) loops = {0};
    uint32_t *loop_of = ARENA_ARRAY(arena, net->component_count, uint32_t);
    for (uint32_t i = 0; i < net->component_count; i++) {
        if (!net->components[i].cyclic) continue;
        loop_of[i] = (uint32_t)loops.count;
        vec_push(arena, &loops,
                 (struct loop){.net = net,
                               .component = i,
                               .single = single,
                               .place = c.place,
                               .not_covered = NO_WIRE,
                               .not_finite = NO_WIRE});
        cut_one(&c, &loops.at[loops.count - 1]);
    }
    for (uint32_t i = 0; i < net->cell_count; i++) {
        wire w = net->order[i];
        uint32_t component = net->cells[w].component;
        if (net->components[component].cyclic && !c.taken[w])
            add_to_rest(&c, &loops.at[loop_of[component]], w);
    }
    *count = (uint32_t)loops.count;
    return loops.at;
}

bool components_are_coupled(struct arena *scratch, const struct net *net, const bool *marked) {
    bool *fed = ARENA_ARRAY(scratch, net->component_count, bool);
    for (uint32_t i = 0; i < net->component_count; i++) {
        for (uint32_t m = 0; m < net->components[i].count; m++) {
            const struct cell *cell = &net->cells[net->components[i].members[m]];
            for (uint32_t c = 0; c < cell->count; c++) {
                uint32_t from = net->cells[cell->from[c]].component;
                fed[i] |= from != i && cell_is_connected(cell, c) && (fed[from] || marked[from]);
            }
        }
        if (fed[i] && marked[i]) return true;
    }
    return false;
}
