lib_sources += \
	%D%/adac.c %D%/adac.h \
	%D%/input.c %D%/input.h \
	%D%/json_expr.c \
	%D%/json_modules.def \
	%D%/json_scan.c %D%/json_scan.h \
	%D%/lists.c \
	%D%/options.c %D%/options.def %D%/options.h \
	%D%/outputs.c %D%/outputs.h \
	%D%/read_adg.h \
	%D%/read_json.c %D%/read_json.h \
	%D%/read_json_knobs.c \
	%D%/read_json_leaf.c \
	%D%/read_json_tree.c %D%/read_json_tree.h \
	%D%/reader.h

EXTRA_DIST += %D%/json_scan.re
MAINTAINERCLEANFILES += %D%/json_scan.c

%D%/json_scan.c: $(srcdir)/%D%/json_scan.re
	$(re2c) -o $@ $(srcdir)/%D%/json_scan.re
