/* frontend/catalogue: the tables as JSON. */
#include "tests/unit/support.h"

#include <cjson/cJSON.h>
#include <string.h>

#include "backends/backend.h"
#include "frontend/builtins.h"
#include "frontend/catalogue.h"
#include "ir/net.h"

static void every_parameter_says_what_it_takes(void **state) {
    (void)state;
    for (size_t i = 0; i < builtin_count; i++) {
        size_t count = 0;
        for (const char *at = builtins[i].parameters; *at; count++) {
            size_t length = strcspn(at, " ");
            if (!parameter_find(builtins[i].name, at, length))
                fail_msg("frontend/parameters.def has no line for '%.*s' of '%s'", (int)length, at,
                         builtins[i].name);
            at += length;
            at += *at == ' ';
        }
        assert_int_equal(count, builtins[i].most);
    }
}

static cJSON *catalogue(struct fixture *f) {
    struct text text;
    text_init(&text, &f->arena);
    catalogue_print(&text);
    cJSON *root = cJSON_Parse(text_chars(&text));
    assert_non_null(root);
    return root;
}

static void lists_are_whole(void **state) {
    cJSON *root = catalogue(*state);
    static const struct {
        const char *key;
        int count;
    } fixed[] = {{"operations", OP_COUNT},
                 {"cells", CELL_COUNT},
                 {"constants", 3},
                 {"operators", AST_OPERATOR_COUNT},
                 {"units", AST_UNIT_COUNT - 1}};
    for (size_t i = 0; i < sizeof fixed / sizeof *fixed; i++) {
        cJSON *list = cJSON_GetObjectItemCaseSensitive(root, fixed[i].key);
        assert_int_equal(cJSON_GetArraySize(list), fixed[i].count);
    }
    cJSON *functions = cJSON_GetObjectItemCaseSensitive(root, "functions");
    int named = 0;
    for (size_t i = 0; i < builtin_count; i++) named += !builtin_is_operator(builtins[i].name);
    assert_int_equal(cJSON_GetArraySize(functions), named);
    cJSON *kinds = cJSON_GetObjectItemCaseSensitive(root, "kinds");
    assert_int_equal(cJSON_GetArraySize(kinds), backend_count);
    cJSON_Delete(root);
}

static void a_function_with_its_parameters(void **state) {
    cJSON *root = catalogue(*state), *delay = NULL, *item;
    cJSON_ArrayForEach(item, cJSON_GetObjectItemCaseSensitive(root, "functions")) {
        if (!strcmp(cJSON_GetStringValue(cJSON_GetObjectItem(item, "name")), "delay")) delay = item;
    }
    assert_non_null(delay);
    assert_string_equal(cJSON_GetStringValue(cJSON_GetObjectItem(delay, "shape")),
                        "n -> n or c -> r");
    cJSON *t = cJSON_GetArrayItem(cJSON_GetObjectItem(delay, "parameters"), 0);
    assert_string_equal(cJSON_GetStringValue(cJSON_GetObjectItem(t, "name")), "t");
    assert_true(cJSON_IsTrue(cJSON_GetObjectItem(t, "knob")));
    assert_true(cJSON_IsFalse(cJSON_GetObjectItem(t, "optional")));
    cJSON_Delete(root);
}

int main(void) {
    const struct CMUnitTest tests[] = {TEST(every_parameter_says_what_it_takes),
                                       TEST(lists_are_whole), TEST(a_function_with_its_parameters)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
