/* Programs of .adg in tests: read, and what is heard of them. */
#ifndef ADACC_TESTS_UNIT_ADG_H
#define ADACC_TESTS_UNIT_ADG_H

#include <complex.h>

#include "ir/net.h"
#include "tests/unit/reading.h"

#ifndef M_PI
#define M_PI 3.14159265358979323846
#endif

/* Reads the text, as file x.adg of the working folder; false after a report. */
bool read_text(struct fixture *f, const char *text, struct program *program);

/* The same of a text without mistakes; fails the test otherwise. */
struct program read_well(struct fixture *f, const char *text);

/* What its main is lowered to, behind all passes. */
const struct net *net_of(struct fixture *f, const char *text);

struct response {
    uint32_t ins, outs;
    size_t frames;
    double *at; /* [in][out][time] */
};

struct response respond(struct fixture *f, struct program program, size_t frames);
struct response respond_to(struct fixture *f, const char *text, size_t frames);
double heard(struct response r, uint32_t in, uint32_t out, size_t time);

/* Of one inlet and one outlet: its response to an impulse, from the first sample on. */
#define assert_response(f, text, ...)                                                              \
    check_response((f), (text), (const double[]){__VA_ARGS__},                                     \
                   sizeof(double[]){__VA_ARGS__} / sizeof(double), __FILE__, __LINE__)
void check_response(struct fixture *f, const char *text, const double *wanted, size_t count,
                    const char *file, int line);

/* A system without memory: its matrix, row by row. */
#define assert_matrix(f, text, rows, cols, ...)                                                    \
    check_matrix((f), (text), (rows), (cols), (const double[]){__VA_ARGS__}, __FILE__, __LINE__)
void check_matrix(struct fixture *f, const char *text, uint32_t rows, uint32_t cols,
                  const double *wanted, const char *file, int line);

/* H(e^(2 pi i frequency)) of a response that has died away; cycles a sample. */
double complex transfer(struct response r, uint32_t in, uint32_t out, double frequency);

/* The only diagnostic that reading the text gives, or all of them. */
const char *complaint(struct fixture *f, const char *text);

#endif
