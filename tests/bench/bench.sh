#!/bin/sh
# The emitted C against FAUST, on the same networks, taking turns on one core.
#
#   make bench                          all of it: some minutes, and once an hour or more for the C
#                                       compilers with FAUST's text of 64 and 128 lines
#   make bench BENCH="dense8 plate"     these networks alone
#   ADACC_BENCH_DSP=folder              also NAME.dsp from there, where it is
#   FAUST=none                          our side alone
#   BENCH_TIMEOUT=600                   seconds that a C compiler may take for one program
#   BENCH_BLOCK=64 BENCH_ROUNDS=15 BENCH_MS=20 BENCH_FLAGS="-O2" BENCH_FAUST_FLAGS="-O2"
#   BENCH_MODES="scalar vec32"          FAUST's modes: scalar, vecN for -vec -vs N, mcd0
#
# Ours is built by each C compiler there is, with -std=gnu99 and never -ffast-math; FAUST's text, as
# adacc emits it and as it was, by each of them and in each mode, with -ffast-math. The fastest of
# each side counts. What was compiled is kept in bench.out, and taken from there while its text, the
# flags and the compiler stay the same; what takes longer than BENCH_TIMEOUT is left out, and said.
#
# bench.md, in the folder where this runs, gets the tables for RESULTS.md: the networks, calls of
# other lengths, and other flags. bench.svg gets the plot: load of a core against the number of
# lines of dense4 .. dense128, ours and FAUST's best mode, both axes as powers, beside what was
# published of 128 lines.
set -u
here=$SRCDIR/tests/bench
networks=${BENCH:-dense4 dense8 dense16 dense32 dense64 dense128 dense8s sections8 bare8 hh32 had32
  freeverb plate gardner}
block=${BENCH_BLOCK:-512} rounds=${BENCH_ROUNDS:-15} ms=${BENCH_MS:-20}
flags=${BENCH_FLAGS:--O3 -march=native}
faust_flags=${BENCH_FAUST_FLAGS:--O3 -march=native -ffast-math}
modes=${BENCH_MODES:-scalar vec32 mcd0}
limit=${BENCH_TIMEOUT:-600}
faust=${FAUST:-faust}
out=$PWD/bench.out
mkdir -p "$out"
export LC_ALL=C

compilers=
for compiler in gcc clang; do
  command -v $compiler >/dev/null 2>&1 && compilers="$compilers $compiler"
done
# shellcheck disable=SC2086
set -- $compilers
"$1" -O2 -o "$out/run" "$here/run.c" -ldl || exit 1
# shellcheck disable=SC2086
"$1" -O2 ${flags#-O[0-9]} -o "$out/peak" "$here/peak.c" && peak=$("$out/peak")

# wide COMPILER FLAGS: what makes it use all of a vector, where FLAGS are for this machine
wide() {
  echo 'int main(void) { return 0; }' >"$out/empty.c"
  case $2 in
  *march=native*)
    $1 -mprefer-vector-width=512 -Werror "$out/empty.c" -o "$out/empty" 2>/dev/null &&
      echo -mprefer-vector-width=512
    ;;
  esac
}

# built BASE SOURCE COMMAND...: makes BASE.so, and BASE.s, the seconds that it took, of SOURCE, if they
# are not there. What cannot be built in time leaves none.
built() {
  base=$1 made_of=$2
  shift 2
  echo "$*" | cat - "$made_of" | cksum >"$base.new"
  if cmp -s "$base.new" "$base.sum"; then
    [ -f "$base.so" ] && return
    grep -q 'status 124' "$base.s" && echo "${base##*/}: not compiled in $limit s" >>"$out/notes"
    return 1
  fi
  rm -f "$base.so"
  mv "$base.new" "$base.sum"
  command time -f %e -o "$base.s" timeout "$limit" "$@" 2>"$out/messages" && return
  grep -q 'status 124' "$base.s" || cat "$out/messages" >&2
  grep -q 'status 124' "$base.s" && echo "${base##*/}: not compiled in $limit s" | tee -a "$out/notes" >&2
  return 1
}

# ours NAME FLAGS TAG: builds ours; prints the programs
ours() {
  macro=$(echo "$1" | tr '[:lower:]' '[:upper:]')
  for compiler in $compilers; do
    # shellcheck disable=SC2046,SC2086
    built "$out/$1$3.ours.$compiler" "$out/$1.c" $compiler -std=gnu99 $2 $(wide $compiler "$2") \
      -shared -fPIC -I"$out" -DNAME="$1" -DMACRO="$macro" -DNAME_C="\"$1.c\"" "$here/ours.c" \
      -o "$out/$1$3.ours.$compiler.so" -lm && echo "$out/$1$3.ours.$compiler.so"
  done
}

# theirs NAME FLAGS TAG: builds FAUST's; prints the programs
theirs() {
  command -v "$faust" >/dev/null 2>&1 || return
  for text in "$out/$1.dsp" ${ADACC_BENCH_DSP:+"$ADACC_BENCH_DSP/$1.dsp"}; do
    [ -f "$text" ] || continue
    from=emitted
    [ "$text" = "$out/$1.dsp" ] || from=original
    for mode in $modes; do
      case $mode in
      scalar) options= ;;
      vec*) options="-vec -vs ${mode#vec}" ;;
      mcd0) options="-mcd 0" ;;
      esac
      # shellcheck disable=SC2086
      "$faust" -lang c -cn mydsp $options "$text" -o "$out/$1.$from.$mode.c" >"$out/messages" 2>&1 || {
        echo "$1, $from, $mode: FAUST failed" | tee -a "$out/notes" >&2
        continue
      }
      for compiler in $compilers; do
        # shellcheck disable=SC2086
        built "$out/$1$3.$from.$mode.$compiler" "$out/$1.$from.$mode.c" $compiler -std=gnu99 $2 \
          -shared -fPIC -I"$out" -DDSP="\"$1.$from.$mode.c\"" "$here/faust.c" \
          -o "$out/$1$3.$from.$mode.$compiler.so" -lm && echo "$out/$1$3.$from.$mode.$compiler.so"
      done
    done
  done
}

# fastest SPEEDS KIND: the fastest program that is ours, or not
fastest() {
  sort -t"	" -k2 -rn "$1" | if [ "$2" = ours ]; then grep '\.ours\.'; else grep -v '\.ours\.'; fi |
    head -1 | cut -f1
}

# emitted NAME: its C and FAUST text, in $out
emitted() {
  input=$here/$1.json
  [ -f "$input" ] || input=$SRCDIR/lang/examples/$1.adg
  "$ADACC" "$input" --emit=c,faust --name="$1" -o "$out/" >"$out/summary" 2>&1 || {
    cat "$out/summary"
    exit 1
  }
}

# compared LENGTH OURS THEIRS: times all, then the fastest of each side again, FAUST's first:
# $best, $other and $out/pair
compared() {
  # shellcheck disable=SC2086
  "$out/run" "$1" 3 "$ms" $2 $3 >"$out/speeds" || exit 1
  best=$(fastest "$out/speeds" ours) other=$(fastest "$out/speeds" theirs)
  # shellcheck disable=SC2086
  "$out/run" "$1" "$rounds" "$ms" $other "$best" >"$out/pair"
}

# short PROGRAM: how it was made, "gcc", "emitted, mcd0, clang"
short() {
  echo "$1" | sed 's#.*/##; s#^[^.]*\.##; s#\.so$##; s#^ours\.##; s#\.#, #g'
}

# ratio: "2.52 | 2.51 to 2.53" of $out/pair
ratio() {
  awk -F"	" 'NR == 2 { printf "%.2f | %.2f to %.2f\n", $3, $4, $5; two = 1 } END { if (!two) print "| " }' "$out/pair"
}

size_of() {
  [ -n "$1" ] && size "$1" | awk 'NR == 2 { printf "%.0f", $1 / 1024 }'
}

machine=$(sed -n 's/^model name[^:]*: //p' /proc/cpuinfo 2>/dev/null | head -1)
: >"$out/notes"
: >"$out/table"
{
  echo "${machine:-$(uname -m)}, $(uname -sr), load $(cut -d' ' -f1 /proc/loadavg 2>/dev/null); blocks of $block;"
  echo "the core's peak was $peak billion multiply-adds a second. Ours: \`$flags\`;"
  echo "FAUST $("$faust" --version 2>/dev/null | sed -n 1p | sed 's/.*Version //'): \`$faust_flags\`; $(for c in $compilers; do $c --version | head -1; done | paste -sd, -)."
  echo
  echo "| network | ours, RTF | by | FAUST, RTF | its mode | ratio | quartiles | of peak | state, KiB | FAUST's | text, KiB | FAUST's | C compiler, s | FAUST's |"
  echo "|---|---|---|---|---|---|---|---|---|---|---|---|---|---|"
} | tee bench.md
for name in $networks; do
  emitted "$name"
  compared "$block" "$(ours "$name" "$flags" "")" "$(theirs "$name" "$faust_flags" "")"
  adds=$(sed -n 's/^ \* \([0-9]*\) multiply-adds.*/\1/p' "$out/$name.h" | head -1)
  awk -F"	" -v name="$name" -v adds="$adds" -v peak="$peak" -v both="${other:+1}" \
    -v by="$(short "$best")" -v mode="$(short "$other")" -v ratio="$(ratio)" -v table="$out/table" \
    -v text="$(size_of "$best")" -v text2="$(size_of "$other")" \
    -v cc="$(cat "${best%.so}.s")" -v cc2="$(cat "${other%.so}.s" 2>/dev/null)" '
    { speed[NR] = $2; bytes[NR] = $6 }
    END {
      ours = both ? 2 : 1
      printf "| %s | %.0f | %s | %s | %s | %s | %.0f %% | %.0f | %s | %s | %s | %s | %s |\n", name,
        speed[ours], by, both ? sprintf("%.1f", speed[1]) : "", mode, ratio,
        speed[ours] * 48000 * adds / 1e7 / peak, bytes[ours] / 1024,
        both ? sprintf("%.0f", bytes[1] / 1024) : "", text, text2, cc, cc2
      print name, speed[ours], both ? speed[1] : "-" >>table
    }' "$out/pair" | tee -a bench.md
done

# Calls of other lengths, with what was built above; and other flags.
{
  echo
  echo "| network | frames | ours, RTF | against its own at $block | FAUST, RTF | its mode | ratio | quartiles |"
  echo "|---|---|---|---|---|---|---|---|"
} | tee -a bench.md
for name in $networks; do
  case $name in dense8 | dense32 | plate | freeverb) ;; *) continue ;; esac
  whole=$(awk -v name="$name" '$1 == name { print $2 }' "$out/table")
  for frames in 64 61 4 1; do
    compared $frames "$(ours "$name" "$flags" "")" "$(theirs "$name" "$faust_flags" "")"
    awk -F"	" -v name="$name" -v frames=$frames -v whole="$whole" -v both="${other:+1}" \
      -v mode="$(short "$other")" -v ratio="$(ratio)" '
      { speed[NR] = $2 }
      END {
        ours = both ? 2 : 1
        printf "| %s | %d | %.0f | %.2f | %s | %s | %s |\n", name, frames, speed[ours],
          speed[ours] / whole, both ? sprintf("%.1f", speed[1]) : "", mode, ratio
      }' "$out/pair" | tee -a bench.md
  done
done
{
  echo
  echo "| network | flags | ours, RTF | FAUST, RTF | its mode | ratio | quartiles |"
  echo "|---|---|---|---|---|---|---|"
} | tee -a bench.md
for name in $networks; do
  case $name in dense8 | dense32) ;; *) continue ;; esac
  for other_flags in "-O3 -mavx2 -mfma" "-O2"; do
    tag=$(echo "$other_flags" | tr -d ' ')
    compared "$block" "$(ours "$name" "$other_flags" "$tag")" \
      "$(theirs "$name" "$other_flags -ffast-math" "$tag")"
    awk -F"	" -v name="$name" -v flags="$other_flags" -v both="${other:+1}" \
      -v mode="$(short "$other")" -v ratio="$(ratio)" '
      { speed[NR] = $2 }
      END {
        printf "| %s | `%s` | %.0f | %s | %s | %s |\n", name, flags, speed[both ? 2 : 1],
          both ? sprintf("%.1f", speed[1]) : "", mode, ratio
      }' "$out/pair" | tee -a bench.md
  done
done
[ ! -s "$out/notes" ] || { echo; sort -u "$out/notes"; } | tee -a bench.md

# The plot; -- what has no FAUST beside it (not compiled in time) has a point on our line alone.
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
