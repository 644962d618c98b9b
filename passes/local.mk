lib_sources += \
	%D%/controls.c \
	%D%/flatten.c %D%/flatten.h \
	%D%/fold.c \
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
