#!/bin/sh
# The emitted C against FAUST, on the same networks, taking turns on one core.
#
#   make bench                          the networks up to 32 lines
#   make bench BENCH="dense64 dense128"   others; FAUST needs minutes of C compiler for those
#   ADACC_BENCH_DSP=folder              also NAME.dsp from there, where it is
#   FAUST=none                          our side alone
#   BENCH_BLOCK=64 BENCH_ROUNDS=15 BENCH_MS=20 BENCH_FLAGS="-O2" BENCH_FAUST_FLAGS="-O2"
#
# Ours is built by each C compiler there is, with -std=gnu99 and never -ffast-math; FAUST's text in
# each mode below, with -ffast-math. The fastest of each side counts. Results are printed as a table,
# and plotted as bench.svg in the folder where this runs.
set -u
here=$SRCDIR/tests/bench
networks=${BENCH:-dense4 dense8 dense16 dense32 dense8s hh32 had32}
block=${BENCH_BLOCK:-512} rounds=${BENCH_ROUNDS:-15} ms=${BENCH_MS:-20}
flags=${BENCH_FLAGS:--O3 -march=native}
faust_flags=${BENCH_FAUST_FLAGS:--O3 -march=native -ffast-math}
faust=${FAUST:-faust}
out=$PWD/bench.out
mkdir -p "$out"
export LC_ALL=C

for compiler in gcc clang; do
  command -v $compiler >/dev/null 2>&1 || continue
  wide=
  echo 'int main(void) { return 0; }' >"$out/empty.c"
  case $flags in
  *march=native*)
    $compiler -mprefer-vector-width=512 -Werror "$out/empty.c" -o "$out/empty" 2>/dev/null &&
      wide=-mprefer-vector-width=512
    ;;
  esac
  compilers="${compilers:-} $compiler"
  eval "wide_$compiler=$wide"
done
set -- $compilers
# shellcheck disable=SC2086
"$1" -O2 -o "$out/run" "$here/run.c" -ldl || exit 1
# shellcheck disable=SC2086
"$1" -O2 ${flags#-O[0-9]} -o "$out/peak" "$here/peak.c" && peak=$("$out/peak")

# built SECONDS-FILE COMMAND...: runs it, and keeps how long it took.
built() {
  file=$1
  shift
  { command time -f %e -o "$file" "$@" 2>"$out/messages"; } || {
    cat "$out/messages" >&2
    return 1
  }
}

machine=$(sed -n 's/^model name[^:]*: //p' /proc/cpuinfo 2>/dev/null | head -1)
echo "${machine:-$(uname -m)}, $(uname -sr); blocks of $block; peak $peak G multiply-adds a second"
echo "ours: $flags; FAUST $("$faust" --version 2>/dev/null | sed -n 1p | sed 's/.*Version //'): $faust_flags"
printf '%-10s %9s %9s %-22s %6s %-13s %6s %8s %8s %7s\n' \
  network ours FAUST mode ratio 'q1..q3' peak state text cc
: >"$out/table"
for name in $networks; do
  ours= theirs=
  "$ADACC" "$here/$name.json" --emit=c,faust --name="$name" -o "$out/" >"$out/summary" 2>&1 || {
    cat "$out/summary"
    exit 1
  }
  macro=$(echo "$name" | tr '[:lower:]' '[:upper:]')
  for compiler in $compilers; do
    eval "wide=\$wide_$compiler"
    # shellcheck disable=SC2086
    built "$out/$name.$compiler.s" $compiler -std=gnu99 $flags $wide -shared -fPIC -I"$out" \
      -DNAME="$name" -DMACRO="$macro" -DNAME_C="\"$name.c\"" "$here/ours.c" \
      -o "$out/$name.ours.$compiler.so" -lm && ours="$ours $out/$name.ours.$compiler.so"
  done
  for text in "$out/$name.dsp" ${ADACC_BENCH_DSP:+"$ADACC_BENCH_DSP/$name.dsp"}; do
    [ -f "$text" ] && command -v "$faust" >/dev/null 2>&1 || continue
    from=emitted
    [ "$text" = "$out/$name.dsp" ] || from=original
    for mode in scalar vec32 mcd0; do
      case $mode in
      scalar) options= ;;
      vec32) options="-vec -vs 32" ;;
      mcd0) options="-mcd 0" ;;
      esac
      base=$name.$from.$mode
      # shellcheck disable=SC2086
      "$faust" -lang c -cn mydsp $options "$text" -o "$out/$base.c" 2>"$out/messages" || continue
      # shellcheck disable=SC2086
      built "$out/$base.s" "$1" -std=gnu99 $faust_flags -shared -fPIC -I"$out" \
        -DDSP="\"$base.c\"" "$here/faust.c" -o "$out/$base.so" -lm && theirs="$theirs $out/$base.so"
    done
  done
  # shellcheck disable=SC2086
  "$out/run" "$block" "$rounds" "$ms" $ours $theirs >"$out/$name.speeds" || exit 1
  adds=$(sed -n 's/.* \([0-9]*\) multiply-adds.*/\1/p' "$out/$name.h" | head -1)
  state=$(sed -n 's/.*State: \([0-9]*\) bytes.*/\1/p' "$out/$name.h")
  best=$(sort -t"	" -k2 -rn "$out/$name.speeds" | grep '\.ours\.' | head -1 | cut -f1)
  text=$(size "$best" | awk 'NR == 2 { print $1 }')
  seconds=$(cat "$out/$name.$(echo "$best" | sed 's/.*ours\.\(.*\)\.so/\1/').s")
  # Ratios again, of the two that count, the fastest FAUST first.
  other=$(sort -t"	" -k2 -rn "$out/$name.speeds" | grep -v '\.ours\.' | head -1 | cut -f1)
  # shellcheck disable=SC2086
  "$out/run" "$block" "$rounds" "$ms" $other "$best" >"$out/$name.pair"
  awk -F"	" -v name="$name" -v adds="$adds" -v state="$state" -v text="$text" -v cc="$seconds" \
    -v peak="$peak" -v both="${other:+1}" '
    { speed[NR] = $2; ratio[NR] = $3; low[NR] = $4; high[NR] = $5; path[NR] = $1 }
    END {
      ours = both ? 2 : 1
      mode = path[1]
      sub(/.*\//, "", mode); sub(/^[^.]*\./, "", mode); sub(/\.so$/, "", mode)
      share = speed[ours] * 48000 * adds / 1e9 / peak * 100
      printf "%-10s %9.0f %9s %-22s %6s %-13s %5.0f%% %8d %8d %7s\n", name, speed[ours],
        both ? sprintf("%.1f", speed[1]) : "-", both ? mode : "-",
        both ? sprintf("%.2f", ratio[2]) : "-",
        both ? sprintf("%.2f..%.2f", low[2], high[2]) : "-", share, state, text, cc
    }' "$out/$name.pair" | tee -a "$out/table"
done

# The load of one core, in percent, against the number of lines, both as powers: ours, FAUST's, and
# what is published of a network of 128 lines as FAUST (70 %).
awk '
  function x(n) { return 60 + (log(n) / log(2) - 2) * 88 }
  function y(load) { return 40 + (2 - log(load) / log(10)) * 66 }
  /^dense[0-9]+ / {
    n = substr($1, 6); lines[++count] = n
    ours[count] = 100 / $2; theirs[count] = $3 == "-" ? 0 : 100 / $3
  }
  END {
    print "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 560 400\" font-family=\"sans-serif\" font-size=\"12\">"
    print "<rect width=\"560\" height=\"400\" fill=\"white\"/>"
    print "<text x=\"60\" y=\"22\">Load of one core in real time at 48 kHz, against lines</text>"
    for (p = -3; p <= 2; p++) {
      printf "<line x1=\"60\" x2=\"510\" y1=\"%g\" y2=\"%g\" stroke=\"#ddd\"/>\n", y(10 ^ p), y(10 ^ p)
      printf "<text x=\"52\" y=\"%g\" text-anchor=\"end\">%g %%</text>\n", y(10 ^ p) + 4, 10 ^ p
    }
    for (n = 4; n <= 128; n *= 2)
      printf "<text x=\"%g\" y=\"392\" text-anchor=\"middle\">%d</text>\n", x(n), n
    for (i = 1; i <= count; i++) {
      a = a sprintf("%g,%g ", x(lines[i]), y(ours[i]))
      if (theirs[i]) b = b sprintf("%g,%g ", x(lines[i]), y(theirs[i]))
    }
    printf "<polyline points=\"%s\" fill=\"none\" stroke=\"#06c\" stroke-width=\"2\"/>\n", a
    printf "<polyline points=\"%s\" fill=\"none\" stroke=\"#c60\" stroke-width=\"2\"/>\n", b
    printf "<circle cx=\"%g\" cy=\"%g\" r=\"4\" fill=\"#900\"/>\n", x(128), y(70)
    print "<text x=\"300\" y=\"320\" fill=\"#06c\">emitted C</text>"
    print "<text x=\"300\" y=\"336\" fill=\"#c60\">FAUST, its best mode</text>"
    print "<text x=\"300\" y=\"352\" fill=\"#900\">FAUST, published</text>"
    print "</svg>"
  }' "$out/table" >bench.svg
