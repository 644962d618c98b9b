lib_sources += \
	%D%/backend.h
