/* What rounding does to a second-order section, in each form in which it can be computed, and which
 * form is to be taken.
 *
 * The transposed direct form holds a1 and a2. Where poles are near z = 1, a1 is near -2 and a2 near
 * 1, and what the section does hangs on 1 + a1 + a2, of which a float keeps little. Two integrators
 * hold 1 - a2 and 1 + a1 + a2 themselves, and change their states by small steps instead of writing
 * them anew: the digital state variable filter with one state computed before the other (H.
 * Chamberlin, Musical Applications of Microprocessors, 1980, ch. 14), with any numerator; and a
 * close relative of the delta operator's direct form, which has the least noise among direct forms
 * near z = 1 (J. Kauraniemi, T. Laakso, I. Hartimo, S. Ovaska, Delta operator realizations of
 * direct-form IIR filters, IEEE Trans. CAS II 45, 1998). Their states are sums of the direct
 * form's, s1 = t1 and s2 = t1 + t2, whatever the coefficients: so they follow coefficients that
 * move as it does, sample by sample.
 *
 * Noise. Each operation rounds its result v by a relative error of variance 0.18 u^2, u the unit of
 * rounding (uniform within half a last place, mantissas spread by logarithm: u^2/3 times the mean
 * of 1/m^2, which is 3/(8 ln 2); B. Liu, T. Kaneko, Error analysis of digital filters realized with
 * floating-point arithmetic, Proc. IEEE 57, 1969). For white noise at the inlet that is an error of
 * 0.18 u^2 E[v^2] ||g||^2 at the outlet, g the response from there; rounded coefficients err in
 * time with v, by 0.18 u^2 ||g * v||^2. The norms are sums over states by the equation of Stein,
 * W = M'WM + c'c, solved by squaring (R. A. Smith, Matrix equation XA + BX = C, SIAM J. Appl. Math.
 * 16, 1968).
 */
#ifndef ADACC_IR_NOISE_H
#define ADACC_IR_NOISE_H

#include "ir/base/diag.h"
#include "ir/net.h"

struct section_form_info {
    const char *text;
    const char *meaning;
};
extern const struct section_form_info section_form_infos[SECTION_FORMS];

enum { SECTION_NUMBERS = 5 };

/* The numbers of a form, of the operands b0 b1 b2 a1 a2. */
void section_form_operands(struct arena *arena, enum section_form form,
                           const struct operand *section, struct operand *numbers);

/* Of coefficients at one moment. */
void section_form_plain(enum section_form form, const double *section, double *numbers);

/* Of constants: false if the form cannot have them. Rounded to floats (`single`) or not, the
 * numbers are those of a section whose coefficients doubles hold without error; `values` gets
 * these, also of what knobs move, where false says that they are not without error. */
bool section_form_numbers(enum section_form form, const double *section, double *numbers);
bool section_form_values(enum section_form form, const double *section, bool single,
                         double *values);

/* The root of the mean square of the error at the outlet, over that of the sound there, in units of
 * rounding; infinite if the section is not stable. */
double section_noise(enum section_form form, const double *section);

/* The form of each section of a net: the direct form, unless it has more noise than FORM_ENOUGH,
 * 120 dB below the sound in floats, and another one is better by FORM_BETTER, where either is worst
 * over the knobs. A bank has one form if no section of it loses more than that by it. */
#define FORM_ENOUGH 16.0
#define FORM_BETTER 4.0
void section_forms_choose(struct arena *scratch, const struct net *net, struct cell *cells);

/* A remark for each bank that is not in direct form. */
void section_forms_say(struct arena *scratch, struct diags *diags, const struct net *net);

#endif
