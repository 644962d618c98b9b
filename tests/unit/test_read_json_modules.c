/* frontend/read_json_*: what each module type says of parameters that are missing, too many, of
 * another kind, empty or of another shape. One line a case: the module, its params, its flamo, and
 * the messages. */
#include "tests/unit/reading.h"

#include <math.h>
#include <string.h>

/* Columns 1 to 4 are the four lines' own: {"type": ..., "module_type"
 * "params": {...},
 * "flamo": {...}} */
static const char *leaf_text(struct fixture *f, const char *module, const char *params,
                             const char *flamo) {
    return text_format(
        &f->arena,
        "{\"type\": \"Leaf\", \"name\": \"m\", \"fs\": 48000, \"module_type\": \"%s\",\n"
        "\"params\": {%s}%s%s}",
        module, params, flamo ? ",\n\"flamo\": " : "", flamo ? flamo : "");
}

struct bad {
    const char *module, *params, *flamo, *said;
};

static void each_is_refused(const struct bad *table, size_t count) {
    for (size_t i = 0; i < count; i++) {
        void *state;
        assert_int_equal(fixture_open(&state), 0);
        struct fixture *f = state;
        struct program program;
        assert_false(
            read_model(f, leaf_text(f, table[i].module, table[i].params, table[i].flamo), &program));
        assert_diags(f, table[i].said);
        fixture_close(&state);
    }
}
#define EACH_IS_REFUSED(table) each_is_refused(table, sizeof table / sizeof *table)

static void gains(void **state) {
    (void)state;
    static const struct bad table[] = {
        {"Gain", "", NULL,
         "x.json:1:26: error: the root: a Gain needs 'matrix', as [out][in], or 'gains', one a channel\n"
         "  label at x.json:2:11: its 'params'\n"},
        {"Gain", "\"gain\": [1]", NULL,
         "x.json:2:12: error: the root: a Gain has no parameter 'gain'\n"
         "  note: it may have 'matrix', 'gains', 'raw'\n"
         "  help at x.json:2:12: \"gains\"\n"},
        {"parallelGain", "\"gains\": [], \"matrix\": null, \"raw\": 3", NULL,
         "x.json:2:21: error: the root: expected 'gains' to be one number a channel, found an empty list\n"
         "  help: a module without channels says so with \"input_channels\": 0\n"},
        {"Gain", "\"matrix\": []", NULL,
         "x.json:2:22: error: the root: expected 'matrix' to be rows of numbers, found an empty list\n"
         "  help: a module without channels says so with \"input_channels\": 0\n"},
        {"Gain", "\"matrix\": [[], []]", NULL,
         "x.json:2:22: error: the root: expected 'matrix' to be rows of numbers, found a list\n"
         "  help: a module without channels says so with \"input_channels\": 0\n"},
        {"Gain", "\"raw\": [1, 2]", NULL,
         "x.json:2:20: error: the root: expected each entry of 'raw' to be a list of numbers, found the number 1\n"},
        {"Matrix", "\"raw\": [[1, 2, 3], [4, 5, 6]]", "{\"matrix_type\": \"orthogonal\"}",
         "x.json:2:19: error: the root: expected each row of 'raw' to have 2 entries, found 3\n"
         "  help: a matrix of this type is square\n"},
        {"Matrix", "\"raw\": [[1, 2, 3], [4, 5, 6], [7, 8, 9]]", "{\"matrix_type\": \"hadamard\"}",
         "x.json:2:19: error: the root: FLAMO's hadamard matrices have 2, 4, 8, 16 ... rows, not 3\n"},
        {"Matrix", "\"raw\": [[1, 2, 3], [4, 5, 6], [7, 8, 9]]", "{\"matrix_type\": \"rotation\"}",
         "x.json:2:19: error: the root: FLAMO's rotation matrices have 2 or 4 rows, not 3\n"},
        {"Matrix", "\"raw\": [[1]]", "{\"matrix_type\": \"mine\"}",
         "x.json:1:26: error: the root: the JSON of this Matrix does not say 'params.matrix'\n"
         "  label at x.json:3:1: it is not in here\n"
         "  note: FLAMO had a function of its own for this matrix type\n"
         "  help: add \"matrix\": [[...], ...] to 'params', as [out][in]\n"},
        {"Matrix", "\"raw\": [[1]]", "{\"matrix_type\": 3}",
         "x.json:3:26: error: the root: expected 'matrix_type' to be a string, found the number 3\n"},
        {"HouseholderMatrix", "\"raw\": [[0], [0]]", NULL,
         "x.json:2:19: error: the root: a vector of zeros has no direction to reflect along\n"},
        {"HouseholderMatrix", "\"raw\": [[1, 2], [3, 4]]", NULL,
         "x.json:2:19: error: the root: expected each row of 'raw' to have 1 entry, found 2\n"
         "  help: a Householder matrix is made of one vector, as [channel][1]\n"},
        {"HouseholderMatrix", "\"matrix\": [[1, \"x\"]]", NULL,
         "x.json:2:27: error: the root: expected each entry of 'matrix' to be a number, found the string \"x\"\n"},
    };
    EACH_IS_REFUSED(table);
}

static void delays(void **state) {
    (void)state;
    static const struct bad table[] = {
        {"parallelDelay", "", NULL,
         "x.json:1:26: error: the root: a parallelDelay needs 'samples', one a channel\n"
         "  label at x.json:2:11: its 'params'\n"},
        {"parallelDelay", "\"samples\": {\"a\": 1}", NULL,
         "x.json:2:23: error: the root: expected 'samples' to be a list of numbers, found an object\n"},
        {"parallelDelay", "\"samples\": []", NULL,
         "x.json:2:23: error: the root: expected 'samples' to be one number a channel, found an empty list\n"
         "  help: a module without channels says so with \"input_channels\": 0\n"},
        {"parallelDelay", "\"samples\": [NaN]", NULL,
         "x.json:2:24: error: JSON has no number for NaN and infinity\n"
         "  label: not a number of JSON\n"
         "  note: it stands at /params/samples/0\n"
         "  note: a model with such a value was not finished, or its training diverged\n"},
        {"parallelDelay", "\"samples\": [1, null]", NULL,
         "x.json:2:27: error: the root: expected each entry of 'samples' to be a number, found null\n"},
        {"parallelDelay", "\"samples\": [[1]]", NULL,
         "x.json:2:24: error: the root: expected each entry of 'samples' to be a number, found a list\n"},
        {"parallelDelay", "\"delay\": [1]", NULL,
         "x.json:2:12: error: the root: a parallelDelay has no parameter 'delay'\n"
         "  note: it may have 'samples', 'samples_fractional', 'raw', 'interpolation'\n"},
        {"parallelDelay", "\"samples\": [3], \"samples_fractional\": [3]", "{\"unit\": \"s\"}",
         "x.json:3:19: error: the root: expected 'unit' to be a number, found the string \"s\"\n"},
        {"parallelDelay", "\"raw\": [0.1]", NULL,
         "x.json:1:26: error: the root: the JSON of this parallelDelay does not say 'flamo.unit' and 'flamo.isint'\n"
         "  note: FLAMO had delays of raw * fs / unit samples, unit being 100 unless said otherwise, rounded to whole samples where isint was true, which it was not unless said\n"
         "  help: add \"unit\": 1 or \"unit\": 100 and \"isint\": true to 'flamo', as the module was made\n"},
        {"parallelDelay", "\"raw\": [0.1]", "{\"unit\": 100}",
         "x.json:1:26: error: the root: the JSON of this parallelDelay does not say 'flamo.isint'\n"
         "  label at x.json:3:1: it is not in here\n"
         "  note: FLAMO had delays of raw * fs / unit samples, unit being 100 unless said otherwise, rounded to whole samples where isint was true, which it was not unless said\n"
         "  help: add \"isint\": true to 'flamo', as the module was made\n"},
        {"Delay", "", NULL,
         "x.json:1:26: error: the root: a Delay needs 'samples', as [out][in]\n"
         "  label at x.json:2:11: its 'params'\n"},
        {"Delay", "\"raw\": [1]", "{\"unit\": 1, \"isint\": true}",
         "x.json:2:20: error: the root: expected each entry of 'raw' to be a list of numbers, found the number 1\n"},
        {"Delay", "\"raw\": [[0.1], [0.1, 0.2]]", "{\"unit\": 1, \"isint\": true}",
         "x.json:2:27: error: the root: the lists in 'raw' differ in length: expected 1 entry, found 2 entries\n"
         "  label: 2 entries\n"
         "  note at x.json:2:20: the first of them has 1 entry\n"},
        {"Delay", "\"raw\": [[0.1], [-0.2]]", "{\"unit\": 1, \"isint\": true}",
         "x.json:2:28: error: the root: a delay of -9600 samples would have to look ahead\n"},
        {"Delay", "\"raw\": [[0.1]]", "{\"unit\": 1, \"isint\": 1}",
         "x.json:3:31: error: the root: expected 'isint' to be true or false, found the number 1\n"},
        {"Delay", "\"samples\": [[-1]]", NULL,
         "x.json:2:25: error: the root: a delay of -1 samples would have to look ahead\n"},
        {"GainDelay", "", NULL,
         "x.json:1:26: error: the root: a GainDelay needs 'raw', as [gain, delay][out][in], or 'matrix' and 'samples'\n"
         "  label at x.json:2:11: its 'params'\n"},
        {"GainDelay", "\"raw\": [[[1]]]", "{\"unit\": 1, \"isint\": true}",
         "x.json:2:19: error: the root: expected 'raw' to have 2 entries, found 1\n"
         "  help: gains first, then delays\n"},
        {"GainDelay", "\"raw\": [[[1]], [[-1]]]", "{\"unit\": 1, \"isint\": true}",
         "x.json:2:29: error: the root: a delay of -48000 samples would have to look ahead\n"},
        {"GainDelay", "\"matrix\": [[1, 2]], \"samples\": [[1]]", NULL,
         "x.json:2:43: error: the root: expected each row of 'samples' to have 2 entries, found 1\n"
         "  help: there is a delay for each gain\n"},
        {"GainDelay", "\"matrix\": [[1]]", NULL,
         "x.json:1:26: error: the root: a GainDelay needs 'raw', as [gain, delay][out][in], or 'matrix' and 'samples'\n"
         "  label at x.json:2:11: its 'params'\n"},
        {"parallelGainDelay", "\"raw\": [[1], [2, 3]]", "{\"unit\": 1, \"isint\": true}",
         "x.json:2:25: error: the root: the lists in 'raw' differ in length: expected 1 entry, found 2 entries\n"
         "  label: 2 entries\n"
         "  note at x.json:2:20: the first of them has 1 entry\n"},
        {"parallelGainDelay", "\"gains\": [1], \"samples\": [1, 2]", NULL,
         "x.json:2:37: error: the root: expected 'samples' to have 1 entry, found 2\n"
         "  help: there is a delay for each gain\n"},
        {"variableDelay", "", NULL,
         "x.json:1:26: error: the root: a variableDelay needs 'samples', one a channel\n"
         "  label at x.json:2:11: its 'params'\n"},
        {"variableDelay", "\"samples\": 3", NULL,
         "x.json:2:23: error: the root: expected 'samples' to be a list of numbers, found the number 3\n"},
        {"fractionalDelay", "\"samples\": []  , \"n\": 1", NULL,
         "x.json:2:29: error: the root: a fractionalDelay has no parameter 'n'\n"
         "  note: it may have 'samples', 'samples_fractional'\n"},
    };
    EACH_IS_REFUSED(table);
}

static void responses(void **state) {
    (void)state;
    static const struct bad table[] = {
        {"Filter", "", NULL,
         "x.json:1:26: error: the root: a Filter needs 'raw', as [tap][out][in]\n"
         "  label at x.json:2:11: its 'params'\n"},
        {"Filter", "\"raw\": []", NULL,
         "x.json:2:19: error: the root: expected 'raw' to be one tap or more, found an empty list\n"},
        {"Filter", "\"raw\": [1, 2]", NULL,
         "x.json:2:20: error: the root: expected each entry of 'raw' to be a list of lists of numbers, found the number 1\n"},
        {"Filter", "\"raw\": [[[1]], [[1, 2]]]", "{\"map\": \"identity\"}",
         "x.json:2:28: error: the root: the lists in 'raw' differ in length: expected 1 entry, found 2 entries\n"
         "  label: 2 entries\n"
         "  note at x.json:2:21: the first of them has 1 entry\n"},
        {"Filter", "\"raw\": [[[1]]]", "{\"map\": \"sin\"}",
         "x.json:3:18: error: the root: there is no map 'sin'\n"
         "  note: there are abs, exp, identity, relu, sigmoid, softplus and tanh\n"
         "  help: give 'fir', the taps as they are applied, in place of 'raw'\n"},
        {"Filter", "\"raw\": [[[1]]]", "{\"map\": 1}",
         "x.json:3:18: error: the root: expected 'map' to be a string, found the number 1\n"},
        {"parallelFilter", "\"raw\": [[[1]]]", NULL,
         "x.json:2:21: error: the root: expected each entry of 'raw' to be a number, found a list\n"},
        {"parallelFilter", "\"filter_type\": \"peak\"", NULL,
         "x.json:2:27: error: the root: expected 'filter_type' to be lowpass, highpass or bandpass, found the string \"peak\"\n"},
        {"parallelFilter", "\"fir\": [[1, \"a\"]]", NULL,
         "x.json:2:24: error: the root: expected each entry of 'fir' to be a number, found the string \"a\"\n"},
        {"parallelFilter", "\"fir\": []", NULL,
         "x.json:2:19: error: the root: expected 'fir' to be one tap or more, found an empty list\n"},
        {"ScatteringMatrix", "", NULL,
         "x.json:1:26: error: the root: a ScatteringMatrix needs 'raw', as [stage][out][in], or 'fir', as [tap][out][in]\n"
         "  label at x.json:2:11: its 'params'\n"},
        {"ScatteringMatrix", "\"raw\": [[[0, 1], [0, 0]], [[0, 1], [0, 0]]]", "{\"m_L\": [0, 0]}",
         "x.json:1:26: error: the root: the JSON of this ScatteringMatrix does not say 'flamo.shifts', 'flamo.m_R'\n"
         "  label at x.json:3:1: it is not in here\n"
         "  note: FLAMO drew the shifts between the matrices at random, and had the delays m_L of each outlet and m_R of each inlet\n"
         "  help: add them to 'flamo', \"shifts\" as a list of channels between each two matrices, or give 'fir', the taps as [tap][out][in], in place of 'raw'\n"},
        {"ScatteringMatrix", "\"raw\": [[[0, 1], [0, 0]], [[0, 1], [0, 0]]]",
         "{\"shifts\": [[0, 1]], \"m_L\": [0, 0], \"m_R\": [0, 0]}",
         "x.json:1:26: error: the root: the JSON of this ScatteringMatrix does not say 'flamo.gain_per_sample'\n"
         "  label at x.json:3:1: it is not in here\n"
         "  note: FLAMO lost that much a sample of each shift, 0.9999 unless said otherwise\n"
         "  help: add \"gain_per_sample\": 0.9999 to 'flamo', as the module was made\n"},
        {"ScatteringMatrix", "\"raw\": [[[0, 1], [0, 0]], [[0, 1], [0, 0]]]",
         "{\"shifts\": [], \"m_L\": [0, 0], \"m_R\": [0, 0], \"gain_per_sample\": 1}",
         "x.json:3:21: error: the root: expected 'shifts' to have 1 entry, found 0\n"
         "  help: one list between each two matrices of 'raw'\n"},
        {"ScatteringMatrix", "\"raw\": [[[0, 1], [0, 0]], [[0, 1], [0, 0]]]",
         "{\"shifts\": [[0, 1.5]], \"m_L\": [0, 0], \"m_R\": [0, 0], \"gain_per_sample\": 1}",
         "x.json:3:26: error: the root: expected each of 'shifts' to be whole samples from 0 on, found the number 1.5\n"},
        {"ScatteringMatrix", "\"raw\": [[[0, 1], [0, 0]], [[0, 1], [0, 0]]]",
         "{\"shifts\": [[0, 1, 2]], \"m_L\": [0, 0], \"m_R\": [0, 0], \"gain_per_sample\": 1}",
         "x.json:3:21: error: the root: expected each list in 'shifts' to have 2 entries, found 3\n"
         "  help: one whole number a channel\n"},
        {"ScatteringMatrix", "\"raw\": [[[0, 1], [0, 0]], [[0, 1], [0, 0]]]",
         "{\"shifts\": [[0, 1]], \"m_L\": [0], \"m_R\": [0, 0], \"gain_per_sample\": 1}",
         "x.json:3:38: error: the root: expected 'm_L' to have 2 entries, found 1\n"
         "  help: one whole number a channel\n"},
        {"ScatteringMatrix", "\"raw\": [[[0, 1]], [[0, 1]]]",
         "{\"shifts\": [[0]], \"m_L\": [0], \"m_R\": [0], \"gain_per_sample\": 1}",
         "x.json:2:19: error: the root: expected each row of a matrix in 'raw' to have 1 entry, found 2\n"
         "  help: a scattering matrix is square\n"},
        {"VelvetNoiseMatrix", "\"raw\": \"x\"",
         "{\"shifts\": [[0, 1]], \"m_L\": [0, 0], \"m_R\": [0, 0], \"gain_per_sample\": 1}",
         "x.json:2:19: error: the root: expected 'raw' to be lists three deep, found the string \"x\"\n"},
        {"VelvetNoiseMatrix", "\"raw\": [[[1]]], \"taps\": 3",
         "{\"shifts\": [[0, 1]], \"m_L\": [0, 0], \"m_R\": [0, 0], \"gain_per_sample\": 1}",
         "x.json:2:28: error: the root: a VelvetNoiseMatrix has no parameter 'taps'\n"
         "  note: it may have 'raw', 'fir', 'matrix', 'gains'\n"},
    };
    EACH_IS_REFUSED(table);
}

static void sections(void **state) {
    (void)state;
    static const struct bad table[] = {
        {"parallelSOSFilter", "", NULL,
         "x.json:1:26: error: the root: a parallelSOSFilter needs 'sos', as [section][channel][b0, b1, b2, a1, a2], or 'raw', as [section][6][out][in]\n"
         "  label at x.json:2:11: its 'params'\n"},
        {"SOSFilter", "\"raw\": [[[[1]], [[0]], [[0]], [[1]], [[0]]]]", NULL,
         "x.json:2:19: error: the root: expected sections in 'raw' of 6 coefficients, found 5\n"
         "  help: they are b0 b1 b2 a0 a1 a2\n"},
        {"SOSFilter", "\"raw\": 1", NULL,
         "x.json:2:19: error: the root: expected 'raw' to be lists four deep, found the number 1\n"},
        {"parallelSOSFilter", "\"sos\": [[[1, 2, 3]]]", NULL,
         "x.json:2:19: error: the root: expected sections in 'sos' of 5 coefficients, found 3\n"
         "  help: they are b0 b1 b2 a1 a2, with a0 = 1\n"},
        {"parallelSOSFilter", "\"sos\": [[1, 2, 3, 4, 5]]", NULL,
         "x.json:2:21: error: the root: expected each entry of 'sos' to be a list of numbers, found the number 1\n"},
        {"parallelSVF", "\"sos\": [[[1, 0, 0, true, 0]]]", NULL,
         "x.json:2:31: error: the root: expected each entry of 'sos' to be a number, found true\n"},
        {"SOSFilter", "\"sos\": [[[[1, 0, 0, 1]]]]", NULL,
         "x.json:2:19: error: the root: expected sections in 'sos' of 5 coefficients, found 4\n"
         "  help: they are b0 b1 b2 a1 a2, with a0 = 1\n"},
    };
    EACH_IS_REFUSED(table);
}

static void filters(void **state) {
    (void)state;
    static const struct bad table[] = {
        {"Biquad", "", NULL,
         "x.json:1:26: error: the root: a Biquad needs 'raw', as [section][parameter], 'sos', 'coeffs' or 'b0' to 'a2'\n"
         "  label at x.json:2:11: its 'params'\n"},
        {"Biquad", "\"raw\": [[[[0.5]], [[1]]]]", NULL,
         "x.json:1:26: error: the root: the JSON of this Biquad does not say 'flamo.filter_type'\n"
         "  note: FLAMO makes another filter of the same numbers for each type\n"
         "  help: add \"filter_type\": \"lowpass\", \"highpass\" or \"bandpass\" to 'flamo'\n"},
        {"Biquad", "\"raw\": [[[[0.5]], [[1]]]]", "{\"filter_type\": \"notch\"}",
         "x.json:3:26: error: the root: a Biquad has no 'filter_type' 'notch'\n"
         "  note: there are lowpass, highpass, bandpass\n"},
        {"Biquad", "\"raw\": [[[[0.5]], [[1]], [[1]]]]", "{\"filter_type\": \"lowpass\"}",
         "x.json:2:19: error: the root: expected each section in 'raw' to have 2 entries, found 3\n"
         "  help: a lowpass or highpass has a frequency and a gain\n"},
        {"Biquad", "\"raw\": [[[[0.5]], [[1]]]]", "{\"filter_type\": \"bandpass\"}",
         "x.json:2:19: error: the root: expected each section in 'raw' to have 3 entries, found 2\n"
         "  help: a bandpass has two frequencies and a gain\n"},
        {"Biquad", "\"raw\": [[[0.5], [1]]]", "{\"filter_type\": \"lowpass\"}",
         "x.json:2:22: error: the root: expected each entry of 'raw' to be a list of numbers, found the number 0.5\n"},
        {"Biquad", "\"coeffs\": [1, 2, 3]", NULL,
         "x.json:2:22: error: the root: expected 'coeffs' to have 5 entries, found 3\n"
         "  help: they are b0 b1 b2 a1 a2, with a0 = 1\n"},
        {"Biquad", "\"b0\": \"1\"", NULL,
         "x.json:2:18: error: the root: expected 'b0' to be a number, found the string \"1\"\n"},
        {"Biquad", "\"coefs\": [1, 0, 0, 0, 0]", NULL,
         "x.json:2:12: error: the root: a Biquad has no parameter 'coefs'\n"
         "  note: it may have 'raw', 'sos', 'fir', 'matrix', 'gains', 'coeffs', 'b0', 'b1', 'b2', 'a1', 'a2'\n"
         "  help at x.json:2:12: \"coeffs\"\n"},
        {"parallelBiquad", "\"raw\": [[[0.5, 0.5], [1]]]", "{\"filter_type\": \"lowpass\"}",
         "x.json:2:33: error: the root: the lists in 'raw' differ in length: expected 2 entries, found 1 entry\n"
         "  label: 1 entry\n"
         "  note at x.json:2:21: the first of them has 2 entries\n"},
        {"parallelBiquad", "\"raw\": []", "{\"filter_type\": \"lowpass\"}",
         "x.json:2:19: error: the root: expected 'raw' to be lists that hold numbers, found an empty list\n"},
        {"parallelBiquad", "\"raw\": [[[], []]]", "{\"filter_type\": \"lowpass\"}",
         "x.json:2:19: error: the root: expected 'raw' to be lists that hold numbers, found a list\n"},
        {"SVF", "", NULL,
         "x.json:1:26: error: the root: an SVF needs 'raw', as [parameter][section][out][in], 'sos', or 'fc', 'q' and 'mode'\n"
         "  label at x.json:2:11: its 'params'\n"},
        {"SVF", "\"raw\": [[[[0]]]]", "{\"filter_type\": \"lowpass\"}",
         "x.json:2:19: error: the root: expected 'raw' to have 5 entries, found 1\n"
         "  help: frequency, resonance and three of the mix, then the sections\n"},
        {"SVF", "\"fc\": 1000, \"q\": 0", NULL,
         "x.json:2:29: error: the root: expected 'q' to be above 0, found 0\n"},
        {"SVF", "\"fc\": 30000, \"q\": 1", NULL,
         "x.json:2:18: error: the root: expected 'fc' to be between 0 and half the sample rate, 24000 Hz, found 30000\n"},
        {"SVF", "\"fc\": 1000, \"q\": 1, \"mode\": \"peak\"", NULL,
         "x.json:2:40: error: the root: expected 'mode' to be lowpass, highpass, bandpass, notch or allpass, found the string \"peak\"\n"},
        {"SVF", "\"fc\": 1000, \"q\": 1, \"mode\": 3", NULL,
         "x.json:2:40: error: the root: expected 'mode' to be a string, found the number 3\n"},
        {"parallelSVF", "\"raw\": [[[0]], [[0]], [[0]], [[0]], [[0]]]", NULL,
         "x.json:1:26: error: the root: the JSON of this parallelSVF does not say 'flamo.filter_type'\n"
         "  note: FLAMO makes another filter of the same numbers for each type\n"
         "  help: add \"flamo\": {\"filter_type\": \"lowpass\"}, or \"flamo\": {} for the general form\n"},
        {"parallelSVF", "\"raw\": [[[0]], [[0]], [[0]], [[0]]]", "{}",
         "x.json:2:19: error: the root: expected 'raw' to have 5 entries, found 4\n"
         "  help: frequency, resonance and three of the mix, then the sections\n"},
        {"parallelSVF", "\"raw\": [[[0]], [[0]], [[0]], [[0]], [[\"a\"]]]", "{}",
         "x.json:2:50: error: the root: expected each entry of 'raw' to be a number, found the string \"a\"\n"},
        {"parallelSVF", "\"raw\": [[[0]], [[0]], [[0]], [[0]], [[0]]]",
         "{\"filter_type\": \"low\"}",
         "x.json:3:26: error: the root: a parallelSVF has no 'filter_type' 'low'\n"
         "  note: there are lowpass, highpass, bandpass, lowshelf, highshelf, peaking, notch\n"},
        {"parallelSVF", "\"raw\": [[[0]], [[-2000]], [[0]], [[0]], [[0]]]",
         "{\"filter_type\": \"peaking\"}",
         "x.json:2:11: error: the root: section 0 of channel 0 has no finite coefficients\n"
         "  note: b = 2, -4.44089e-16, 2, a = inf, -4.44089e-16, -inf\n"},
    };
    EACH_IS_REFUSED(table);
}

static void equalisers(void **state) {
    (void)state;
    static const struct bad table[] = {
        {"parallelGEQ", "", NULL,
         "x.json:1:26: error: the root: a parallelGEQ needs 'raw', as [band][channel], or 'sos'\n"
         "  label at x.json:2:11: its 'params'\n"},
        {"parallelGEQ", "\"raw\": [[1], [1], [1], [1], [1], [1], [1], [1], [1], [1], [1]]", NULL,
         "x.json:1:26: error: the root: the JSON of this parallelGEQ does not say 'flamo.octave_interval'\n"
         "  note: FLAMO has 12 gains for bands of an octave and 30 for thirds, and here are 11\n"
         "  help: add \"octave_interval\" to 'flamo', as the module was made\n"},
        {"parallelGEQ", "\"raw\": [[1], [1], [1], [1], [1], [1], [1], [1], [1], [1], [1]]",
         "{\"octave_interval\": 1}",
         "x.json:2:19: error: the root: expected 'raw' to have 12 entries, found 11\n"
         "  help: one gain for each of 12 bands of 1/1 octave\n"},
        {"parallelGEQ", "\"raw\": [[1], [1], [1], [1], [1], [1], [1], [1], [1], [1], [1], [1]]",
         "{\"octave_interval\": 0}",
         "x.json:3:30: error: the root: expected 'octave_interval' above 0, found 0\n"},
        {"parallelGEQ", "\"raw\": [[1], [1], [1], [1], [1], [1], [1], [1], [1], [1], [1], [1]]",
         "{\"fs\": -1}", "x.json:3:17: error: the root: expected 'fs' above 0, found -1\n"},
        {"GEQ", "\"raw\": [[1], [1], [1], [1], [1], [1], [1], [1], [1], [1], [1], [1]]", NULL,
         "x.json:2:21: error: the root: expected each entry of 'raw' to be a list of numbers, found the number 1\n"},
        {"parallelGEQ",
         "\"raw\": [{\"expr\": \"1\"}, [1], [1], [1], [1], [1], [1], [1], [1], [1], [1], [1]]",
         NULL,
         "x.json:2:20: error: the root: expected each entry of 'raw' to be a list of numbers, found an object\n"},
        {"parallelAccurateGEQ", "\"raw\": [[0], [1], [1], [1], [1], [1], [1], [1], [1], [1], [1]]",
         NULL,
         "x.json:2:21: error: the root: expected a target gain to be above 0, found the number 0\n"},
        {"parallelAccurateGEQ",
         "\"raw\": [[1], [1], [1], [1], [1], [1], [1], [1], [1], [1], [1], [1]]", NULL,
         "x.json:1:26: error: the root: the JSON of this parallelAccurateGEQ does not say 'flamo.octave_interval'\n"
         "  note: FLAMO has 11 gains for bands of an octave and 29 for thirds, and here are 12\n"
         "  help: add \"octave_interval\" to 'flamo', as the module was made\n"},
        {"parallelAccurateGEQ", "\"raw\": [[1], [1], [1], [1], [1], [1], [1], [1], [1], [1], [1]]",
         "{\"fs\": 32000}",
         "x.json:1:26: error: the root: the highest band, at 16000 Hz, lies above fs / 2.1 = 15238.1 Hz, up to where the targets are given\n"},
        {"AccurateGEQ", "\"raw\": 0", NULL,
         "x.json:2:19: error: the root: expected 'raw' to be lists three deep, found the number 0\n"},
        {"parallelPEQ", "", NULL,
         "x.json:1:26: error: the root: a parallelPEQ needs 'raw', as [band][3][channel], or 'sos'\n"
         "  label at x.json:2:11: its 'params'\n"},
        {"parallelPEQ", "\"raw\": [[[0], [1], [0]], [[0], [1], [0]]]", NULL,
         "x.json:1:26: error: the root: the JSON of this parallelPEQ does not say 'flamo.design'\n"
         "  note: FLAMO makes other filters of the same numbers for the designs \"biquad\", which it takes unless said otherwise, and \"svf\"; and n_bands, f_min and f_max stand there too if they are not those of the numbers, 20 and 20000 Hz\n"
         "  help: add \"design\": \"biquad\" or \"design\": \"svf\" to 'flamo', as the module was made\n"},
        {"parallelPEQ", "\"raw\": [[[0], [1], [0]], [[0], [1], [0]]]", "{\"design\": \"fir\"}",
         "x.json:3:21: error: the root: expected 'design' to be \"biquad\" or \"svf\", found the string \"fir\"\n"},
        {"parallelPEQ", "\"raw\": [[[0], [1], [0]]]", "{\"design\": \"biquad\"}",
         "x.json:2:19: error: the root: expected 'raw' to be two bands or more: a low and a high shelf, found a list\n"},
        {"parallelPEQ", "\"raw\": [[[0], [1]], [[0], [1]]]", "{\"design\": \"biquad\"}",
         "x.json:2:19: error: the root: expected each band in 'raw' to have 3 entries, found 2\n"
         "  help: frequency, R and gain in dB\n"},
        {"parallelPEQ", "\"raw\": [[[0], [1], [0]], [[0], [1], [0]]]",
         "{\"design\": \"biquad\", \"n_bands\": 3}",
         "x.json:3:42: error: the root: 'n_bands' says 3, but 'raw' has 2 bands\n"
         "  label at x.json:2:19: of 2 bands\n"},
        {"parallelPEQ", "\"raw\": [[[0], [1], [0]], [[0], [1], [0]]]",
         "{\"design\": \"biquad\", \"f_min\": 0}",
         "x.json:3:40: error: the root: expected 'f_min' above 0, found 0\n"},
        {"parallelPEQ", "\"raw\": [[[0], [1], [0]], [[0], [1], [0]]]",
         "{\"design\": \"biquad\", \"f_max\": 10}",
         "x.json:3:40: error: the root: expected 'f_max' above 20, found 10\n"},
        {"parallelPEQ", "\"raw\": [[[0], [1], [0]], [[0], [1], [0]]]",
         "{\"design\": \"svf\", \"f_max\": 24000}",
         "x.json:3:37: error: the root: expected 'f_max' below half the sample rate, 24000 Hz, found 24000\n"},
        {"parallelPEQ", "\"raw\": [[[0], [3], [20]], [[0], [1], [0]]]", "{\"design\": \"biquad\"}",
         "x.json:2:19: error: the root: band 0 of 'raw' is a shelf with R = 3 at 20 dB, which does not exist: (A^2 + 1)(1 / R - 1) + 2 A is below 0\n"},
        {"PEQ", "\"raw\": [[[0], [1], [0]], [[0], [1], [0]]]", "{\"design\": \"biquad\"}",
         "x.json:2:22: error: the root: expected each entry of 'raw' to be a list of numbers, found the number 0\n"},
        {"PEQ", "\"fc\": 0", NULL,
         "x.json:1:26: warning: the root: this PEQ does not say 'gain_db': it is 0, as ADAC takes it\n"
         "  label at x.json:2:11: not in here\n"
         "x.json:2:18: error: the root: expected 'fc' to be between 0 and half the sample rate, 24000 Hz, found 0\n"},
        {"parallelFDNGEQ", "", NULL,
         "x.json:1:26: error: the root: a parallelFDNGEQ needs 'raw', as [band], or 'sos'\n"
         "  label at x.json:2:11: its 'params'\n"},
        {"parallelFDNGEQ", "\"raw\": [1, 1]", NULL,
         "x.json:1:26: error: the root: the JSON of this parallelFDNGEQ does not say 'flamo.delays'\n"
         "  note: FLAMO made the filters for the delay lines that it had, in samples\n"
         "  help: add \"delays\": [...] to 'flamo', one a channel, or give 'sos' in place of 'raw'\n"},
        {"parallelFDNGEQ", "\"raw\": [1, 1]", "{\"delays\": [100, 0]}",
         "x.json:3:27: error: the root: expected each of 'delays' to be samples above 0, found the number 0\n"},
        {"parallelFDNGEQ", "\"raw\": [1, 1]", "{\"delays\": [100]}",
         "x.json:1:26: error: the root: the JSON of this parallelFDNGEQ does not say 'flamo.octave_interval'\n"
         "  label at x.json:3:1: it is not in here\n"
         "  note: FLAMO has 12 gains for bands of an octave and 30 for thirds, and here are 2\n"
         "  help: add \"octave_interval\" to 'flamo', as the module was made\n"},
        {"parallelFDNAccurateGEQ", "\"raw\": [1, -1]", "{\"delays\": [100]}",
         "x.json:2:23: error: the root: expected each decay time of 'raw' to be above 0 seconds, found the number -1\n"},
        {"parallelFirstOrderShelving", "\"raw\": [1, 1]", "{\"delays\": [100]}",
         "x.json:1:26: error: the root: the JSON of this parallelFirstOrderShelving does not say 'flamo.rt_nyquist'\n"
         "  label at x.json:3:1: it is not in here\n"
         "  note: FLAMO had the decay time of the highest frequency there\n"
         "  help: add \"rt_nyquist\", in seconds, to 'flamo'\n"},
        {"parallelFirstOrderShelving", "\"raw\": [1]", "{\"delays\": [100], \"rt_nyquist\": 1}",
         "x.json:2:19: error: the root: expected 'raw' to have 2 entries, found 1\n"
         "  help: the decay time at 0 Hz and the crossover in radians a sample\n"},
        {"parallelFDNPEQ", "\"raw\": [1]", NULL,
         "x.json:1:26: error: the root: the JSON of this parallelFDNPEQ does not say 'params.sos'\n"
         "  note: FLAMO made the filters for the delay lines that it had, by options of which ADAC stores none\n"
         "  help: give 'sos', as [section][channel][b0, b1, b2, a1, a2], in place of 'raw'\n"},
    };
    EACH_IS_REFUSED(table);
}

static void plain(void **state) {
    (void)state;
    static const struct bad table[] = {
        {"lowpass", "\"fc\": 24000, \"order\": 2", NULL,
         "x.json:2:18: error: the root: expected 'fc' to be between 0 and half the sample rate, 24000 Hz, found 24000\n"},
        {"lowpass", "\"fc\": \"1 kHz\", \"order\": 2", NULL,
         "x.json:2:18: error: the root: expected 'fc' to be a number, found the string \"1 kHz\"\n"},
        {"highpass", "\"fc\": 100, \"order\": 2.5", NULL,
         "x.json:2:32: error: the root: expected 'order' to be a whole number from 1 to 64, found 2.5\n"},
        {"highpass", "\"fc\": 100, \"order\": 65", NULL,
         "x.json:2:32: error: the root: expected 'order' to be a whole number from 1 to 64, found 65\n"},
        {"bandpass", "\"order\": 2, \"fl\": 200, \"fh\": 100", NULL,
         "x.json:2:41: error: the root: expected 'fh' to be above 'fl', 200 Hz, found 100\n"},
        {"bandpass", "\"order\": 2, \"fl\": -1, \"fh\": 100", NULL,
         "x.json:2:30: error: the root: expected 'fl' to be between 0 and half the sample rate, 24000 Hz, found -1\n"},
        {"peakEQ", "\"gain_db\": 3, \"fc\": 100, \"bandwidth\": 0", NULL,
         "x.json:2:50: error: the root: expected 'bandwidth' to be above 0, found 0\n"},
        {"peakEQ", "\"gain_db\": null, \"fc\": [1], \"bandwidth\": 1", NULL,
         "x.json:1:26: warning: the root: this peakEQ does not say 'gain_db': it is 0, as ADAC takes it\n"
         "  label at x.json:2:11: not in here\n"
         "x.json:2:35: error: the root: expected 'fc' to be a number, found a list\n"},
        {"allpassComb", "\"delay\": 1.5, \"feedback\": 0.5", NULL,
         "x.json:2:21: error: the root: expected 'delay' to be whole samples from 1 on, found 1.5\n"},
        {"allpassComb", "\"delay\": 0, \"feedback\": 0.5", NULL,
         "x.json:2:21: error: the root: expected 'delay' to be whole samples from 1 on, found 0\n"},
        {"allpassComb", "\"delay\": 5, \"feedback\": []", NULL,
         "x.json:2:36: error: the root: expected 'feedback' to be a number, found an empty list\n"},
        {"dcBlocker", "\"pole\": 0.9", NULL,
         "x.json:2:12: error: the root: a dcBlocker has no parameter 'pole'\n"},
        {"onePole", "\"pole\": \"x\"", NULL,
         "x.json:2:20: error: the root: expected 'pole' to be a number, found the string \"x\"\n"},
        {"onePole", "\"p\": 0.9", NULL,
         "x.json:2:12: error: the root: a onePole has no parameter 'p'\n"
         "  note: it may have 'pole'\n"},
    };
    EACH_IS_REFUSED(table);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        TEST(gains),   TEST(delays),     TEST(responses), TEST(sections),
        TEST(filters), TEST(equalisers), TEST(plain),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
