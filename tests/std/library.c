#include "tests/std/library.h"

#include <math.h>
#include <stdlib.h>

struct response library(struct fixture *f, const char *rate, const char *expression,
                        size_t frames) {
    const char *root = getenv("SRCDIR");
    char path[4096];
    assert_non_null(realpath(root ? root : ".", path));
    return respond_to(f,
                      text_format(&f->arena, "rate %s\nimport \"%s/lang/lib/std.adg\"\nmain = %s\n",
                                  rate, path, expression),
                      frames);
}

double complex at_z(struct response r, uint32_t in, uint32_t out, double complex z) {
    double complex sum = 0, w = 1 / z;
    for (size_t t = r.frames; t-- > 0;) sum = sum * w + heard(r, in, out, t);
    return sum;
}

double complex point_z(unsigned k) {
    return exp(28.0 / LIBRARY_FRAMES) * cexp(I * (0.001 + 3.14 * k / LIBRARY_POINTS));
}

void solve(uint32_t n, uint32_t m, double complex *A, double complex *b) {
    for (uint32_t k = 0; k < n; k++) {
        uint32_t best = k;
        for (uint32_t i = k; i < n; i++)
            if (cabs(A[i * n + k]) > cabs(A[best * n + k])) best = i;
        for (uint32_t j = 0; j < n; j++) {
            double complex x = A[k * n + j];
            A[k * n + j] = A[best * n + j];
            A[best * n + j] = x;
        }
        for (uint32_t j = 0; j < m; j++) {
            double complex x = b[k * m + j];
            b[k * m + j] = b[best * m + j];
            b[best * m + j] = x;
        }
        for (uint32_t i = 0; i < n; i++) {
            if (i == k) continue;
            double complex factor = A[i * n + k] / A[k * n + k];
            for (uint32_t j = k; j < n; j++) A[i * n + j] -= factor * A[k * n + j];
            for (uint32_t j = 0; j < m; j++) b[i * m + j] -= factor * b[k * m + j];
        }
    }
    for (uint32_t i = 0; i < n; i++)
        for (uint32_t j = 0; j < m; j++) b[i * m + j] /= A[i * n + i];
}

void check_close(double complex got, double complex wanted, double tolerance, const char *file,
                 int line) {
    if (cabs(got - wanted) <= tolerance) return;
    print_error("got    %.17g %+.17g j\nwanted %.17g %+.17g j\n", creal(got), cimag(got),
                creal(wanted), cimag(wanted));
    _fail(file, line);
}
