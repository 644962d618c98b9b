#!/bin/sh
# --watch and --live: a source is edited as editors do it, broken, mended, deleted, and what appeared is
# read; told by the system and found by looking.
. "$SRCDIR/tests/tap.sh"
new_scratch watch
change=$BUILDDIR/tests/change
hall=$scratch/hall.adg
grep -v '^require' "$SRCDIR/lang/examples/hall.adg" >"$hall"

# Whatever happens here, no watcher outlives the script.
watcher=
trap '[ -z "$watcher" ] || kill "$watcher" 2>/dev/null' EXIT
trap 'exit 1' HUP INT TERM

# within COMMAND...: it succeeds, within ten seconds.
within() {
  tries=0
  until "$@"; do
    tries=$((tries + 1))
    [ $tries -lt 200 ] || return 1
    sleep 0.05
  done
}

# in_folder NAME: a folder to work in, with its temporary files.
in_folder() {
  mkdir "$scratch/$1" "$scratch/$1/tmp"
  cd "$scratch/$1" || exit 99
  export TMPDIR="$scratch/$1/tmp"
}

# watching ARGUMENTS...: in the background; what it says goes to `log`.
watching() {
  "$ADACC" "$@" --watch >log 2>&1 </dev/null &
  watcher=$!
}

said() { grep -qs "$1" log; }
says_times() { [ "$(grep -cs "$1" log)" -eq "$2" ]; }
identity() { ls -i "$1"; }
quiet() { sleep "$rest"; } # longer than the watcher waits to be sure that a change is over
rest=0.17

# ends NAME: on SIGTERM, at once, and nothing is left but what belongs there.
ends() {
  kill "$watcher"
  wait "$watcher"
  code=$?
  watcher=
  left=$(find . -name '.*' ! -name .)
  if [ $code -eq 0 ] && [ -z "$left" ]; then ok "$1"; else not_ok "$1" "exit $code, left $left"; fi
}

# test_that NAME COMMAND...
test_that() {
  name=$1
  shift
  if "$@"; then ok "$name"; else not_ok "$name" log; fi
}

# The hall with another decay; another text each time.
seconds=10
another_hall() {
  seconds=$((seconds + 1))
  sed "s/2\\.4s/2.${seconds}1s/" "$hall" >next
}
plays() { grep -q "2\\.${seconds}1" "$1"; }

run() { # HOW, as in ADACC_WATCH
  how=$1
  in_folder "$how"
  export ADACC_WATCH="$how"
  [ "$how" != poll ] || rest=0.4
  cp "$hall" hall.adg
  printf 'elsewhere.dsp\nkept\n' >tmp/faust-current-dsp.txt
  watching hall.adg --emit=faust --live --min-interval=0
  test_that "$how: compiles at the begin" within test -s tmp/adac-live.dsp
  pointing() { [ "$(sed -n 1p tmp/faust-current-dsp.txt)" = "$(pwd -P)/tmp/adac-live.dsp" ]; }
  test_that "$how: FAUST's plugin is pointed at it" within pointing
  test_that "$how: the other lines stay" test "$(sed -n 2p tmp/faust-current-dsp.txt)" = kept
  cp hall.dsp first.dsp
  cp tmp/adac-live.dsp first-live.dsp
  quiet

  for way in write rename backup slow; do
    another_hall
    took=$("$change" $way hall.adg next hall.dsp)
    test_that "$how: saved by $way ($took ms)" within plays hall.dsp
    test_that "$how: saved by $way, published" within plays tmp/adac-live.dsp
    quiet
  done
  test_that "$how: a source is never read half" test "$(grep -c 'error' log)" -eq 0

  # Broken, it stays as it was; mended, it goes on.
  cp hall.dsp good.dsp
  echo 'oops = (' >>hall.adg
  test_that "$how: the error is printed" within said 'hall.adg:.*error\[E02'
  quiet
  test_that "$how: the last good output stays" cmp -s good.dsp hall.dsp
  another_hall
  "$change" write hall.adg next hall.dsp >/dev/null
  test_that "$how: mended" within plays tmp/adac-live.dsp
  quiet

  # The same text again: nobody's file changes.
  before="$(identity hall.dsp) $(identity tmp/adac-live.dsp)"
  times=$(grep -c '^hall.dsp *unchanged' log)
  echo gone.dsp >tmp/faust-current-dsp.txt
  cp hall.adg same && cp same hall.adg
  test_that "$how: compiled again, unchanged" within says_times '^hall.dsp *unchanged' $((times + 1))
  test_that "$how: the file is the same one" test "$before" = "$(identity hall.dsp) $(identity tmp/adac-live.dsp)"
  test_that "$how: the plugin is pointed at it again" within pointing

  # Deleted: said once; it returns.
  rm hall.adg
  test_that "$how: deleted, it is said" within said "'hall.adg' is gone"
  quiet
  test_that "$how: the output stays" test -s hall.dsp
  another_hall
  "$change" write hall.adg next hall.dsp >/dev/null
  test_that "$how: it returns" within plays tmp/adac-live.dsp
  test_that "$how: deleted was said once" says_times "is gone" 1

  # Another one for the same files.
  limited "$ADACC" hall.adg --emit=faust --watch >second 2>&1 </dev/null
  code=$?
  if [ $code -eq 3 ] && grep -q "another --watch (process $watcher) keeps 'hall.dsp' up to date" second; then
    ok "$how: a second watcher is told so"
  else
    not_ok "$how: a second watcher is told so" second
  fi
  ends "$how: ends on SIGTERM, nothing left"

  # What the knobs are called in the plugin stays, so that their positions survive.
  if command -v faust >/dev/null 2>&1; then
    addresses() { faust -json -O "$1.made" "$1" -o out >messages && grep -ho '"address": *"[^"]*"' "$1.made/"*.json; }
    mkdir first-live.dsp.made tmp/adac-live.dsp.made
  else
    addresses() { grep -o 'hslider("[^"]*"' "$1" | sort; }
  fi
  addresses first-live.dsp >knobs.first
  addresses tmp/adac-live.dsp >knobs.last
  if [ -s knobs.first ]; then same knobs.first knobs.last "$how: the knobs keep their addresses"; else
    not_ok "$how: the knobs keep their addresses" "there are none"; fi

  # Imports.
  in_folder "$how-imports"
  echo 'g = 0.5' >one.adg
  echo 'g = 0.25' >two.adg
  printf 'import "one.adg"\nmain = delay(10) ~ g\n' >comb.adg
  watching comb.adg --emit=faust --min-interval=0
  test_that "$how: a source that imports" within grep -qs '0\.5' comb.dsp
  quiet
  echo 'g = 0.625' >one.adg
  test_that "$how: an import changes" within grep -q '0\.625' comb.dsp
  quiet
  sed 's/one/two/' comb.adg >next && mv next comb.adg
  test_that "$how: it imports another file" within grep -q '0\.25' comb.dsp
  quiet
  echo 'g = 0.375' >two.adg
  test_that "$how: which is watched too" within grep -q '0\.375' comb.dsp
  quiet
  compiled=$(grep -c '^comb.dsp' log)
  echo 'g = 0.9' >one.adg
  quiet
  test_that "$how: the old one no longer" says_times '^comb.dsp' "$compiled"
  rm two.adg
  test_that "$how: an import is missing" within said 'E0427'
  echo 'g = 0.125' >two.adg
  test_that "$how: an import returns" within grep -q '0\.125' comb.dsp
  ends "$how: ends, nothing left"
  unset ADACC_WATCH
  rest=0.17
}

run poll
run told # any other word: as the system can

# How long it takes from the end of a save to the file, at best of five: the bound is generous, for
# machines that do other things too.
in_folder time
cp "$hall" hall.adg
watching hall.adg --emit=faust --min-interval=0
within test -s hall.dsp
best=none
for i in 1 2 3 4 5; do
  quiet
  another_hall
  took=$("$change" write hall.adg next hall.dsp)
  best=$(printf '%s\n' "$best" "$took" | grep -v none | sort -n | sed -n 1p)
done
echo "# from change to file: $best ms"
bound=200
[ -z "$SANITIZED" ] || bound=2000
test_that "from change to file in $best ms" test "${best%.*}" -lt $bound
ends "ends, nothing left"

# --min-interval: the first change at once, what follows at its end, and all of it together.
in_folder interval
cp "$hall" hall.adg
watching hall.adg --emit=faust --min-interval=1.5
within test -s hall.dsp
sleep 2
another_hall
"$change" write hall.adg next hall.dsp >first
i=0
while [ $i -lt 5 ]; do another_hall; cp next hall.adg; i=$((i + 1)); done
another_hall
"$change" write hall.adg next hall.dsp >second
test_that "at most once an interval ($(cat first) ms, $(cat second) ms)" \
  awk -v a="$(cat first)" -v b="$(cat second)" 'BEGIN { exit !(a + 0 < 1000 && a + b > 1300 && b != "none") }'
test_that "several saves are one" within says_times '^hall.dsp' 3
test_that "and it is the last" plays hall.dsp
ends "ends, nothing left"

# SIGINT, where it is not ignored.
in_folder interrupt
cp "$hall" hall.adg
if env --default-signal=INT true 2>/dev/null; then
  env --default-signal=INT "$ADACC" hall.adg --emit=faust,c --watch >log 2>&1 </dev/null &
  watcher=$!
  within test -s hall.c
  kill -INT "$watcher"
  wait "$watcher"
  code=$?
  watcher=
  if [ $code -eq 0 ] && [ "$(ls -A | grep -c '^\.')" -eq 0 ]; then ok "ends on SIGINT, nothing left"; else
    not_ok "ends on SIGINT, nothing left" log; fi
else
  skip "ends on SIGINT, nothing left" "env cannot undo that it is ignored"
fi

# In the middle of a compilation too: it ends at once, with what it runs, and nothing is left.
cut_short() { # NAME FOLDER CODE ARGUMENTS...
  name=$1 wanted=$3
  in_folder "$2"
  shift 3
  cp "$hall" hall.adg
  printf '#!/bin/sh\necho half >half.so\nsleep 50 &\necho $$ >%s/runs\nwait\n' "$PWD" >tmp/cc
  chmod +x tmp/cc
  CC="$PWD/tmp/cc" "$ADACC" hall.adg --emit=lv2,faust "$@" >log 2>&1 </dev/null &
  watcher=$!
  within test -s runs
  kill "$watcher"
  wait "$watcher"
  code=$?
  watcher=
  left=$(ls -A | tr '\n' ' ')
  if [ $code -eq "$wanted" ] && [ "$left" = 'hall.adg log runs tmp ' ] && ! kill -0 "$(cat runs)" 2>/dev/null; then
    ok "$name"
  else
    not_ok "$name" "exit $code, left $left"
  fi
}
cut_short "a watcher ends in the middle, and what it runs" cut-watcher 0 --watch
cut_short "a compilation ends in the middle, and what it runs" cut 143

# A folder that cannot be written to, then can; and one that is removed.
in_folder folders
cp "$hall" hall.adg
watching hall.adg --emit=faust -o out/ --min-interval=0
test_that "a folder that is not there" within said "cannot write 'out/hall.dsp'"
mkdir out
another_hall
"$change" write hall.adg next out/hall.dsp >/dev/null
test_that "the watcher goes on" within plays out/hall.dsp
limited "$ADACC" hall.adg --emit=faust -o out/ --watch >second 2>&1 </dev/null
test_that "and keeps it for itself" grep -q "another --watch" second
rm -r out && mkdir out
quiet
another_hall
"$change" write hall.adg next out/hall.dsp >/dev/null
test_that "a folder that is another one" within plays out/hall.dsp
limited "$ADACC" hall.adg --emit=faust -o out/ --watch >second 2>&1 </dev/null
test_that "is kept for itself too" grep -q "another --watch" second
ends "ends, nothing left"

# The file that points FAUST's plugin somewhere cannot be written, then can.
in_folder pointer
cp "$hall" hall.adg
mkdir tmp/faust-current-dsp.txt
watching hall.adg --live=mine.dsp --min-interval=0
test_that "what FAUST's plugin looks at cannot be written" within said "faust-current-dsp.txt': Is a directory"
test_that "what is there is said" grep -q "note: 'mine.dsp' is written; FAUST's plugin is not told so" log
rmdir tmp/faust-current-dsp.txt
quiet
another_hall
"$change" write hall.adg next mine.dsp >/dev/null
test_that "then it can" within grep -qs '/mine.dsp$' tmp/faust-current-dsp.txt
ends "ends, nothing left"

# A folder of sources that goes and comes back.
mkdir src && cp "$hall" src/hall.adg
watching src/hall.adg --emit=faust --min-interval=0
within test -s hall.dsp
rm -r src
test_that "a folder of sources goes" within said "'src/hall.adg' is gone"
mkdir src
another_hall
"$change" write src/hall.adg next hall.dsp >/dev/null
test_that "and returns" within plays hall.dsp
ends "ends, nothing left"

# A link into another folder.
mkdir real && cp "$hall" real/hall.adg && ln -s real/hall.adg linked.adg
watching linked.adg --emit=faust --min-interval=0
within test -s linked.dsp
quiet
another_hall
"$change" rename real/hall.adg next linked.dsp >/dev/null
test_that "a link's file changes" within plays linked.dsp
ends "ends, nothing left"

# Several sources, each by itself.
in_folder several
for n in 1 2; do echo "main = delay(10) ~ 0.$n" >c$n.adg; done
watching c1.adg c2.adg --emit=faust --min-interval=0
within test -s c2.dsp
quiet
echo 'main = delay(10) ~ 0.75' >c2.adg
test_that "one of two changes" within grep -q '0\.75' c2.dsp
test_that "the other is left alone" says_times '^c1.dsp' 1
ends "ends, nothing left"

mkdir a b
cp c1.adg a/c.adg
cp c2.adg b/c.adg
limited "$ADACC" a/c.adg b/c.adg --emit=faust --watch >got 2>&1 </dev/null
[ $? -eq 2 ] && grep -q "two outputs would both be 'c.dsp'" got &&
  ok "two sources, one output" || not_ok "two sources, one output" got

# A kind that makes a folder: what is built is not built again for nothing.
cat >cc <<'END'
#!/bin/sh
echo built >>builds
for last; do [ "$before" != -o ] || echo plugin >"$last"; before=$last; done
END
sed -i "s,builds,$PWD/builds," cc
chmod +x cc
export CC="$PWD/cc"
watching c1.adg --emit=lv2 --min-interval=0
test_that "a bundle" within test -s c1.lv2/c1.so
quiet
cp c1.adg same && cp same c1.adg
test_that "the same text builds nothing" within said '^c1.lv2.*unchanged'
says_times unchanged 1 && [ "$(wc -l <builds)" -eq 1 ] && ok "it was built once" || not_ok "it was built once" builds
echo 'main = delay(10) ~ 0.625' >c1.adg
builds() { [ "$(wc -l <builds)" -eq "$1" ]; }
test_that "another text is built" within builds 2
quiet
ends "ends, nothing left"

# A training loop publishes by writing JSON and calling adacc.
in_folder loop
gain() {
  cat >model.json <<END
{"type": "Shell", "name": "loop", "fs": 48000, "children": [
  {"type": "Leaf", "module_type": "Gain", "name": "g", "params": {"matrix": [[$1]]}}]}
END
}
if gain 0.5 && limited "$ADACC" model.json >log 2>&1; then
  for g in 0.5 0.75 0.875; do
    gain $g
    limited "$ADACC" -q model.json --live >log 2>&1
    test_that "published with $g" grep -q "$g" tmp/adac-live.dsp
  done
  before=$(identity tmp/adac-live.dsp)
  limited "$ADACC" model.json --live >log 2>&1
  test_that "once more is no change" test "$before" = "$(identity tmp/adac-live.dsp)"
  test_that "and is said" said 'unchanged'
  test_that "the plugin is pointed at it" test "$(cat tmp/faust-current-dsp.txt)" = "$(pwd -P)/tmp/adac-live.dsp"
  limited "$ADACC" -q model.json --live=mine.dsp >log 2>&1
  test_that "a file as asked" test "$(cat tmp/faust-current-dsp.txt)" = "$(pwd -P)/mine.dsp"
  cp mine.dsp good.dsp
  echo '{' >model.json
  limited "$ADACC" model.json --live=mine.dsp >log 2>&1
  [ $? -eq 1 ] && cmp -s mine.dsp good.dsp &&
    ok "a broken model publishes nothing" || not_ok "a broken model publishes nothing" log
else
  not_ok "a model of a gain" log
fi

# What makes no sense.
refuses() { # NAME WANTED ARGUMENTS...
  name=$1 wanted=$2
  shift 2
  limited "$ADACC" "$@" >got 2>&1 </dev/null
  if [ $? -eq 2 ] && [ "$(cat got)" = "adacc: $wanted" ]; then ok "$name"; else not_ok "$name" got; fi
}
in_folder usage
cp "$hall" hall.adg
refuses "standard input" "--watch cannot watch the standard input" --from=adg - --watch --emit=faust
refuses "standard output" "--watch keeps files up to date, and -o - is none" hall.adg --watch --emit=faust -o -
refuses "an interval that is none" "expected --min-interval to be a number of seconds from 0 on, found '-1'" hall.adg --watch --min-interval=-1
refuses "an interval without --watch" "--min-interval is for --watch, which is not given" hall.adg --min-interval=1
refuses "two programs live" "--live publishes one program, but 2 are compiled" hall.adg hall.adg --live
limited "$ADACC" none.adg --watch >got 2>&1
[ $? -eq 3 ] && grep -q "cannot read 'none.adg'" got &&
  ok "a source that is not there" || not_ok "a source that is not there" got

done_testing
