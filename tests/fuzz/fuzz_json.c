/* The door for JSON. */
#include "frontend/read_json.h"
#include "tests/fuzz/fuzz.h"

const char *const fuzz_words[] = {
#define MODULE(type, ...) "\"module_type\": \"" type "\"",
#define LATER(type) "\"module_type\": \"" type "\"",
#include "frontend/json_modules.def"
#undef LATER
#undef MODULE
    "\"type\": \"Shell\"", "\"type\": \"Series\"", "\"type\": \"Parallel\"", "\"type\": \"Recursion\"",
    "\"type\": \"Leaf\"", "\"name\": ", "\"fs\": ", "\"children\": [", "\"fF\": ", "\"fB\": ",
    "\"params\": {", "\"samples\": ", "\"samples_fractional\": ", "\"matrix\": ", "\"gains\": ",
    "\"sos\": ", "\"raw\": ", "\"fir\": ", "\"flamo\": {", "\"unit\": 1", "\"isint\": true",
    "\"requires_grad\": false", "\"op\": \"wire\"", "\"op\": \"parallel\"", "\"sum_output\": true",
    "\"input_channels\": ", "\"output_channels\": ", "\"knobs\": [", "\"controls\": {\"rt60\": true}",
    "{\"expr\": \"k\"}", "{\"expr\": \"pow(k, 2)\"}",
    "{\"id\": \"k\", \"init\": 1, \"min\": 0, \"max\": 2}", "{", "}", "[", "]", ",", ":", "\"", "null",
    "true", "false", "0", "1", "-1", "0.5", "1e308", "1e-308", "1024", "16777216", "[1]", "[[1]]",
    "[[[1]]]", "[1, 2]", "[[1, 2], [3, 4]]", "\\u0041", "\\ud800", " ", "\n", NULL};

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size) {
    fuzz_read(bytes, size, read_json);
    return 0;
}
