/* ir/base: arenas, vectors, names, source places, numbers, texts, diagnostics. */
#include "tests/unit/support.h"

#include <float.h>
#include <locale.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "ir/base/limits.h"
#include "ir/base/number.h"
#include "ir/base/vec.h"

/* Arena */

static void arena_blocks_are_zeroed_and_aligned(void **state) {
    struct fixture *f = *state;
    for (size_t size = 0; size < 300; size++) {
        unsigned char *block = arena_alloc(&f->arena, size);
        assert_int_equal((uintptr_t)block % _Alignof(max_align_t), 0);
        for (size_t i = 0; i < size; i++) assert_int_equal(block[i], 0);
        memset(block, 0xFF, size);
    }
}

static void arena_blocks_do_not_overlap(void **state) {
    struct fixture *f = *state;
    /* Sizes on both sides of a chunk's, so that small blocks go on after large ones. */
    static const size_t sizes[] = {1, 100000, 0, 65536, 65537, 7, 30000, 30000, 30000, 1};
    enum { COUNT = sizeof sizes / sizeof *sizes };
    unsigned char *blocks[COUNT];
    for (size_t i = 0; i < COUNT; i++) {
        blocks[i] = arena_alloc(&f->arena, sizes[i]);
        memset(blocks[i], (int)i + 1, sizes[i]);
    }
    for (size_t i = 0; i < COUNT; i++)
        for (size_t k = 0; k < sizes[i]; k++) assert_int_equal(blocks[i][k], i + 1);
}

static void arena_keeps_its_chunk_beside_a_large_block(void **state) {
    struct fixture *f = *state;
    char *before = arena_alloc(&f->arena, 16);
    arena_alloc(&f->arena, 1000000);
    char *after = arena_alloc(&f->arena, 16);
    assert_ptr_equal(after, before + 16);
}

static void arena_empty_blocks_are_distinct(void **state) {
    struct fixture *f = *state;
    void *a = arena_alloc(&f->arena, 0), *b = arena_alloc(&f->arena, 0);
    assert_non_null(a);
    assert_ptr_not_equal(a, b);
}

static void arena_copy_ends_with_nul(void **state) {
    struct fixture *f = *state;
    char *copy = arena_copy(&f->arena, "abcdef", 3);
    assert_string_equal(copy, "abc");
    assert_string_equal(arena_copy(&f->arena, NULL, 0), "");
}

/* Allocates 1000 bytes again and again; the number of blocks made before the arena was full. */
static unsigned blocks_until_full(struct arena *arena, struct arena_exit *way_out, unsigned most) {
    volatile unsigned made = 0;
    if (setjmp(way_out->out_of_memory)) return made;
    while (made < most) {
        arena_alloc(arena, 1000);
        made++;
    }
    return made;
}

static void arena_limit_leaves_by_the_exit(void **state) {
    (void)state;
    struct arena arena;
    struct arena_exit way_out = {.chunks = NULL};
    arena_init(&arena, &way_out, 200000);
    unsigned made = blocks_until_full(&arena, &way_out, 1000);
    assert_in_range(made, 100, 199);
    assert_true(arena.held <= 200000);
    /* Freed, it has all its room again. */
    arena_free(&arena);
    assert_int_equal(arena.held, 0);
    assert_int_equal(blocks_until_full(&arena, &way_out, 1000), made);
    arena_free(&arena);
}

static void arena_scratch_leaves_by_its_parents_exit(void **state) {
    (void)state;
    struct arena parent, scratch;
    struct arena_exit way_out = {.chunks = NULL};
    arena_init(&parent, &way_out, 200000);
    arena_alloc(&parent, 1);
    arena_init_scratch(&scratch, &parent);
    assert_in_range(blocks_until_full(&scratch, &way_out, 1000), 100, 199);
    /* Who had the scratch arena is gone after the jump, so the exit knows what it held. */
    arena_free(&parent);
    assert_non_null(way_out.chunks);
    arena_exit_release(&way_out);
    assert_null(way_out.chunks);
}

static void arena_overflowing_sizes_are_out_of_memory(void **state) {
    (void)state;
    struct arena arena;
    struct arena_exit way_out = {.chunks = NULL};
    arena_init(&arena, &way_out, 0);
    static volatile size_t huge = SIZE_MAX;
    volatile unsigned survived = 0;
    if (!setjmp(way_out.out_of_memory)) arena_array(&arena, huge / 2, 3), survived++;
    if (!setjmp(way_out.out_of_memory)) arena_alloc(&arena, huge), survived++;
    if (!setjmp(way_out.out_of_memory)) arena_alloc(&arena, huge - 64), survived++;
    if (!setjmp(way_out.out_of_memory)) arena_copy(&arena, "", huge), survived++;
    assert_int_equal(survived, 0);
    arena_free(&arena);
}

static char deferred_order[4];

static void note_deferred(void *what) {
    strncat(deferred_order, what, 1);
}

static void arena_deferred_runs_newest_first_and_once(void **state) {
    (void)state;
    struct arena arena;
    char a[] = "a", b[] = "b";
    deferred_order[0] = 0;
    arena_init(&arena, NULL, 0);
    arena_defer(&arena, note_deferred, a);
    arena_defer(&arena, note_deferred, b);
    assert_string_equal(deferred_order, "");
    arena_free(&arena);
    assert_string_equal(deferred_order, "ba");
    arena_free(&arena);
    assert_string_equal(deferred_order, "ba");
}

static void vectors_keep_their_elements_as_they_grow(void **state) {
    struct fixture *f = *state;
    VEC(int) numbers = {0};
    for (int i = 0; i < 1000; i++) vec_push(&f->arena, &numbers, i * i);
    assert_int_equal(numbers.count, 1000);
    for (int i = 0; i < 1000; i++) assert_int_equal(numbers.at[i], i * i);
}

/* Names */

static void names_are_equal_when_their_pointers_are(void **state) {
    struct fixture *f = *state;
    name wet = name_of(&f->names, "wet");
    assert_ptr_equal(name_intern(&f->names, "wetness", 3), wet);
    assert_ptr_not_equal(name_of(&f->names, "dry"), wet);
    assert_ptr_not_equal(name_intern(&f->names, "wet\0", 4), wet);
    assert_string_equal(wet->text, "wet");
    assert_string_equal(name_or(wet, "?"), "wet");
    assert_string_equal(name_or(NULL, "?"), "?");
}

static void names_survive_growth(void **state) {
    struct fixture *f = *state;
    enum { COUNT = 5000 };
    static name made[COUNT];
    for (unsigned i = 0; i < COUNT; i++) made[i] = name_of(&f->names, text_format(&f->arena, "n%u", i));
    for (unsigned i = 0; i < COUNT; i++)
        assert_ptr_equal(name_of(&f->names, text_format(&f->arena, "n%u", i)), made[i]);
    assert_int_equal(f->names.count, COUNT);
}

/* Source places */

static void assert_place(struct fixture *f, uint32_t offset, const char *path, uint32_t line,
                         uint32_t column) {
    struct place place = source_place(&f->sources, offset);
    assert_non_null(place.source);
    assert_string_equal(place.source->path, path);
    assert_int_equal(place.line, line);
    assert_int_equal(place.column, column);
}

static void places_count_lines_and_columns_from_one(void **state) {
    struct fixture *f = *state;
    const struct source *s = fixture_source(f, "x.adg", "ab\n\ncd");
    assert_place(f, s->base, "x.adg", 1, 1);
    assert_place(f, s->base + 1, "x.adg", 1, 2);
    assert_place(f, s->base + 2, "x.adg", 1, 3); /* the newline ends its line */
    assert_place(f, s->base + 3, "x.adg", 2, 1);
    assert_place(f, s->base + 4, "x.adg", 3, 1);
    assert_place(f, s->base + 6, "x.adg", 3, 3); /* the end of the text */
}

static void places_count_characters_of_utf8(void **state) {
    struct fixture *f = *state;
    /* Two bytes, three bytes, four bytes, then x. */
    const struct source *s = fixture_source(f, "x.adg", "\n\xC3\xA4\xE2\x80\x93\xF0\x9F\x8E\xB5x");
    assert_place(f, s->base + 1, "x.adg", 2, 1);
    assert_place(f, s->base + 3, "x.adg", 2, 2);
    assert_place(f, s->base + 6, "x.adg", 2, 3);
    assert_place(f, s->base + 10, "x.adg", 2, 4);
}

static void places_tell_files_apart(void **state) {
    struct fixture *f = *state;
    const struct source *a = fixture_source(f, "a.adg", "one"), *empty = fixture_source(f, "b.adg", "");
    const struct source *c = fixture_source(f, "c.adg", "two");
    assert_ptr_equal(source_at(&f->sources, a->base + a->length), a);
    assert_ptr_equal(source_at(&f->sources, empty->base), empty);
    assert_place(f, c->base, "c.adg", 1, 1);
    assert_null(source_at(&f->sources, c->base + c->length + 1));
    assert_null(source_place(&f->sources, 0).source);
}

static void spans_join_to_the_smallest_around_both(void **state) {
    (void)state;
    span a = {5, 8}, b = {2, 6}, joined = span_join(a, b);
    assert_int_equal(joined.begin, 2);
    assert_int_equal(joined.end, 8);
    joined = span_join(NOWHERE, a);
    assert_int_equal(joined.begin, 5);
    joined = span_join(a, NOWHERE);
    assert_int_equal(joined.end, 8);
    assert_false(span_known(span_join(NOWHERE, NOWHERE)));
}

/* Numbers */

static void assert_prints(double value, const char *wanted) {
    char got[NUMBER_ROOM];
    size_t length = number_print(got, value);
    assert_string_equal(got, wanted);
    assert_int_equal(length, strlen(wanted));
}

static void assert_prints_float(float value, const char *wanted) {
    char got[NUMBER_ROOM];
    size_t length = number_print_float(got, value);
    assert_string_equal(got, wanted);
    assert_int_equal(length, strlen(wanted));
}

static void assert_parses(const char *text, double wanted) {
    double got;
    assert_true(number_parse(text, strlen(text), &got));
    assert_true(got == wanted && signbit(got) == signbit(wanted));
}

static void assert_is_no_number(const char *text) {
    double got;
    assert_false(number_parse(text, strlen(text), &got));
}

static void known_numbers(void) {
    assert_prints(0, "0");
    assert_prints(-0.0, "-0");
    assert_prints(0.1, "0.1");
    assert_prints(0.1 + 0.2, "0.30000000000000004");
    assert_prints(1.0 / 3, "0.3333333333333333");
    assert_prints(-2.5, "-2.5");
    assert_prints(48000, "48000");
    assert_prints(1e6, "1000000");
    assert_prints(1e22, "1e22");
    assert_prints(1e23, "1e23");
    assert_prints(9007199254740993.0, "9007199254740992");
    assert_prints(1e-5, "1e-5");
    assert_prints(1e-300, "1e-300");
    assert_prints(DBL_MAX, "1.7976931348623157e308");
    assert_prints(DBL_MIN, "2.2250738585072014e-308");
    assert_prints(DBL_TRUE_MIN, "5e-324");
    assert_prints(HUGE_VAL, "inf");
    assert_prints(-HUGE_VAL, "-inf");
    assert_prints((double)NAN, "nan");
    assert_prints(copysign((double)NAN, -1), "nan");
    assert_prints_float(0.1f, "0.1");
    assert_prints_float(1.0f / 3, "0.33333334");
    assert_prints_float(16777216.0f, "16777216");
    assert_prints_float(-0.0f, "-0");
    assert_prints_float(FLT_MAX, "3.4028235e38");
    assert_prints_float(FLT_TRUE_MIN, "1e-45");
}

static void numbers_print_shortest(void **state) {
    (void)state;
    known_numbers();
}

static void numbers_print_rounded(void **state) {
    (void)state;
    char got[NUMBER_ROOM];
    number_print_rounded(got, 2.4349, 3);
    assert_string_equal(got, "2.43");
    number_print_rounded(got, 0.018749, 3);
    assert_string_equal(got, "0.0187");
    number_print_rounded(got, 1e-7, 3);
    assert_string_equal(got, "1e-7");
    assert_true(number_print_rounded(got, -DBL_MAX, 1000) < NUMBER_ROOM);
}

static void known_decimals(void) {
    assert_parses("12", 12);
    assert_parses("-0.5", -0.5);
    assert_parses("-0", -0.0);
    assert_parses("1e-3", 0.001);
    assert_parses("2.5E2", 250);
    assert_parses("1e999", HUGE_VAL);
    assert_parses("1e-999", 0);
    /* Longer than any buffer one would think of; rounds as the exact decimal does. */
    assert_parses("0.1000000000000000055511151231257827021181583404541015625"
                  "00000000000000000000000000000000000000000000000000000000000001",
                  0.1);
    assert_is_no_number("");
    assert_is_no_number("-");
    assert_is_no_number(".");
    assert_is_no_number("e5");
    assert_is_no_number("1e");
    assert_is_no_number("1.2.3");
    assert_is_no_number("1,5");
    assert_is_no_number("0x10");
    assert_is_no_number(" 1");
    assert_is_no_number("1 ");
    assert_is_no_number("inf");
    assert_is_no_number("nan");
}

static void numbers_are_read_strictly(void **state) {
    (void)state;
    known_decimals();
    double got;
    assert_true(number_parse("1234", 2, &got)); /* no further than it may */
    assert_true(got == 12);
    assert_false(number_parse("1\0002", 3, &got));
}

/* Marsaglia's xorshift64: any bits, so numbers of all sizes. */
static uint64_t next_bits(uint64_t *x) {
    *x ^= *x << 13;
    *x ^= *x >> 7;
    *x ^= *x << 17;
    return *x;
}

static bool same_bits(double a, double b) {
    return !memcmp(&a, &b, sizeof a);
}

static void any_number_round_trips(void) {
    uint64_t random = 88172645463325252u;
    for (int i = 0; i < 20000; i++) {
        uint64_t bits = next_bits(&random);
        double value, back;
        memcpy(&value, &bits, sizeof value);
        uint32_t half = (uint32_t)(bits >> 32);
        float small;
        memcpy(&small, &half, sizeof small);
        char text[NUMBER_ROOM];
        if (isfinite(value)) {
            size_t length = number_print(text, value);
            assert_true(length < NUMBER_ROOM && length == strlen(text));
            assert_null(strchr(text, ','));
            assert_true(number_parse(text, length, &back));
            assert_true(same_bits(back, value));
        }
        if (isfinite(small)) {
            size_t length = number_print_float(text, small);
            assert_null(strchr(text, ','));
            assert_true(number_parse(text, length, &back));
            assert_true((float)back == small);
        }
    }
}

/* The judge here is the C library in the C locale, not number_parse. */
static void numbers_round_trip(void **state) {
    (void)state;
    any_number_round_trips();
    uint64_t random = 1;
    for (int i = 0; i < 20000; i++) {
        uint64_t bits = next_bits(&random);
        double value;
        memcpy(&value, &bits, sizeof value);
        if (!isfinite(value)) continue;
        char text[NUMBER_ROOM];
        number_print(text, value);
        assert_true(same_bits(strtod(text, NULL), value));
    }
}

static void numbers_ignore_the_locale(void **state) {
    struct fixture *f = *state;
    if (!setlocale(LC_ALL, "de_DE.UTF-8")) {
        /* cmocka's skip() reads as a failure in TAP; tests/locale.sh skips for both. */
        print_message("# there is no locale de_DE.UTF-8\n");
        return;
    }
    assert_string_equal(localeconv()->decimal_point, ",");
    known_numbers();
    known_decimals();
    any_number_round_trips();
    assert_text(text_format(&f->arena, "%g %.3g %d", 0.5, 2.4349, 1234567), "0.5 2.43 1234567");
    setlocale(LC_ALL, "C");
}

/* Texts */

static void text_starts_empty(void **state) {
    struct fixture *f = *state;
    struct text text;
    text_init(&text, &f->arena);
    assert_string_equal(text_chars(&text), "");
}

static void text_grows(void **state) {
    struct fixture *f = *state;
    struct text text;
    text_init(&text, &f->arena);
    for (int i = 0; i < 10000; i++) text_put_char(&text, (char)('a' + i % 26));
    text_put_bytes(&text, "\0z", 2);
    assert_int_equal(text.length, 10002);
    for (int i = 0; i < 10000; i++) assert_int_equal(text.at[i], 'a' + i % 26);
    assert_int_equal(text.at[10001], 'z');
    assert_int_equal(text.at[10002], 0);
}

static void text_printf_conversions(void **state) {
    struct fixture *f = *state;
    assert_text(text_format(&f->arena, "%s|%.*s|%.2s|%c|%d|%u|%zu|%x|%%|%g|%.3g", "hall", 2, "wide",
                            "deep", '!', -7, 7u, (size_t)SIZE_MAX, 255u, 0.1, 2.0 / 3),
                "hall|wi|de|!|-7|7|18446744073709551615|ff|%|0.1|0.667");
    assert_text(text_format(&f->arena, "%s", ""), "");
}

static void text_pads_from_the_last_newline(void **state) {
    struct fixture *f = *state;
    struct text text;
    text_init(&text, &f->arena);
    text_put(&text, "first\nab");
    text_pad_to(&text, 4);
    text_put(&text, "c");
    text_pad_to(&text, 2);
    text_put(&text, "d");
    assert_text(text_chars(&text), "first\nab  cd");
}

static void text_escapes_json_strings(void **state) {
    struct fixture *f = *state;
    struct text text;
    text_init(&text, &f->arena);
    text_put_json_string(&text, "a\"b\\c\n\r\t\x01\x1F\x7F\0\xC3\xA4/", 15);
    assert_text(text_chars(&text), "\"a\\\"b\\\\c\\n\\r\\t\\u0001\\u001f\\u007f\\u0000\xC3\xA4/\"");
}

/* Diagnostics */

static void diagnostics_keep_what_is_attached(void **state) {
    struct fixture *f = *state;
    const struct source *s = fixture_source(f, "x.adg", "a : b\nc");
    struct diag *d = diag_error(&f->diags, span_of(s, "a"), CODE_TOO_DEEP, "expected %d, found %d", 8, 4);
    diag_label(d, d->at, "%s", "8 -> 8");
    diag_label(d, d->at, "again");
    diag_label(d, span_of(s, "b"), "4 -> 4");
    diag_note(d, span_of(s, "c"), "first");
    diag_note(d, NOWHERE, "second");
    diag_help(d, "write %s", "c");
    diag_fix(d, span_of(s, "b"), "c");
    diag_warning(&f->diags, NOWHERE, CODE_TOO_DEEP, "odd");
    assert_int_equal(d->code, CODE_TOO_DEEP);
    assert_int_equal(f->diags.errors, 1);
    assert_int_equal(f->diags.warnings, 1);
    assert_diags(f, "x.adg:1:1: error: expected 8, found 4\n"
                    "  label: 8 -> 8\n"
                    "  label at x.adg:1:1: again\n"
                    "  label at x.adg:1:5: 4 -> 4\n"
                    "  note at x.adg:2:1: first\n"
                    "  note: second\n"
                    "  help: write c\n"
                    "  help at x.adg:1:5: c\n"
                    "nowhere: warning: odd\n");
}

static void errors_beyond_the_limit_are_counted_only(void **state) {
    struct fixture *f = *state;
    for (unsigned i = 0; i < LIMIT_ERRORS + 3; i++) {
        struct diag *d = diag_error(&f->diags, NOWHERE, CODE_TOO_DEEP, "error %u", i);
        assert_non_null(d);
        diag_note(d, NOWHERE, "a note");
    }
    diag_warning(&f->diags, NOWHERE, CODE_TOO_DEEP, "still shown");
    assert_int_equal(f->diags.errors, LIMIT_ERRORS + 3);
    assert_int_equal(f->diags.hidden, 3);
    unsigned shown = 0;
    for (const struct diag *d = f->diags.first; d; d = d->next) shown++;
    assert_int_equal(shown, LIMIT_ERRORS + 1);
    assert_string_equal(f->diags.last->message, "still shown");
}

static void codes_are_sorted_and_described(void **state) {
    (void)state;
    assert_true(diag_meaning_count > 0);
    for (size_t i = 0; i < diag_meaning_count; i++) {
        assert_true(strlen(diag_meanings[i].meaning) > 0);
        if (i) assert_true(diag_meanings[i - 1].code < diag_meanings[i].code);
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        TEST(arena_blocks_are_zeroed_and_aligned),
        TEST(arena_blocks_do_not_overlap),
        TEST(arena_keeps_its_chunk_beside_a_large_block),
        TEST(arena_empty_blocks_are_distinct),
        TEST(arena_copy_ends_with_nul),
        TEST(arena_limit_leaves_by_the_exit),
        TEST(arena_scratch_leaves_by_its_parents_exit),
        TEST(arena_overflowing_sizes_are_out_of_memory),
        TEST(arena_deferred_runs_newest_first_and_once),
        TEST(vectors_keep_their_elements_as_they_grow),
        TEST(names_are_equal_when_their_pointers_are),
        TEST(names_survive_growth),
        TEST(places_count_lines_and_columns_from_one),
        TEST(places_count_characters_of_utf8),
        TEST(places_tell_files_apart),
        TEST(spans_join_to_the_smallest_around_both),
        TEST(numbers_print_shortest),
        TEST(numbers_print_rounded),
        TEST(numbers_are_read_strictly),
        TEST(numbers_round_trip),
        TEST(numbers_ignore_the_locale),
        TEST(text_starts_empty),
        TEST(text_grows),
        TEST(text_printf_conversions),
        TEST(text_pads_from_the_last_newline),
        TEST(text_escapes_json_strings),
        TEST(diagnostics_keep_what_is_attached),
        TEST(errors_beyond_the_limit_are_counted_only),
        TEST(codes_are_sorted_and_described),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
