/* --diagnostics=json from end to end: what an editor gets, and what comes of it when it does what
 * the helps say. */
#include "tests/unit/support.h"

#include <cjson/cJSON.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "frontend/adac.h"

/* The diagnostics of a text, as an editor parses them; the caller deletes them. */
static cJSON *diagnostics_of(const char *text, enum adac_exit wanted) {
    char path[] = "/tmp/adacc-test-XXXXXX.adg";
    int opened = mkstemps(path, 4);
    assert_true(opened >= 0);
    size_t length = strlen(text);
    assert_int_equal(write(opened, text, length), length);
    close(opened);
    char *printed = NULL;
    size_t printed_length;
    FILE *messages = open_memstream(&printed, &printed_length);
    struct adac_options options = {
        .size = sizeof options, .input = path, .json_diagnostics = true};
    enum adac_exit exit = adac_compile(&options, stdout, messages);
    fclose(messages);
    cJSON *list = cJSON_Parse(printed);
    if (exit != wanted || !list) fail_msg("exit %d of\n%s\n%s", (int)exit, text, printed);
    cJSON *item;
    cJSON_ArrayForEach(item, list) {
        cJSON *file = cJSON_GetObjectItem(item, "file");
        if (cJSON_IsString(file)) assert_string_equal(file->valuestring, path);
    }
    free(printed);
    unlink(path);
    return list;
}

static const char *string_of(const cJSON *item, const char *key) {
    const char *text = cJSON_GetStringValue(cJSON_GetObjectItem(item, key));
    return text ? text : "";
}

/* Bytes from .. to, of a range that lies within the text. */
static void range_of(const cJSON *item, const char *text, size_t *from, size_t *to) {
    const cJSON *range = cJSON_GetObjectItem(item, "range");
    assert_int_equal(cJSON_GetArraySize(range), 2);
    *from = (size_t)cJSON_GetArrayItem(range, 0)->valuedouble;
    *to = (size_t)cJSON_GetArrayItem(range, 1)->valuedouble;
    assert_true(*from <= *to && *to <= strlen(text));
}

/* Line and column are those of the range's begin; columns count characters. */
static void check_place(const cJSON *item, const char *text, size_t from) {
    int line = 1, column = 1;
    for (size_t i = 0; i < from; i++) {
        if (text[i] == '\n') line++, column = 1;
        else if (((unsigned char)text[i] & 0xC0) != 0x80) column++;
    }
    assert_int_equal(cJSON_GetObjectItem(item, "line")->valueint, line);
    assert_int_equal(cJSON_GetObjectItem(item, "column")->valueint, column);
}

static void places_and_ranges(void **state) {
    struct fixture *f = *state;
    static const char text[] = "# \xC3\xA9\n"
                               "m = [1499, 1777]\n"
                               "main = (delay(m) -> 0.5) ~ hadamard(4)\n";
    cJSON *list = diagnostics_of(text, ADAC_INPUT_ERRORS), *label;
    assert_int_equal(cJSON_GetArraySize(list), 1);
    cJSON *only = cJSON_GetArrayItem(list, 0);
    assert_string_equal(string_of(only, "code"), "E0301");
    assert_string_equal(string_of(only, "severity"), "error");
    size_t from, to;
    range_of(only, text, &from, &to);
    assert_string_equal(text_format(&f->arena, "%.*s", (int)(to - from), text + from),
                        "hadamard(4)");
    check_place(only, text, from);
    label = cJSON_GetArrayItem(cJSON_GetObjectItem(only, "labels"), 0);
    range_of(label, text, &from, &to);
    assert_string_equal(text_format(&f->arena, "%.*s", (int)(to - from), text + from),
                        "delay(m) -> 0.5");
    cJSON_Delete(list);
}

struct fix {
    size_t from, to;
    const char *text;
};

static int last_first(const void *a, const void *b) {
    const struct fix *x = a, *y = b;
    return (x->from < y->from) - (x->from > y->from);
}

/* The text with the first fix of each error applied. */
static const char *fixed(struct fixture *f, const char *text) {
    enum { MOST = 16 };
    cJSON *list = diagnostics_of(text, ADAC_INPUT_ERRORS), *item, *help;
    struct fix fixes[MOST];
    size_t count = 0;
    cJSON_ArrayForEach(item, list) {
        cJSON_ArrayForEach(help, cJSON_GetObjectItem(item, "helps")) {
            if (!cJSON_IsArray(cJSON_GetObjectItem(help, "range"))) continue;
            assert_true(count < MOST);
            struct fix *fix = &fixes[count++];
            range_of(help, text, &fix->from, &fix->to);
            fix->text = text_format(&f->arena, "%s", string_of(help, "message"));
            break;
        }
    }
    qsort(fixes, count, sizeof *fixes, last_first);
    for (size_t i = 0; i < count; i++)
        text = text_format(&f->arena, "%.*s%s%s", (int)fixes[i].from, text, fixes[i].text,
                           text + fixes[i].to);
    cJSON_Delete(list);
    return text;
}

static void fixes_lead_to_programs(void **state) {
    struct fixture *f = *state;
    static const struct {
        const char *wrong, *right;
    } cases[] = {
        {"rate 48000\nmain = _\n", "rate 48000Hz\nmain = _\n"},
        {"main = .5*_\n", "main = 0.5*_\n"},
        {"main = delay(3MS)\n", "main = delay(3ms)\n"},
        {"main = hadamar(4)\n", "main = hadamard(4)\n"},
        {"main = delay([7, 9]) ~ hadamard(4)\n", "main = delay([7, 9]) ~ hadamard(2)\n"},
        {"knob t = 10ms in 0..20\nmain = delay(t)\n",
         "knob t = 10ms in 0ms..20ms\nmain = delay(t)\n"},
        {"rate 48000\nx = .5\nmain = x*hadamar(2)\n",
         "rate 48000Hz\nx = 0.5\nmain = x*hadamard(2)\n"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        /* What is wrong with the text hides what is wrong with its meaning. */
        const char *text = fixed(f, cases[i].wrong);
        if (strcmp(text, cases[i].right) != 0) text = fixed(f, text);
        assert_text(text, cases[i].right);
        cJSON *list = diagnostics_of(text, ADAC_DONE);
        assert_int_equal(cJSON_GetArraySize(list), 0);
        cJSON_Delete(list);
    }
}

static void ten_mistakes_are_ten_reports(void **state) {
    (void)state;
    static const char text[] = "a = 1 +\n"
                               "b = delay(4kHz)\n"
                               "c = [1 2]\n"
                               "d = (1\n"
                               "e = 3zz\n"
                               "f = 1 @ 2\n"
                               "g = _ | _ & _\n"
                               "h = 1 ~ 2 ~ 3\n"
                               "i = \"open\n"
                               "j = f(x = 1, 2)\n"
                               "k = 5.\n"
                               "main = _\n";
    cJSON *list = diagnostics_of(text, ADAC_INPUT_ERRORS), *item;
    int line = 0, reports = 0;
    cJSON_ArrayForEach(item, list) {
        size_t from, to;
        range_of(item, text, &from, &to);
        check_place(item, text, from);
        int here = cJSON_GetObjectItem(item, "line")->valueint;
        assert_true(here > line); /* one a line, in their order */
        line = here;
        reports++;
    }
    assert_int_equal(reports, 10); /* `b` is well written: its meaning comes later */
    cJSON_Delete(list);
}

int main(void) {
    const struct CMUnitTest tests[] = {TEST(places_and_ranges), TEST(fixes_lead_to_programs),
                                       TEST(ten_mistakes_are_ten_reports)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
