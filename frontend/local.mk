lib_sources += \
	%D%/json_scan.c \
	%D%/read_adg.h \
	%D%/reader.h

EXTRA_DIST += %D%/json_scan.re
MAINTAINERCLEANFILES += %D%/json_scan.c

%D%/json_scan.c: $(srcdir)/%D%/json_scan.re
	$(re2c) -o $@ $(srcdir)/%D%/json_scan.re
