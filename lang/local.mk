lib_sources += \
	%D%/ast.c %D%/ast.h \
	%D%/build.c %D%/build.h \
	%D%/grammar.c %D%/grammar.h \
	%D%/layout.c %D%/layout.h \
	%D%/lexer.c %D%/lexer.h \
	%D%/numbers.c \
	%D%/operators.def \
	%D%/parse.c %D%/parse.h \
	%D%/parser.h \
	%D%/print.c %D%/print.h \
	%D%/units.def

examplesdir = $(pkgdatadir)/examples
dist_examples_DATA = \
	%D%/examples/colourless.adg \
	%D%/examples/freeverb.adg \
	%D%/examples/gardner.adg \
	%D%/examples/hall.adg \
	%D%/examples/jot.adg \
	%D%/examples/moorer.adg \
	%D%/examples/plate.adg \
	%D%/examples/schroeder.adg \
	%D%/examples/sdn.adg

libraryadgdir = $(pkgdatadir)/lib
dist_libraryadg_DATA = %D%/lib/std.adg

EXTRA_DIST += %D%/editors %D%/grammar.y %D%/lexer.re
BUILT_SOURCES += %D%/grammar.h
MAINTAINERCLEANFILES += %D%/grammar.c %D%/grammar.h %D%/lexer.c

%D%/lexer.c: $(srcdir)/%D%/lexer.re
	$(re2c) -o $@ $(srcdir)/%D%/lexer.re

## The header's path follows $@: where someone edits the grammar of a release, make's $@ may be the
## copy in the source tree, and the two belong together. It is touched last, so as never to look older
## than the C that it comes with.
%D%/grammar.c: $(srcdir)/%D%/grammar.y
	$(bison) --defines=$(@D)/grammar.h -o $@ $(srcdir)/%D%/grammar.y
	$(AM_V_at)touch $(@D)/grammar.h
%D%/grammar.h: %D%/grammar.c
	@test -f $@ || { rm -f %D%/grammar.c; $(MAKE) $(AM_MAKEFLAGS) %D%/grammar.c; }

## BUILT_SOURCES acts for all, check and install only; `make lang/lexer.lo` wants the header too.
%D%/layout.lo %D%/lexer.lo %D%/parse.lo: %D%/grammar.h
