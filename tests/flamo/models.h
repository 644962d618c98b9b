/* The models of models.def, for the tests over them. */
#ifndef ADACC_TESTS_FLAMO_MODELS_H
#define ADACC_TESTS_FLAMO_MODELS_H

#include <stdbool.h>
#include <stddef.h>

enum expect { EXPECT_MATCH, EXPECT_MARGINAL, EXPECT_UNSTABLE, EXPECT_KEYED, EXPECT_APPROX };

struct reference {
    const char *name;
    enum expect expect;
    double rate;
    size_t inlets, outlets, samples;
    double tolerance;
};
extern const struct reference references[];
extern const size_t reference_count;

/* tests/flamo/models/NAME.SUFFIX, whole, with a NUL behind it; the environment's SRCDIR says where.
 * Ends the program if there is none. The caller frees it. */
char *reference_file(const struct reference *reference, const char *suffix, size_t *length);

/* The model that is compiled: models/NAME.json, or keyed/NAME.json, which says what that does not. */
char *reference_model(const struct reference *reference, size_t *length);

/* NAME.f64 as numbers. The caller frees them. */
double *reference_responses(const struct reference *reference);

struct program;
struct reading;
/* The model as a program; false after messages on standard output. */
bool reference_read(const struct reference *reference, struct reading *reading,
                    struct program *program);

/* The impulse responses of the interpreter, for the model read and put through all passes,
 * [in][out][time]; null after messages on standard output. The caller frees them. */
double *interpreted_responses(const struct reference *reference);

/* The largest |a - b|; infinite where one is not a number. */
double largest_difference(const double *a, const double *b, size_t count);

/* One line of TAP: good if `error` is within `tolerance`. */
void tap_line(bool good, size_t line, const char *what, double error, double tolerance);

#endif
