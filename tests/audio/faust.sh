#!/bin/sh
# Emitted FAUST, compiled and run: the reference models, these with each macro control that they can
# have, and the examples, against the interpreter; and knobs that move.
#
# Each text goes through FAUST as C or C++, in double or single precision, scalar or in vectors. In
# double it is within 1e-10 of the peak, in single within 4e-6. Each check has every text once in
# double and once in single, the rest in turn, and every third text without a library; FAUST_ALL=1
# (tests/audio/faust_all.sh, of make check-long) has all eight ways.
. "$SRCDIR/tests/tap.sh"
. "$SRCDIR/tests/flamo/models.sh"

if ! command -v faust >/dev/null 2>&1; then
  echo "1..0 # SKIP there is no faust"
  exit 0
fi
new_scratch faust
frames=3000
cc=${CC:-cc} cxx=${CXX:-c++}
languages='c cpp'
command -v "${cxx%% *}" >/dev/null 2>&1 || languages=c
: >"$scratch/errors"

# emit NAME INPUT ARGUMENTS...: NAME/NAME.dsp and NAME/NAME.ir.f64 in the scratch folder
emit() {
  program=$1 input=$2
  shift 2
  mkdir -p "$scratch/$program"
  limited "$ADACC" - --emit=faust,ir.f64 --from="${input##*.}" -I "${input%/*}" --samples=$frames "$@" \
    -o "$scratch/$program/" <"$input" >"$scratch/messages" 2>&1 || return 1
}

# build NAME LANGUAGE REAL MODE: the program NAME/LANGUAGE.REAL.MODE
build() {
  path=$scratch/$1/$2.$3.$4 options=-cn\ mydsp
  [ "$3" = single ] || options="$options -double"
  [ "$4" = scalar ] || options="$options -vec"
  sample=double
  [ "$3" = double ] || sample=float
  compiler=$cc
  [ "$2" = c ] || compiler="$cxx -x c++"
  # Options and the flags of compilers are words.
  # shellcheck disable=SC2086
  (limited faust -lang "$2" $options "$scratch/$1/out.dsp" -o "$path.code" &&
    $compiler -O0 -w -DREAL=$sample -DDSP="\"$path.code\"" "$SRCDIR/tests/audio/faust_main.c" -lm -o "$path") \
    >"$scratch/messages" 2>&1
}

# tolerance NAME REAL. What geq_oct_44100 does grows: FLAMO's fit has poles outside of the circle.
tolerance() {
  case $1.$2 in
  *.double) echo 1e-10 ;;
  geq_oct_44100.single) echo 1e-5 ;;
  *) echo 4e-6 ;;
  esac
}

# ways: LANGUAGE REAL MODE, a line each, of the test that comes next. In turn: C scalar, C++ scalar, C
# vectors, C++ vectors in double, with the opposite in single.
turn=0
ways() {
  turn=$((turn + 1))
  for language in $languages; do
    for mode in scalar vec; do
      number=0
      [ $language = c ] || number=1
      [ $mode = scalar ] || number=$((number + 2))
      [ -z "${FAUST_ALL-}" ] || number=all
      for real in double single; do
        case $number.$real in
        all.* | $((turn % 4)).double | $((3 - turn % 4)).single) echo "$language $real $mode" ;;
        esac
      done
    done
  done
}

# runs NAME INPUT ARGUMENTS...
runs() {
  name=$1
  # An option is a word, or none.
  # shellcheck disable=SC2046
  if ! emit "$@" $([ $((turn % 3)) -ne 0 ] || echo --faust-standalone); then
    not_ok "$name" "$scratch/messages"
    return
  fi
  ways >"$scratch/ways"
  while read -r language real mode; do
    if build "$name" "$language" "$real" "$mode" &&
      limited "$path" "$scratch/$name/out.ir.f64" "$(tolerance "$name" "$real")" >"$scratch/messages" 2>&1; then
      ok "$name, $language, $real, $mode"
      [ "$real" != double ] || echo "$name faust $(cat "$scratch/messages")" >>"$scratch/errors"
      [ "$real" != single ] || echo "$name $language $mode $(cat "$scratch/messages")" >>"$scratch/single"
    else
      not_ok "$name, $language, $real, $mode" "$scratch/messages"
    fi
  done <"$scratch/ways"
}

each_model runs

for model in fdn4_orth fb_delay ff_and_fb_delay nested_recursion fdn8_hadamard_sos_stereo; do
  runs "${model}_controls" "$SRCDIR/tests/flamo/models/$model.json" \
    --control=rt60=1 --control=dry_wet=0.6 --control=pre_delay=7
done

for input in "$SRCDIR"/lang/examples/*.adg; do
  name=${input##*/}
  runs "${name%.adg}" "$input"
done

# Knobs that move while the hall sounds, against the interpreter; imports no library.
if emit moved "$SRCDIR/lang/examples/hall.adg" --faust-standalone &&
  ! grep -q import "$scratch/moved/out.dsp" && build moved c double scalar &&
  "$BUILDDIR/tests/audio/moved" "$SRCDIR/lang/examples/hall.adg" "$scratch/moved.f64" $frames \
    rt@500=0.4 hf@500=0.3 mix@700=100 pre@1100=3.5 pre@1400=0 rt@2000=9 mix@2200=4 >"$scratch/messages" 2>&1 &&
  limited "$path" "$scratch/moved.f64" 1e-10 Decay=0.4@500 "HF decay=0.3@500" Dry/Wet=100@700 \
    Pre-delay=3.5@1100 Pre-delay=0@1400 Decay=9@2000 Dry/Wet=4@2200 >"$scratch/messages" 2>&1; then
  ok "hall with moving knobs"
else
  not_ok "hall with moving knobs" "$scratch/messages"
fi

# Knobs everywhere, turned in noise as each file says; their labels are their names.
for input in "$SRCDIR"/tests/audio/knobs/*.adg; do
  name=${input##*/} name=${name%.adg}
  moves=$(sed -n 's/^# moves: //p' "$input")
  turns=$(echo "$moves" | sed 's/\([^ ]*\)@\([^ ]*\)=\([^ ]*\)/\1=\3@\2/g')
  # shellcheck disable=SC2086
  if ! emit "$name" "$input" ||
    ! "$BUILDDIR/tests/audio/moved" "$input" "$scratch/moved.f64" $frames noise $moves >"$scratch/messages" 2>&1; then
    not_ok "$name with moving knobs" "$scratch/messages"
    continue
  fi
  ways | grep double >"$scratch/ways"
  while read -r language real mode; do
    # shellcheck disable=SC2086
    if build "$name" "$language" "$real" "$mode" &&
      limited "$path" "$scratch/moved.f64" 1e-10 noise $turns >"$scratch/messages" 2>&1; then
      ok "$name with moving knobs, $language, $mode"
    else
      not_ok "$name with moving knobs, $language, $mode" "$scratch/messages"
    fi
  done <"$scratch/ways"
done

# Names that FAUST, its libraries or the text itself keep: each is one of a filter.
words='process import component library environment declare with letrec par seq sum prod route inputs outputs
  mem prefix int float rdtable rwtable select2 select3 ffunction fconstant fvariable button checkbox nentry
  hslider vslider hgroup vgroup tgroup hbargraph vbargraph soundfile attach enable control waveform case xor
  sin cos tan asin acos atan atan2 exp log log10 pow sqrt abs min max fmod remainder floor ceil rint round
  any assertbounds lowest highest lambda where ondemand upsampling downsampling singleprecision
  doubleprecision quadprecision fixedpointprecision effect
  aa an ba co de dm dx ef en fd fi fl ho hy it la ma mi mo no os pf pl pm qu re rm ro sf si so sp sy ve vl wa wd
  bus block take tanh delay tf1 tf2 keep adder butterfly settle section integrator integrators fade faded
  panel ramp term i n x x0 d1 s2 t3 w4 Process x_0 tank tank_2 filter lengths'
for option in -q --faust-standalone; do
  # Words are words.
  # shellcheck disable=SC2086
  printf '%s\n' $words | awk '
    BEGIN { printf "{\"type\": \"Series\", \"name\": \"loops\", \"fs\": 48000, \"children\": [" }
    {
      printf "%s{\"type\": \"Leaf\", \"name\": \"%s\", \"module_type\": \"Biquad\", ", (NR > 1 ? ", " : ""), $1
      printf "\"params\": {\"coeffs\": [1, 0.%d, 0.01, -0.%d, 0.02]}}", NR % 7 + 1, NR % 6 + 1
    }
    END { print "]}" }' >"$scratch/words.json"
  if emit "words$option" "$scratch/words.json" $option && build "words$option" c double scalar &&
    [ "$(grep -c ' = .*tf2(' "$scratch/words$option/out.dsp")" -ge "$(echo $words | wc -w)" ] &&
    limited "$path" "$scratch/words$option/out.ir.f64" 1e-10 >"$scratch/messages" 2>&1; then
    ok "names that FAUST keeps, $option"
  else
    not_ok "names that FAUST keeps, $option" "$scratch/messages"
  fi
done

# A small edit of the source: the text is otherwise as it was, and no slider moves to another address.
addresses() {
  (cd "$1" && limited faust -json out.dsp -o out.cpp) >"$scratch/messages" 2>&1
  sed -n 's/.*"address": "\([^"]*\)".*/\1/p' "$1/out.dsp.json" | sort
}
sed 's/^knob rt.*/knob size = 1 in 0..1 "Size"\n&/; s/23ms/24ms/; s/"Decay"/"Decay" smooth 30ms/; s/^main = \(.*\)/main = size*(\1)/' \
  "$SRCDIR/lang/examples/hall.adg" >"$scratch/edited.adg"
if emit first "$SRCDIR/lang/examples/hall.adg" && emit again "$SRCDIR/lang/examples/hall.adg" &&
  emit edited "$scratch/edited.adg"; then
  same "$scratch/first/out.dsp" "$scratch/again/out.dsp" "the same text from the same source"
  printf '/Hall/%s\n' Decay Dry/Wet HF_decay Pre-delay >"$scratch/wanted"
  addresses "$scratch/first" >"$scratch/got"
  same "$scratch/wanted" "$scratch/got" "the addresses of sliders"
  (cat "$scratch/got" && echo /Hall/Size) | sort >"$scratch/wanted"
  addresses "$scratch/edited" >"$scratch/got"
  same "$scratch/wanted" "$scratch/got" "sliders keep their addresses"
  changed=$(diff "$scratch/first/out.dsp" "$scratch/edited/out.dsp" | grep -c '^>')
  if [ "$changed" -le 20 ]; then ok "a small edit, a small difference"; else
    diff "$scratch/first/out.dsp" "$scratch/edited/out.dsp" >"$scratch/messages"
    not_ok "a small edit, a small difference: $changed lines" "$scratch/messages"
  fi
else
  not_ok "a small edit" "$scratch/messages"
fi

done_testing
