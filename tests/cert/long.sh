#!/bin/sh
# Random loops against their eigenvalues, as many as one would like to see: minutes.
. "$SRCDIR/tests/tap.sh"
new_scratch cert-long

if CERT_LOOPS=2000 "$BUILDDIR/tests/unit/test_cert_sound" >"$scratch/log" 2>&1; then
  ok 'two thousand random loops'
else
  not_ok 'two thousand random loops' "$scratch/log"
fi
done_testing
