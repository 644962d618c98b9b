#include <math.h>

#include "passes/design.h"

/* Jot's attenuation of a line at both ends of the spectrum, joined by a first-order shelf as FLAMO
 * has it: gains of -60 m / (rt fs) dB, t = tan(clamp(w_c, 0, pi) / 2), k = 10^((dB_0 - dB_high) /
 * 20), b = 10^(dB_high / 20) [t sqrt k + 1, t sqrt k - 1], a = [t / sqrt k + 1, t / sqrt k - 1] */
struct biquad design_shelving(double decay_s, double crossover, double delay_samples,
                              double high_decay_s, double fs) {
    double low = -60 * delay_samples / (decay_s * fs),
           high = -60 * delay_samples / (high_decay_s * fs);
    double t = tan(fmin(fmax(crossover, 0), M_PI) / 2), root = pow(10, (low - high) / 40);
    double g = pow(10, high / 20);
    return (struct biquad){g * (t * root + 1), g * (t * root - 1), 0,
                           t / root + 1,       t / root - 1,       0};
}
