/* The functions that the emitted text calls: those of FAUST's libraries, or our own short
 * definitions of them (--faust-standalone), and those that only this backend needs. A text that
 * calls others names them in `calls`; what is used is printed once, before all else. */
#include <string.h>

#include "backends/faust.h"

struct helper {
    const char *library; /* as stdfaust.lib has it; null: our own */
    const char *own;
    const char *text; /* the library's names in it lose their prefix where it is not imported */
    unsigned calls;   /* bits of other helpers */
};

#define CALLS(NAME) (1u << HELPER_##NAME)

static const struct helper helpers[HELPER_COUNT] = {
    [HELPER_BUS] = {"si.bus", "bus", "bus(n) = par(i, n, _);\n", 0},
    [HELPER_BLOCK] = {"si.block", "block", "block(n) = par(i, n, !);\n", 0},
    [HELPER_TAKE] = {"ba.take", "take",
                     "take(1, (x, xs)) = x;\n"
                     "take(1, x) = x;\n"
                     "take(n, (x, xs)) = take(n - 1, xs);\n",
                     0},
    [HELPER_TANH] = {"ma.tanh", "tanh", "tanh(x) = 1.0 - 2.0/(exp(2.0*x) + 1.0);\n", 0},
    [HELPER_DELAY] = {"de.delay", "delay", "delay(most, n, x) = x@min(most, max(0, n));\n", 0},
    [HELPER_TF1] = {"fi.tf1", "tf1",
                    "tf1(b0, b1, a1) = + ~ *(0.0 - a1) : \\(w).(b0*w + b1*w');\n", 0},
    [HELPER_TF2] = {"fi.tf2", "tf2",
                    "tf2(b0, b1, b2, a1, a2) = + ~ poles : zeros with {\n"
                    "    poles(w) = 0.0 - (a1*w + a2*w');\n"
                    "    zeros(w) = b0*w + b1*w' + b2*w'';\n"
                    "};\n",
                    0},
    [HELPER_KEEP] =
        {NULL, "keep",
         "// A sum that stays one: FAUST would write the terms out wherever it is used.\n"
         "keep = attach(_, 0.0);\n",
         0},
    [HELPER_ADDER] = {NULL, "adder",
                      "// n wires and n wires, added in pairs.\n"
                      "adder(n) = si.bus(2*n) :> si.bus(n);\n",
                      CALLS(BUS)},
    [HELPER_HADAMARD] =
        {NULL, "butterfly",
         "// A Hadamard matrix of signs, n a power of two, as a fast Walsh-Hadamard transform:\n"
         "// n log2(n) sums in place of n^2.\n"
         "butterfly(1) = _;\n"
         "butterfly(n) = si.bus(n) <: (low, high : par(i, n, keep))\n"
         "    : butterfly(n/2), butterfly(n/2) with {\n"
         "    low = si.bus(n) :> si.bus(n/2);\n"
         "    high = si.bus(n/2), par(i, n/2, *(-1.0)) :> si.bus(n/2);\n"
         "};\n",
         CALLS(BUS) | CALLS(KEEP)},
    [HELPER_SETTLE] =
        {NULL, "settle",
         "// The value t, approached by a one-pole with the pole p; settled from the first sample on.\n"
         "settle(p, t) = t + ((t' - t)*1' : (+ : *(p)) ~ _);\n",
         0},
    [HELPER_SECTION] =
        {NULL, "section",
         "// A second-order section in transposed direct form II: its coefficients may move.\n"
         "section(b0, b1, b2, a1, a2, x) = states ~ _ : !, _ with {\n"
         "    states(s) = b1*x - a1*y + (b2*x - a2*y)', y with { y = b0*x + s; };\n"
         "};\n",
         0},
    [HELPER_INTEGRATOR] =
        {NULL, "integrator",
         "// A first-order section with its pole near 1, which floats hold by its distance from there.\n"
         "integrator(b, n1, n2, x) = state ~ _ : !, _ with {\n"
         "    state(s) = s + (n1*x - n2*y), y with { y = b*x + s; };\n"
         "};\n",
         0},
    [HELPER_INTEGRATORS] =
        {NULL, "integrators",
         "// A second-order section with its poles near 1: two integrators, whose numbers are distances\n"
         "// from there.\n"
         "integrators(b, n1, n2, n3, n4, x) = states ~ (_, _) : !, !, _ with {\n"
         "    states(s1, s2) = s1 + (n1*x - n3*y) + next, next, y with {\n"
         "        y = b*x + s1;\n"
         "        next = s2 + (n2*x - n4*y);\n"
         "    };\n"
         "};\n",
         0},
    [HELPER_FADE] =
        {NULL, "fade",
         "// A length of t samples as three signals: the length that a line has, the one that it fades\n"
         "// to, and the part of this one. That grows to 1 within n samples when t changes; what t becomes\n"
         "// meanwhile waits for the next fade.\n"
         "fade(n, t) = next ~ (_, _, _) : _, _, (\\(left).((n - left)/n)) with {\n"
         "    next(a, b, left) = select2(left > 0, b, a), select2(left > 0, t, b),\n"
         "        select2(left > 0, (n - 1)*(t != b)*1', left - 1);\n"
         "};\n",
         0},
    [HELPER_FADED] =
        {NULL, "faded",
         "// A delay of such a length, less a constant; of `most` samples at most.\n"
         "faded(most, length, less, x) = length : at with {\n"
         "    at(a, b, part) = (1.0 - part)*de.delay(most, a - less, x)\n"
         "        + part*de.delay(most, b - less, x);\n"
         "};\n",
         CALLS(FADE) | CALLS(DELAY)},
};

static void use(struct faust *f, enum helper_name which) {
    if (f->used[which]) return;
    f->used[which] = true;
    for (int i = 0; i < HELPER_COUNT; i++)
        if (helpers[which].calls & 1u << i) use(f, (enum helper_name)i);
}

const char *faust_helper(struct faust *f, enum helper_name which) {
    use(f, which);
    return helpers[which].library && !f->standalone ? helpers[which].library : helpers[which].own;
}

/* Names that the text may define itself. */
void faust_reserve_helpers(struct faust *f) {
    for (int i = 0; i < HELPER_COUNT; i++)
        if (!helpers[i].library || f->standalone) faust_reserve(f, helpers[i].own);
}

static void put_without_prefixes(struct text *out, const char *chars) {
    static const char *const prefixes[] = {"si.", "de.", "ba.", "fi.", "ma."};
    while (*chars) {
        size_t skip = 0;
        for (size_t i = 0; i < sizeof prefixes / sizeof *prefixes; i++)
            if (!strncmp(chars, prefixes[i], 3)) skip = 3;
        chars += skip;
        text_put_char(out, *chars++);
    }
}

void faust_put_helpers(struct faust *f, struct text *out) {
    for (int i = 0; i < HELPER_COUNT; i++) {
        if (!f->used[i] || (helpers[i].library && !f->standalone)) continue;
        if (f->standalone) put_without_prefixes(out, helpers[i].text);
        else text_put(out, helpers[i].text);
    }
}

bool faust_uses_library(const struct faust *f) {
    for (int i = 0; i < HELPER_COUNT; i++)
        if (f->used[i] && helpers[i].library && !f->standalone) return true;
    return false;
}
