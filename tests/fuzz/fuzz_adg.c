/* The lexer, parser and elaborator of .adg. */
#include "frontend/read_adg.h"
#include "tests/fuzz/fuzz.h"

const char *const fuzz_words[] = {
#define UNIT(NAME, suffix, dimension, power, meaning) "1" suffix,
#include "lang/units.def"
#undef UNIT
#define OPERATOR(NAME, spelling, strength, grouping, meaning) spelling,
#include "lang/operators.def"
#undef OPERATOR
#define BUILTIN(name, ...) name "(",
#include "frontend/builtins.def"
#undef BUILTIN
#define FUNCTION(NAME, text, arguments, meaning) text "(",
#include "ir/functions.def"
#undef FUNCTION
    "main = ",
    "name \"x\"",
    "author \"y\"",
    "rate 48kHz",
    "knob k = 1 in 0..2",
    " log",
    " step 1",
    " smooth 20ms",
    " \"label\"",
    "control rt60",
    "control dry_wet = 1 in 0..1",
    "param p = 1 in 0..2",
    "require stable(main)",
    "require t60(main, 1kHz) in 1s..2s",
    "import \"x.adg\" as p",
    " where a = ",
    "[",
    "]",
    "(",
    ")",
    "{",
    "}",
    ",",
    ";",
    ":",
    "..",
    "=",
    "\n",
    "\n    ",
    " ",
    "#",
    "\"",
    "\\",
    "_",
    "'",
    "z",
    "z^-1",
    "fs",
    "pi",
    "k",
    "f(x) = ",
    "f(",
    "x",
    "[x for x in 0..7]",
    "{0Hz: 2s, 6kHz: 1s}",
    "[1, 2; 3, 4]",
    "delay(10)",
    "delay(k*1ms)",
    "hadamard(4)",
    "0",
    "1",
    "2",
    "-1",
    "0.5",
    "1e308",
    "1e-308",
    "1024",
    "1025",
    "16777216",
    "1_000",
    "\xC3\xA9",
    NULL};

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size) {
    fuzz_read(bytes, size, read_adg);
    return 0;
}
