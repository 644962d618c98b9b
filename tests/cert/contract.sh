#!/bin/sh
# --contract as people use it: what is emitted and what is certified are the same matrix.
. "$SRCDIR/tests/tap.sh"
new_scratch cert-contract
cd "$scratch" || exit 99

cat >hall.adg <<'END'
rate 48kHz
m = coprime(6, 20ms..60ms)
main = ones(6, 1) -> (delay(m) ~ householder(6)) -> ones(1, 6)
END

run() { # NAME WANTED(a pattern) ARGUMENTS...
  name=$1 wanted=$2
  shift 2
  limited "$ADACC" "$@" >output 2>messages </dev/null
  if grep -q -- "$wanted" messages; then ok "$name"; else not_ok "$name" messages; fi
}

run 'the line without it' 'marginally-stable: .*it grows by at most 0.0[0-9]* dB a minute.*see --contract' hall.adg
run 'the line with it' 'certified-stable: decays by at least 0.0[0-9]* dB a minute; --contract: A_2 by 1 - 1/2^24$' \
  hall.adg --contract
run 'doubles by their own last bit' 'certified-stable: decays by at least .*e-1[0-9] dB a minute; --contract: A_2 by 1 - 1/2^53$' \
  hall.adg --contract --real=double
mkdir -p made
run 'all outputs' 'certified-stable' hall.adg --contract --emit=cert,c,faust,ir --samples=64 -o made/
# 1 - 1/3 and -1/3, times 1 - 2^-24, as floats.
limited "$ADACC" hall.adg --contract --dump-after=contract >output 2>/dev/null
if grep -q '\[0\.6666666\(269[0-9]*\)\{0,1\}, -0\.33333331' output; then ok 'the matrix that every output has'
else not_ok 'the matrix that every output has' output; fi
if grep -q '"k": 1' made/hall.cert.json && grep -q '"matrix": "A_2"' made/hall.cert.json; then ok 'the certificate says so'
else not_ok 'the certificate says so' made/hall.cert.json; fi
run 'its certificate is checked with it' 'made/hall.cert.json holds for this program' \
  hall.adg --contract --check-cert=made/hall.cert.json
run 'its certificate is not one of the matrix as it was' 'is refused' hall.adg --check-cert=made/hall.cert.json
run 'nothing to scale' 'warning\[E0612\]\|--contract found no matrix in a loop' "$SRCDIR/lang/examples/freeverb.adg" --contract

# A witness of fractions: an all-pass of 0.7 in a ring.
cat >ring.adg <<'END'
main = [1; 0] -> (delay([200smp, 331smp]) ~ [-0.5, 0.75; 1, 0.5]) -> [1, 1]
END
run 'a ring that keeps fractions' 'marginally-stable: .*lossless, it neither' ring.adg --emit=cert -o made/
if grep -q '"P": \["1", "3/4"\]' made/ring.cert.json; then ok 'its witness'; else not_ok 'its witness' made/ring.cert.json; fi
run 'its witness is checked' 'holds for this program' ring.adg --check-cert=made/ring.cert.json
done_testing
