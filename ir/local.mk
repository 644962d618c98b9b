lib_sources += \
	%D%/algebra.c %D%/algebra.h \
	%D%/build.c %D%/build.h \
	%D%/cells.def \
	%D%/dump.c %D%/dump.h \
	%D%/exact.c %D%/exact.h \
	%D%/expr.c %D%/expr.h \
	%D%/fourier.c %D%/fourier.h \
	%D%/functions.def \
	%D%/interp.c %D%/interp.h \
	%D%/loops.c %D%/loops.h \
	%D%/lower.c %D%/lower.h \
	%D%/matrix.c %D%/matrix.h \
	%D%/measure.c %D%/measure.h \
	%D%/net.c %D%/net.h \
	%D%/node.c %D%/node.h \
	%D%/noise.c %D%/noise.h \
	%D%/ops.def \
	%D%/program.c %D%/program.h \
	%D%/section_forms.def \
	%D%/shape.c %D%/shape.h \
	%D%/verify.c %D%/verify.h \
	%D%/walk.c %D%/walk.h

lib_sources += \
	%D%/blocks.c %D%/blocks.h \
	%D%/blocks_fuse.c %D%/blocks_fuse.h \
	%D%/blocks_merge.c %D%/blocks_merge.h \
	%D%/blocks_slots.c %D%/blocks_slots.h \
	%D%/control.c %D%/control.h \
	%D%/kernels.def \
	%D%/retime.c %D%/retime.h \
	%D%/schedule.c %D%/schedule.h \
	%D%/schedule_dump.c \
	%D%/schedule_kernels.c \
	%D%/schedule_matrix.c \
	%D%/schedule_maker.h \
	%D%/schedule_order.c \
	%D%/structure.c %D%/structure.h \
	%D%/structure_find.h \
	%D%/structure_hadamard.c \
	%D%/structure_product.c \
	%D%/structure_rank.c \
	%D%/structure_sparse.c
