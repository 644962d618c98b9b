lib_sources += \
	%D%/arena.c %D%/arena.h \
	%D%/codes.def \
	%D%/diag.c %D%/diag.h \
	%D%/diag_print.c %D%/diag_print.h \
	%D%/limits.h \
	%D%/memo.c %D%/memo.h \
	%D%/name.c %D%/name.h \
	%D%/number.c %D%/number.h \
	%D%/source.c %D%/source.h \
	%D%/text.c %D%/text.h \
	%D%/vec.c %D%/vec.h
