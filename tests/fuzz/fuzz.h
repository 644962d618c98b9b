/* What the fuzzers share. A target takes any bytes and must neither crash, hang nor leak; it is
 * built for libFuzzer, which finds LLVMFuzzerTestOneInput and LLVMFuzzerCustomMutator, and with
 * driver.c as a program of its own. */
#ifndef ADACC_TESTS_FUZZ_FUZZ_H
#define ADACC_TESTS_FUZZ_FUZZ_H

#include "frontend/reader.h"

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size);

/* Cuts, doubles, swaps and splices words of the text, and puts in words of the language. Gives the
 * new size. */
size_t LLVMFuzzerCustomMutator(uint8_t *bytes, size_t size, size_t most, unsigned seed);

/* A compilation of the bytes: reads them, and what is a program goes through the passes, is
 * lowered, and as source reads back as itself. */
void fuzz_read(const uint8_t *bytes, size_t size,
               bool (*read)(struct reading *reading, const struct source *source,
                            struct program *program));

/* The words that the mutator puts in: null behind the last. */
extern const char *const fuzz_words[];

#endif
