lib_sources += \
	%D%/contract.c \
	%D%/controls.c \
	%D%/design.h \
	%D%/design_absorption.c \
	%D%/design_accurate_geq.c \
	%D%/design_biquad.c \
	%D%/design_delay.c %D%/design_delay.h \
	%D%/design_geq.c \
	%D%/design_matrix.c \
	%D%/design_peq.c \
	%D%/design_plain.c \
	%D%/design_rbj.c %D%/design_rbj.h \
	%D%/design_svf.c \
	%D%/factor.c %D%/factor.h \
	%D%/flatten.c %D%/flatten.h \
	%D%/fold.c \
	%D%/fractional.c \
	%D%/gains.c %D%/gains.h \
	%D%/hoist.c \
	%D%/identifier.c %D%/identifier.h \
	%D%/normalise.c \
	%D%/pass.h \
	%D%/passes.c %D%/passes.h \
	%D%/prune.c \
	%D%/quantise.c \
	%D%/range.c %D%/range.h \
	%D%/rt60.c %D%/rt60.h \
	%D%/say.c %D%/say.h
