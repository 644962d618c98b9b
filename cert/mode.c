#include "cert/mode.h"

#include <math.h>

#include "cert/winding.h"

/* F'/F = -tr(R dL/du), so a step is 1 / tr(R dL/du), the derivative taken from a difference. */
struct mode_disc mode_find(struct arena *scratch, struct pieces *p, ticks from) {
    enum { STEPS = 80 };
    uint32_t n = p->loop->channel_count;
    double longest = 1;
    for (uint32_t j = 0; j < n; j++)
        longest = fmax(longest, (double)p->loop->channels[j].delay_samples);
    struct response at = response_make(scratch, n), beside = response_make(scratch, n);
    struct inverse inverse = inverse_make(scratch, n);
    struct mode_disc none = {0, 0, 0},
                     disc = {0, 3.14159265358979323846 * (double)from * 0x1p-53, 0};
    double apart = 1e-6 / longest;
    for (int step = 0; step < STEPS; step++) {
        if (p->evaluations >= p->most) return none;
        p->evaluations++;
        if (!response_anywhere(p, disc.log_radius, disc.angle, &at) ||
            !response_anywhere(p, disc.log_radius + apart, disc.angle, &beside))
            return none;
        if (!inverse_compute(&inverse, &at.L, 1, at.error)) break; /* as near as one gets */
        double re = 0, im = 0;
        for (uint32_t i = 0; i < n; i++)
            for (uint32_t j = 0; j < n; j++) {
                size_t a = (size_t)i * at.L.stride + j, b = (size_t)j * at.L.stride + i;
                double d_re = (beside.L.re[b] - at.L.re[b]) / apart;
                double d_im = (beside.L.im[b] - at.L.im[b]) / apart;
                re += inverse.R.re[a] * d_re - inverse.R.im[a] * d_im;
                im += inverse.R.re[a] * d_im + inverse.R.im[a] * d_re;
            }
        double square = re * re + im * im;
        if (!(square > 0) || !isfinite(square)) return none;
        double step_re = re / square, step_im = -im / square, length = 1 / sqrt(square);
        double most = 0.3 / longest, clamp = length > most ? most / length : 1;
        disc.log_radius += step_re * clamp;
        disc.angle -= step_im * clamp;
        if (fabs(disc.log_radius) > 2) return none;
        if (length < 1e-13 * fabs(disc.log_radius) || length < 1e-16) break;
    }
    return disc.log_radius < 0 ? disc : none;
}

bool mode_verify(struct arena *scratch, struct pieces *p, struct mode_disc *disc) {
    double half = -disc->log_radius * 0.5;
    disc->half = 0;
    for (int attempt = 0; attempt < 12; attempt++) {
        bool holds = disc_count(scratch, p, disc->log_radius, disc->angle, half, MODE_POINTS) > 0;
        if (holds) disc->half = half;
        else if (disc->half > 0) break;
        if (holds && half < -1e-3 * disc->log_radius) break;
        half *= 0.1;
    }
    return disc->half > 0;
}
