#!/bin/sh
# What the compiler says of bad input: each tests/errors/NAME.adg or NAME.json is compiled, and
# NAME.err holds the exit code ("exit: 1") and, behind that line, the messages. NAME.cmd holds
# arguments instead, as one would type them in that folder, redirections included.
# Whatever failed must have left nothing behind: no output, no file.
# UPDATE=1 rewrites the .err files, for review with git diff.
. "$SRCDIR/tests/tap.sh"
new_scratch errors

cases=$SRCDIR/tests/errors
mkdir "$scratch/work"
cp -R "$cases/." "$scratch/work"
chmod -R u+w "$scratch/work"
cd "$scratch/work" || exit 99
ls -A >"$scratch/before"

for input in *.adg *.cmd *.json; do
  [ -f "$input" ] || continue
  name=${input%.*}
  case $input in
    *.cmd)
      eval "limited \"\$ADACC\" $(cat "$input")" >"$scratch/output" 2>"$scratch/messages" </dev/null
      code=$? ;;
    *)
      # A file that a case with arguments of its own reads is no case itself.
      [ -f "$cases/$name.cmd" ] && continue
      limited "$ADACC" "$input" >"$scratch/output" 2>"$scratch/messages" </dev/null
      code=$? ;;
  esac
  { echo "exit: $code"; cat "$scratch/messages"; } >"$scratch/got"
  ls -A >"$scratch/after"
  if [ $code -ne 0 ] && [ -s "$scratch/output" ]; then
    not_ok "$input: nothing on standard output" "$scratch/output"
  elif [ $code -ne 0 ] && ! cmp -s "$scratch/before" "$scratch/after"; then
    diff "$scratch/before" "$scratch/after" >"$scratch/difference"
    not_ok "$input: no file left behind" "$scratch/difference"
  else
    same "$cases/$name.err" "$scratch/got" "$input"
  fi
  mv "$scratch/after" "$scratch/before"
done

for wanted in *.err; do
  name=${wanted%.*}
  if [ -f "$wanted" ] && [ ! -f "$name.adg" ] && [ ! -f "$name.json" ] && [ ! -f "$name.cmd" ]; then
    not_ok "$wanted" "there is no $name.adg, $name.json or $name.cmd beside it"
  fi
done

[ $tap_count -gt 0 ] || not_ok "there are cases"
done_testing
