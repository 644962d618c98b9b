dist_man_MANS += \
	%D%/adac-cert.5 \
	%D%/adac-ir.5 \
	%D%/adacc.1 \
	%D%/adg.5 \
	%D%/libadac.3
