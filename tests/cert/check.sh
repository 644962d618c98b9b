#!/bin/sh
# --check-cert as people use it: what it takes, and what it refuses, with the reason and exit 4.
. "$SRCDIR/tests/tap.sh"
new_scratch cert-check
cd "$scratch" || exit 99

cat >hall.adg <<'END'
rate 48kHz
knob mix = 0.3 in 0..1
main = ones(4, 1) -> (delay([149, 211, 263, 293]) ~ 0.9 * hadamard(4)) -> mix * ones(1, 4)
END
sed 's/0.9/0.91/' hall.adg >other.adg
mkdir -p made
limited "$ADACC" hall.adg --emit=cert -o made/ >/dev/null 2>&1
cert=made/hall.cert.json

check() { # NAME EXIT WANTED(text) ARGUMENTS...
  name=$1 exit=$2 wanted=$3
  shift 3
  limited "$ADACC" "$@" >output 2>messages </dev/null
  code=$?
  if [ $code -eq "$exit" ] && grep -qF -- "$wanted" messages; then ok "$name"; else
    echo "exit $code" >>messages
    not_ok "$name" messages
  fi
}

check 'its own program' 0 "$cert holds for this program" hall.adg --check-cert=$cert
check 'another program' 4 'is refused: it is for a program with other constants' \
  other.adg --check-cert=$cert
check 'another rate' 4 'is refused: it is for 48000 Hz, and the program runs at 44100 Hz' \
  hall.adg --rate=44100 --check-cert=$cert
check 'another precision' 4 \
  'is refused: it is for constants as float, and the program has them as double' \
  hall.adg --real=double --check-cert=$cert
for bytes in 1 100 700 1500; do
  head -c $bytes $cert >short.cert.json
  check "$bytes bytes of it" 4 'is refused: it is no JSON: ' hall.adg --check-cert=short.cert.json
done
: >empty.cert.json
check 'an empty file' 4 "'empty.cert.json' is empty" hall.adg --check-cert=empty.cert.json
check 'a folder' 3 "cannot read 'made'" hall.adg --check-cert=made
head -c 100000 /dev/zero | tr '\0' '[' >deep.cert.json
check 'deep brackets' 4 'is refused: it is no JSON: values nest deeper than the limit of 256' \
  hall.adg --check-cert=deep.cert.json
sed 's/$/\r/' $cert >lines.cert.json
check 'other line ends' 4 'its seal does not fit, and its line ends were changed' \
  hall.adg --check-cert=lines.cert.json
check 'the program itself' 4 'is refused: it is no JSON: ' hall.adg --check-cert=hall.adg
check 'no file' 3 "cannot read 'none.cert.json'" hall.adg --check-cert=none.cert.json
# Without its last byte it is JSON still.
head -c -1 $cert >short.cert.json
check 'all but its last byte' 4 'is refused: it is not as it was written: its seal does not fit' \
  hall.adg --check-cert=short.cert.json
for edit in 's/certified-stable/unstable/' 's/"rt60_max_s": 0[.]/"rt60_max_s": 0.0/' 's/"R": 1[.]/"R": 2./' \
  's/"fs": 48000/"fs": 44100/' 's/nothing grows/everything grows/'; do
  sed "$edit" $cert >edited.cert.json
  cmp -s $cert edited.cert.json && not_ok "$edit changes something" $cert
  check "edited by $edit" 4 'is refused: it is not as it was written: its seal does not fit' \
    hall.adg --check-cert=edited.cert.json
done
echo '{"schema": "adacc-cert-2"}' >new.cert.json
check 'another schema' 4 'is refused: it is no certificate of the schema adacc-cert-1' \
  hall.adg --check-cert=new.cert.json
done_testing
