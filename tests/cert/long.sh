#!/bin/sh
# Random loops against their eigenvalues and their phase, as many as one would like to see: minutes.
. "$SRCDIR/tests/tap.sh"
new_scratch cert-long

if CERT_LOOPS=2000 "$BUILDDIR/tests/unit/test_cert_sound" >"$scratch/log" 2>&1; then
  ok 'two thousand random loops'
else
  not_ok 'two thousand random loops' "$scratch/log"
fi
if CERT_FILTERED=1000 "$BUILDDIR/tests/cert/test_phase" >"$scratch/log" 2>&1; then
  ok 'a thousand random loops with filters'
else
  not_ok 'a thousand random loops with filters' "$scratch/log"
fi
if CERT_SLOW=1 "$BUILDDIR/tests/cert/test_cases" >"$scratch/log" 2>&1; then
  ok 'every case, of thirty thousand modes too'
else
  not_ok 'every case, of thirty thousand modes too' "$scratch/log"
fi
if CERT_ARB=30 "$BUILDDIR/tests/cert/test_arb" >"$scratch/log" 2>&1; then
  ok 'thousands of cells by ball arithmetic'
else
  not_ok 'thousands of cells by ball arithmetic' "$scratch/log"
fi
done_testing
