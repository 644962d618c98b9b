#!/bin/sh
# Emitted FAUST, compiled in double and run: the reference models, these with each macro control that
# they can have, and the examples, within 1e-10 of the interpreter's peak; and knobs that move.
. "$SRCDIR/tests/tap.sh"

if ! command -v faust >/dev/null 2>&1; then
  echo "1..0 # SKIP there is no faust"
  exit 0
fi
new_scratch faust
frames=3000
cc=${CC:-cc}

# make NAME INPUT ARGUMENTS...: the program NAME in the scratch folder, and NAME.ir.f64
make() {
  program=$1 input=$2
  shift 2
  limited "$ADACC" "$input" --emit=faust,ir.f64 --name="$program" --samples=$frames "$@" -o "$scratch/" \
    >"$scratch/messages" 2>&1 </dev/null || return 1
  stem=${input##*/} stem=${stem%.*}
  # The flags of $cc are words.
  # shellcheck disable=SC2086
  (cd "$scratch" &&
    limited faust -double -lang c -cn mydsp "$stem.dsp" -o "$program.c" &&
    $cc -O0 -w -DDSP="\"$scratch/$program.c\"" "$SRCDIR/tests/audio/faust_main.c" -lm -o "$program") \
    >"$scratch/messages" 2>&1
}

# runs NAME INPUT ARGUMENTS...
runs() {
  name=$1 stem=${2##*/} stem=${stem%.*}
  if make "$@" && limited "$scratch/$name" "$scratch/$stem.ir.f64" >"$scratch/messages" 2>&1; then
    ok "$name"
    echo "$name faust $(cat "$scratch/messages")" >>"$scratch/errors"
  else
    not_ok "$name" "$scratch/messages"
  fi
}

# What says too little of itself is compiled from a copy that says it all.
models=$(sed -n 's/^MODEL(\([a-z0-9_]*\), *\([A-Z]*\), [0-9]*, [0-9]*, [0-9]*, \([0-9]*\), .*/\1:\2:\3/p' \
  "$SRCDIR/tests/flamo/models.def")
all=$frames
for model in $models; do
  name=${model%%:*} rest=${model#*:} folder=models
  [ "${rest%:*}" != KEYED ] || folder=keyed
  frames=${rest#*:}
  [ "$frames" -lt $all ] || frames=$all
  runs "$name" "$SRCDIR/tests/flamo/$folder/$name.json"
done
frames=$all
[ $tap_count -gt 0 ] || not_ok "there are models"

for model in fdn4_orth fb_delay ff_and_fb_delay nested_recursion fdn8_hadamard_sos_stereo; do
  runs "${model}_controls" "$SRCDIR/tests/flamo/models/$model.json" \
    --control=rt60=1 --control=dry_wet=0.6 --control=pre_delay=7
done

for input in "$SRCDIR"/lang/examples/*.adg; do
  name=${input##*/}
  runs "${name%.adg}" "$input"
done

# Knobs that move while the hall sounds, against the interpreter.
if "$BUILDDIR/tests/audio/moved" "$SRCDIR/lang/examples/hall.adg" "$scratch/moved.f64" $frames \
  rt@500=0.4 hf@500=0.3 mix@700=100 pre@1100=3.5 pre@1400=0 rt@2000=9 mix@2200=4 >"$scratch/messages" 2>&1 &&
  limited "$scratch/hall" "$scratch/moved.f64" Decay=0.4@500 "HF decay=0.3@500" Dry/Wet=100@700 \
    Pre-delay=3.5@1100 Pre-delay=0@1400 Decay=9@2000 Dry/Wet=4@2200 >"$scratch/messages" 2>&1; then
  ok "hall with moving knobs"
else
  not_ok "hall with moving knobs" "$scratch/messages"
fi

# Knobs everywhere, turned in noise as each file says; their labels are their names.
for input in "$SRCDIR"/tests/audio/knobs/*.adg; do
  name=${input##*/} name=${name%.adg}
  moves=$(sed -n 's/^# moves: //p' "$input")
  turns=$(echo "$moves" | sed 's/\([^ ]*\)@\([^ ]*\)=\([^ ]*\)/\1=\3@\2/g')
  # shellcheck disable=SC2086
  if make "$name" "$input" &&
    "$BUILDDIR/tests/audio/moved" "$input" "$scratch/moved.f64" $frames noise $moves >"$scratch/messages" 2>&1 &&
    limited "$scratch/$name" "$scratch/moved.f64" noise $turns >"$scratch/messages" 2>&1; then
    ok "$name with moving knobs"
  else
    not_ok "$name with moving knobs" "$scratch/messages"
  fi
done

done_testing
