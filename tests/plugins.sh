#!/bin/sh
# Plugins: LV2 bundles built, validated, loaded and heard; JUCE projects made; what is refused, and
# what is said where another program is missing or fails.
. "$SRCDIR/tests/tap.sh"
new_scratch plugins
cd "$scratch" || exit 99
hall=$scratch/hall.adg
sed '/^require/d' "$SRCDIR/lang/examples/hall.adg" >hall.adg
compiler=$CC
unset CC CFLAGS

# does NAME COMMAND...
does() {
  name=$1
  shift
  if limited "$@" >messages 2>&1; then ok "$name"; else not_ok "$name" messages; fi
}

# refuses NAME CODE WANTED COMMAND...: the exit, the whole of what is said, and no file left.
refuses() {
  name=$1 wanted_code=$2 wanted=$3
  shift 3
  rm -rf work && mkdir work
  (cd work && limited "$@" >../messages 2>&1 </dev/null)
  code=$?
  printf '%s\n' "$wanted" >wanted
  left=$(ls -A work)
  if [ $code -ne "$wanted_code" ]; then not_ok "$name" "exit $code: $(cat messages)"
  elif [ -n "$left" ]; then not_ok "$name" "left behind: $left"
  else same wanted messages "$name"; fi
}

cat >unstable.adg <<'SOURCE'
tank = (delay(100)) ~ 1.1
main = tank
SOURCE
cat >two.adg <<'SOURCE'
tank = (delay(100)) ~ 1.1
other = (delay(50)) ~ 1.2
main = tank + other
SOURCE
cat >gain.adg <<'SOURCE'
name "Quote \" it"
knob mix = 50% in 0%..100% "Mix"
main = mix*_
SOURCE

# ---- LV2 ----

export CC="$compiler"
LV2_PATH=$scratch/bundles:/usr/lib/lv2
export LV2_PATH
mkdir bundles
does 'a bundle' "$ADACC" --emit=lv2 -o bundles/ "$hall"
printf '%s\n' Makefile hall.c hall.h hall.so hall.ttl hall_lv2.c manifest.ttl >wanted
ls -A bundles/hall.lv2 >got
same wanted got 'its files'
does 'a bundle of hostile names' "$ADACC" --emit=lv2 -o bundles/ --vendor='A "quoted\" one' \
  --plugin-uri=https://example.org/gain gain.adg
does 'the Turtle is valid' lv2_validate bundles/*.lv2/*.ttl
lv2ls 2>ls.messages | sort >got
printf '%s\n' https://example.org/gain urn:adacc:hall >wanted
same wanted got 'lilv finds the plugins'
lv2info urn:adacc:hall 2>/dev/null | sed -n 's/^[	 ]*\(Symbol\|Name\|Minimum\|Maximum\|Default\): *//p' | tail -5 >got
printf '%s\n' mix Dry/Wet 0.000000 100.000000 35.000000 >wanted
same wanted got 'a port with its name and range'

nm -D --undefined-only bundles/hall.lv2/hall.so | sed -n 's/^ *U \([a-z_A-Z0-9]*\).*/\1/p' |
  grep -v -x -E 'calloc|free|strcmp|mem(set|move|cpy)|(pow|exp|log|sqrt|sin|cos|tan|nearbyint|fmin|fmax)f?|__stack_chk_fail' >got
: >wanted
same wanted got 'nothing is called that could wait: no allocation besides the instance, no lock, no file'
nm -D --defined-only bundles/hall.lv2/hall.so | sed 's/.* //' >got
echo lv2_descriptor >wanted
same wanted got 'one symbol is seen'

if "$compiler" -std=gnu11 -O1 -o host "$SRCDIR/tests/plugins/host.c" -ldl -lm >messages 2>&1; then
  for plugin in 'hall 2 2 2.4 0.7 15 35' 'gain 1 1 50'; do
    # shellcheck disable=SC2086
    set -- $plugin
    name=$1
    shift
    limited ./host "bundles/$name.lv2/$name.so" "$@" >facts 2>messages || cat messages
    while read -r line; do
      case $line in
        'ok - '*) ok "$name: ${line#ok - }" ;;
        *) not_ok "$name: ${line#not ok - }" ;;
      esac
    done <facts
    [ -s facts ] || not_ok "$name is hosted" messages
  done
else
  not_ok 'the host compiles' messages
fi

# Some sound as floats, so that nothing is rounded on the way.
echo 'main = [1; 0.5]' >spread.adg
does 'a sound' "$ADACC" --emit=ir.wav --samples=9600 -o burst.wav spread.adg
does 'the sound, thick' "$ADACC" --emit=wav --input=burst.wav -o in.wav "$hall"
for knobs in '' 'rt=0.8 mix=100' 'hf=0.3 pre=40'; do
  ours='' theirs=''
  for knob in $knobs; do
    ours="$ours --knob=$knob" theirs="$theirs -c ${knob%=*} ${knob#*=}"
  done
  # shellcheck disable=SC2086
  if "$ADACC" --emit=wav --input=in.wav -o wanted.wav $ours "$hall" >messages 2>&1 &&
    limited lv2apply -i in.wav -o got.wav $theirs urn:adacc:hall >messages 2>&1 &&
    "$BUILDDIR/tests/plugins/compare" got.wav wanted.wav 4e-6 >messages 2>&1; then
    ok "lv2apply and --emit=wav agree: ${knobs:-initial values}"
  else
    not_ok "lv2apply and --emit=wav agree: ${knobs:-initial values}" messages
  fi
done

does 'the Makefile builds it' make -C bundles/hall.lv2 -B
does 'the Makefile installs it' make -C bundles/hall.lv2 install LV2DIR="$scratch/installed"
printf '%s\n' hall.so hall.ttl manifest.ttl >wanted
ls -A installed/hall.lv2 >got
same wanted got 'what is installed'
cp bundles/hall.lv2/hall_lv2.c bundles/hall.lv2/hall.h .
does 'the C of LV2 compiles without a warning' "$compiler" -std=c99 -pedantic -Wall -Wextra -Wshadow \
  -Wconversion -Werror -c hall_lv2.c -o hall_lv2.o

mkdir -p kept/mine.lv2 && echo mine >kept/mine.lv2/presets.ttl
does 'a bundle that is there already' "$ADACC" --emit=lv2 -o kept/mine.lv2 gain.adg
ls -A kept kept/mine.lv2 >got
printf '%s\n' kept: mine.lv2 '' kept/mine.lv2: Makefile gain.c gain.h gain.so gain.ttl gain_lv2.c \
  manifest.ttl presets.ttl >wanted
same wanted got 'what people added to it stays'

refuses 'two unstable loops' 4 "error[E0701]: lv2 refuses the program: unstable: the loop through 'tank': it grows at 0 Hz, where its gain is above 1
   note: the loop tank is unstable: it grows at 0 Hz, where its gain is above 1
   note: the loop other is unstable: it grows at 0 Hz, where its gain is above 1
   help: --no-strict makes the plugin anyway" "$ADACC" --emit=lv2 ../two.adg
does 'an unstable program, nevertheless' "$ADACC" --emit=lv2 --no-strict -o bundles/ unstable.adg
refuses 'double' 1 'error[E0809]: the ports of LV2 are float, expected --real=float, found double
   help: leave --real away' "$ADACC" --emit=lv2 --real=double ../gain.adg
refuses 'no such C compiler' 1 "error[E0808]: no program is called 'no-such-cc'
   help: CC names the C compiler; CC= leaves building to make" \
  env CC=no-such-cc "$ADACC" --emit=lv2 ../gain.adg
cat >broken-cc <<'SOURCE'
#!/bin/sh
echo 'gain.c:1: a problem'
echo 'one error' >&2
exit 7
SOURCE
chmod +x broken-cc
refuses 'a C compiler that fails' 1 "error[E0808]: $scratch/broken-cc failed, exit 7; nothing was written
   note: gain.c:1: a problem
   note: one error" env CC="$scratch/broken-cc" "$ADACC" --emit=lv2 ../gain.adg
rm -rf work && mkdir work
(cd work && CC='' "$ADACC" --emit=lv2 ../gain.adg >../messages 2>&1)
if grep -q '; not built$' messages && [ -f work/gain.lv2/Makefile ] && [ ! -e work/gain.lv2/gain.so ]; then
  ok 'without a C compiler'
else
  not_ok 'without a C compiler' messages
fi
refuses 'standard output' 2 "error[E0807]: this kind makes a folder, which '-' cannot be" \
  "$ADACC" --emit=lv2 -o - ../gain.adg
: >in-the-way.lv2
refuses 'a file in its place' 3 "error[E0801]: cannot write '../in-the-way.lv2': Not a directory" \
  "$ADACC" --emit=lv2 -o ../in-the-way.lv2 ../gain.adg
refuses 'a URI that is none' 2 "adacc: expected --plugin-uri to be a URI such as urn:you:hall, found 'a<b'" \
  "$ADACC" --emit=lv2 '--plugin-uri=a<b' ../gain.adg
refuses 'strict or not' 2 'adacc: --strict and --no-strict contradict each other' \
  "$ADACC" --strict --no-strict ../gain.adg

# ---- JUCE ----

mkdir projects
does 'a JUCE project' "$ADACC" --emit=juce -o projects/ --vendor='Sound & "Co"' --vendor-code=SoCo \
  --plugin-code=Hal1 --juce-modules=/opt/modules "$hall"
ls -A projects/hall.juce >got
printf '%s\n' FaustPluginProcessor.cpp hall.cert.json hall.dsp hall.jucer >wanted
same wanted got 'its files'
tr '\n' ' ' <projects/hall.juce/hall.jucer |
  grep -o ' \(pluginName\|pluginManufacturer\|pluginManufacturerCode\|pluginCode\|bundleIdentifier\)="[^"]*"' >got
cat >wanted <<'LINES'
 bundleIdentifier="com.soundco.hall"
 pluginName="Hall"
 pluginManufacturer="Sound &amp; &quot;Co&quot;"
 pluginManufacturerCode="SoCo"
 pluginCode="Hal1"
LINES
same wanted got 'vendor and codes'
does 'the modules' grep -q 'path="/opt/modules"' projects/hall.juce/hall.jucer
does 'the FAUST is the one of --emit=faust' sh -c \
  '"$1" --emit=faust -o plain.dsp "$2" && grep -v ^// plain.dsp >a && grep -v ^// projects/hall.juce/hall.dsp >b && cmp a b' - "$ADACC" "$hall"
refuses 'a code of three letters' 2 \
  "adacc: expected --plugin-code to be four letters and digits, one of them a capital, found 'Hal'" \
  "$ADACC" --emit=juce --plugin-code=Hal "$hall"
mkdir tools
cat >tools/faust2juce <<'SOURCE'
#!/bin/sh
for i in 1 2 3 4 5 6 7 8 9 10; do echo "line $i"; done
mkdir gain
exit 3
SOURCE
chmod +x tools/faust2juce
refuses 'faust2juce fails' 1 'error[E0808]: faust2juce failed, exit 3; nothing was written
   note: line 3
   note: line 4
   note: line 5
   note: line 6
   note: line 7
   note: line 8
   note: line 9
   note: line 10' env PATH="$scratch/tools:$PATH" "$ADACC" --emit=juce ../gain.adg
printf '#!/bin/sh\nmkdir gain\n' >tools/faust2juce
refuses 'faust2juce makes nothing' 1 "error[E0808]: faust2juce made no project 'gain.jucer'" \
  env PATH="$scratch/tools:$PATH" "$ADACC" --emit=juce ../gain.adg
printf '#!/bin/sh\nmkdir gain; echo "<JUCERPROJECT>" >gain/gain.jucer\n' >tools/faust2juce
refuses 'faust2juce is another' 1 'error[E0808]: expected pluginName in the project that faust2juce made, found none
   help: FAUST 2.54.9 and later are known to work' \
  env PATH="$scratch/tools:$PATH" "$ADACC" --emit=juce ../gain.adg
rm tools/faust2juce
mkdir alone
printf '#!/bin/sh\necho "FAUST Version 2.54.9"\n' >alone/faust
printf '#!/bin/sh\necho "FAUST Version 2.5.1"\n' >tools/faust
chmod +x alone/faust tools/faust
refuses 'faust2juce is missing' 1 "error[E0808]: no program is called 'faust2juce'
   help: FAUST brings it; Debian's package is faust" env PATH="$scratch/alone" "$ADACC" --emit=juce ../gain.adg
refuses 'FAUST is missing' 1 "error[E0808]: no program is called 'faust'
   help: Debian's package is faust" env PATH=/nowhere "$ADACC" --emit=juce ../gain.adg
refuses 'FAUST is too old' 1 "error[E0808]: expected FAUST 2.54 or later, found 'FAUST Version 2.5.1'
   help: the FAUST that PATH finds first is the one that counts" \
  env PATH="$scratch/tools:$PATH" "$ADACC" --emit=juce ../gain.adg
refuses 'an unstable project' 4 "error[E0701]: juce refuses the program: unstable: the loop through 'tank': it grows at 0 Hz, where its gain is above 1
   help: --no-strict makes the plugin anyway" "$ADACC" --emit=juce ../unstable.adg
done_testing
