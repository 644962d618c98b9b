/* F = det(I - G T) at points of a circle |w| = R, w = 1/z, and on the pieces around them where it
 * is proved not to vanish.
 *
 * At a centre c, R_c is an approximate inverse of I - L(c), L = G T, and Y = I - R_c (I - L(c)). On
 * the piece |u - u_c| <= h, u = log w, R_c (I - L) = I - Y - X, X = R_c (L - L(c)), and h is chosen
 * so that ||Y + X||_F <= PIECE_FILL < 1: there F has no zero, and because |tr A^k| <= ||A||_F^k for
 * k >= 2, log F differs from log F(c) by -tr X within -ln(1 - fill) - fill.
 *
 * Channels that are free (cut.h) count as T_j = 0 in all of this. With such a loop the piece is made
 * so small that F does not vanish on it whatever they are: with G_f their columns of G, K their rows
 * of (I - L)^-1 G_f and t_j = R^m_j, det(I - L - G_f T_f) = F det(I - K T_f), which is not zero where
 * |K| diag(t) v < v for some v > 0, as the spectral radius of K T_f is below 1 then. On the piece
 * (I - L)^-1 = (I - Y - X)^-1 R_c, so that with z >= ||Y + X||_F column j of (I - L)^-1 G_f is off
 * from R_c G_f(c) by at most (z ||R_c G_f(c) e_j|| + ||R_c|| ||(G_f - G_f(c)) e_j||) / (1 - z).
 */
#ifndef ADACC_CERT_PIECE_H
#define ADACC_CERT_PIECE_H

#include "cert/cert.h"
#include "cert/inverse.h"
#include "cert/transfer.h"

/* Angles of points on a circle: θ = π ticks / 2^53, so that m θ is known exactly modulo 2 π. */
typedef uint64_t ticks;
#define TICKS_HALF_CIRCLE ((ticks)1 << 53)

#define PIECE_FILL 0.9

/* Two centres whose pieces meet: what the two logarithms leave open, with 0.1 for all rounding. It
 * is 2.91, less than π, so that the change of arg F between them is the one of its values modulo 2π
 * that is nearest to that of the traces. */
#define PIECE_LINK (2 * (2.302585092994046 - 0.9) + 0.1)

/* L at a point; `error` bounds the Frobenius norm of what it may be off by. */
struct response {
    struct complex_matrix L;
    double error;
};

struct piece {
    double log_radius, angle; /* u = log_radius - j angle */
    ticks at;                 /* the angle, of a point on a circle */
    double half;              /* h */
    struct response response;
    struct inverse inverse;
};

/* What one loop's pieces are computed with. */
struct pieces {
    const struct loop *loop;
    double *scale;               /* L is D L D^-1, d_j = 2^scale_j: exact, and F is the same */
    const struct ball *constant; /* G diag(gain) where it is constant; else null */
    double *column;              /* ||G e_j||, scaled, at the centre */
    double constant_error;       /* the radii of a constant G, scaled: Frobenius norm */
    struct complex_balls rows, G;
    double *H_re, *H_im, *H_off,
        *power;           /* of each channel at the centre: H_j, its error, |w^m_j| */
    double off;           /* what w^m_j may be off by there, relatively */
    double *free_weights; /* v; of each channel that is not free 0; null: none is free */
    double *free_columns; /* ||R_c G_f(c) e_j||, and what computing it left open */
    struct complex_matrix free_part; /* R_c G_f(c), in the columns of the free channels */
    double free_slack;    /* the least of v - |K_c| diag(t) v */
    struct cert_progress progress; /* told now and then of `evaluations`, and what of */
    const char *progress_of;
    uint64_t evaluations; /* inverses computed */
    uint64_t most;        /* of them */
};

/* `log_scale`: about log d_j; null: 0. */
struct pieces *pieces_begin(struct arena *scratch, const struct loop *loop,
                            const struct ball *constant, const double *log_scale, uint64_t most);

/* The same with d_j = 2^powers_j. */
struct pieces *pieces_scaled(struct arena *scratch, const struct loop *loop,
                             const struct ball *constant, const double *powers, uint64_t most);

struct response response_make(struct arena *arena, uint32_t n);
struct piece piece_make(struct arena *arena, uint32_t n);

/* L at a point of the circle |w| = R. False if a section's pole is too near. */
bool response_at(struct pieces *pieces, double R, ticks at, struct response *out);

/* L at w = e^(log_radius - j angle). */
bool response_anywhere(struct pieces *pieces, double log_radius, double angle,
                       struct response *out);

/* The piece around a point of the circle, along the circle alone. False if I - L is too near to
 * singular there, or the budget is spent. */
bool piece_at(struct pieces *pieces, double R, ticks at, struct piece *out);

/* For a piece that piece_at made last, |Δq_j| / |w^m_j| of each channel up to `half` from its
 * centre, and the Frobenius norm of what the rest of L moves by. piece_part says what that makes of
 * a column of X, or of one row of it: `part` bounds that of R - I + Y, `all` that of R. */
bool piece_moves(struct pieces *pieces, const struct piece *piece, double half, double *moved,
                 double *slack);
double piece_part(const struct pieces *pieces, uint32_t j, double part, double all, double moved);

/* For a piece that piece_at made last: a bound of ||Y + X||_F up to `half` from its centre. */
double piece_fill(struct pieces *pieces, const struct piece *piece, double half);

/* The piece around any point: the whole disc |u - u_c| <= h, h at most `most`. */
bool piece_disc(struct pieces *pieces, double log_radius, double angle, double most,
                struct piece *out);

/* Like piece_at, for det(I - scale L): no piece, but its inverse. */
bool piece_scaled(struct pieces *pieces, const struct response *response, double scale,
                  struct inverse *out);

/* The change of arg F from the centre of one piece to that of the next, both of which hold the
 * point of `meeting`: exactly, up to what `argument` of both is off by. False if it is not certain.
 */
bool piece_turn(const struct piece *from, const struct piece *to, const struct response *meeting,
                double *turn);

/* At the centre of a piece, where all eigenvalues λ of L are below 1: the sum of arg(1 - λ), by
 * following arg det(I - t L) from t = 0 to 1. False if it comes too near to zero. */
bool piece_arguments(struct arena *scratch, struct pieces *pieces, const struct piece *at,
                     double *sum);

#endif
