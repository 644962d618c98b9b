#include <math.h>

#include "passes/design.h"

/* f_min (f_max / f_min)^(k / (K - 1)) */
static double centre(const struct peq *peq, uint32_t band) {
    return peq->f_min * pow(peq->f_max / peq->f_min, (double)band / (peq->count - 1));
}

static bool is_shelf(const struct peq *peq, uint32_t band) {
    return band == 0 || band + 1 == peq->count;
}

/* What stands under the root of a shelf: (A^2 + 1)(1 / R - 1) + 2 A, A = 10^(dB / 40). */
static double radicand(double A, double R) {
    return (A * A + 1) * (1 / R - 1) + 2 * A;
}

bool design_peq_exists(const struct peq *peq, uint32_t band, double R, double gain_db) {
    return peq->design != PEQ_BIQUAD || !is_shelf(peq, band) ||
           radicand(pow(10, gain_db / 40), R) >= 0;
}

/* f = clamp(sigmoid(x) + 2 pi fc / fs, 2 pi f_min / fs, 2 pi f_max / fs): the sigmoid is added, in
 * radians. Then Bristow-Johnson's cookbook (1994):
 *     peak: alpha = sin f / (2 R), b = [1 + alpha A, -2 cos f, 1 - alpha A],
 *           a = [1 + alpha / A, -2 cos f, 1 - alpha / A]
 *     shelves: beta = sin f sqrt((A^2 + 1)(1 / R - 1) + 2 A), s = 1 of the low one, -1 of the high
 * one, b = A [(A + 1) - s (A - 1) cos f + beta, 2 s ((A - 1) - s (A + 1) cos f), ... - beta] a =
 * [(A + 1) + s (A - 1) cos f + beta, -2 s ((A - 1) + s (A + 1) cos f), ... - beta] */
static struct biquad cookbook(const struct peq *peq, uint32_t band, double x, double R,
                              double gain_db) {
    double turn = 2 * M_PI / peq->fs, f = design_sigmoid(x) + turn * centre(peq, band);
    f = fmin(fmax(f, turn * peq->f_min), turn * peq->f_max);
    double A = pow(10, gain_db / 40), c = cos(f);
    if (!is_shelf(peq, band)) {
        double alpha = sin(f) / (2 * R);
        return (struct biquad){1 + alpha * A, -2 * c, 1 - alpha * A,
                               1 + alpha / A, -2 * c, 1 - alpha / A};
    }
    double beta = sin(f) * sqrt(radicand(A, R)), s = band ? -1 : 1;
    double above = A + 1 - s * (A - 1) * c, below = A + 1 + s * (A - 1) * c;
    return (struct biquad){
        A * (above + beta), A * (2 * s * (A - 1 - s * (A + 1) * c)), A * (above - beta),
        below + beta,       -2 * s * (A - 1 + s * (A + 1) * c),      below - beta};
}

/* q = 2 fc / fs, f = tan(pi / 2 sigmoid(x + ln(q / (1 - q)))), G = 10^(dB / 20), and the
 * state-variable filter with the weights (G, 2 R sqrt G, 1) of a low shelf, (1, 2 R sqrt G, G) of a
 * high shelf, (1, 2 R sqrt G, 1) of a peak. */
static struct biquad state_variable(const struct peq *peq, uint32_t band, double x, double R,
                                    double gain_db) {
    double q = 2 * centre(peq, band) / peq->fs;
    double f = tan(M_PI_2 * design_sigmoid(x + log(q / (1 - q))));
    double G = pow(10, gain_db / 20), middle = 2 * R * sqrt(G);
    return design_svf_mixed(f, R, band == 0 ? G : 1, middle, band && is_shelf(peq, band) ? G : 1);
}

struct biquad design_peq(const struct peq *peq, uint32_t band, double x, double R, double gain_db) {
    return peq->design == PEQ_SVF ? state_variable(peq, band, x, R, gain_db)
                                  : cookbook(peq, band, x, R, gain_db);
}
