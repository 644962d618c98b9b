/* Programs read in a fixture, from texts and from the project's own files. */
#ifndef ADACC_TESTS_UNIT_READING_H
#define ADACC_TESTS_UNIT_READING_H

#include "frontend/reader.h"
#include "ir/program.h"
#include "tests/unit/support.h"

/* The fixture's own, without options. */
struct reading reading_of(struct fixture *f);

/* The text of a file of the project: "lang/examples/hall.adg". Fails the test if there is none. */
const char *project_file(struct fixture *f, const char *path);

/* Reads a model, as file x.json; false after a report. */
bool read_model(struct fixture *f, const char *text, struct program *program);

/* The same of a model that nothing is to be said of; fails the test otherwise. */
struct program model_of(struct fixture *f, const char *text);

/* The dump. */
const char *program_text(struct fixture *f, const struct program *program);

#endif
