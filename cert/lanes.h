/* Doubles side by side. */
#ifndef ADACC_CERT_LANES_H
#define ADACC_CERT_LANES_H

/* Four of them: rows are padded to a multiple of four with zeros, so that a loop over them needs no
 * rest. Each lane rounds by itself, whatever the processor does them with. */
#if defined __GNUC__
typedef double lanes __attribute__((vector_size(32), aligned(8), may_alias));
#define LANES 4
#else
typedef double lanes;
#define LANES 1
#endif

#endif
