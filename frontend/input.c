#include "frontend/input.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "ir/base/limits.h"
#include "ir/base/vec.h"

static void report_size(struct diags *diags, const char *shown) {
    diag_error(diags, NOWHERE, CODE_FILE_TOO_LARGE, "'%s' is larger than the limit of %d MiB",
               shown, LIMIT_FILE_BYTES / (1024 * 1024));
}

/* All bytes, in the arena; null after a report. */
static const char *read_all(struct arena *arena, struct diags *diags, FILE *file, const char *shown,
                            size_t *length) {
    VEC(char) bytes = {0};
    char block[65536];
    for (;;) {
        size_t got = fread(block, 1, sizeof block, file);
        if (got == 0) break;
        if (bytes.count + got > LIMIT_FILE_BYTES) {
            report_size(diags, shown);
            return NULL;
        }
        while (bytes.room < bytes.count + got + 1)
            bytes.at = vec_grow(arena, bytes.at, bytes.count, &bytes.room, 1);
        memcpy(bytes.at + bytes.count, block, got);
        bytes.count += got;
    }
    if (ferror(file)) {
        diag_error(diags, NOWHERE, CODE_CANNOT_READ, "cannot read '%s': %s", shown,
                   strerror(errno));
        return NULL;
    }
    *length = bytes.count;
    return bytes.at ? bytes.at : "";
}

/* The length of the UTF-8 sequence that begins here, or 0 if none does (RFC 3629: no overlong
 * forms, no surrogates, nothing above U+10FFFF). */
static size_t utf8_length(const unsigned char *at, size_t left) {
    static const struct {
        unsigned char lead_lo, lead_hi, second_lo, second_hi;
        size_t length;
    } forms[] = {
        {0x00, 0x7F, 0, 0, 1},       {0xC2, 0xDF, 0x80, 0xBF, 2}, {0xE0, 0xE0, 0xA0, 0xBF, 3},
        {0xE1, 0xEC, 0x80, 0xBF, 3}, {0xED, 0xED, 0x80, 0x9F, 3}, {0xEE, 0xEF, 0x80, 0xBF, 3},
        {0xF0, 0xF0, 0x90, 0xBF, 4}, {0xF1, 0xF3, 0x80, 0xBF, 4}, {0xF4, 0xF4, 0x80, 0x8F, 4},
    };
    for (size_t f = 0; f < sizeof forms / sizeof *forms; f++) {
        if (at[0] < forms[f].lead_lo || at[0] > forms[f].lead_hi) continue;
        if (left < forms[f].length) return 0;
        for (size_t i = 1; i < forms[f].length; i++) {
            unsigned char lo = i == 1 ? forms[f].second_lo : 0x80,
                          hi = i == 1 ? forms[f].second_hi : 0xBF;
            if (at[i] < lo || at[i] > hi) return 0;
        }
        return forms[f].length;
    }
    return 0;
}

static bool is_text(struct diags *diags, const struct source *source) {
    const unsigned char *text = (const unsigned char *)source->text;
    for (size_t i = 0; i < source->length;) {
        span at = {source->base + (uint32_t)i, source->base + (uint32_t)i + 1};
        if (text[i] == 0) {
            diag_error(diags, NOWHERE, CODE_BINARY_FILE, "'%s' is no text: byte %zu is NUL",
                       source->path, i);
            return false;
        }
        size_t length = utf8_length(text + i, source->length - i);
        if (!length) {
            struct diag *diag =
                diag_error(diags, at, CODE_NOT_UTF8,
                           "expected UTF-8 text, found the byte 0x%x%x at offset %zu",
                           (unsigned)text[i] >> 4, text[i] & 15u, i);
            diag_help(diag, "save the file as UTF-8");
            return false;
        }
        i += length;
    }
    return true;
}

const struct source *input_take(struct sources *sources, struct diags *diags, const char *path,
                                const char *text, size_t length) {
    if (!length) {
        diag_error(diags, NOWHERE, CODE_EMPTY_FILE, "'%s' is empty", path);
        return NULL;
    }
    if (length > LIMIT_FILE_BYTES) return report_size(diags, path), NULL;
    const struct source *source = source_add(sources, path, text, length);
    return source && is_text(diags, source) ? source : NULL;
}

const struct source *input_read(struct arena *arena, struct sources *sources, struct diags *diags,
                                const char *path) {
    bool standard = !strcmp(path, "-");
    const char *shown = standard ? "<stdin>" : path;
    if (!standard) source_seek(sources, path);
    FILE *file = standard ? stdin : fopen(path, "rb");
    if (!file) {
        diag_error(diags, NOWHERE, CODE_CANNOT_READ, "cannot read '%s': %s", path, strerror(errno));
        return NULL;
    }
    struct arena scratch;
    arena_init_scratch(&scratch, arena);
    size_t length = 0;
    const char *bytes = read_all(&scratch, diags, file, shown, &length);
    if (!standard) fclose(file);
    const struct source *source = bytes ? input_take(sources, diags, shown, bytes, length) : NULL;
    arena_free(&scratch);
    return source;
}
