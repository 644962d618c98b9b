#!/bin/sh
# The filters that ADAC writes by FAUST's library, against that library: each as a leaf of JSON through
# the interpreter, and as an expression through the FAUST compiler, in double.
. "$SRCDIR/tests/tap.sh"

if ! command -v faust >/dev/null 2>&1; then
  echo "1..0 # SKIP there is no faust"
  exit 0
fi
new_scratch plain
cc=${CC:-cc}

# agrees FAUST MODULE PARAMS
agrees() {
  number=$((tap_count + 1))
  printf '{"type": "Leaf", "name": "x", "module_type": "%s", "fs": 48000, "params": {%s}}\n' "$2" "$3" \
    >"$scratch/x.json"
  printf 'import("stdfaust.lib");\nprocess = %s;\n' "$1" >"$scratch/x.dsp"
  # The flags of $cc are words.
  # shellcheck disable=SC2086
  if (cd "$scratch" &&
    limited "$ADACC" -q x.json --emit=ir.f64 --samples=2000 -o x.f64 &&
    limited faust -double -lang c -cn mydsp x.dsp -o "x$number.c" &&
    $cc -O0 -w -DDSP="\"$scratch/x$number.c\"" "$SRCDIR/tests/audio/faust_main.c" -lm -o x &&
    limited ./x x.f64 1e-10) >"$scratch/messages" 2>&1 </dev/null; then
    ok "$1"
  else
    not_ok "$1" "$scratch/messages"
  fi
}

agrees 'fi.lowpass(1, 700)' lowpass '"order": 1, "fc": 700'
agrees 'fi.lowpass(2, 1000)' lowpass ''
agrees 'fi.lowpass(5, 6000)' lowpass '"order": 5, "fc": 6000'
agrees 'fi.highpass(3, 300)' highpass '"order": 3, "fc": 300'
agrees 'fi.highpass(4, 9000)' highpass '"order": 4, "fc": 9000'
agrees 'fi.lowpass(3, 800)' parallelFilter '"filter_type": "lowpass", "order": 3, "fc": 800'
agrees 'fi.bandpass(1, 500, 2000)' bandpass '"order": 1, "fl": 500, "fh": 2000'
agrees 'fi.bandpass(2, 900, 3000)' bandpass '"order": 2, "fl": 900, "fh": 3000'
agrees 'fi.bandpass(3, 2000, 9000)' bandpass '"order": 3, "fl": 2000, "fh": 9000'
agrees 'fi.peak_eq(6, 1000, 200)' peakEQ '"gain_db": 6, "fc": 1000, "bandwidth": 200'
agrees 'fi.peak_eq(-9, 5000, 900)' PEQ '"gain_db": -9, "fc": 5000, "bandwidth": 900'
agrees 'fi.svf.lp(1000, 0.707)' SVF '"fc": 1000, "q": 0.707'
agrees 'fi.svf.hp(2000, 3)' SVF '"fc": 2000, "q": 3, "mode": "highpass"'
agrees 'fi.svf.bp(4000, 0.5)' SVF '"fc": 4000, "q": 0.5, "mode": "bandpass"'
agrees 'fi.svf.notch(600, 1)' SVF '"fc": 600, "q": 1, "mode": "notch"'
agrees 'fi.svf.ap(3000, 2)' SVF '"fc": 3000, "q": 2, "mode": "allpass"'
agrees 'fi.tf2(0.5, 0.25, 0.125, -0.5, 0.25)' Biquad '"coeffs": [0.5, 0.25, 0.125, -0.5, 0.25]'
agrees 'fi.tf2(1, 0.5, 0, 0.1, 0)' Biquad '"b1": 0.5, "a1": 0.1'
agrees 'fi.allpass_comb(128, 100, 0.5)' allpassComb ''
agrees 'fi.allpass_comb(64, 37, -0.7)' allpassComb '"delay": 37, "feedback": -0.7'
agrees 'fi.dcblocker' dcBlocker ''
agrees 'fi.pole(0.9)' onePole ''
agrees 'de.delay(64, 40), de.delay(64, 7)' variableDelay '"samples": [40, 7]'
done_testing
