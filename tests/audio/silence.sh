#!/bin/sh
# Two minutes of silence after a burst: emitted C takes no longer for them than for sound, with the
# machine's own way of flushing small numbers and without.
. "$SRCDIR/tests/tap.sh"
new_scratch silence
cc=${CC:-cc}

cat >"$scratch/network.adg" <<'END'
m    = coprime(8, 20ms..70ms)
main = split(8) -> (delay(m) -> absorb(m, 2s) -> lowshelf(70Hz, 0.7, -0.5dB)*id(8)) ~ hadamard(8) -> sum(8)
END
cat >"$scratch/resonant.adg" <<'END'
main = lowpass(90Hz, 20) | bandpass(3kHz, 50) | (delay(1) ~ (0.999*onepole(4kHz)))
END

# runs INPUT REAL COUNT FLAGS...; COUNT may be empty
runs() {
  input=$1 real=$2 count=$3 name=${1##*/}
  name=${name%.adg}
  shift 3
  macro=$(echo "$name" | tr '[:lower:]' '[:upper:]')
  folder=$scratch/$name.$real
  parts='' sizes=''
  mkdir -p "$folder"
  if ! limited "$ADACC" "$input" --emit=c --real="$real" --name="$name" -o "$folder/" \
    >"$scratch/messages" 2>&1 </dev/null; then
    not_ok "$name, $real" "$scratch/messages"
    return
  fi
  for part in state line; do
    grep -q "^    $real $part\[" "$folder/$name.h" || continue
    parts="$parts${parts:+, }program.$part" sizes="$sizes${sizes:+, }sizeof program.$part"
  done
  # shellcheck disable=SC2086
  if ! (cd "$folder" && $cc -O2 "$@" -I. -DNAME="$name" -DMACRO="$macro" -DNAME_H="\"$name.h\"" -DREAL="$real" \
    -DPARTS="$parts" -DSIZES="$sizes" "$SRCDIR/tests/audio/silence.c" "$name.c" -lm -o silence) \
    >"$scratch/messages" 2>&1; then
    not_ok "$name, $real, $*" "$scratch/messages"
    return
  fi
  # Another process may take its time from one attempt, hardly from three.
  for attempt in 1 2 3; do
    # shellcheck disable=SC2086
    if limited "$folder/silence" 120 $count >"$scratch/messages" 2>&1; then
      ok "$name, $real, $*"
      return
    fi
  done
  not_ok "$name, $real, $* ($attempt attempts)" "$scratch/messages"
}

# What freeverb writes to its lines may be subnormal without the machine's help, but is not read as such.
for input in "$scratch/network.adg" "$SRCDIR/lang/examples/freeverb.adg" "$scratch/resonant.adg"; do
  count=count
  runs "$input" float $count -std=gnu99
  [ "$name" != freeverb ] || count=
  runs "$input" float "$count" -std=c99 -U__SSE2__ -U__AVX__ -U__AVX512F__
done
runs "$SRCDIR/lang/examples/hall.adg" double count -std=gnu99

done_testing
