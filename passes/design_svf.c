#include <math.h>

#include "passes/design.h"

/* b = [f^2 mLP + f mBP + mHP, 2 f^2 mLP - 2 mHP, f^2 mLP - f mBP + mHP]
 * a = [f^2 + 2 R f + 1, 2 f^2 - 2, f^2 - 2 R f + 1] */
struct biquad design_svf_mixed(double f, double R, double lowpass, double bandpass,
                               double highpass) {
    double ff = f * f;
    return (struct biquad){ff * lowpass + f * bandpass + highpass,
                           2 * ff * lowpass - 2 * highpass,
                           ff * lowpass - f * bandpass + highpass,
                           ff + 2 * R * f + 1,
                           2 * ff - 2,
                           ff - 2 * R * f + 1};
}

/* f = tan(pi / 2 sigmoid(p0)), r = softplus(p1) / ln 2, G = 10^-softplus(p2), and the weights by
 * kind. FLAMO names: its "lowshelf" has a gain of one at 0 Hz and of G above. Peaking has R = 1 / r
 * below the fraction and r above. */
struct biquad design_svf(enum svf_kind kind, const double p[5]) {
    double f = tan(M_PI_2 * design_sigmoid(p[0])), r = design_softplus(p[1]) / M_LN2;
    double G = pow(10, -design_softplus(p[2])), middle = 2 * r * sqrt(G);
    switch (kind) {
    case SVF_LOWPASS: return design_svf_mixed(f, r, 1, 0, 0);
    case SVF_BANDPASS: return design_svf_mixed(f, r, 0, 1, 0);
    case SVF_HIGHPASS: return design_svf_mixed(f, r, 0, 0, 1);
    case SVF_LOWSHELF: return design_svf_mixed(f, r, 1, middle, G);
    case SVF_HIGHSHELF: return design_svf_mixed(f, r, G, middle, 1);
    case SVF_PEAKING: return design_svf_mixed(f, 1 / r, 1, middle, 1);
    case SVF_NOTCH: return design_svf_mixed(f, r, 1, middle, 1);
    case SVF_GENERAL: break;
    }
    return design_svf_mixed(f, r, p[2] + 1, p[3] + 2, p[4] + 1);
}
