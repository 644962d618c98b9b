#!/bin/sh
# What a long proof says of itself: one line, on a terminal alone, and gone when the proof is done.
. "$SRCDIR/tests/tap.sh"
new_scratch cert-progress
cd "$scratch" || exit 99

cat >slow.adg <<'END'
rate 48kHz
m = coprime(12, 1000smp..3000smp)
main = ones(12, 1) -> (delay(m) ~ (1.00005*orthogonal(12, 1))) -> ones(1, 12)
END

if ! command -v script >/dev/null 2>&1; then
  skip 'on a terminal' 'there is no script(1)'
  done_testing
  exit
fi
if ! limited script -qec true /dev/null >/dev/null 2>&1 </dev/null; then
  skip 'on a terminal' 'no terminal can be made here'
  done_testing
  exit
fi
on_terminal() { limited script -qec "'$ADACC' slow.adg --emit=cert -o made/ $*" /dev/null </dev/null; }
mkdir made

on_terminal >shown
if grep -q "certificate: the loop through 'loop 1', [0-9]* % of its budget" shown; then ok 'on a terminal'
else not_ok 'on a terminal' shown; fi
# The last of what rewrites the line clears it, and the verdict stands alone.
if tr '\r' '\n' <shown | grep 'slow.cert.json' | grep -q 'unstable'; then ok 'the line is gone when it is done'
else not_ok 'the line is gone when it is done' shown; fi
on_terminal -q >shown
if [ -s shown ]; then not_ok 'with -q nothing' shown; else ok 'with -q nothing'; fi
limited "$ADACC" slow.adg --emit=cert -o made/ >shown 2>&1
if grep -q 'certificate:' shown; then not_ok 'elsewhere nothing' shown; else ok 'elsewhere nothing'; fi
done_testing
