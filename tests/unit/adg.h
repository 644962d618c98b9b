/* Programs of .adg in tests: read, and what is heard of them. */
#ifndef ADACC_TESTS_UNIT_ADG_H
#define ADACC_TESTS_UNIT_ADG_H

#include <complex.h>

#include "ir/program.h"
#include "tests/unit/support.h"

/* Reads the text, as file x.adg of the working folder; false after a report. */
bool read_text(struct fixture *f, const char *text, struct program *program);

/* The same of a text without mistakes; fails the test otherwise. */
struct program read_well(struct fixture *f, const char *text);

struct response {
    uint32_t ins, outs;
    size_t frames;
    double *at; /* [in][out][time] */
};

struct response respond(struct fixture *f, struct program program, size_t frames);
struct response respond_to(struct fixture *f, const char *text, size_t frames);
double heard(struct response r, uint32_t in, uint32_t out, size_t time);

/* H(e^(2 pi i frequency)) of a response that has died away; cycles a sample. */
double complex transfer(struct response r, uint32_t in, uint32_t out, double frequency);

/* The only diagnostic that reading the text gives, or all of them. */
const char *complaint(struct fixture *f, const char *text);

#endif
