/* What the unit tests share: a fixture that a test runs in, and texts compared so that one can see
 * where they differ.
 *
 *     static void shapes(void **state) {
 *         struct fixture *f = *state;
 *         ...
 *         assert_text(got, "wanted\n");
 *         assert_diags(f, "x.adg:1:5: error: ...\n");
 *     }
 *     int main(void) {
 *         const struct CMUnitTest tests[] = {TEST(shapes)};
 *         return cmocka_run_group_tests(tests, NULL, NULL);
 *     }
 */
#ifndef ADACC_TESTS_UNIT_SUPPORT_H
#define ADACC_TESTS_UNIT_SUPPORT_H

#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "ir/base/arena.h"
#include "ir/base/diag.h"
#include "ir/base/name.h"
#include "ir/base/source.h"
#include "ir/base/text.h"

struct fixture {
    struct arena arena;
    struct names names;
    struct sources sources;
    struct diags diags;
};

int fixture_open(void **state);
int fixture_close(void **state);

/* A test with a fixture of its own. */
#define TEST(function) cmocka_unit_test_setup_teardown(function, fixture_open, fixture_close)

/* Adds a text to the sources of the fixture. */
const struct source *fixture_source(struct fixture *f, const char *path, const char *text);

/* The span of the only `part` in a source; fails the test if there is none or more than one. */
span span_of(const struct source *source, const char *part);

/* The diagnostics of the fixture, one line each, in the order of their making:
 *
 *     x.adg:1:5: error: feedback needs ...
 *       label: 8 -> 8
 *       label at x.adg:1:9: ...
 *       note at x.adg:2:1: 'm' has 8 entries
 *       help: hadamard(8)
 */
const char *list_diags(struct fixture *f);

/* Equal texts; otherwise the lines in which they differ are shown, - wanted and + got. */
#define assert_text(got, wanted) check_text((got), (wanted), __FILE__, __LINE__)
#define assert_diags(f, wanted) check_text(list_diags(f), (wanted), __FILE__, __LINE__)
void check_text(const char *got, const char *wanted, const char *file, int line);

/* |got - wanted| <= tolerance, all three shown if not; NaN is near nothing. */
#define assert_near(got, wanted, tolerance) \
    check_near((got), (wanted), (tolerance), #got, __FILE__, __LINE__)
void check_near(double got, double wanted, double tolerance, const char *what, const char *file,
                int line);

#endif
