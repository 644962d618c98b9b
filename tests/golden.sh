#!/bin/sh
# Golden files: what the compiler makes of tests/golden/STAGE/NAME.adg or NAME.json after the pass
# STAGE (--dump-after=STAGE) is NAME.STAGE beside it. In a folder emit-KIND it is what --emit=KIND
# writes, in NAME.KIND. NAME.args, if there is one, holds further arguments.
# UPDATE=1 rewrites the golden files, for review with git diff.
. "$SRCDIR/tests/tap.sh"
new_scratch golden

for folder in "$SRCDIR"/tests/golden/*/; do
  [ -d "$folder" ] || continue
  folder=${folder%/}
  stage=${folder##*/}
  case $stage in
    emit-*) extension=${stage#emit-} way="--emit=$extension -o -" ;;
    *) extension=$stage way="--dump-after=$stage" ;;
  esac
  cd "$folder" || exit 99

  for input in *.adg *.json; do
    [ -f "$input" ] && [ "${input##*.}" != "$extension" ] || continue
    name=${input%.*}
    arguments=
    if [ -f "$name.args" ]; then arguments=$(cat "$name.args"); fi
    # Options are words: none of them holds a blank.
    # shellcheck disable=SC2086
    limited "$ADACC" $way $arguments "$input" >"$scratch/got" 2>"$scratch/messages" </dev/null
    code=$?
    if [ $code -ne 0 ]; then
      not_ok "$stage/$input: exit code $code" "$scratch/messages"
    else
      same "$folder/$name.$extension" "$scratch/got" "$stage/$input"
    fi
  done

  # A golden file without an input would never be compared.
  for golden in *."$extension"; do
    name=${golden%.*}
    if [ -f "$golden" ] && [ ! -f "$name.adg" ] && [ ! -f "$name.json" ]; then
      not_ok "$stage/$golden" "there is no $name.adg or $name.json beside it"
    fi
  done
done

[ $tap_count -gt 0 ] || not_ok "there are golden files"
done_testing
