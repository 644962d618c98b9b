/* The constants of a net as a target holds them: the one place that rounds them, for the backends
 * that print them and for the certificate that speaks of them. */
#ifndef ADACC_CERT_CONSTANTS_H
#define ADACC_CERT_CONSTANTS_H

#include "ir/net.h"

/* A gain or a filter coefficient at the knobs' initial values: rounded to float32, to nearest and
 * half to even, if `single`. What is too large for a float comes out as infinite. */
double constant_of(struct operand operand, bool single);

/* b0 b1 b2 a1 a2 of a SECTION, likewise: those that the numbers of its form (ir/noise.h) stand for,
 * without error, once these are rounded. */
void constants_of_section(const struct cell *cell, bool single, double values[5]);

/* Whole samples of a DELAY at the knobs' initial values: half to even, never below its lower bound.
 */
uint64_t constant_delay(const struct cell *cell);

/* A hash of all that a certificate depends on: the cells, how they are wired, and their constants
 * as rounded; the rate. 64 hexadecimal digits and a NUL. */
enum { CONSTANTS_HASH_SIZE = 65 };
void constants_hash(const struct net *net, bool single, char out[CONSTANTS_HASH_SIZE]);

/* The SHA-256 of a text, likewise. */
void hash_of_text(const char *chars, size_t length, char out[CONSTANTS_HASH_SIZE]);

#endif
