# The reference models for a script of tests. Sourced, behind tests/tap.sh.

# each_model COMMAND: runs COMMAND NAME FILE for each of models.def, with $frames at most what FLAMO's
# response of it has. What says too little of itself is compiled from a copy that says it all.
each_model() {
  all=$frames
  for model in $(sed -n 's/^MODEL(\([a-z0-9_]*\), *\([A-Z]*\), [0-9]*, [0-9]*, [0-9]*, \([0-9]*\), .*/\1:\2:\3/p' \
    "$SRCDIR/tests/flamo/models.def"); do
    name=${model%%:*} rest=${model#*:} folder=models
    [ "${rest%:*}" != KEYED ] || folder=keyed
    frames=${rest#*:}
    [ "$frames" -lt "$all" ] || frames=$all
    "$1" "$name" "$SRCDIR/tests/flamo/$folder/$name.json"
  done
  frames=$all
  [ "$tap_count" -gt 0 ] || not_ok "there are models"
}
