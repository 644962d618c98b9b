#include "ir/base/number.h"

#include <float.h>
#include <locale.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* printf and strtod speak the locale's decimal point; this is the only place that knows. A point of
 * several bytes exists in no locale of glibc; were there one, its first byte would stand for it. */
static char decimal_point(void) {
    return localeconv()->decimal_point[0];
}

static size_t print(char out[NUMBER_ROOM], double value, int digits) {
    if (isnan(value)) value = fabs(value); /* printf shows the sign of a NaN, which means nothing */
    int length = snprintf(out, NUMBER_ROOM, "%.*g", digits, value);
    char point = decimal_point();
    if (point != '.') {
        char *found = strchr(out, point);
        if (found) *found = '.';
    }
    return (size_t)length;
}

/* "1e-05" and "1e+20" as people write them: "1e-5", "1e20". */
static size_t tidy_exponent(char *out, size_t length) {
    char *e = memchr(out, 'e', length);
    if (!e) return length;
    char *to = e + 1, *from = e + 1;
    if (*from == '+') from++;
    else if (*from == '-') *to++ = *from++;
    while (*from == '0' && from[1]) from++;
    while ((*to++ = *from++)) continue;
    return (size_t)(to - out) - 1;
}

size_t number_print(char out[NUMBER_ROOM], double value) {
    /* Whole numbers of moderate size need no search, and %g would write 1e+06. */
    if (value == trunc(value) && fabs(value) < 1e15 && (value != 0 || !signbit(value)))
        return (size_t)snprintf(out, NUMBER_ROOM, "%.0f", value);
    size_t length = 0;
    /* 15 digits hold every decimal that short, but fewer do where the double itself has fewer. */
    for (int digits = fabs(value) < DBL_MIN ? 1 : DBL_DIG; digits <= 17; digits++) {
        length = print(out, value, digits);
        double back;
        if (!isfinite(value) || (number_parse(out, length, &back) && back == value)) break;
    }
    return tidy_exponent(out, length);
}

size_t number_print_float(char out[NUMBER_ROOM], float value) {
    if (value == truncf(value) && fabsf(value) < 1e7f && (value != 0 || !signbit(value)))
        return (size_t)snprintf(out, NUMBER_ROOM, "%.0f", (double)value);
    size_t length = 0;
    for (int digits = fabsf(value) < FLT_MIN ? 1 : FLT_DIG; digits <= 9; digits++) {
        length = print(out, (double)value, digits);
        double back;
        if (!isfinite(value) || !number_parse(out, length, &back)) break;
        /* Read as a reader of float constants does, in one rounding: text to float. */
        char local[NUMBER_ROOM];
        memcpy(local, out, length + 1);
        char *point = strchr(local, '.');
        if (point) *point = decimal_point();
        if (strtof(local, NULL) == value) break;
    }
    return tidy_exponent(out, length);
}

size_t number_print_rounded(char out[NUMBER_ROOM], double value, int digits) {
    return tidy_exponent(out, print(out, value, digits > 17 ? 17 : digits));
}

bool number_parse(const char *text, size_t length, double *value) {
    char small[64], *copy = small;
    /* strtod also reads "inf", "nan", hexadecimals and leading blanks: those are not decimals. */
    for (size_t i = 0; i < length; i++)
        if (!strchr("0123456789+-.eE", text[i]) || !text[i]) return false;
    if (!length) return false;
    if (length >= sizeof small) {
        copy = malloc(length + 1);
        if (!copy) return false;
    }
    memcpy(copy, text, length);
    copy[length] = 0;
    char *point = memchr(copy, '.', length);
    if (point) *point = decimal_point();
    char *end;
    *value = strtod(copy, &end);
    bool all = end == copy + length;
    if (copy != small) free(copy);
    return all;
}
