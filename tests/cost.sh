#!/bin/sh
# What a compilation costs. Under sanitizers, whose own cost would be measured, only that it compiles.
. "$SRCDIR/tests/tap.sh"
new_scratch cost

# costs NAME MILLISECONDS KIB ARGUMENTS...
costs() {
  name=$1 most_ms=$2 most_kib=$3
  shift 3
  got=$("$BUILDDIR/tests/cost" "$ADACC" -q "$@" -o "$scratch/" 2>"$scratch/messages") || {
    not_ok "$name" "$scratch/messages"
    return
  }
  ms=${got% *} kib=${got#* }
  if [ -n "${SANITIZED-}" ]; then ok "$name (sanitized)"
  elif [ "$ms" -lt "$most_ms" ] && [ "$kib" -lt "$most_kib" ]; then ok "$name: $ms ms, $kib KiB"
  else not_ok "$name" "$ms ms and $kib KiB, at most $most_ms and $most_kib"; fi
}

costs 'sixty-four dense lines to FAUST and C, with the verdict' 80 32768 "$SRCDIR/tests/bench/dense64.json" --emit=faust,c
done_testing
