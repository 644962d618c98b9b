/* Numbers as text, the same under every locale. */
#ifndef ADACC_IR_BASE_NUMBER_H
#define ADACC_IR_BASE_NUMBER_H

#include <stdbool.h>
#include <stddef.h>

enum { NUMBER_ROOM = 40 }; /* bytes that any printed number fits in, with its NUL */

/* The shortest decimal that reads back as exactly this double: 0.1, 2, 1e-300, -0, inf, nan. */
size_t number_print(char out[NUMBER_ROOM], double value);

/* The shortest decimal that reads back as exactly this float. */
size_t number_print_float(char out[NUMBER_ROOM], float value);

/* `digits` significant digits, for people: 2.43, 0.0187. */
size_t number_print_rounded(char out[NUMBER_ROOM], double value, int digits);

/* Reads all of text[0..length) as a decimal ("12", "-0.5", "1e-3"); false if it is none. What is too
 * large gives infinity, and true. */
bool number_parse(const char *text, size_t length, double *value);

#endif
