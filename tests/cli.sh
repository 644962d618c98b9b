#!/bin/sh
# The command line: options, outputs, exit codes, files that cannot be read or written.
. "$SRCDIR/tests/tap.sh"
new_scratch cli
cd "$scratch" || exit 99
examples=$SRCDIR/lang/examples
hall=$examples/hall.adg

# says NAME CODE WANTED ARGUMENTS...: the messages are WANTED, the exit is CODE, no file is left.
notes=$BUILDDIR/tests/scratch/cli-notes
mkdir -p "$notes"
says() {
  name=$1 wanted_code=$2 wanted=$3
  shift 3
  ls -A >"$notes/before"
  limited "$ADACC" "$@" >"$notes/output" 2>"$notes/messages" </dev/null
  code=$?
  ls -A >"$notes/after"
  printf '%s\n' "$wanted" >"$notes/wanted"
  if [ $code -ne "$wanted_code" ]; then
    not_ok "$name" "exit $code, not $wanted_code: $(cat "$notes/messages")"
  elif ! cmp -s "$notes/wanted" "$notes/messages"; then
    diff -u "$notes/wanted" "$notes/messages" >"$notes/difference"
    not_ok "$name" "$notes/difference"
  elif ! cmp -s "$notes/before" "$notes/after"; then
    diff "$notes/before" "$notes/after" >"$notes/difference"
    not_ok "$name: no file is left" "$notes/difference"
  else
    ok "$name"
  fi
}

# makes NAME FILES ARGUMENTS...: exit 0, and exactly these files.
makes() {
  name=$1 files=$2
  shift 2
  rm -rf made && mkdir made
  (cd made && limited "$ADACC" "$@" >../output 2>../messages </dev/null)
  code=$?
  got=$(cd made && echo *)
  if [ $code -eq 0 ] && [ "$got" = "$files" ]; then ok "$name"
  else not_ok "$name" "exit $code, files $got: $(cat messages)"; fi
}

# Options.
says 'no file' 2 'adacc: expected a file to compile, found none; see --help'
says 'an unknown option' 2 'adacc: no option is called --optimise; see --help' --optimise=3 "$hall"
says 'a slip in an option' 2 'adacc: no option is called --emmit; did you mean --emit?' --emmit=c "$hall"
says 'an option without its value' 2 'adacc: --rate needs a value: --rate=HZ' "$hall" --rate
for option in cert-budget check-cert vector; do
  # Options that came after the first ones, and must not be called later ones.
  if limited "$ADACC" "$hall" --$option 2>&1 | grep -q "^adacc: --$option needs a value: --$option="; then ok "--$option without its value"
  else not_ok "--$option without its value"; fi
done
says 'an option of a later version' 2 'adacc: --target comes in a later version' --target "$hall"
says 'a value for an option that takes none' 2 'adacc: --strict takes no value' --strict=1 "$hall"
says 'an unknown short option' 2 'adacc: no option is called -x; see --help' -x "$hall"
says '-o without its path' 2 'adacc: -o needs a path' "$hall" -o
says '-o without a kind' 2 'adacc: -o says where, but no --emit says what; --list-emits has the kinds' "$hall" -o x
says '-o without a kind that its name tells' 2 \
  "adacc: -o says where, but no --emit says what: --emit=faust makes files such as 'x.dsp'" "$hall" -o x.dsp --watch
says 'one kind twice' 2 "adacc: --emit names 'c' twice" --emit=c,c "$hall"
says 'an unknown kind' 2 "error[E0106]: no kind of output is called 'rust'; see --list-emits" --emit=rust "$hall"
says 'a slip in a kind' 2 "error[E0106]: no kind of output is called 'fuast'; see --list-emits
   help: --emit=faust" --emit=fuast "$hall"
says 'a slip in a pass' 2 "error[E0106]: no pass is called 'flaten'; see --list-passes
   help: --dump-after=flatten" --dump-after=flaten "$hall"
says 'an unknown pass' 2 "error[E0106]: no pass is called 'fuse'; see --list-passes" --dump-after=fuse "$hall"
says 'a rate that is none' 2 "adacc: expected --rate to be a number of hertz above 0, found 'fast'" --rate=fast "$hall"
says 'a sample type that is none' 2 "adacc: expected --real to be float, double or q31, found 'half'" --real=half "$hall"
says 'a control that is none' 1 "error[E0423]: no macro control is called 'chorus'; there are rt60, dry_wet and pre_delay" --control=chorus "$hall"
says 'a control with two numbers' 2 'adacc: expected INIT,MIN,MAX in --control=rt60=1,2, found two numbers' --control=rt60=1,2 "$hall"
says 'a knob without a value' 2 "adacc: expected --knob=NAME=VALUE with a number, found 'mix'" --knob=mix "$hall"
says 'a knob that is not there' 1 "error[E0413]: --knob=width: the program has no knob of that name" --knob=width=1 "$hall"
says 'a name that C keeps' 2 "error[E0107]: expected a name for the program, found 'double', a word of C, C++ or FAUST" --name=double "$hall"
says 'a name that is no identifier' 2 "adacc: expected --name to be letters, digits and _, not beginning with a digit, found '2nd'" --name=2nd "$hall"
says 'samples that are none' 2 "adacc: expected --samples to be a whole number above 0, found '0'" --samples=0 "$hall"
says 'a code that is none' 2 "adacc: no message has the code 'E9999'" --explain=E9999
says '-v and -q' 2 'adacc: -v and -q contradict each other' -v -q "$hall"

for list in help version list-ops list-passes list-emits explain=E0310; do
  limited "$ADACC" --$list >output 2>messages
  code=$?
  if [ $code -eq 0 ] && [ -s output ] && [ ! -s messages ]; then ok "--$list answers"
  else not_ok "--$list answers" messages; fi
done

# Outputs.
makes 'all kinds into the working folder' 'hall.c hall.cert.json hall.dsp hall.h hall.ir.wav hall.json' \
  "$hall" --emit=faust,c,cert,json,ir --samples=64
makes 'a file as asked, its companion after it' 'tank.c tank.h' "$hall" --emit=c -o tank.c
mkdir folder
makes 'into a folder that ends in /' '*' "$hall" --emit=faust -o ../folder/
makes 'into a folder that exists' '*' "$hall" --emit=cert -o ../folder
[ -s folder/hall.dsp ] && [ -s folder/hall.cert.json ] && ok 'both lie there' || not_ok 'both lie there'
makes 'by the extension of -o' x.f64 "$hall" --emit=ir --samples=8 -o x.f64
[ "$(wc -c <made/x.f64)" -eq $((4 * 8 * 8)) ] && ok 'eight samples of four responses' || not_ok 'eight samples of four responses'
makes 'several inputs' 'hall.dsp schroeder.dsp' "$hall" "$examples/schroeder.adg" --emit=faust
makes 'nothing, only a check' '*' "$hall"
limited "$ADACC" --emit=faust -o - "$hall" >output 2>/dev/null && grep -q '^process' output && ok 'to standard output' || not_ok 'to standard output'
limited "$ADACC" --from=adg --emit=faust -o - - <"$hall" >again 2>/dev/null && grep -v '^declare name' output >a && grep -v '^declare name' again >b && cmp -s a b &&
  ok 'from standard input' || not_ok 'from standard input'
says 'C to standard output' 2 "error[E0807]: this kind makes several files, which '-' cannot be" --emit=c -o - "$hall"
says 'two kinds in one file' 2 'error[E0807]: -o x is one file, but 2 kinds of output are asked for' --emit=c,faust -o x "$hall"
says 'several inputs in one file' 2 'adacc: -o x is one file, but 2 are compiled; end it in / for a folder' --emit=faust -o x "$hall" "$hall"
cp "$hall" mine.adg
says 'an output that is the input' 2 "error[E0807]: the output 'mine.adg' would overwrite an input" --emit=faust -o mine.adg mine.adg
echo 'import "mine.adg"
main = tank' >user.adg
says 'an output that is imported' 2 "error[E0807]: the output 'mine.adg' would overwrite an input" --emit=faust -o mine.adg user.adg
cmp -s mine.adg "$hall" && ok 'the input is whole' || not_ok 'the input is whole'
says 'a folder that is not there' 3 "error[E0801]: cannot write 'none/hall.dsp': No such file or directory
   help: folders are not made: mkdir -p 'none'" --emit=faust -o none/ "$hall"
says 'a full disk' 3 "error[E0801]: cannot write '/dev/full': No space left on device" --emit=faust -o /dev/full "$hall"
echo old >hall.dsp
says 'one output that fails leaves the others alone' 2 "error[E0804]: --emit=wav needs a sound to run through the program
   help: --input=FILE" --emit=faust,wav "$hall"
[ "$(cat hall.dsp)" = old ] && ok 'the old file is whole' || not_ok 'the old file is whole'
rm -f hall.dsp

mkdir far
echo old >far/away.dsp
ln -s far/away.dsp link.dsp
"$ADACC" -q --emit=faust -o link.dsp "$hall" >messages 2>&1 </dev/null
if [ -L link.dsp ] && grep -q '^process' far/away.dsp && [ "$(ls -A far)" = away.dsp ]; then
  ok 'a symbolic link stays'
else
  not_ok 'a symbolic link stays' messages
fi
rm -rf far link.dsp messages

# Inputs.
says 'a file that is not there' 3 "error[E0101]: cannot read 'none.adg': No such file or directory" none.adg
mkdir folder.adg
says 'a folder' 3 "error[E0101]: cannot read 'folder.adg': Is a directory" folder.adg
: >empty.adg
says 'an empty file' 1 "error[E0102]: 'empty.adg' is empty" empty.adg
printf 'main = \0id(1)\n' >binary.adg
says 'a binary file' 1 "error[E0104]: 'binary.adg' is no text: byte 7 is NUL" binary.adg
printf 'main = id(1)\n# \351\n' >latin.adg
says 'a file that is not UTF-8' 1 "latin.adg:2:3: error[E0103]: expected UTF-8 text, found the byte 0xe9 at offset 15
    2 | # ?
      |   ^
   help: save the file as UTF-8" latin.adg
dd if=/dev/zero of=large.json bs=1048576 count=100 2>/dev/null
says '100 MB' 1 "error[E0901]: 'large.json' is larger than the limit of 64 MiB" large.json
rm -f large.json
cp mine.adg mine.txt
says 'an unknown language' 2 "error[E0105]: expected a file whose name ends in .adg or .json, found 'mine.txt'
   help: --from=adg or --from=json says what it is" mine.txt
says 'standard input without a language' 2 "error[E0105]: expected a file whose name ends in .adg or .json, found '-'
   help: --from=adg or --from=json says what it is" -

# Verdicts.
printf 'main = id(3)\n' >wide.adg
cat >grows.adg <<'END'
main = delay(10) ~ 1.1
END
says '--strict refuses what is unstable' 4 "$("$ADACC" grows.adg 2>&1 | sed -n 's/^verdict  *unstable: \(.*\)$/error[E0701]: --strict refuses the program: unstable: \1/p')" --strict --emit=c grows.adg
makes '--strict lets the hall through' 'hall.dsp' --strict --emit=faust "$hall"

# Sound: an impulse through the program is its impulse response, and a mono file feeds every inlet.
cat >click.adg <<'END'
main = [1, 0.5; 0.25, 2] -> (delay(3) | delay(5))
END
limited "$ADACC" click.adg --emit=ir.wav --samples=2000 -o response.wav 2>messages && ok 'a response as WAV' || not_ok 'a response as WAV' messages
printf 'main = split(2)\n' >double.adg
printf 'main = id(1)\n' >one.adg
limited "$ADACC" one.adg --emit=ir.wav --samples=3000 -o impulse.wav 2>messages
limited "$ADACC" one.adg --emit=wav --input=impulse.wav -o single.wav 2>messages
limited "$ADACC" click.adg --emit=wav --input=single.wav -o mono.wav 2>messages && ok 'a mono sound feeds every inlet' || not_ok 'a mono sound feeds every inlet' messages
limited "$ADACC" double.adg --emit=wav --input=impulse.wav -o stereo.wav 2>messages && ok 'a mono sound becomes two channels' || not_ok 'a mono sound becomes two channels' messages
limited "$ADACC" click.adg --emit=wav --input=stereo.wav -o both.wav 2>messages
cmp -s mono.wav both.wav && ok 'the same as two equal channels, tail and all' || not_ok 'the same as two equal channels, tail and all'
says 'no sound to run through' 2 'error[E0804]: --emit=wav needs a sound to run through the program
   help: --input=FILE' --emit=wav click.adg
says 'a sound that is none' 3 "error[E0802]: cannot read the sound 'click.adg': Format not recognised" --emit=wav --input=click.adg click.adg
says 'a sound of another width' 1 "error[E0803]: the sound 'stereo.wav' has 2 channels, but the program takes 3
   help: give a sound of 3 channels, or of one, which then feeds every inlet" --emit=wav --input=stereo.wav wide.adg
says 'a sound of another rate' 1 "error[E0803]: the sound 'impulse.wav' has 48000 samples a second, but the program runs at 44100
   help: convert the sound to 44100 Hz first" --emit=wav --input=impulse.wav --rate=44100 click.adg
limited "$ADACC" click.adg --emit=ir --samples=3 -o x.csv 2>messages
printf 'in 0 out 0,in 0 out 1,in 1 out 0,in 1 out 1\n0,0,0,0\n0,0,0,0\n0,0,0,0\n' >wanted
cmp -s x.csv wanted && ok 'a response as CSV' || not_ok 'a response as CSV' x.csv

# Outputs are the same every time.
mkdir one two # a second apart, for what would hold the time of day
limited "$ADACC" "$hall" --emit=faust,c,cert,json,ir -o one/ 2>/dev/null && sleep 1 && limited "$ADACC" "$hall" --emit=faust,c,cert,json,ir -o two/ 2>/dev/null
diff -r one two >difference && ok 'compiled twice, the same bytes' || not_ok 'compiled twice, the same bytes' difference

done_testing
