/* adac_compile for the program, which a signal may end in the middle. */
#ifndef ADACC_FRONTEND_COMPILE_H
#define ADACC_FRONTEND_COMPILE_H

#include "frontend/adac.h"
#include "frontend/guard.h"

/* As adac_compile; what is unfinished is listed with the guard, which may be null. */
enum adac_exit compile_guarded(const struct adac_options *options, FILE *out, FILE *messages,
                               struct guard *guard);

#endif
