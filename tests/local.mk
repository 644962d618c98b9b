## Scripts that are tests: each prints TAP.
dist_check_SCRIPTS += \
	%D%/audio/c.sh \
	%D%/audio/faust.sh \
	%D%/audio/plain.sh \
	%D%/audio/silence.sh \
	%D%/cert/check.sh \
	%D%/cert/contract.sh \
	%D%/cert/progress.sh \
	%D%/cli.sh \
	%D%/completion.sh \
	%D%/cost.sh \
	%D%/editors.sh \
	%D%/errors.sh \
	%D%/explain.sh \
	%D%/fuzz.sh \
	%D%/golden.sh \
	%D%/layers \
	%D%/library.sh \
	%D%/listed \
	%D%/locale.sh \
	%D%/man.sh \
	%D%/plugins.sh \
	%D%/roundtrip.sh \
	%D%/watch.sh

## Programs that are tests: one file each, %D%/unit/test_x.c. To add one, add its line.
unit_tests = \
	%D%/cert/test_arb \
	%D%/cert/test_cases \
	%D%/cert/test_models \
	%D%/cert/test_phase \
	%D%/std/test_formulas \
	%D%/std/test_freeverb \
	%D%/std/test_plate \
	%D%/unit/test_adg_builtins \
	%D%/unit/test_adg_data \
	%D%/unit/test_adg_filters \
	%D%/unit/test_adg_matrices \
	%D%/unit/test_adg_program \
	%D%/unit/test_adg_rational \
	%D%/unit/test_base \
	%D%/unit/test_catalogue \
	%D%/unit/test_cert \
	%D%/unit/test_cert_bands \
	%D%/unit/test_cert_check \
	%D%/unit/test_cert_decided \
	%D%/unit/test_cert_knobs \
	%D%/unit/test_cert_members \
	%D%/unit/test_cert_parts \
	%D%/unit/test_cert_peak \
	%D%/unit/test_cert_quantities \
	%D%/unit/test_cert_sound \
	%D%/unit/test_c \
	%D%/unit/test_contract \
	%D%/unit/test_contracts \
	%D%/unit/test_controls \
	%D%/unit/test_decompile \
	%D%/unit/test_diag_print \
	%D%/unit/test_diagnostics \
	%D%/unit/test_elaborate \
	%D%/unit/test_emit_json \
	%D%/unit/test_exact \
	%D%/unit/test_faust \
	%D%/unit/test_faust_sound \
	%D%/unit/test_fir \
	%D%/unit/test_fractional \
	%D%/unit/test_ir \
	%D%/unit/test_json_scan \
	%D%/unit/test_knobs \
	%D%/unit/test_lang \
	%D%/unit/test_lang_errors \
	%D%/unit/test_lang_print \
	%D%/unit/test_lang_recovery \
	%D%/unit/test_lang_words \
	%D%/unit/test_noise \
	%D%/unit/test_library \
	%D%/unit/test_passes \
	%D%/unit/test_passes_fold \
	%D%/unit/test_passes_sound \
	%D%/unit/test_pyfdn \
	%D%/unit/test_json_corpus \
	%D%/unit/test_read_json_modules \
	%D%/unit/test_design \
	%D%/unit/test_read_json \
	%D%/unit/test_schedule \
	%D%/unit/test_structure

## Programs that scripts use; each says what it links with: tests_NAME_LDADD = libcompiler.la.
test_tools = \
	%D%/audio/moved \
	%D%/plugins/compare \
	%D%/change \
	%D%/cost
%C%_audio_moved_LDADD = libcompiler.la
%C%_plugins_compare_LDADD = libcompiler.la
%C%_change_LDADD =
%C%_cost_LDADD =

## The reference models: programs that print TAP themselves.
flamo_tests = \
	%D%/flamo/test_effective \
	%D%/flamo/test_fractional \
	%D%/flamo/test_interp \
	%D%/flamo/test_referee
check_LTLIBRARIES += %D%/flamo/libflamo.la
%C%_flamo_libflamo_la_SOURCES = \
	%D%/flamo/models.c %D%/flamo/models.def %D%/flamo/models.h \
	%D%/flamo/referee.c %D%/flamo/referee.h
%C%_flamo_test_fractional_LDADD = %D%/flamo/libflamo.la libcompiler.la
%C%_flamo_test_effective_LDADD = %D%/flamo/libflamo.la libcompiler.la
%C%_flamo_test_interp_LDADD = %D%/flamo/libflamo.la libcompiler.la
%C%_flamo_test_referee_LDADD = %D%/flamo/libflamo.la libcompiler.la
check_PROGRAMS += $(flamo_tests)
TESTS += $(flamo_tests)

## The fuzzers as programs of their own, which tests/fuzz.sh runs for a few seconds.
fuzzers = \
	%D%/fuzz/fuzz_adg \
	%D%/fuzz/fuzz_json
check_LTLIBRARIES += %D%/fuzz/libfuzz.la
%C%_fuzz_libfuzz_la_SOURCES = \
	%D%/fuzz/driver.c %D%/fuzz/fuzz.c %D%/fuzz/fuzz.h %D%/fuzz/mutate.c
%C%_fuzz_fuzz_adg_LDADD = %D%/fuzz/libfuzz.la libcompiler.la
%C%_fuzz_fuzz_json_LDADD = %D%/fuzz/libfuzz.la libcompiler.la
check_PROGRAMS += $(fuzzers)

## Of the tests above, those that take many seconds: a release is checked without them.
heavy_tests = \
	%D%/audio/c.sh \
	%D%/audio/faust.sh \
	%D%/audio/silence.sh \
	%D%/cost.sh \
	%D%/unit/test_c \
	%D%/unit/test_faust \
	%D%/unit/test_faust_sound \
	%D%/watch.sh

## Tests of more than 90 seconds, for `make check-long` alone; their names end in .sh.
long_tests = \
	%D%/audio/faust_all.sh \
	%D%/cert/long.sh \
	%D%/bench/compile.sh

## Networks to measure with.
bench_networks = \
	%D%/bench/dense4.json \
	%D%/bench/dense8.json \
	%D%/bench/dense8s.json \
	%D%/bench/dense16.json \
	%D%/bench/dense32.json \
	%D%/bench/dense64.json \
	%D%/bench/dense128.json \
	%D%/bench/had32.json \
	%D%/bench/hh32.json \
	%D%/bench/bare8.json \
	%D%/bench/sections8.json

## Folders of data, whole: what is put there is distributed.
EXTRA_DIST += \
	%D%/audio/c_main.c \
	%D%/audio/faust_glue.h \
	%D%/audio/faust_main.c \
	%D%/audio/knobs \
	%D%/audio/matrices \
	%D%/audio/noise.h \
	%D%/audio/silence.c \
	$(bench_networks) \
	%D%/bench/bench.h \
	%D%/bench/bench.sh \
	%D%/bench/faust.c \
	%D%/bench/faust.sh \
	%D%/bench/networks.awk \
	%D%/bench/ours.c \
	%D%/bench/peak.c \
	%D%/bench/RESULTS.md \
	%D%/bench/RESULTS.svg \
	%D%/bench/run.c \
	%D%/errors \
	%D%/flamo/keyed \
	%D%/flamo/models \
	%D%/flamo/models.sh \
	%D%/flamo/table \
	%D%/fuzz/corpus \
	%D%/golden \
	%D%/plugins/host.c \
	%D%/tap.sh \
	$(long_tests)

check_PROGRAMS += $(test_tools)
if HAVE_CMOCKA
check_PROGRAMS += $(unit_tests)
TESTS += $(unit_tests)
check_LTLIBRARIES += %D%/unit/libsupport.la
endif
%C%_unit_libsupport_la_SOURCES = \
	%D%/std/library.c %D%/std/library.h \
	%D%/unit/adg.c %D%/unit/adg.h \
	%D%/unit/emitted.c %D%/unit/emitted.h \
	%D%/unit/emitted_c.c %D%/unit/emitted_c.h \
	%D%/unit/faust.c %D%/unit/faust.h \
	%D%/unit/figures.c %D%/unit/figures.h \
	%D%/unit/graph.c %D%/unit/graph.h \
	%D%/unit/lang.c %D%/unit/lang.h \
	%D%/unit/matrices.c %D%/unit/matrices.h \
	%D%/unit/modes.c %D%/unit/modes.h \
	%D%/unit/nodes.c %D%/unit/nodes.h \
	%D%/unit/phase.c %D%/unit/phase.h \
	%D%/unit/random_graph.c %D%/unit/random_graph.h \
	%D%/unit/random_loop.c %D%/unit/random_loop.h \
	%D%/unit/reading.c %D%/unit/reading.h \
	%D%/unit/support.c %D%/unit/support.h
%C%_unit_test_library_LDADD = $(LDADD) -lpthread
LDADD = tests/unit/libsupport.la libcompiler.la $(CMOCKA_LIBS)
%C%_cert_test_arb_LDADD = $(LDADD) $(ARB_LIBS)
%C%_cert_test_models_LDADD = %D%/flamo/libflamo.la $(LDADD)

TESTS += $(dist_check_SCRIPTS)
TEST_EXTENSIONS = .sh
LOG_DRIVER = env AM_TAP_AWK='$(AWK)' $(SHELL) $(top_srcdir)/build-aux/tap-driver.sh
SH_LOG_DRIVER = $(LOG_DRIVER)

if SANITIZED
sanitized = yes
else
sanitized =
endif
AM_TESTS_ENVIRONMENT = \
	ADACC='$(abs_top_builddir)/adacc$(EXEEXT)'; export ADACC; \
	SRCDIR='$(abs_top_srcdir)'; export SRCDIR; \
	BUILDDIR='$(abs_top_builddir)'; export BUILDDIR; \
	CC='$(CC)'; export CC; \
	SANITIZED='$(sanitized)'; export SANITIZED; \
	SAN_FLAGS='$(SAN_FLAGS)'; export SAN_FLAGS; \
	CXX='$(CXX)'; export CXX; \
	CMOCKA_MESSAGE_OUTPUT=TAP; export CMOCKA_MESSAGE_OUTPUT; \
	ASAN_OPTIONS="allocator_may_return_null=1:$$ASAN_OPTIONS"; export ASAN_OPTIONS; \
	UBSAN_OPTIONS="print_stacktrace=1:$$UBSAN_OPTIONS"; export UBSAN_OPTIONS; \
	LC_ALL=C; export LC_ALL; unset LANGUAGE; \
	if test -d '$(abs_builddir)/%D%/locale/de_DE.UTF-8'; then \
		LOCPATH='$(abs_builddir)/%D%/locale'; export LOCPATH; \
	fi;

## A locale with a decimal comma, made here, so that no one has to install one. Without the sources of
## locales there is none, and its tests say so.
if HAVE_LOCALEDEF
decimal_comma = %D%/locale/de_DE.UTF-8/LC_NUMERIC
check_DATA += $(decimal_comma)
$(decimal_comma):
	$(AM_V_GEN)$(MKDIR_P) %D%/locale; \
	$(LOCALEDEF) --no-archive -i de_DE -f UTF-8 ./%D%/locale/de_DE.UTF-8 >/dev/null 2>&1 || \
	test -f $@ || rm -rf %D%/locale
endif

## What a release holds, for tests/listed.
check_DATA += %D%/distributed
%D%/distributed: Makefile
	$(AM_V_GEN)$(MKDIR_P) %D% && for f in $(DISTFILES); do echo "$${f#$(srcdir)/}"; done > $@
CLEANFILES += %D%/distributed

## The same by libFuzzer, in a build of its own by clang, for FUZZ_SECONDS each. What it finds to be
## new it keeps in fuzzing/corpus-NAME; what crashes is fuzzing/crash-*.
FUZZ_SECONDS = 60
FUZZ_FLAGS = -g -O1 -fsanitize=address,undefined,fuzzer -fno-sanitize-recover=all
.PHONY: fuzz
fuzz:
	$(MKDIR_P) fuzzing
	cd fuzzing && { test -f Makefile || '$(abs_srcdir)/configure' -q CC=clang CFLAGS='-g -O1' \
		--enable-sanitizers=address,undefined,fuzzer-no-link; } && $(MAKE) libcompiler.la
	cd fuzzing && for t in adg json; do \
		$(MKDIR_P) corpus-$$t && \
		clang -std=gnu11 $(FUZZ_FLAGS) -I. -I'$(abs_srcdir)' -o fuzz_$$t '$(abs_srcdir)'/%D%/fuzz/fuzz_$$t.c \
			'$(abs_srcdir)'/%D%/fuzz/fuzz.c '$(abs_srcdir)'/%D%/fuzz/mutate.c .libs/libcompiler.a \
			$(CJSON_LIBS) $(SNDFILE_LIBS) $(MD_LIBS) $(GMP_LIBS) -lm && \
		./fuzz_$$t -max_total_time=$(FUZZ_SECONDS) -timeout=60 -rss_limit_mb=4096 -max_len=16384 \
			corpus-$$t '$(abs_srcdir)'/%D%/fuzz/corpus/$$t '$(abs_srcdir)'/%D%/errors || exit 1; \
	done

## The reference models, one line each, with the error of each way through the compiler.
.PHONY: flamo-table
flamo-table: all
	@$(MAKE) $(AM_MAKEFLAGS) check TESTS='%D%/flamo/test_interp %D%/audio/c.sh %D%/audio/faust.sh' >/dev/null; \
	SRCDIR='$(abs_top_srcdir)' BUILDDIR='$(abs_top_builddir)' $(SHELL) $(srcdir)/%D%/flamo/table

.PHONY: check-build check-long check-release clean-tests
## Builds what the tests need, and runs none.
check-build:
	$(MAKE) $(AM_MAKEFLAGS) check TESTS=
check-long: all
	$(MAKE) $(AM_MAKEFLAGS) check-TESTS TESTS='$(long_tests)' TEST_SUITE_LOG=test-suite-long.log
## distcheck without the tests that have nothing to do with how the release is packed.
check-release:
	@tests=' $(TESTS) '; \
	for t in $(heavy_tests); do tests=`echo "$$tests" | $(SED) "s, $$t , ,"`; done; \
	$(MAKE) $(AM_MAKEFLAGS) distcheck TESTS="$$tests"
clean-tests:
	rm -rf %D%/locale %D%/scratch fuzzing
	rm -f test-suite-long.log

## Speed, beside FAUST's: see tests/bench/bench.sh. Never part of `check`.
.PHONY: bench
bench: adacc
	SRCDIR='$(srcdir)' ADACC='$(abs_top_builddir)/adacc' BENCH='$(BENCH)' sh $(srcdir)/%D%/bench/bench.sh
.PHONY: bench-faust
bench-faust: adacc
	SRCDIR='$(srcdir)' ADACC='$(abs_top_builddir)/adacc' BENCH='$(BENCH)' sh $(srcdir)/%D%/bench/faust.sh
