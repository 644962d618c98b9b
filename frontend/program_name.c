#include "frontend/program_name.h"

#include <string.h>

#include "passes/identifier.h"

static const char *const reserved[] = {
    "alignas",  "alignof", "and",     "asm",       "auto",      "bool",     "break",    "case",
    "catch",    "char",    "class",   "const",     "constexpr", "continue", "decltype", "default",
    "delete",   "do",      "double",  "else",      "enum",      "explicit", "export",   "extern",
    "false",    "float",   "for",     "friend",    "goto",      "if",       "inline",   "int",
    "long",     "main",    "mutable", "namespace", "new",       "noexcept", "not",      "nullptr",
    "operator", "or",      "private", "process",   "protected", "public",   "register", "restrict",
    "return",   "short",   "signed",  "sizeof",    "static",    "struct",   "switch",   "template",
    "this",     "throw",   "true",    "try",       "typedef",   "typeid",   "typename", "union",
    "unsigned", "using",   "virtual", "void",      "volatile",  "while",    "with",     "xor",
};

static bool is_reserved(const char *text) {
    for (size_t i = 0; i < sizeof reserved / sizeof *reserved; i++)
        if (!strcmp(reserved[i], text)) return true;
    return false;
}

name program_name(struct arena *arena, struct names *names, struct diags *diags, const char *wanted,
                  const char *stem) {
    if (wanted && is_reserved(wanted)) {
        diag_error(diags, NOWHERE, CODE_RESERVED_NAME,
                   "expected a name for the program, found '%s', a word of C, C++ or FAUST",
                   wanted);
        return NULL;
    }
    if (wanted) return name_of(names, wanted);
    struct identifiers ids;
    identifiers_init(&ids, names, arena);
    name made = identifiers_make(&ids, stem, "out");
    return is_reserved(made->text) ? name_of(names, text_format(arena, "%s_", made->text)) : made;
}
