lib_sources += \
	%D%/adg.c \
	%D%/backend.h \
	%D%/backends.c \
	%D%/bundle.c %D%/bundle.h \
	%D%/juce.c \
	%D%/lv2.c \
	%D%/json.c \
	%D%/json_writer.c %D%/json_writer.h \
	%D%/response.c \
	%D%/wav.c \
	%D%/wav_file.c %D%/wav_file.h

lib_sources += \
	%D%/faust.c %D%/faust.h \
	%D%/faust_family.c \
	%D%/faust_fir.c \
	%D%/faust_graph.c \
	%D%/faust_header.c \
	%D%/faust_library.c \
	%D%/faust_list.c \
	%D%/faust_loop.c \
	%D%/faust_matrix.c \
	%D%/faust_names.c \
	%D%/faust_net.c \
	%D%/faust_number.c \
	%D%/faust_phrase.c \
	%D%/faust_slider.c \
	%D%/faust_structure.c

lib_sources += %D%/certificate.c

lib_sources += \
	%D%/c.c \
	%D%/c_bank.c \
	%D%/c_block.c %D%/c_block.h \
	%D%/c_views.c \
	%D%/c_control.c \
	%D%/c_fir.c \
	%D%/c_kernels.c \
	%D%/c_lines.c \
	%D%/c_moving.c \
	%D%/c_once.c \
	%D%/c_regions.c \
	%D%/c_rows.c %D%/c_rows.h \
	%D%/c_sections.c \
	%D%/c_text.c \
	%D%/c_text_bank.c \
	%D%/c_writer.c %D%/c_writer.h
