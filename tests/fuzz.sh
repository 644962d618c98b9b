#!/bin/sh
# The fuzzers over their corpus, the examples and the cases of errors, and some thousand changes of
# these with a fixed seed. `make fuzz` goes on from there, with libFuzzer.
. "$SRCDIR/tests/tap.sh"
new_scratch fuzz
cd "$scratch" || exit 99

# fuzz TARGET FILES...: in a few seconds, also where sanitizers are slow
fuzz() {
  target=$1
  shift
  rm -f fuzz-crash
  if limited "$BUILDDIR/tests/fuzz/fuzz_$target" -runs=3000 -seconds=4 -seed=1 "$@" >log 2>&1 </dev/null; then
    ok "$target: $(tail -n 1 log)"
  else
    { tail -n 30 log; echo "the input:"; cat fuzz-crash; } >messages 2>&1
    not_ok "$target" messages
  fi
}

fuzz adg "$SRCDIR"/tests/fuzz/corpus/adg/* "$SRCDIR"/lang/examples/*.adg "$SRCDIR"/tests/errors/adg-*.adg
fuzz json "$SRCDIR"/tests/fuzz/corpus/json/* "$SRCDIR"/tests/errors/*.json
done_testing
