lib_sources += \
	%D%/adac_figures.c %D%/adac_figures.h \
	%D%/ball.c %D%/ball.h \
	%D%/bands.c %D%/bands.h \
	%D%/box_exact.c %D%/box_exact.h \
	%D%/bound.c %D%/bound.h \
	%D%/cells.c %D%/cells.h \
	%D%/cert.c %D%/cert.h \
	%D%/check.c %D%/check.h \
	%D%/check_knobs.c \
	%D%/check_witness.c %D%/check_witness.h \
	%D%/constants.c %D%/constants.h \
	%D%/contraction.c %D%/contraction.h \
	%D%/cut.c %D%/cut.h \
	%D%/float_contraction.c %D%/float_contraction.h \
	%D%/flow.c %D%/flow.h \
	%D%/instability.c %D%/instability.h \
	%D%/decay_knob.c %D%/decay_knob.h \
	%D%/energy.c %D%/energy.h \
	%D%/envelope.c %D%/envelope.h \
	%D%/inverse.c %D%/inverse.h \
	%D%/knob_witness.h \
	%D%/lanes.h \
	%D%/loop_exact.c \
	%D%/loop_lossless.c \
	%D%/loop_proof.c \
	%D%/lossless.c %D%/lossless.h \
	%D%/mode.c %D%/mode.h \
	%D%/norm.c %D%/norm.h \
	%D%/peak.c %D%/peak.h \
	%D%/peak_response.c %D%/peak_response.h \
	%D%/piece.c %D%/piece.h \
	%D%/positions.c %D%/positions.h \
	%D%/proving.c %D%/proving.h \
	%D%/quantities.c %D%/quantities.h \
	%D%/quantities_say.c \
	%D%/report.h \
	%D%/resolvent.c %D%/resolvent.h \
	%D%/say.c \
	%D%/sections.c %D%/sections.h \
	%D%/simulation.c %D%/simulation.h \
	%D%/tail.c %D%/tail.h \
	%D%/transfer.c %D%/transfer.h \
	%D%/wcpg.c %D%/wcpg.h \
	%D%/winding.c %D%/winding.h \
	%D%/witness.c %D%/witness.h \
	%D%/write.c
