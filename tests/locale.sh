#!/bin/sh
# Nothing that the compiler writes depends on the locale: here, one with a decimal comma. What is written
# is the question, so the certificates need not be the whole proof.
. "$SRCDIR/tests/tap.sh"
new_scratch locale

if [ "$(LC_ALL=de_DE.UTF-8 locale decimal_point 2>/dev/null)" != , ]; then
  echo "1..0 # SKIP there is no locale de_DE.UTF-8"
  exit
fi

cd "$SRCDIR" || exit 99
for input in lang/examples/*.adg; do
  for locale in C de_DE.UTF-8; do
    mkdir -p "$scratch/$locale"
    if ! LC_ALL=$locale limited "$ADACC" "$input" --emit=faust,c,cert,json --cert-budget=3000 \
      -o "$scratch/$locale/" >"$scratch/messages" 2>&1 </dev/null; then
      not_ok "$input under $locale" "$scratch/messages"
    fi
  done
done
for wanted in "$scratch"/C/*; do
  unset UPDATE
  same "$wanted" "$scratch/de_DE.UTF-8/${wanted##*/}" "${wanted##*/}"
done
done_testing
