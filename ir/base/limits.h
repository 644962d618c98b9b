/* What an input may ask for. Each limit has a diagnostic of its own; none is silent. */
#ifndef ADACC_IR_BASE_LIMITS_H
#define ADACC_IR_BASE_LIMITS_H

enum {
    LIMIT_FILE_BYTES = 64 * 1024 * 1024, /* one source file */
    LIMIT_DEPTH = 256,                   /* nesting of brackets, JSON values and graph nodes */
    LIMIT_JSON_VALUES = 4 * 1024 * 1024, /* numbers, texts, arrays and objects of one JSON text */
    LIMIT_CALLS = 256,                   /* nesting of calls in .adg */
    LIMIT_EVALUATION_DEPTH = 2048,       /* expressions of .adg that wait for one another */
    LIMIT_EVALUATIONS = 4 * 1024 * 1024, /* expressions of .adg evaluated, calls written out */
    LIMIT_CASCADE = 65536,               /* the exponent of a power of a system or matrix */
    LIMIT_CHANNELS = 1024,               /* inlets or outlets of anything, rows or columns of a matrix */
    LIMIT_CELLS = 4 * 1024 * 1024,       /* cells of a net */
    LIMIT_TAPS = 4096,                   /* of one finite response */
    LIMIT_DELAY_SAMPLES = 1 << 24,       /* one delay line: six minutes at 48 kHz */
    LIMIT_STATE_SAMPLES = 1 << 28,       /* all delay lines together */
    LIMIT_ERRORS = 20                    /* errors shown for one compilation */
};

#endif
