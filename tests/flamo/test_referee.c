/* The second referee against FLAMO's data, and the interpreter against the second referee: two
 * lines a model. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#include "tests/flamo/models.h"
#include "tests/flamo/referee.h"

static double *refereed_responses(const struct reference *r) {
    size_t length;
    char *text = reference_file(r, "json", &length), *used = reference_file(r, "eff.json", &length);
    struct referee *referee = referee_read(text, used);
    double *responses = NULL;
    if (referee && referee_inlets(referee) == r->inlets && referee_outlets(referee) == r->outlets) {
        responses = malloc(r->inlets * r->outlets * r->samples * sizeof *responses);
        if (responses) referee_responses(referee, r->samples, responses);
    }
    referee_free(referee);
    free(text);
    free(used);
    return responses;
}

static bool compare(size_t line, const struct reference *r, const char *what, const double *a,
                    const double *b, double tolerance) {
    double error = INFINITY;
    if (a && b) error = largest_difference(a, b, r->inlets * r->outlets * r->samples);
    char title[256];
    snprintf(title, sizeof title, "%s, %s", r->name, what);
    tap_line(error <= tolerance, line, title, error, tolerance);
    return error <= tolerance;
}

/* What the inverse transform itself rounds, of a response that may grow: for a model without data.
 */
static double rounding(const double *responses, size_t count) {
    double peak = 1;
    for (size_t i = 0; responses && i < count; i++) peak = fmax(peak, fabs(responses[i]));
    return 1e-10 * peak;
}

int main(void) {
    size_t line = 0;
    bool all = true;
    for (size_t m = 0; m < reference_count; m++) {
        const struct reference *r = &references[m];
        if (r->expect == EXPECT_APPROX) continue; /* test_fractional judges these */
        double *judged = refereed_responses(r), *interpreted = interpreted_responses(r);
        double tolerance = r->tolerance;
        if (r->expect == EXPECT_UNSTABLE) {
            tolerance = rounding(judged, r->inlets * r->outlets * r->samples);
        } else {
            double *wanted = reference_responses(r);
            all = compare(++line, r, "referee and FLAMO", judged, wanted, tolerance) && all;
            free(wanted);
        }
        all = compare(++line, r, "interpreter and referee", interpreted, judged, tolerance) && all;
        free(judged);
        free(interpreted);
    }
    printf("1..%zu\n", line);
    return !all;
}
