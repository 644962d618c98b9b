#include "frontend/imports.h"

#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "frontend/input.h"
#include "lang/parse.h"

/* ---- paths ------------------------------------------------------------------------------------
 */

static const char *in_folder(struct arena *arena, const char *folder, size_t length,
                             const char *path) {
    if (*path == '/' || !length) return path;
    return text_format(arena, "%.*s%s%s", (int)length, folder, folder[length - 1] == '/' ? "" : "/",
                       path);
}

const char *path_beside(struct elaborator *e, span at, const char *path) {
    const struct source *source = source_at(e->reading->sources, at.begin);
    const char *slash = source ? strrchr(source->path, '/') : NULL;
    return slash ? in_folder(e->arena, source->path, (size_t)(slash - source->path) + 1, path)
                 : path;
}

/* One that is there is read, if it was not before. */
static bool is_file(struct elaborator *e, const char *path) {
    struct stat status;
    source_seek(e->reading->sources, path);
    return !stat(path, &status) && !S_ISDIR(status.st_mode);
}

/* Null after a report. */
static const char *find_file(struct elaborator *e, const struct ast_import *import) {
    const struct reading *reading = e->reading;
    const char *wanted = import->path.text, *beside = path_beside(e, import->path.at, wanted);
    if (is_file(e, beside)) return beside;
    for (size_t i = 0; *wanted != '/' && i < reading->import_path_count; i++) {
        const char *folder = reading->import_paths[i];
        const char *path = in_folder(e->arena, folder, strlen(folder), wanted);
        if (is_file(e, path)) return path;
    }
    struct diag *diag = diag_error(e->diags, import->path.at, CODE_IMPORT_MISSING,
                                   "there is no file '%s' to import", beside);
    for (size_t i = 0; *wanted != '/' && i < reading->import_path_count; i++) {
        const char *folder = reading->import_paths[i];
        bool installed = !strcmp(folder, INSTALLED_LIBRARY);
        diag_note(diag, NOWHERE, "nor is one in %s",
                  installed ? "the installed library" : text_format(e->arena, "'%s'", folder));
    }
    unsigned slips = edit_distance(wanted, "std.adg", 3);
    if (!slips)
        diag_help(diag, "before it is installed the library stands in the sources: -I lang/lib");
    else if (slips < 3) diag_fix(diag, import->path.at, "\"std.adg\"");
    else if (!strchr(wanted, '.')) diag_fix(diag, import->path.at, "\"%s.adg\"", wanted);
    else diag_help(diag, "-I names folders to look in");
    return NULL;
}

static const char *identity_of(struct elaborator *e, const char *path) {
    char resolved[PATH_MAX];
    return realpath(path, resolved) ? arena_copy(e->arena, resolved, strlen(resolved)) : path;
}

/* ---- reading ----------------------------------------------------------------------------------
 */

/* Files that wait for what they import. */
struct chain {
    const struct chain *below;
    const struct module *module;
    span at; /* of the import that asked for it */
};

static struct module *module_new(struct elaborator *e, const char *identity,
                                 const struct ast_file *file) {
    struct module *module = ARENA_NEW(e->arena, struct module);
    *module = (struct module){e->modules, identity, file, NULL};
    module->scope = scope_new(e->arena, NULL, file->statement_count);
    module->scope->imports = ARENA_ARRAY(e->arena, file->statement_count, struct import);
    e->modules = module;
    return module;
}

static void report_cycle(struct elaborator *e, const struct chain *chain,
                         const struct module *again, span at) {
    const struct chain *path[64];
    size_t count = 0;
    for (const struct chain *c = chain; c && count < 64; c = c->below) {
        path[count++] = c;
        if (c->module == again) break;
    }
    struct text text;
    text_init(&text, e->arena);
    text_printf(&text, "'%s'", again->file->source->path);
    for (size_t i = count; i-- > 0;)
        text_printf(&text, "%s imports '%s'", i + 1 < count ? ", which" : "",
                    (i ? path[i - 1]->module : again)->file->source->path);
    struct diag *diag = diag_error(e->diags, at, CODE_IMPORT_CYCLE, "%s", text_chars(&text));
    for (size_t i = count - 1; i-- > 0;)
        diag_note(diag, path[i]->at, "'%s' is imported here", path[i]->module->file->source->path);
}

static void read_imports(struct elaborator *e, const struct chain *chain);

/* Null after a report. */
static struct module *read_module(struct elaborator *e, const struct chain *chain,
                                  const struct ast_import *import) {
    struct reading *reading = e->reading;
    const char *path = find_file(e, import);
    if (!path) return NULL;
    const char *identity = identity_of(e, path);
    for (const struct chain *c = chain; c; c = c->below) {
        if (strcmp(c->module->identity, identity) != 0) continue;
        report_cycle(e, chain, c->module, import->path.at);
        return NULL;
    }
    for (struct module *m = e->modules; m; m = m->next)
        if (!strcmp(m->identity, identity)) return m;
    size_t errors = e->diags->errors;
    const struct source *source = input_read(e->arena, reading->sources, e->diags, path);
    if (!source) {
        if (e->diags->last && !span_known(e->diags->last->at)) e->diags->last->at = import->path.at;
        return NULL;
    }
    const struct ast_file *file = adg_parse(e->arena, e->names, reading->sources, source, e->diags);
    if (!file || e->diags->errors != errors) return NULL;
    struct module *module = module_new(e, identity, file);
    struct chain link = {chain, module, import->path.at};
    collect_definitions(e, module);
    read_imports(e, &link);
    return module;
}

static void add_import(struct elaborator *e, struct scope *scope, const struct ast_import *import,
                       span at, struct module *module) {
    name prefix = import->prefix.text;
    for (size_t i = 0; prefix && i < scope->import_count; i++) {
        if (scope->imports[i].prefix != prefix) continue;
        struct diag *diag = diag_error(e->diags, import->prefix.at, CODE_DEFINED_TWICE,
                                       "two imports are named '%s'", prefix->text);
        diag_note(diag, scope->imports[i].at, "the first is here");
        return;
    }
    scope->imports[scope->import_count++] =
        (struct import){prefix, at, module ? module->scope : NULL};
}

static void read_imports(struct elaborator *e, const struct chain *chain) {
    const struct ast_file *file = chain->module->file;
    for (size_t i = 0; i < file->statement_count; i++) {
        const struct ast_statement *statement = file->statements[i];
        if (statement->kind != AST_IMPORT) continue;
        struct module *module = read_module(e, chain, &statement->as.import);
        e->unread = e->unread || !module;
        add_import(e, chain->module->scope, &statement->as.import, statement->at, module);
    }
}

void imports_read(struct elaborator *e) {
    struct module *root = module_new(e, identity_of(e, e->root->source->path), e->root);
    e->file = root->scope;
    collect_definitions(e, root);
    struct chain chain = {NULL, root, NOWHERE};
    read_imports(e, &chain);
}

/* ---- names ------------------------------------------------------------------------------------
 */

struct scope *scope_of_file(struct scope *scope) {
    while (scope->outer) scope = scope->outer;
    return scope;
}

static bool find_prefixed(struct elaborator *e, const struct scope *file,
                          const struct ast_path *path, struct binding **found,
                          struct scope **where) {
    struct suggestion suggestion = {.wanted = path->prefix.text->text};
    for (size_t i = 0; i < file->import_count; i++) {
        const struct import *import = &file->imports[i];
        if (!import->prefix) continue;
        suggestion_offer(&suggestion, import->prefix->text);
        if (import->prefix != path->prefix.text) continue;
        if (!import->scope) return false; /* it could not be read, and was reported */
        *where = import->scope;
        *found = scope_find_here(import->scope, path->last.text);
        return true;
    }
    struct diag *diag = diag_error(e->diags, path->prefix.at, CODE_UNKNOWN_NAME,
                                   "no import is named '%s'", path->prefix.text->text);
    if (suggestion.best) diag_fix(diag, path->prefix.at, "%s", suggestion.best);
    return false;
}

bool imports_find(struct elaborator *e, const struct scope *file, const struct ast_path *path,
                  struct binding **found, struct scope **where) {
    *found = NULL;
    if (path->prefix.text) return find_prefixed(e, file, path, found, where);
    for (size_t i = 0; i < file->import_count; i++) {
        const struct import *import = &file->imports[i];
        if (import->prefix || !import->scope) continue;
        struct binding *here = scope_find_here(import->scope, path->last.text);
        if (!here || here == *found) continue;
        if (*found) {
            struct diag *diag = diag_error(e->diags, path->last.at, CODE_AMBIGUOUS,
                                           "two imported files define '%s'", path->last.text->text);
            diag_note(diag, (*found)->at, "it is defined here");
            diag_note(diag, here->at, "and here");
            diag_help(diag, "import one of them 'as' a prefix");
            return false;
        }
        *found = here;
        *where = import->scope;
    }
    return true;
}

void imports_offer(struct elaborator *e, const struct scope *file, struct suggestion *suggestion) {
    for (size_t i = 0; i < file->import_count; i++) {
        const struct import *import = &file->imports[i];
        if (!import->prefix && import->scope) suggestion_offer_scopes(suggestion, import->scope);
    }
    for (size_t i = 0; i < file->import_count; i++) {
        const struct import *import = &file->imports[i];
        if (!import->prefix || !import->scope) continue;
        struct suggestion inner = {.wanted = suggestion->wanted};
        suggestion_offer_scopes(&inner, import->scope);
        if (!inner.best || (suggestion->best && suggestion->distance <= inner.distance)) continue;
        suggestion->best = text_format(e->arena, "%s.%s", import->prefix->text, inner.best);
        suggestion->distance = inner.distance;
    }
}
