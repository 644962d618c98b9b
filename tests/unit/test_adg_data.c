/* Programs of several files: imports, params, tables, models and impulse responses. Each test has a
 * folder of its own. */
#include <math.h>
#include <sndfile.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "frontend/input.h"
#include "frontend/read_adg.h"
#include "tests/unit/adg.h"

static const char *folder_of(struct fixture *f) {
    char *path =
        text_format(&f->arena, "%s/adg-XXXXXX", getenv("TMPDIR") ? getenv("TMPDIR") : "/tmp");
    assert_non_null(mkdtemp(path));
    return path;
}

static const char *put(struct fixture *f, const char *folder, const char *path, const char *text) {
    const char *full = text_format(&f->arena, "%s/%s", folder, path);
    FILE *file = fopen(full, "w");
    assert_non_null(file);
    fputs(text, file);
    fclose(file);
    return full;
}

static void remove_all(struct fixture *f, const char *folder) {
    assert_int_equal(system(text_format(&f->arena, "rm -r '%s'", folder)), 0);
}

static bool read_file(struct fixture *f, const char *path, const char *const *folders, size_t count,
                      struct program *program) {
    struct reading reading = reading_of(f);
    reading.import_paths = folders;
    reading.import_path_count = count;
    const struct source *source = input_read(&f->arena, &f->sources, &f->diags, path);
    assert_non_null(source);
    memset(program, 0, sizeof *program);
    return read_adg(&reading, source, program);
}

static struct response respond_to_file(struct fixture *f, const char *path, size_t frames) {
    struct program program;
    if (!read_file(f, path, NULL, 0, &program)) {
        print_error("%s", list_diags(f));
        fail();
    }
    return respond(f, program, frames);
}

/* ---- imports -----------------------------------------------------------------------------------
 */

static void imported_names(void **state) {
    struct fixture *f = *state;
    const char *folder = folder_of(f), *library = folder_of(f);
    put(f, folder, "parts.adg",
        "name \"Parts\"\nrate 96kHz\ndouble(x) = gain*x\ngain = 2\ndelay(t) = 5\nmain = 0.1\n");
    put(f, library, "far.adg", "import \"near.adg\"\nlong = three -> delay(1smp)\n");
    put(f, library, "near.adg", "three = 3\n");
    const char *main = put(f, folder, "main.adg",
                           "import \"parts.adg\" as p\nimport \"far.adg\"\n"
                           "gain = 10\nmain = p.double(long) -> delay(2)\n");
    struct program program;
    assert_true(read_file(f, main, &library, 1, &program));
    assert_near(program.rate, 48000, 0);
    struct response r = respond(f, program, 5);
    assert_near(heard(r, 0, 0, 3), 6, 0);
    remove_all(f, folder);
    remove_all(f, library);
}

/* Without a prefix, what is imported hides what is built in; what the file defines hides both. */
static void imports_hide_built_in_names(void **state) {
    struct fixture *f = *state;
    const char *folder = folder_of(f);
    put(f, folder, "parts.adg", "sum(n) = 7\nid(n) = 8\n");
    const char *main =
        put(f, folder, "main.adg", "import \"parts.adg\"\nid(n) = 9\nmain = sum(2)*id(2)\n");
    assert_near(heard(respond_to_file(f, main, 1), 0, 0, 0), 63, 0);
    remove_all(f, folder);
}

static void a_file_is_read_once(void **state) {
    struct fixture *f = *state;
    const char *folder = folder_of(f);
    put(f, folder, "knobs.adg", "knob k = 2 in 0..4\nunused = k\nknob idle = 1 in 0..2\n");
    put(f, folder, "other.adg", "import \"./knobs.adg\"\nx = k\n");
    const char *main =
        put(f, folder, "main.adg",
            "knob own = 1 in 0..1\nimport \"knobs.adg\" as a\nimport \"other.adg\" as b\n"
            "main = a.k*b.x*own\n");
    struct program program;
    assert_true(read_file(f, main, NULL, 0, &program));
    assert_int_equal(program.knob_count, 2); /* of imported files, those that are used */
    assert_string_equal(program.knobs[0].id->text, "own");
    assert_string_equal(program.knobs[1].id->text, "k");
    assert_near(heard(respond(f, program, 1), 0, 0, 0), 4, 0);
    remove_all(f, folder);
}

/* What the reports are, with the folder's name taken out. */
static const char *complaint_of_file(struct fixture *f, const char *folder, const char *path) {
    struct program program;
    assert_false(read_file(f, path, NULL, 0, &program));
    const char *text = list_diags(f);
    struct text out;
    text_init(&out, &f->arena);
    size_t length = strlen(folder) + 1;
    for (const char *c = text; *c;) {
        if (!strncmp(c, folder, length - 1)) c += length;
        else text_put_char(&out, *c++);
    }
    return text_chars(&out);
}

static void imports_in_a_circle(void **state) {
    struct fixture *f = *state;
    const char *folder = folder_of(f);
    const char *main = put(f, folder, "a.adg", "import \"b.adg\"\nmain = x\n");
    put(f, folder, "b.adg", "import \"c.adg\"\nx = y\n");
    put(f, folder, "c.adg", "import \"a.adg\"\ny = 2\n");
    assert_text(complaint_of_file(f, folder, main),
                "c.adg:1:8: error: 'a.adg' imports 'b.adg', which imports 'c.adg', which imports "
                "'a.adg'\n"
                "  note at a.adg:1:8: 'b.adg' is imported here\n"
                "  note at b.adg:1:8: 'c.adg' is imported here\n");
    remove_all(f, folder);
}

static void mistakes_across_files(void **state) {
    struct fixture *f = *state;
    const char *folder = folder_of(f);
    put(f, folder, "one.adg",
        "allpass(g, d) = (1 - g^2)*(d ~ g) - g\nsame = 1\nbroken(x) = x -> id(3)\n");
    put(f, folder, "two.adg", "same = 2\nlost(x) = x*nowhere\n");
    const char *main =
        put(f, folder, "main.adg",
            "import \"one.adg\" as o\nimport \"two.adg\"\nimport \"one.adg\"\n"
            "a = o.alpass(1, _)\nb = alpass(1, _)\nc = same\nd = o.broken(_)\ne = p.x\n"
            "main = a -> b -> c -> d\n");
    assert_text(
        complaint_of_file(f, folder, main),
        "main.adg:4:7: error: 'o' defines no 'alpass'\n  help at main.adg:4:7: allpass\n"
        "main.adg:5:5: error: nothing is named 'alpass'\n  help at main.adg:5:5: allpass\n"
        "main.adg:6:5: error: two imported files define 'same'\n"
        "  note at two.adg:1:1: it is defined here\n"
        "  note at one.adg:2:1: and here\n"
        "  help: import one of them 'as' a prefix\n"
        "one.adg:3:18: error: series 'a -> b' needs b to take a's 1 outlet, but b has 3 inlets\n"
        "  label: 3 -> 3\n  label at one.adg:3:13: 1 -> 1\n"
        "  note at main.adg:7:5: in this call of 'broken'\n"
        "  help: split(3) between them leads one wire to 3\n"
        "main.adg:8:5: error: no import is named 'p'\n"
        "two.adg:2:13: error: nothing is named 'nowhere'\n");
    remove_all(f, folder);
}

static void params_are_kept(void **state) {
    struct fixture *f = *state;
    struct program program = read_well(f, "param a = -6dB in -20dB..0dB\nparam b = 3\nmain = a*b");
    assert_int_equal(program.param_count, 2);
    assert_string_equal(program.params[0].id->text, "a");
    assert_string_equal(program.params[0].unit, "dB");
    assert_near(program.params[0].init, -6, 0);
    assert_near(program.params[0].lo, -20, 0);
    assert_true(isinf(program.params[1].hi));
    assert_near(heard(respond(f, program, 1), 0, 0, 0), 3 * pow(10, -6 / 20.0), 1e-15);
}

/* ---- tables, models, sounds --------------------------------------------------------------------
 */

static void tables(void **state) {
    struct fixture *f = *state;
    const char *folder = folder_of(f);
    put(f, folder, "A.csv", "# a, b\n1, -2.5,3e-1\r\n\n 4 ,5,6\n");
    const char *main = put(f, folder, "main.adg", "main = csv(\"A.csv\")\n");
    struct response r = respond_to_file(f, main, 1);
    assert_int_equal(r.outs, 2);
    assert_int_equal(r.ins, 3);
    assert_near(heard(r, 1, 0, 0), -2.5, 0);
    assert_near(heard(r, 2, 0, 0), 0.3, 0);
    assert_near(heard(r, 0, 1, 0), 4, 0);
    put(f, folder, "A.csv", "1,2\n3,x\n");
    assert_text(complaint_of_file(f, folder, main),
                "A.csv:2:3: error: expected a number, found 'x'\n");
    remove_all(f, folder);
}

static void models(void **state) {
    struct fixture *f = *state;
    const char *folder = folder_of(f);
    put(f, folder, "m.json",
        "{\"fs\": 48000, \"type\": \"Series\", \"name\": \"m\", \"children\": ["
        "{\"type\": \"Leaf\", \"name\": \"g\", \"module_type\": \"Gain\", \"input_channels\": 2, "
        "\"output_channels\": 2, \"params\": {\"matrix\": [[1, 0.5], [0, {\"expr\": \"2*k\"}]]}}],"
        "\"knobs\": [{\"id\": \"k\", \"init\": 3, \"min\": 0, \"max\": 4}]}");
    const char *main =
        put(f, folder, "main.adg",
            "knob own = 0.5 in 0..1\nmain = own*load(\"m.json\") -> delay(1)*id(2)\n");
    struct program program;
    if (!read_file(f, main, NULL, 0, &program)) {
        print_error("%s", list_diags(f));
        fail();
    }
    assert_int_equal(program.knob_count, 2);
    assert_string_equal(program.knobs[1].id->text, "k");
    struct response r = respond(f, program, 2);
    assert_near(heard(r, 1, 0, 1), 0.25, 0);
    assert_near(heard(r, 1, 1, 1), 3, 0);
    main = put(f, folder, "other.adg", "rate 44.1kHz\nmain = load(\"m.json\")\n");
    assert_text(
        complaint_of_file(f, folder, main),
        "m.json:1:8: error: the model's delays and filters are made for 48000 Hz; at 44100 Hz it "
        "would be another model\n  label: made for\n");
    remove_all(f, folder);
}

static void put_sound(const char *path, int channels, int rate, size_t frames) {
    SF_INFO info = {
        .channels = channels, .samplerate = rate, .format = SF_FORMAT_WAV | SF_FORMAT_DOUBLE};
    SNDFILE *sound = sf_open(path, SFM_WRITE, &info);
    assert_non_null(sound);
    for (size_t k = 0; k < frames; k++) {
        double frame[8];
        for (int c = 0; c < channels; c++) frame[c] = 100 * c + (double)k + 1;
        sf_writef_double(sound, frame, 1);
    }
    sf_close(sound);
}

static void sounds(void **state) {
    struct fixture *f = *state;
    const char *folder = folder_of(f);
    put_sound(text_format(&f->arena, "%s/four.wav", folder), 4, 48000, 3);
    put_sound(text_format(&f->arena, "%s/slow.wav", folder), 1, 44100, 3);
    put_sound(text_format(&f->arena, "%s/long.wav", folder), 1, 48000, 4097);
    const char *main = put(f, folder, "main.adg", "main = load(\"four.wav\")\n");
    struct response r = respond_to_file(f, main, 4);
    assert_int_equal(r.ins, 1);
    assert_int_equal(r.outs, 4);
    assert_near(heard(r, 0, 2, 1), 202, 0);
    assert_near(heard(r, 0, 2, 3), 0, 0);
    main = put(f, folder, "main.adg", "main = load(\"four.wav\", inlets = 2)\n");
    r = respond_to_file(f, main, 4);
    assert_int_equal(r.ins, 2);
    assert_int_equal(r.outs, 2);
    assert_near(heard(r, 1, 0, 2), 203, 0);
    assert_near(heard(r, 0, 1, 0), 101, 0);
    main = put(f, folder, "bad.adg",
               "a = load(\"slow.wav\")\nb = load(\"long.wav\")\nc = load(\"four.wav\", 3)\n"
               "d = load(\"x.adg\")\ne = load(3)\nmain = _\n");
    assert_text(
        complaint_of_file(f, folder, main),
        "bad.adg:1:10: error: 'slow.wav' has 44100 samples a second, but the program runs at 48000 "
        "Hz\n"
        "bad.adg:2:10: error: 'long.wav' has more than 4096 samples: the fast convolution of long "
        "responses comes in a later version\n"
        "bad.adg:3:22: error: 'four.wav' has 4 channels, which is no multiple of 3 inlets\n"
        "bad.adg:4:10: error: 'load' reads files whose names end in .json or .wav, but this is "
        "'x.adg'\n  help: import \"x.adg\"\n"
        "bad.adg:5:10: error: 'load' needs the path of a file, in quotes, but this is a number\n");
    remove_all(f, folder);
}

static void implicit_loops(void **state) {
    struct fixture *f = *state;
    /* y = x + 0.5 y; and one where the delay of the series beside would be a slip. */
    assert_near(heard(respond_to(f, "main = implicit(1 ~ 0.5)", 1), 0, 0, 0), 2, 1e-15);
    struct response r = respond_to(f, "main = implicit(delay(2) -> 1 ~ -0.5)", 3);
    assert_near(heard(r, 0, 0, 2), 1 / 1.5, 1e-15);
    r = respond_to(f, "loop(x) = 1 ~ x\nmain = implicit(loop([0, 0.5; 0.25, 0]) -> id(2))", 1);
    assert_near(heard(r, 0, 0, 0), 1 / (1 - 0.125), 1e-15);
    assert_near(heard(r, 1, 0, 0), 0.5 / (1 - 0.125), 1e-15);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        TEST(imported_names),
        TEST(imports_hide_built_in_names),
        TEST(a_file_is_read_once),
        TEST(imports_in_a_circle),
        TEST(mistakes_across_files),
        TEST(params_are_kept),
        TEST(tables),
        TEST(models),
        TEST(sounds),
        TEST(implicit_loops),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
