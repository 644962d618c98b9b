#!/bin/sh
# Emitted C, compiled and run: the reference models and the examples, in double within 1e-12 of the
# interpreter's peak and in float within four times the error that its operations are to be expected
# to make; the same bits whatever the block sizes, also where outputs lie in the inputs' memory, all
# of it between pages that fault; knobs that move; the stack within what the header says; and no
# warnings.
. "$SRCDIR/tests/tap.sh"
. "$SRCDIR/tests/flamo/models.sh"
new_scratch c

frames=3000
cc=${CC:-cc}
cxx=${CXX:-c++}

# emit NAME INPUT REAL: NAME.c, NAME.h and NAME.ir.f64, the interpreter's responses
emit() {
  mkdir -p "$scratch/$3"
  limited "$ADACC" "$2" --emit=c,ir.f64 --real="$3" --name="$1" --samples=$frames -o "$scratch/$3/" \
    >"$scratch/messages" 2>&1 </dev/null
}

# Where the C compiler says how much stack it takes, that is compared with what the header promises.
echo 'int main(void) { return 0; }' >"$scratch/empty.c"
stack_flag=
if $cc -fstack-usage -c "$scratch/empty.c" -o "$scratch/empty.o" 2>/dev/null && [ -f "$scratch/empty.su" ]; then
  stack_flag=-fstack-usage
fi

# build NAME REAL: the program REAL/NAME of tests/audio/c_main.c. Floats are compiled as a host would,
# and their stack is looked at; doubles as quickly as can be: `machines` below optimises some of them.
build() {
  macro=$(echo "$1" | tr '[:lower:]' '[:upper:]')
  effort=-O0
  [ "$2" = double ] || effort="-O1 $stack_flag"
  # The flags of $cc are words.
  # shellcheck disable=SC2086
  (cd "$scratch/$2" &&
    $cc -std=c99 $effort -c "$1.c" &&
    $cc -O0 -I. -DNAME="$1" -DMACRO="$macro" -DNAME_H="\"$1.h\"" -DREAL="$2" \
      "$SRCDIR/tests/audio/c_main.c" "$1.o" -lm -o "$1") >"$scratch/messages" 2>&1
}

stack_is_within() {
  if [ -z "$stack_flag" ] || [ "$2" = double ]; then return 0; fi
  takes=$(sed -n "s/.*[:_]$1_process[^0-9]*\([0-9]*\).*/\1/p" "$scratch/$2/$1.su")
  says=$(sed -n 's/.*_process takes at most \([0-9]*\) bytes.*/\1/p' "$scratch/$2/$1.h")
  [ "${takes:-999999}" -le "${says:-0}" ] && return 0
  echo "${1}_process takes ${takes:-?} bytes of stack; its header says ${says:-?}" >"$scratch/messages"
  return 1
}

# expect INPUT REFERENCE.f64 [noise MOVES...]: $tolerance becomes four times the largest error that an
# interpreter makes whose operations err as those of floats do; writes the exact one's responses.
expect() {
  from=$1 to=$2
  shift 2
  tolerance=+$(limited "$BUILDDIR/tests/audio/moved" "$from" "$to" $frames float "$@" |
    awk '{ print 4 * $1 }')
}

# runs NAME INPUT [FLOAT-TOLERANCE]
runs() {
  for real in double float; do
    tolerance=1e-12
    [ $real = double ] || tolerance=${3:-}
    [ -n "$tolerance" ] || expect "$2" "$scratch/expected.f64"
    if emit "$1" "$2" $real && build "$1" $real && stack_is_within "$1" $real &&
      SHOW=1 limited "$scratch/$real/$1" "$scratch/$real/$1.ir.f64" "$tolerance" >"$scratch/messages" 2>&1; then
      ok "$1, $real"
      echo "$1 $real $(cat "$scratch/messages")" >>"$scratch/errors"
    else
      not_ok "$1, $real" "$scratch/messages"
    fi
  done
}

each_model runs

for input in "$SRCDIR"/lang/examples/*.adg; do
  name=${input##*/}
  runs "${name%.adg}" "$input"
done

for network in dense4 dense8s dense16 had32 hh32; do
  runs $network "$SRCDIR/tests/bench/$network.json" 4e-6
done

# Matrices of every structure, computed by it: what -v says of each is NAME.said.
for input in "$SRCDIR"/tests/audio/matrices/*.adg; do
  name=${input##*/} name=${name%.adg}
  runs "$name" "$input" 4e-6
  "$ADACC" "$input" --emit=c -v --name="$name" -o "$scratch/float/$name.c" 2>&1 </dev/null |
    sed -n 's/.*: remark: //p' >"$scratch/said"
  same "${input%.adg}.said" "$scratch/said" "$name, what is said of its matrices"
done

# Vectors of all widths, none, and sanitizers: NAME REAL TOLERANCE of the reference, and of other
# block sizes, where the compiler may fuse products and sums.
machines() {
  for flags in "-std=gnu99 -O3 -march=native" "-std=gnu99 -O2 -mavx2 -mfma" \
    "-std=c99 -O2 -U__SSE2__ -U__AVX__ -U__AVX512F__" \
    "-std=gnu99 -O0 -g -fsanitize=address,undefined -fno-sanitize-recover=all"; do
    # shellcheck disable=SC2086
    if ! $cc $flags "$scratch/empty.c" -o "$scratch/empty" 2>/dev/null || ! "$scratch/empty"; then
      skip "$1, $2, $flags" "$cc cannot"
    elif (macro=$(echo "$1" | tr '[:lower:]' '[:upper:]') && cd "$scratch/$2" &&
      $cc $flags -I. -DNAME="$1" -DMACRO="$macro" -DNAME_H="\"$1.h\"" -DREAL="$2" -DSAME="$4" \
        "$SRCDIR/tests/audio/c_main.c" "$1.c" -lm -o "$1.machine") >"$scratch/messages" 2>&1 &&
      ASAN_OPTIONS=detect_leaks=0 limited "$scratch/$2/$1.machine" "$scratch/$2/$1.ir.f64" "$3" >"$scratch/messages" 2>&1; then
      ok "$1, $2, $flags"
    else
      not_ok "$1, $2, $flags" "$scratch/messages"
    fi
  done
}
for name in hall nested_recursion sos_mimo dense8s dense16 had32 accgeq_par; do
  machines $name double 1e-12 1e-12
done
machines hh32 float 4e-6 1e-6
machines products float 4e-6 1e-6
machines samples double 1e-12 1e-12

# Reverberators whose loops are long enough run in blocks, all of them.
for name in freeverb plate gardner schroeder moorer jot; do
  "$ADACC" "$SRCDIR/lang/examples/$name.adg" --dump-after=schedule >"$scratch/messages" 2>&1 </dev/null
  if grep -q '^region' "$scratch/messages" && ! grep -q '^region.* block 1$' "$scratch/messages"; then
    ok "$name runs in blocks"
  else
    not_ok "$name runs in blocks" "$scratch/messages"
  fi
done

# 128 dense lines: at most 14 bytes of source a coefficient and 60 KB, and 100 KB of machine code.
mkdir -p "$scratch/wide"
if limited "$ADACC" "$SRCDIR/tests/bench/dense128.json" --emit=c -o "$scratch/wide/" \
  >"$scratch/messages" 2>&1 </dev/null &&
  (cd "$scratch/wide" && $cc -std=gnu99 -O2 -fPIC -shared dense128.c -o wide.so -lm) >>"$scratch/messages" 2>&1; then
  bytes=$(wc -c <"$scratch/wide/dense128.c")
  text=$(size "$scratch/wide/wide.so" 2>/dev/null | awk 'NR == 2 { print $1 }')
  echo "$bytes bytes of source, ${text:-?} of machine code" >"$scratch/messages"
  if [ "$bytes" -le $((14 * (128 * 128 + 7 * 128) + 60000)) ] && { [ -n "${SANITIZED-}" ] || [ "${text:-0}" -le 100000 ]; }; then
    ok "128 lines: $(cat "$scratch/messages")"
  else
    not_ok "128 lines" "$scratch/messages"
  fi
else
  not_ok "128 lines" "$scratch/messages"
fi

# The same file for other machines: it compiles, without warnings and without a library.
for target in "--target=wasm32 -msimd128" --target=wasm32 --target=aarch64-linux-gnu \
  "--target=armv7m-none-eabi -mthumb"; do
  # shellcheck disable=SC2086
  if ! clang $target -c "$scratch/empty.c" -o "$scratch/empty.o" 2>/dev/null; then
    skip "dense8s for $target" "clang cannot"
  elif (cd "$scratch/float" && clang $target -std=gnu99 -O2 -ffreestanding -Wall -Wextra -Werror \
    -c dense8s.c -o dense8s.target.o) >"$scratch/messages" 2>&1; then
    ok "dense8s for $target"
  else
    not_ok "dense8s for $target" "$scratch/messages"
  fi
done

# Knobs that move while the hall sounds, against the interpreter.
moves="rt@500=0.4 hf@500=0.3 mix@700=100 pre@1100=3.5 pre@1400=0 rt@2000=99 mix@2200=-4"
# Moves are words.
# shellcheck disable=SC2086
if "$BUILDDIR/tests/audio/moved" "$SRCDIR/lang/examples/hall.adg" "$scratch/moved.f64" $frames $moves \
  >"$scratch/messages" 2>&1 &&
  limited "$scratch/double/hall" "$scratch/moved.f64" 1e-12 $moves >"$scratch/messages" 2>&1; then
  ok "hall with moving knobs"
else
  not_ok "hall with moving knobs" "$scratch/messages"
fi

# Knobs everywhere, turned in noise as each file says.
for input in "$SRCDIR"/tests/audio/knobs/*.adg; do
  name=${input##*/} name=${name%.adg}
  moves=$(sed -n 's/^# moves: //p' "$input")
  for real in double float; do
    # shellcheck disable=SC2086
    if expect "$input" "$scratch/moved.f64" noise $moves && emit "$name" "$input" $real && build "$name" $real &&
      { [ $real = float ] || tolerance=1e-12; } &&
      limited "$scratch/$real/$name" "$scratch/moved.f64" "$tolerance" noise $moves >"$scratch/messages" 2>&1; then
      ok "$name with moving knobs, $real"
    else
      not_ok "$name with moving knobs, $real" "$scratch/messages"
    fi
  done
done

# warns_not COMPILER NAME REAL HOW FLAGS... (variables are those of the whole script: no name twice)
warns_not() {
  with=$1 program=$2 real=$3 how=$4
  shift 4
  if (cd "$scratch/$real" && "$with" "$@" -Wall -Wextra -Werror -c "$program.c" -o "$scratch/warned.o") \
    >"$scratch/messages" 2>&1; then
    ok "$program, $real: no warnings of $with as $how"
  else
    not_ok "$program, $real: no warnings of $with as $how" "$scratch/messages"
  fi
}

strict="-pedantic -Wconversion -Wshadow"
for compiler in gcc clang; do
  case $compiler in gcc) plus=g++ ;; *) plus=clang++ ;; esac
  if ! command -v $compiler >/dev/null 2>&1; then
    skip "no warnings of $compiler" "there is no $compiler"
    continue
  fi
  for program in hall:float hall:double fdn32_stereo:float unit_gain:float sos_mimo:double products:float; do
    name=${program%:*} real=${program#*:}
    # shellcheck disable=SC2086
    {
      warns_not $compiler "$name" "$real" c99 -std=c99 $strict -O2
      warns_not $compiler "$name" "$real" c11 -std=c11 $strict
      warns_not $compiler "$name" "$real" freestanding -std=c99 $strict -ffreestanding
      if command -v $plus >/dev/null 2>&1; then
        warns_not $plus "$name" "$real" c++17 -x c++ -std=c++17 $strict
      else
        skip "$name, $real: no warnings of $plus as c++17" "there is no $plus"
      fi
    }
  done
done

# The layout: the same size whatever the flags, and no more alignment than malloc gives.
cat >"$scratch/size.c" <<'END'
#include <stddef.h>
#include <stdio.h>
#include "hall.h"
struct aligned { char c; hall h; };
int main(void) {
    printf("%zu\n", sizeof(hall));
    return offsetof(struct aligned, h) > 16;
}
END
for real in float double; do
  says=$(sed -n 's/.*State: \([0-9]*\) bytes.*/\1/p' "$scratch/$real/hall.h")
  for flags in -O0 "-O3 -ffast-math -fshort-enums"; do
    # shellcheck disable=SC2086
    if $cc $flags -I"$scratch/$real" "$scratch/size.c" -o "$scratch/size" 2>"$scratch/messages" &&
      [ "$("$scratch/size")" = "$says" ]; then
      ok "hall, $real: sizeof is $says with $flags"
    else
      not_ok "hall, $real: sizeof is $says with $flags" "$scratch/messages"
    fi
  done
done

# From C++, through the header.
cat >"$scratch/host.cpp" <<'END'
#include "hall.h"
static hall program;
int main() {
    float silence[8] = {};
    const float *in[HALL_INLETS] = {silence, silence};
    float *out[HALL_OUTLETS] = {silence, silence};
    hall_init(&program);
    for (int k = 0; k < HALL_KNOBS; k++) hall_knobs[k].set(&program, hall_knobs[k].max);
    hall_process(&program, in, out, 8);
    hall_process(&program, in, out, 0);
    return hall_knobs[HALL_KNOBS].name != nullptr || silence[0] != 0;
}
END
if command -v "${cxx%% *}" >/dev/null 2>&1; then
  # shellcheck disable=SC2086
  if $cxx -I"$scratch/float" "$scratch/host.cpp" "$scratch/float/hall.o" -lm -o "$scratch/host" \
    >"$scratch/messages" 2>&1 && "$scratch/host"; then
    ok "hall, called from C++"
  else
    not_ok "hall, called from C++" "$scratch/messages"
  fi
else
  skip "hall, called from C++" "there is no $cxx"
fi

done_testing
