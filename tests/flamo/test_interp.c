/* The interpreter against FLAMO's own impulse responses, one line a model. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#include "tests/flamo/models.h"

int main(void) {
    size_t line = 0;
    bool all = true;
    for (size_t m = 0; m < reference_count; m++) {
        const struct reference *r = &references[m];
        /* FLAMO's data is no causal program's. */
        if (r->expect == EXPECT_UNSTABLE || r->expect == EXPECT_APPROX) continue;
        double *wanted = reference_responses(r), *got = interpreted_responses(r), error = INFINITY;
        if (got) error = largest_difference(got, wanted, r->inlets * r->outlets * r->samples);
        bool good = error <= r->tolerance;
        tap_line(good, ++line, r->name, error, r->tolerance);
        all = all && good;
        free(wanted);
        free(got);
    }
    printf("1..%zu\n", line);
    return !all;
}
