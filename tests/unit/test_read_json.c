/* frontend/read_json: what models mean, and what is said of those that mean nothing. */
#include "tests/unit/reading.h"

#include <math.h>

#include "frontend/read_json.h"
#include "ir/base/limits.h"
#include "ir/dump.h"

/* The model reads, without a word, as this graph. */
static void reads_as(struct fixture *f, const char *text, const char *wanted) {
    struct program program;
    bool good = read_model(f, text, &program);
    assert_diags(f, "");
    assert_true(good);
    assert_text(program_text(f, &program), wanted);
}

static void refused(const char *text, const char *wanted) {
    void *state;
    assert_int_equal(fixture_open(&state), 0);
    struct program program;
    assert_false(read_model(state, text, &program));
    assert_diags(state, wanted);
    fixture_close(&state);
}

#define HEAD "program untitled\nrate 48000\n"
#define LEAF(module, params)                                                                       \
    "{\"type\": \"Leaf\", \"module_type\": \"" module "\", \"params\": {" params "}}"
#define GAIN2 LEAF("parallelGain", "\"gains\": [1, 2]")

static const char *model_text(struct fixture *f, const char *model) {
    return project_file(f, text_format(&f->arena, "tests/flamo/models/%s.json", model));
}

/* Containers */

static void a_shell_is_its_core(void **state) {
    reads_as(
        *state,
        "{\"type\": \"Shell\", \"name\": \"a b\", \"fs\": 44100, \"flamo\": {\"nfft\": 8}, \"children\": [" GAIN2
        "]}",
        "program a_b\nrate 44100\ngain 2 -> 2\n  [1, 0]\n  [0, 2]\n");
}

static void series_go_in_the_order_of_the_list(void **state) {
    reads_as(
        *state,
        "{\"type\": \"Series\", \"name\": \"s\", \"children\": [" LEAF(
            "Gain", "\"matrix\": [[1, 2, 3], [4, 5, 6]]") ", " GAIN2 "]}",
        "program s\nrate 48000\nseries 3 -> 2 's'\n  gain 3 -> 2\n    [1, 2, 3]\n    [4, 5, 6]\n  gain 2 -> 2\n    [1, 0]\n    [0, 2]\n");
}

static void parallels_stack_or_add(void **state) {
    struct fixture *f = *state;
    const char *body = "gain 2 -> 2\n    [1, 0]\n    [0, 2]\n",
               *children = "\"children\": [" GAIN2 ", " GAIN2 "]}";
    const char *stack = text_format(&f->arena, HEAD "stack 2 -> 4\n  %s  %s", body, body);
    const char *sum = text_format(&f->arena, HEAD "sum 2 -> 2\n  %s  %s", body, body);
    reads_as(f, text_format(&f->arena, "{\"type\": \"Parallel\", %s", children), stack);
    reads_as(f,
             text_format(&f->arena, "{\"type\": \"Parallel\", \"sum_output\": false, %s", children),
             stack);
    reads_as(f,
             text_format(&f->arena, "{\"type\": \"Parallel\", \"sum_output\": true, %s", children),
             sum);
}

static void recursions_are_implicit_feedback(void **state) {
    reads_as(
        *state,
        "{\"type\": \"Recursion\", \"name\": \"loop\", \"fF\": " LEAF(
            "Gain", "\"matrix\": [[1], [2]]") ", \"fB\": " LEAF("Gain", "\"matrix\": [[3, 4]]") "}",
        "program loop\nrate 48000\nfeedback 1 -> 2 implicit 'loop'\n  gain 1 -> 2\n    [1]\n    [2]\n  gain 2 -> 1\n    [3, 4]\n");
}

static void a_container_of_one_is_that_one(void **state) {
    reads_as(
        *state,
        "{\"type\": \"Series\", \"name\": \"s\", \"children\": [{\"type\": \"Parallel\", \"sum_output\": true, \"children\": [" GAIN2
        "]}]}",
        "program s\nrate 48000\ngain 2 -> 2 's'\n  [1, 0]\n  [0, 2]\n");
}

/* Leaves */

static void gains_are_matrices_or_diagonals(void **state) {
    reads_as(*state, LEAF("HouseholderMatrix", "\"matrix\": [[0.5, -0.5], [1e-3, 2]]"),
             HEAD "gain 2 -> 2\n  [0.5, -0.5]\n  [0.001, 2]\n");
    reads_as(*state, LEAF("Matrix", "\"gains\": [3]"), HEAD "gain 1 -> 1\n  [3]\n");
    reads_as(
        *state,
        "{\"type\": \"Leaf\", \"module_type\": \"Gain\", \"input_channels\": 2, \"output_channels\": 0, \"params\": {\"matrix\": []}}",
        HEAD "gain 2 -> 0\n");
}

static void delays_by_hand_are_samples(void **state) {
    reads_as(
        *state,
        LEAF("parallelDelay", "\"samples\": [0, 7, 1e3], \"samples_fractional\": [0.5, 7.25, 99]"),
        HEAD "delay 3 -> 3\n  [0, 7, 1000]\n");
}

#define FLAMO_DELAY(flamo, params)                                                                 \
    "{\"type\": \"Leaf\", \"module_type\": \"parallelDelay\", \"flamo\": {" flamo                  \
    "}, \"params\": {" params "}, \"fs\": 32768}"

static void delays_follow_flamos_rule(void **state) {
    const char *head = "program untitled\nrate 32768\n";
    struct fixture *f = *state;
    /* unit 100: raw = samples * 100 / fs is what ADAC multiplied by fs. */
    reads_as(f,
             FLAMO_DELAY("\"unit\": 100, \"isint\": true, \"requires_grad\": false",
                         "\"samples\": [1000, 250], \"samples_fractional\": [1000, 250]"),
             text_format(&f->arena, "%sdelay 2 -> 2\n  [10, 2.5]\n", head));
    /* softplus(0) = ln 2: 32768 ln 2 / 4096 = 8 ln 2 = 5.545... */
    struct program program;
    assert_true(read_model(f,
                          FLAMO_DELAY("\"unit\": 4096, \"isint\": true, \"requires_grad\": true",
                                      "\"samples_fractional\": [0, 32768]"),
                          &program));
    assert_near(program.main->delays->samples[0].value, 8 * log(2), 1e-12);
    assert_near(program.main->delays->samples[1].value, 8 * log(1 + exp(1)), 1e-12);
    /* isint false: whole ones are exact. */
    reads_as(
        f,
        FLAMO_DELAY("\"unit\": 1, \"isint\": false", "\"samples_fractional\": [5, 6.0000000001]"),
        text_format(&f->arena, "%sdelay 2 -> 2 fractional\n  [5, 6]\n", head));
    reads_as(f, FLAMO_DELAY("\"unit\": 1, \"isint\": false", "\"samples_fractional\": [5, 6.25]"),
             text_format(&f->arena, "%sdelay 2 -> 2 fractional\n  [5, 6.25]\n", head));
    reads_as(f,
             FLAMO_DELAY("\"isint\": false",
                         "\"samples_fractional\": [6.25], \"interpolation\": \"thiran:2\""),
             text_format(&f->arena, "%sdelay 1 -> 1 fractional thiran:2\n  [6.25]\n", head));
    reads_as(f,
             FLAMO_DELAY("\"isint\": false",
                         "\"samples_fractional\": [6.25], \"interpolation\": \"round\""),
             text_format(&f->arena, "%sdelay 1 -> 1\n  [6.25]\n", head));
    refused(FLAMO_DELAY("\"isint\": false",
                        "\"samples_fractional\": [6.25], \"interpolation\": \"sinc:1\""),
            "x.json:1:135: error: the root: expected 'interpolation' to be \"sinc:N\", \"lagrange:N\", "
            "\"thiran:N\" or \"round\", found the string \"sinc:1\"\n");
    refused(
        FLAMO_DELAY("\"unit\": 100", "\"samples\": [500]"),
        "x.json:1:96: error: the root: 'samples' was rounded before its 'unit' or softplus could be applied; what the "
        "delays are cannot be computed\n  help: export the model with 'samples_fractional', or take 'flamo' away if "
        "'samples' says what is meant\n");
    refused(FLAMO_DELAY("\"unit\": 0", "\"samples\": [500]"),
            "x.json:1:68: error: the root: expected a 'unit' above 0, found 0\n");
}

static void delays_have_limits(void **state) {
    (void)state;
    refused(LEAF("parallelDelay", "\"samples\": [1, -2]"),
            "x.json:1:76: error: the root: a delay of -2 samples would have to look ahead\n");
    refused(
        LEAF("parallelDelay", "\"samples\": [1e9]"),
        "x.json:1:73: error: the root: a delay of 1e9 samples is longer than the limit of 16777216\n");
}

static void sections_are_by_section_then_channel(void **state) {
    reads_as(
        *state,
        LEAF(
            "parallelSOSFilter",
            "\"sos\": [[[1, 2, 3, 4, 5], [6, 7, 8, 9, 10]], [[11, 12, 13, 14, 15], [16, 17, 18, 19, 20]]]"),
        HEAD "sos 2 -> 2, 2 a cascade\n  [1, 2, 3, 1, 4, 5]\n  [11, 12, 13, 1, 14, 15]\n"
             "  [6, 7, 8, 1, 9, 10]\n  [16, 17, 18, 1, 19, 20]\n");
}

/* One section, out = 1, in = 2: [1][6][1][2]. */
static void raw_sections_are_a_grid(void **state) {
    reads_as(*state,
             LEAF("parallelSOSFilter",
                  "\"raw\": [[[[1, 11]], [[2, 12]], [[3, 13]], [[4, 14]], [[5, 15]], [[6, 16]]]]"),
             HEAD
             "sos 2 -> 1 full, 1 a cascade\n  [1, 2, 3, 4, 5, 6]\n  [11, 12, 13, 14, 15, 16]\n");
    reads_as(*state,
             LEAF("SOSFilter", "\"raw\": [[[1, 11], [2, 12], [3, 13], [4, 14], [5, 15], [6, 16]]]"),
             HEAD "sos 2 -> 2, 1 a cascade\n  [1, 2, 3, 4, 5, 6]\n  [11, 12, 13, 14, 15, 16]\n");
}

static void no_section_is_wires(void **state) {
    reads_as(
        *state,
        "{\"type\": \"Leaf\", \"module_type\": \"parallelSOSFilter\", \"input_channels\": 3, \"params\": {\"sos\": []}}",
        HEAD "wire 3 -> 3\n");
    refused(
        LEAF("parallelSOSFilter", "\"sos\": []"),
        "x.json:1:10: error: the root: a parallelSOSFilter needs 'input_channels' where 'sos' has no section\n  label at x.json:1:64: its 'params'\n");
}

static void wrong_parameters(void **state) {
    (void)state;
    static const struct {
        const char *text, *said;
    } table[] = {
        {LEAF("Gain", ""),
         "x.json:1:10: error: the root: a Gain needs 'matrix', as [out][in], or 'gains', one a channel\n"
         "  label at x.json:1:51: its 'params'\n"},
        {"{\"type\": \"Leaf\", \"module_type\": \"Gain\"}",
         "x.json:1:10: error: the root: a Gain needs 'matrix', as [out][in], or 'gains', one a channel\n"},
        {LEAF("Gain", "\"gains\": 3"),
         "x.json:1:61: error: the root: expected 'gains' to be a list of numbers, found the number 3\n"},
        {LEAF("Gain", "\"gains\": [1, \"2\"]"),
         "x.json:1:65: error: the root: expected each entry of 'gains' to be a number, found the string \"2\"\n"},
        {LEAF("Gain", "\"matrix\": [1, 2]"),
         "x.json:1:63: error: the root: expected each entry of 'matrix' to be a list of numbers, found the number 1\n"},
        {LEAF("Gain", "\"matrix\": [[1, 2], [3]]"),
         "x.json:1:71: error: the root: the lists in 'matrix' differ in length: expected 2 entries, found 1 entry\n"
         "  label: 1 entry\n  note at x.json:1:63: the first of them has 2 entries\n"},
        {LEAF("Gain", "\"matrix\": [[1]], \"gains\": [1]"),
         "x.json:1:69: error: the root: 'matrix' and 'gains' exclude each other\n  label at x.json:1:52: given too\n"},
        {LEAF("parallelSOSFilter", "\"sos\": [[[1, 2, 3, 4, 5, 6]]]"),
         "x.json:1:72: error: the root: expected sections in 'sos' of 5 coefficients, found 6\n  help: they are b0 b1 b2 a1 a2, with a0 = 1\n"},
        {"{\"type\": \"Leaf\", \"module_type\": \"Gain\", \"input_channels\": 3, \"params\": {\"gains\": [1, 2]}}",
         "x.json:1:59: error: the root: 'input_channels' says 3, but the parameters are for 2\n  label at x.json:1:82: for 2\n"},
        {"{\"type\": \"Leaf\", \"module_type\": \"Gain\", \"input_channels\": 1.5, \"params\": {\"gains\": [1, 2]}}",
         "x.json:1:59: error: the root: expected 'input_channels' to be a whole number of channels, found the number 1.5\n"},
        {"{\"type\": \"Leaf\", \"module_type\": \"Gain\", \"params\": [1]}",
         "x.json:1:51: error: the root: expected 'params' to be an object, found a list\n"},
        {LEAF("Gian", ""),
         "x.json:1:33: error: the root: there is no module type 'Gian'\n  help at x.json:1:33: \"Gain\"\n"},
        {LEAF("Flanger", ""), "x.json:1:33: error: the root: there is no module type 'Flanger'\n"},
        {"{\"type\": \"Leaf\"}", "x.json:1:10: error: the root: a Leaf needs a 'module_type'\n"},
    };
    for (size_t i = 0; i < sizeof table / sizeof *table; i++) refused(table[i].text, table[i].said);
}

static void matrices_have_a_limit(void **state) {
    struct fixture *f = *state;
    struct text text;
    text_init(&text, &f->arena);
    text_put(&text, "{\"type\": \"Leaf\", \"module_type\": \"Gain\", \"params\": {\"gains\": [0");
    for (int i = 0; i < LIMIT_CHANNELS; i++) text_put(&text, ",0");
    text_put(&text, "]}}");
    refused(text_chars(&text),
            "x.json:1:61: error: the root: 1025 channels are more than the limit of 1024\n");
}

/* Wrong containers */

static void wrong_containers(void **state) {
    (void)state;
    static const struct {
        const char *text, *said;
    } table[] = {
        {"[]", "x.json:1:1: error: expected a model, which is an object, found an empty list\n"},
        {"{}", "x.json:1:1: error: the root: a node needs a 'type'\n"
               "  help: the node types are Shell, Series, Parallel, Recursion and Leaf\n"},
        {"{\"type\": 3}",
         "x.json:1:10: error: the root: expected 'type' to be a string, found the number 3\n"},
        {"{\"type\": \"Serie\"}",
         "x.json:1:10: error: the root: there is no node type 'Serie'\n  help at x.json:1:10: \"Series\"\n"},
        {"{\"type\": \"Gain\"}",
         "x.json:1:10: error: the root: there is no node type 'Gain'\n"
         "  help: a module is a node of \"type\": \"Leaf\" with \"module_type\": \"Gain\"\n"},
        {"{\"type\": \"Series\"}", "x.json:1:10: error: the root: a Series needs 'children'\n"},
        {"{\"type\": \"Series\", \"children\": []}",
         "x.json:1:32: error: the root: a Series without children says nothing of its channels\n"
         "  help: n plain wires are a Leaf of module type parallelGain with n gains of 1\n"},
        {"{\"type\": \"Shell\", \"children\": [1, 2]}",
         "x.json:1:31: error: the root: a Shell has one child, its core, not 2\n"},
        {"{\"type\": \"Shell\", \"children\": [null]}",
         "x.json:1:32: error: 'core': expected a node to be an object, found null\n"},
        {"{\"type\": \"Recursion\", \"name\": \"r\", \"fB\": null, \"fF\": " GAIN2 "}",
         "x.json:1:42: error: the root: a Recursion needs both 'fF' and 'fB', but 'fB' is null\n"
         "  help: n plain wires are a Leaf of module type parallelGain with n gains of 1\n"},
        {"{\"type\": \"Recursion\", \"fB\": " GAIN2 "}",
         "x.json:1:10: error: the root: a Recursion needs both 'fF' and 'fB', but 'fF' is missing\n"
         "  help: n plain wires are a Leaf of module type parallelGain with n gains of 1\n"},
        {"{\"type\": \"Parallel\", \"sum_output\": 1, \"children\": [" GAIN2 "]}",
         "x.json:1:36: error: the root: expected 'sum_output' to be true or false, found the number 1\n"},
        {"{\"format\": \"pyfdn-fdn-build\"}",
         "x.json:1:12: error: a build of pyFDN needs 'version'\n"},
    };
    for (size_t i = 0; i < sizeof table / sizeof *table; i++) refused(table[i].text, table[i].said);
}

#define ONE(name, module, params)                                                                  \
    "{\"type\": \"Leaf\", \"name\": \"" name "\", \"module_type\": \"" module                      \
    "\", \"params\": {" params "}}"

static void channels_must_fit(void **state) {
    (void)state;
    refused(
        "{\"type\": \"Shell\", \"children\": [\n{\"type\": \"Series\", \"name\": \"core\", \"children\": [\n" ONE(
            "in", "Gain", "\"gains\": [1, 2]") ",\n" ONE("out", "Gain",
                                                         "\"gains\": [1, 2, 3]") "]}]}",
        "x.json:4:26: error: 'core/out' takes 3 channels, but 'core/in' before it gives 2\n"
        "  label: 3 in, 3 out\n  label at x.json:3:26: 2 in, 2 out\n");
    refused(
        "{\"type\": \"Parallel\", \"children\": [\n" ONE(
            "a", "Gain", "\"gains\": [1, 2]") ",\n" ONE("b", "Gain", "\"gains\": [1, 2, 3]") "]}",
        "x.json:3:26: error: the root: the branches of a Parallel take the same input, but 'a' takes 2 channels and 'b' 3\n"
        "  label: 3 in, 3 out\n  label at x.json:2:26: 2 in, 2 out\n");
    refused(
        "{\"type\": \"Parallel\", \"sum_output\": true, \"children\": [\n" ONE(
            "a", "Gain", "\"gains\": [1]") ",\n" ONE("b", "Gain", "\"matrix\": [[1], [2]]") "]}",
        "x.json:3:26: error: the root: 'sum_output' adds what the branches give, but 'a' gives 1 channel and 'b' 2\n"
        "  label: 1 in, 2 out\n  label at x.json:2:26: 1 in, 1 out\n");
    refused(
        "{\"type\": \"Recursion\", \"fF\":\n" ONE(
            "a", "Gain", "\"matrix\": [[1], [2]]") ", \"fB\":\n" ONE("b", "Gain",
                                                                     "\"gains\": [1, 2]") "}",
        "x.json:3:26: error: the root: 'fB' leads from the 2 outputs of 'fF' back to its 1 input, but takes 2 channels and gives 2\n"
        "  label: 2 in, 2 out\n  label at x.json:2:26: 1 in, 2 out\n");
}

/* The place of a node in the tree, and going on after an error. */
static void errors_name_the_path(void **state) {
    (void)state;
    refused("{\"type\": \"Shell\", \"children\": [{\"type\": \"Recursion\", \"name\": \"core\",\n"
            "\"fF\": {\"type\": \"Series\", \"children\": [" GAIN2
            ",\n" LEAF("SVF", "") "]},\n"
                                  "\"fB\": {\"type\": \"Parallel\", \"children\": [" ONE(
                                      "x", "GEQ", "") "]}}]}",
            "x.json:3:10: error: 'core/fF/1': an SVF needs 'raw', as [parameter][section][out][in], 'sos', or 'fc', 'q' and 'mode'\n"
            "  label at x.json:3:50: its 'params'\n"
            "x.json:4:66: error: 'core/fB/x': a GEQ needs 'raw', as [band][out][in], or 'sos'\n"
            "  label at x.json:4:103: its 'params'\n");
}

static void fractional_delays(void **state) {
    struct fixture *f = *state;
    struct program program;
    assert_true(read_model(f, model_text(f, "frac_delay_ff"), &program));
    const struct node *delay = program.main->parts[0];
    assert_true(delay->delays->fractional);
    assert_near(delay->delays->samples[0].value, 100.25, 1e-12);
    assert_near(delay->delays->samples[1].value, 37.5, 0);
}

static void a_misspelt_member_is_warned_of(void **state) {
    struct program program;
    assert_true(read_model(
        *state,
        "{\"type\": \"Parallel\", \"sum_ouput\": true, \"comment\": 1, \"children\": [" GAIN2 "]}",
        &program));
    assert_diags(
        *state,
        "x.json:1:22: warning: the root: the member 'sum_ouput' is ignored\n  help at x.json:1:22: \"sum_output\"\n");
}

/* Rate */

static void rates(void **state) {
    (void)state;
    refused("{\"fs\": 0, \"type\": \"Leaf\"}",
            "x.json:1:8: error: expected 'fs' to be a sample rate above 0 Hz, found 0\n");
    refused(
        "{\"fs\": \"48k\", \"type\": \"Leaf\"}",
        "x.json:1:8: error: the root: expected 'fs' to be a number, found the string \"48k\"\n");
}

static void another_rate_is_another_model(void **state) {
    struct fixture *f = *state;
    struct reading reading = reading_of(f);
    reading.rate_override = 44100;
    struct program program = {0};
    assert_false(read_json(
        &reading, fixture_source(f, "x.json", "{\"fs\": 48000, \"type\": \"Leaf\"}"), &program));
    assert_diags(
        f,
        "x.json:1:8: error: the model's delays and filters are made for 48000 Hz; at 44100 Hz it would be another model\n"
        "  label: made for\n");
}

/* Controls and knobs */

#define WITH(members)                                                                                \
    "{\"type\": \"Leaf\", \"module_type\": \"parallelGain\", \"params\": {\"gains\": [1]}, " members \
    "}"

static void controls_have_adacs_defaults(void **state) {
    reads_as(
        *state,
        WITH(
            "\"controls\": {\"rt60\": true, \"dry_wet\": {\"init\": 0.25, \"label\": \"a \\\"b\\\"\"}, \"pre_delay\": false}"),
        HEAD "control rt60 = 2 in 0.1..10\ncontrol dry_wet = 0.25 in 0..1\ngain 1 -> 1\n  [1]\n");
    struct program program;
    assert_true(read_model(
        *state,
        WITH(
            "\"controls\": {\"dry_wet\": {\"label\": \"a \\\"b\\\"\", \"step\": 0.5}, \"rt60\": null}"),
        &program));
    assert_string_equal(program.controls[CONTROL_DRY_WET].label, "a \"b\"");
    assert_true(program.controls[CONTROL_DRY_WET].step == 0.5);
    assert_false(program.controls[CONTROL_RT60].wanted);
}

static void wrong_controls(void **state) {
    (void)state;
    static const struct {
        const char *text, *said;
    } table[] = {
        {WITH("\"controls\": {\"rt6\": true}"),
         "x.json:1:88: error: there is no macro control 'rt6'\n  note: there are rt60, dry_wet and pre_delay\n"
         "  help at x.json:1:88: \"rt60\"\n"},
        {WITH("\"controls\": {\"rt60\": {\"mx\": 3}}"),
         "x.json:1:97: error: there is no member of control 'rt60' named 'mx'\n  note: there are init, label, max, min and step\n"
         "  help at x.json:1:97: \"max\"\n"},
        {WITH("\"controls\": {\"rt60\": {\"init\": 20}}"),
         "x.json:1:105: error: control 'rt60': expected 'init' to lie in 0.1 to 10, found 20\n"},
        {WITH("\"controls\": {\"rt60\": {\"min\": 0}}"),
         "x.json:1:104: error: control 'rt60': expected 'min' above 0 seconds, found 0\n"},
        {WITH("\"controls\": {\"dry_wet\": {\"max\": 0}}"),
         "x.json:1:107: error: control 'dry_wet': expected 'max' to be above 'min', found 0 and 0\n"},
        {WITH("\"controls\": {\"pre_delay\": {\"step\": -1}}"),
         "x.json:1:110: error: control 'pre_delay': expected 'step' to lie in 0 to 250, found -1\n"},
        {WITH("\"controls\": {\"rt60\": 3}"),
         "x.json:1:96: error: the root: expected control 'rt60' to be true, false or an object, found the number 3\n"},
        {WITH("\"controls\": [\"rt60\"]"),
         "x.json:1:87: error: the root: expected 'controls' to be an object, found a list\n"},
        {WITH("\"knobs\": [{\"id\": \"a b\", \"init\": 0, \"min\": 0, \"max\": 1}]"),
         "x.json:1:92: error: a knob needs an 'id' of letters, digits and underscores\n"},
        {WITH("\"knobs\": [{\"id\": \"a\", \"init\": 0, \"min\": 0}]"),
         "x.json:1:85: error: knob 'a' needs 'max'\n"},
        {WITH("\"knobs\": [{\"id\": \"a\", \"init\": 0, \"min\": 0, \"max\": 1, \"log\": true}]"),
         "x.json:1:115: error: knob 'a': expected 'min' above 0 on a logarithmic scale, found 0\n"},
    };
    for (size_t i = 0; i < sizeof table / sizeof *table; i++) refused(table[i].text, table[i].said);
}

#define KNOBBED(expr)                                                                                     \
    "{\"type\": \"Leaf\", \"module_type\": \"parallelGain\", \"params\": {\"gains\": [{\"expr\": \"" expr \
    "\"}]},\n"                                                                                            \
    "\"knobs\": [{\"id\": \"mix\", \"init\": 0.25, \"min\": 0, \"max\": 1}, {\"id\": \"g\", \"init\": 3, \"min\": 1, \"max\": 9}]}"

static void expressions_bind_as_written(void **state) {
    static const struct {
        const char *text, *dump;
        double value;
    } table[] = {
        {KNOBBED("1 - mix"), "1 - mix", 0.75},
        {KNOBBED("g - mix - 1"), "g - mix - 1", 1.75},
        {KNOBBED("g - (mix - 1)"), "g - (mix - 1)", 3.75},
        {KNOBBED("g/mix/2"), "g/mix/2", 6},
        {KNOBBED("-mix*g + 2e0"), "-mix*g + 2", 1.25},
        {KNOBBED("-(mix*g)"), "-(mix*g)", -0.75},
        {KNOBBED("pow(g, 2) + max(mix, sqrt(g*3))"), "pow(g, 2) + max(mix, sqrt(g*3))", 12},
        {KNOBBED("2*3 + 1"), "7", 7},
    };
    struct fixture *f = *state;
    for (size_t i = 0; i < sizeof table / sizeof *table; i++) {
        struct program program;
        bool good = read_model(f, table[i].text, &program);
        assert_diags(f, "");
        assert_true(good);
        struct operand operand = program.main->matrix->at[0];
        struct text text;
        text_init(&text, &f->arena);
        operand_dump(&text, operand, program.knobs);
        assert_text(text_chars(&text), table[i].dump);
        assert_near(operand.value, table[i].value, 1e-15);
    }
}

static void wrong_expressions(void **state) {
    (void)state;
    static const struct {
        const char *text, *said;
    } table[] = {
        {KNOBBED("1 - mux"),
         "x.json:1:84: error: expression: the model has no knob 'mux'\n  help: did you mean 'mix'?\n"},
        {KNOBBED("1 -"),
         "x.json:1:83: error: expression: expected a number, a knob or '(', found its end\n"},
        {KNOBBED("(1 + g"), "x.json:1:86: error: expression: expected ')', found its end\n"},
        {KNOBBED("pow(g)"),
         "x.json:1:85: error: expression: expected ',' and another argument, found ')'\n"},
        {KNOBBED("g g"),
         "x.json:1:82: error: expression: expected an operator or the end, found 'g'\n"},
        {KNOBBED("log(mix - 1)"),
         "x.json:1:80: error: expression: its value at the knobs' initial positions is not a number\n"},
        {KNOBBED("\\u0067 + x"), "x.json:1:80: error: expression: the model has no knob 'x'\n"},
    };
    for (size_t i = 0; i < sizeof table / sizeof *table; i++) refused(table[i].text, table[i].said);
}

static void overrides_move_knobs_and_controls(void **state) {
    struct fixture *f = *state;
    struct knob_override overrides[] = {
        {"mix", 0.5, false}, {"rt60", 3, false}, {"other", 1, false}};
    struct reading reading = reading_of(f);
    reading.overrides = overrides;
    reading.override_count = 3;
    struct program program = {0};
    assert_true(read_json(
        &reading,
        fixture_source(
            f, "x.json",
            WITH(
                "\"controls\": {\"rt60\": true}, \"knobs\": [{\"id\": \"mix\", \"init\": 0, \"min\": 0, \"max\": 1}]")),
        &program));
    assert_true(program.knobs[0].init == 0.5);
    assert_true(program.controls[CONTROL_RT60].init == 3);
    assert_true(overrides[0].used && overrides[1].used && !overrides[2].used);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        TEST(a_shell_is_its_core),
        TEST(series_go_in_the_order_of_the_list),
        TEST(parallels_stack_or_add),
        TEST(recursions_are_implicit_feedback),
        TEST(a_container_of_one_is_that_one),
        TEST(gains_are_matrices_or_diagonals),
        TEST(delays_by_hand_are_samples),
        TEST(delays_follow_flamos_rule),
        TEST(delays_have_limits),
        TEST(sections_are_by_section_then_channel),
        TEST(raw_sections_are_a_grid),
        TEST(no_section_is_wires),
        TEST(wrong_parameters),
        TEST(matrices_have_a_limit),
        TEST(wrong_containers),
        TEST(channels_must_fit),
        TEST(errors_name_the_path),
        TEST(fractional_delays),
        TEST(a_misspelt_member_is_warned_of),
        TEST(rates),
        TEST(another_rate_is_another_model),
        TEST(controls_have_adacs_defaults),
        TEST(wrong_controls),
        TEST(expressions_bind_as_written),
        TEST(wrong_expressions),
        TEST(overrides_move_knobs_and_controls),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
