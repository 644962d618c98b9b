lib_sources += \
	%D%/adac.c %D%/adac.h \
	%D%/arithmetic.c \
	%D%/builtins.c %D%/builtins.def %D%/builtins.h \
	%D%/builtins_absorb.c \
	%D%/builtins_data.c \
	%D%/builtins_equalisers.c \
	%D%/builtins_filters.c \
	%D%/builtins_lengths.c \
	%D%/builtins_matrices.c \
	%D%/builtins_random.c \
	%D%/builtins_reverb.c \
	%D%/catalogue.c %D%/catalogue.h \
	%D%/compile.h \
	%D%/cert_members.def \
	%D%/contracts.c %D%/contracts.h \
	%D%/convert.c \
	%D%/decompile.c %D%/decompile.h \
	%D%/decompile_lines.c \
	%D%/decompile_matrix.c \
	%D%/decompile_numbers.c \
	%D%/decompile_parts.h \
	%D%/dimension.c %D%/dimension.h \
	%D%/elaborate.c %D%/elaborate.h \
	%D%/elaborate_binary.c \
	%D%/elaborate_calls.c \
	%D%/elaborate_contracts.c \
	%D%/elaborate_knobs.c \
	%D%/elaborate_loops.c \
	%D%/elaborate_matrix.c \
	%D%/elaborate_names.c \
	%D%/elaborate_statements.c %D%/elaborate_statements.h \
	%D%/elsewhere.c %D%/elsewhere.def %D%/elsewhere.h \
	%D%/gate.c %D%/gate.h \
	%D%/guard.c %D%/guard.h \
	%D%/imports.c %D%/imports.h \
	%D%/explain.c %D%/explain.def \
	%D%/input.c %D%/input.h \
	%D%/json_expr.c \
	%D%/json_modules.def \
	%D%/json_scan.c %D%/json_scan.h \
	%D%/kinds.c %D%/kinds.h \
	%D%/linear.c %D%/linear.h \
	%D%/lists.c \
	%D%/live.c %D%/live.h \
	%D%/lock.c %D%/lock.h \
	%D%/notice.c %D%/notice.h \
	%D%/options.c %D%/options.def %D%/options.h \
	%D%/outputs.c %D%/outputs.h \
	%D%/parameters.def \
	%D%/plugins.c %D%/plugins.h \
	%D%/program_name.c %D%/program_name.h \
	%D%/progress.c %D%/progress.h \
	%D%/random.c %D%/random.h \
	%D%/rational.c %D%/rational.h \
	%D%/read_adg.c %D%/read_adg.h \
	%D%/read_json.c %D%/read_json.h \
	%D%/read_cert.c %D%/read_cert.h \
	%D%/read_cert_tree.c %D%/read_cert_tree.h \
	%D%/read_json_delay.c \
	%D%/read_json_equaliser.c \
	%D%/read_json_filter.c \
	%D%/read_json_fir.c \
	%D%/read_json_gain.c \
	%D%/read_json_knobs.c \
	%D%/read_json_leaf.c %D%/read_json_leaf.h \
	%D%/read_json_plain.c \
	%D%/read_json_sections.c \
	%D%/read_json_tree.c %D%/read_json_tree.h \
	%D%/read_pyfdn.c \
	%D%/reader.h \
	%D%/readers.c \
	%D%/report.c %D%/report.h \
	%D%/scope.c %D%/scope.h \
	%D%/temporary.c %D%/temporary.h \
	%D%/staging.c %D%/staging.h \
	%D%/suggestion.c %D%/suggestion.h \
	%D%/tool.c %D%/tool.h \
	%D%/value.c %D%/value.h \
	%D%/watch.c %D%/watch.h

EXTRA_DIST += %D%/json_scan.re

## Under the prefix, where both shells look if it is theirs.
bashcompletiondir = $(datadir)/bash-completion/completions
dist_bashcompletion_DATA = %D%/completions/adacc
zshcompletiondir = $(datadir)/zsh/site-functions
dist_zshcompletion_DATA = %D%/completions/_adacc
MAINTAINERCLEANFILES += %D%/json_scan.c

%D%/json_scan.c: $(srcdir)/%D%/json_scan.re
	$(re2c) -o $@ $(srcdir)/%D%/json_scan.re
