#!/bin/sh
# Out through JSON and in again: an .adg sounds the same to the last bit of double, and what is written
# of it, or of a model, is written again as it was.
. "$SRCDIR/tests/tap.sh"
new_scratch roundtrip
cd "$scratch" || exit 99

# fails WHAT: a test that did not pass, with the messages
fails() { not_ok "$1" "$scratch/messages"; }

# written INPUT OUTPUT
written() { limited "$ADACC" -q "$1" --emit=json -o "$2" >messages 2>&1 </dev/null; }

# The sound of both, and the JSON of the JSON.
sounds_the_same() {
  name=${1##*/} name=${name%.adg}
  mkdir -p first second
  if written "$1" "first/$name.json" && written "first/$name.json" "second/$name.json" &&
    limited "$ADACC" -q "$1" --emit=ir.f64 --samples=2000 -o first/x.f64 >messages 2>&1 </dev/null &&
    limited "$ADACC" -q "first/$name.json" --emit=ir.f64 --samples=2000 -o second/x.f64 >messages 2>&1 </dev/null; then
    if ! cmp -s first/x.f64 second/x.f64; then not_ok "$name sounds the same" "the responses differ"
    elif ! cmp -s "first/$name.json" "second/$name.json"; then
      diff "first/$name.json" "second/$name.json" >messages
      fails "$name reads back as it was written"
    else ok "$name"; fi
  else
    fails "$name"
  fi
}

for input in "$SRCDIR"/lang/examples/*.adg "$SRCDIR"/tests/golden/*/*.adg "$SRCDIR"/tests/audio/knobs/*.adg; do
  [ -f "$input" ] || continue
  # What has no outlet has no sound.
  if "$ADACC" -q "$input" --emit=ir.f64 --samples=1 -o probe.f64 >/dev/null 2>&1 </dev/null; then
    sounds_the_same "$input"
  fi
done

# Models, those that say all of themselves.
for input in "$SRCDIR"/tests/flamo/keyed/*.json "$SRCDIR"/tests/flamo/models/*.json; do
  name=${input##*/} name=${name%.json}
  case $name in *.eff) continue ;; esac
  written "$input" "first/$name.json" || continue
  if ! written "first/$name.json" "second/$name.json"; then fails "$name, written"
  elif ! cmp -s "first/$name.json" "second/$name.json"; then
    diff "first/$name.json" "second/$name.json" >messages
    fails "$name reads back as it was written"
  else
    ok "$name"
  fi
done

[ $tap_count -gt 60 ] || not_ok "there are programs and models"
done_testing
