lib_sources += \
	%D%/cert.h
