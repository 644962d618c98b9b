lib_sources += \
	%D%/pass.h \
	%D%/passes.h
