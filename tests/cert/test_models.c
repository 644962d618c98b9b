/* The reference models: each that compiles has a decided verdict, the right one, and as many modes
 * outside as the phase of its characteristic polynomial says. */
#include <math.h>

#include "cert/cert.h"
#include "cert/report.h"
#include "frontend/read_cert.h"
#include "frontend/reader.h"
#include "ir/lower.h"
#include "passes/passes.h"
#include "tests/flamo/models.h"
#include "tests/unit/phase.h"
#include "tests/unit/reading.h"

struct judged {
    enum verdict verdict;
    int64_t modes; /* that the certificate says are outside; -1: it does not say */
    int64_t phase;
};

static const struct net *net_of(struct fixture *f, const struct reference *reference) {
    struct reading reading = reading_of(f);
    struct program program = {0};
    if (!reference_read(reference, &reading, &program) ||
        !passes_run(&f->arena, &f->names, &f->diags, &program, NULL))
        return NULL;
    return net_lower(&f->arena, &f->diags, &program, program.main);
}

static struct judged judge(struct fixture *f, const struct reference *reference) {
    const struct net *net = net_of(f, reference);
    assert_non_null(net);
    /* Enough for all verdicts; more goes into how closely the decay is known. */
    const struct cert_options options = {.evaluations = 20000};
    const struct cert *cert = cert_prove_with(&f->arena, net, &options);
    struct text json;
    text_init(&json, &f->arena);
    cert_write_json(cert, reference->name, &json);
    const struct source *source = fixture_source(f, "x.cert.json", text_chars(&json));
    if (!certificate_check(&f->arena, &f->diags, source, net, false))
        print_error("%s: %s\n", reference->name, list_diags(f));
    struct judged found = {cert_verdict(cert), cert->poles_outside, 0};
    for (uint32_t i = 0; i < cert->loop_count; i++) {
        const struct loop_report *loop = &cert->loops[i];
        if (loop->verdict == VERDICT_CERTIFIED_STABLE) continue;
        bool known = found.modes >= 0 && loop->modes_outside >= 0;
        found.modes = known ? found.modes + loop->modes_outside : -1;
    }
    /* Beside a loop without loss there is nothing to count on the circle itself. */
    double radius = found.verdict == VERDICT_MARGINALLY_STABLE ? 1 + 1e-7 : 1;
    found.phase = modes_by_phase(&f->arena, net, radius);
    return found;
}

static void each_model_is_judged_as_it_is(void **state) {
    (void)state;
    uint32_t of[VERDICT_COUNT] = {0};
    bool good = true;
    for (size_t i = 0; i < reference_count; i++) {
        const struct reference *reference = &references[i];
        struct fixture *own;
        assert_int_equal(fixture_open((void **)&own), 0);
        struct judged found = judge(own, reference);
        enum verdict wanted = reference->expect == EXPECT_UNSTABLE   ? VERDICT_UNSTABLE
                              : reference->expect == EXPECT_MARGINAL ? VERDICT_MARGINALLY_STABLE
                                                                     : VERDICT_CERTIFIED_STABLE;
        bool right = found.verdict == wanted && (found.phase > 0) == (wanted == VERDICT_UNSTABLE);
        if (wanted == VERDICT_UNSTABLE) right = right && found.modes == found.phase;
        if (!right || wanted != VERDICT_CERTIFIED_STABLE)
            print_message("%-20s %s, %d modes outside, %d by phase%s\n", reference->name,
                          verdict_texts[found.verdict], (int)found.modes, (int)found.phase,
                          right ? "" : "  WRONG");
        of[found.verdict]++;
        good = good && right && !own->diags.errors;
        fixture_close((void **)&own);
    }
    print_message("%u stable, %u marginally, %u unstable\n", of[VERDICT_CERTIFIED_STABLE],
                  of[VERDICT_MARGINALLY_STABLE], of[VERDICT_UNSTABLE]);
    assert_true(good);
    assert_int_equal(of[VERDICT_INDETERMINATE], 0);
}

int main(void) {
    const struct CMUnitTest tests[] = {TEST(each_model_is_judged_as_it_is)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
