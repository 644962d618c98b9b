# What the test scripts share: TAP for automake's driver, and texts compared. Sourced, not run.
#
#   ok NAME            a test that passed
#   not_ok NAME [WHY]  a test that did not; WHY is a file to show, or a text
#   same WANTED GOT NAME [PREFIX]
#                      two files are equal; with UPDATE=1 in the environment WANTED becomes GOT
#   done_testing       the plan; the last line of a script

: "${SRCDIR:?run this through make check}" "${BUILDDIR:?}" "${ADACC:?}"

tap_count=0

ok() {
  tap_count=$((tap_count + 1))
  echo "ok $tap_count - $1"
}

not_ok() {
  tap_count=$((tap_count + 1))
  echo "not ok $tap_count - $1"
  if [ -f "${2-}" ]; then sed 's/^/#   /' "$2"; elif [ -n "${2-}" ]; then echo "#   $2"; fi
}

skip() {
  tap_count=$((tap_count + 1))
  echo "ok $tap_count - $1 # SKIP ${2-}"
}

done_testing() {
  echo "1..$tap_count"
}

same() {
  if cmp -s "$1" "$2"; then
    ok "$3"
  elif [ -n "${UPDATE-}" ]; then
    cp "$2" "$1" && ok "$3 (rewritten)"
  elif [ -f "$1" ]; then
    diff -u -L wanted -L got "$1" "$2" >"$scratch/difference"
    not_ok "$3" "$scratch/difference"
  else
    not_ok "$3" "there is no ${1#"$SRCDIR"/}; UPDATE=1 makes it"
  fi
}

# A folder of the script's own, empty at its start.
new_scratch() {
  scratch=$BUILDDIR/tests/scratch/$1
  rm -rf "$scratch"
  mkdir -p "$scratch"
}

# A program that hangs is a program that fails.
if command -v timeout >/dev/null 2>&1; then
  limited() { timeout 60 "$@"; }
else
  limited() { "$@"; }
fi
