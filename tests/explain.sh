#!/bin/sh
# --explain: every code of ir/base/codes.def has a text in frontend/explain.def, and its examples are
# as it says: the wrong one is reported with that code and no other, the right one compiles.
. "$SRCDIR/tests/tap.sh"
new_scratch explain

# example TITLE: that example of the explanation, without its indent
example() {
  awk -v title="$1:" '
    $0 == title { inside = 1; next }
    /^[^ ]/ { inside = 0 }
    inside && /^    / { print substr($0, 5) }' "$scratch/text"
}

# run FILE: compiles the program, or runs the commands, in a folder of its own; messages to stdout
run() {
  rm -rf "$scratch/work" && mkdir "$scratch/work"
  case $(head -n 1 "$1") in
    '$ '*)
      sed 's/^\$ //' "$1" >"$scratch/session"
      (
        cd "$scratch/work" && adacc() { limited "$ADACC" "$@"; }
        set -e
        . "$scratch/session"
      ) 2>&1 ;;
    '{'*) cp "$1" "$scratch/work/x.json" && (cd "$scratch/work" && limited "$ADACC" x.json) 2>&1 ;;
    *) cp "$1" "$scratch/work/x.adg" && (cd "$scratch/work" && limited "$ADACC" x.adg) 2>&1 ;;
  esac
}

sed -n 's/^CODE(\([0-9]*\), \([A-Z0-9_]*\),.*/\1 \2/p' "$SRCDIR/ir/base/codes.def" >"$scratch/codes"
while read -r number name; do
  code=$(printf 'E%04d' "$number")
  "$ADACC" --explain="$code" >"$scratch/text" 2>&1
  if [ "$(wc -l <"$scratch/text")" -lt 3 ]; then
    not_ok "$code has a text" "frontend/explain.def needs EXPLAIN($name, ...)"
    continue
  fi
  example Wrong >"$scratch/wrong"
  example Right >"$scratch/right"
  if [ ! -s "$scratch/wrong" ]; then
    ok "$code has a text"
    continue
  fi
  run "$scratch/wrong" >"$scratch/messages" </dev/null
  found=$(sed -n 's,.*\(error\|warning\)\[\(E[0-9]*\)\].*,\2,p' "$scratch/messages" | sort -u)
  if [ "$found" = "$code" ]; then ok "$code: the wrong example"; else
    not_ok "$code: the wrong example" "$scratch/messages"; fi
  if run "$scratch/right" >"$scratch/messages" </dev/null && ! grep -q 'error\[' "$scratch/messages"; then
    ok "$code: the right example"
  else
    not_ok "$code: the right example" "$scratch/messages"
  fi
done <"$scratch/codes"

# What is explained is a code.
sed -n 's/^\(EXPLAIN\|SAY\)(\([A-Z0-9_]*\),.*/\2/p' "$SRCDIR/frontend/explain.def" | sort >"$scratch/explained"
sort -u "$scratch/explained" >"$scratch/once"
same "$scratch/once" "$scratch/explained" "nothing is explained twice"

[ $tap_count -gt 1 ] || not_ok "there are codes"
done_testing
