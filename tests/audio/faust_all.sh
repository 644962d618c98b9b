#!/bin/sh
# Every emitted FAUST in all eight ways: C and C++, double and single, scalar and in vectors.
FAUST_ALL=1
export FAUST_ALL
exec "${SHELL:-/bin/sh}" "$SRCDIR/tests/audio/faust.sh"
