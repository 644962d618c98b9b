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

# A thousand lines and a matrix of a million numbers, some 20 MB of JSON.
awk 'BEGIN {
  srand(7); n = 1024
  printf "{\"type\": \"Shell\", \"name\": \"big\", \"fs\": 48000, \"children\": [{\"type\": \"Series\", \"name\": \"core\", \"children\": ["
  printf "{\"type\": \"Leaf\", \"name\": \"b\", \"module_type\": \"Gain\", \"params\": {\"matrix\": ["
  for (i = 0; i < n; i++) printf "%s[1]", i ? ", " : ""
  printf "]}}, {\"type\": \"Recursion\", \"name\": \"loop\", \"fF\": {\"type\": \"Leaf\", \"name\": \"d\", \"module_type\": \"parallelDelay\", \"params\": {\"samples\": ["
  for (i = 0; i < n; i++) printf "%s%d", i ? ", " : "", 500 + 4 * i
  printf "]}}, \"fB\": {\"type\": \"Leaf\", \"name\": \"A\", \"module_type\": \"Matrix\", \"params\": {\"matrix\": ["
  for (i = 0; i < n; i++) {
    printf "%s[", i ? ",\n" : ""
    for (j = 0; j < n; j++) printf "%s%.16f", j ? ", " : "", (rand() - 0.5) / 24
    printf "]"
  }
  printf "]}}}, {\"type\": \"Leaf\", \"name\": \"c\", \"module_type\": \"Gain\", \"params\": {\"matrix\": [["
  for (i = 0; i < n; i++) printf "%s1", i ? ", " : ""
  print "]]}}]}]}"
}' >"$scratch/big.json"
costs 'a thousand dense lines to C' 2000 409600 "$scratch/big.json" --emit=c

done_testing
