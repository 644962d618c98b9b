lib_sources += \
	%D%/ball.c %D%/ball.h \
	%D%/cert.c %D%/cert.h \
	%D%/constants.c %D%/constants.h \
	%D%/contraction.c %D%/contraction.h \
	%D%/cut.c %D%/cut.h \
	%D%/instability.c %D%/instability.h \
	%D%/lossless.c %D%/lossless.h \
	%D%/norm.c %D%/norm.h \
	%D%/ranges.c \
	%D%/report.h \
	%D%/sections.c %D%/sections.h \
	%D%/transfer.c %D%/transfer.h \
	%D%/write.c
