#!/bin/sh
# FAUST beside FAUST: the emitted text against the text that ADAC writes of the same network, both
# through FAUST and the C compiler, taking turns on one core.
#
#   make bench-faust
#   make bench-faust BENCH="dense64 hadamard64"
#   ADACC_BENCH_DSP=folder     where NAME.dsp of ADAC are; those of networks.awk are made here
#   BENCH_ROUNDS=31 BENCH_MS=5 BENCH_FAUST_FLAGS="-O3 -march=native -ffast-math"
#
# Times of FAUST and of the C compiler are user seconds of scalar code, the least of three; `run` is
# the time of ours over theirs, of scalar code, and of the fastest mode of each.
set -u
here=$SRCDIR/tests/bench
networks=${BENCH:-dense4 dense8 dense8s dense16 dense32 dense64 had32 hh32 hadamard32 hadamard64 householder32 householder64}
block=${BENCH_BLOCK:-512} rounds=${BENCH_ROUNDS:-31} ms=${BENCH_MS:-5}
flags=${BENCH_FAUST_FLAGS:--O3 -march=native -ffast-math}
out=$PWD/bench.out/faust
mkdir -p "$out"
export LC_ALL=C

gcc -O2 -o "$out/run" "$here/run.c" -ldl || exit 1

# seconds TIMES COMMAND...: the least user time
seconds() {
  times=$1 least=
  shift
  while [ "$times" -gt 0 ]; do
    { command time -f %U -o "$out/time" "$@"; } >"$out/messages" 2>&1 || {
      cat "$out/messages" >&2
      return 1
    }
    least=$(cat "$out/time" "$out/least" 2>/dev/null | sort -g | head -1)
    echo "$least" >"$out/least"
    times=$((times - 1))
  done
  rm -f "$out/least"
  echo "$least"
}

# median of the ratios of the second program's speed over the first's
ratio() {
  "$out/run" "$block" "$rounds" "$ms" "$1" "$2" | awk -F"	" 'NR == 2 { printf "%.2f", 1/$3 }'
}

printf '%-14s %17s %17s %8s %10s  %s\n' network 'FAUST, s' 'cc, s' 'run' 'run, best' 'modes'
for name in $networks; do
  theirs_text=${ADACC_BENCH_DSP:-/nowhere}/$name.dsp model=$here/$name.json
  if [ ! -f "$model" ]; then
    kind=${name%%[0-9]*}
    model=$out/$name.json
    theirs_text=$out/$name.theirs.dsp
    awk -v n="${name#"$kind"}" -v kind="$kind" -v form=json -f "$here/networks.awk" >"$model"
    awk -v n="${name#"$kind"}" -v kind="$kind" -v form=dsp -f "$here/networks.awk" >"$theirs_text"
  fi
  [ -f "$theirs_text" ] || continue
  "$ADACC" -q "$model" --emit=faust -o "$out/$name.ours.dsp" || exit 1
  cp "$theirs_text" "$out/$name.theirs.dsp" 2>/dev/null
  for side in ours theirs; do
    for mode in scalar vec mcd0; do
      case $mode in
      scalar) options= ;;
      vec) options="-vec -vs 32" ;;
      mcd0) options="-mcd 0" ;;
      esac
      base=$out/$name.$side.$mode repeats=1
      [ $mode != scalar ] || repeats=3
      # shellcheck disable=SC2086
      text=$(seconds $repeats faust -lang c -cn mydsp $options "$out/$name.$side.dsp" -o "$base.c") || exit 1
      # shellcheck disable=SC2086
      code=$(seconds $repeats gcc -std=gnu99 -w $flags -shared -fPIC -DDSP="\"$base.c\"" "$here/faust.c" -o "$base.so" -lm) ||
        exit 1
      [ $mode != scalar ] || eval "${side}_s=$text ${side}_code=$code"
    done
    "$out/run" "$block" 9 "$ms" "$out/$name.$side.scalar.so" "$out/$name.$side.vec.so" "$out/$name.$side.mcd0.so" |
      sort -t"	" -k2 -rn | head -1 | cut -f1 >"$out/$name.$side.best"
  done
  best=$(cat "$out/$name.ours.best") other=$(cat "$out/$name.theirs.best")
  modes=$(printf '%s %s' "$best" "$other" | sed 's/[^ ]*\.\([a-z0-9]*\)\.so/\1/g')
  # shellcheck disable=SC2154
  printf '%-14s %5s / %-9s %5s / %-9s %8s %10s  %s\n' "$name" "$ours_s" "$theirs_s" "$ours_code" "$theirs_code" \
    "$(ratio "$out/$name.theirs.scalar.so" "$out/$name.ours.scalar.so")" "$(ratio "$other" "$best")" "$modes"
done
