#!/bin/sh
# The manual: its pages are clean, what they show is what happens, and they leave nothing out.
#
# A literal block that follows a line `.Pa NAME :` is the file NAME. In a block that begins with "$ "
# every such line is a command, and what follows it is what it prints, on either output. Commands run
# in the order of the page, in one folder a page; a block's in one shell. UPDATE=1 puts what they
# print into the pages, for review with git diff.
. "$SRCDIR/tests/tap.sh"
new_scratch man
pages='adacc.1 libadac.3 adac-cert.5 adac-ir.5 adg.5'

# mandoc looks for what .Xr names in MANPATH.
mkdir -p "$scratch/path/man1" "$scratch/path/man3" "$scratch/path/man5"
for page in $pages; do cp "$SRCDIR/man/$page" "$scratch/path/man${page##*.}/"; done
for page in $pages; do
  if ! command -v mandoc >/dev/null 2>&1; then
    skip "$page is clean" "there is no mandoc"
    continue
  fi
  MANPATH=$scratch/path mandoc -Tlint -W style "$SRCDIR/man/$page" >"$scratch/lint" 2>/dev/null
  code=$?
  if [ $code -eq 0 ] && [ ! -s "$scratch/lint" ]; then ok "$page is clean"; else
    not_ok "$page is clean" "$scratch/lint"; fi
done

# blocks PAGE FOLDER: the files into FOLDER, the sessions into FOLDER/.session-LINE.
blocks() {
  awk -v folder="$2" '
    function plain(line) {
      gsub(/\\\(ti/, "~", line)
      gsub(/\\\(ha/, "^", line)
      gsub(/\\\(aq/, "\047", line)
      gsub(/\\\(dq/, "\"", line)
      gsub(/\\&/, "", line)
      gsub(/\\e/, "\\", line)
      return line
    }
    /^\.Bd -literal/ { inside = 1; first = FNR + 1; out = ""; next }
    /^\.Ed/ { if (out != "") close(out); inside = 0; file = ""; next }
    inside {
      if (FNR == first) {
        if (file != "") out = folder "/" file
        else if ($0 ~ /^\$ /) out = folder "/.session-" sprintf("%05d", FNR)
      }
      if (out != "") print plain($0) > out
      next
    }
    /^\.Pa [^ ]+ :$/ { file = $2; next }
    { file = "" }' "$1"
}

# The commands of a session as a script that prints what the page shows.
script_of() {
  echo 'adacc() { limited "$ADACC" "$@"; }'
  echo 'cc() { $CC "$@"; }'
  echo 'code=0'
  grep '^\$ ' "$1" | while IFS= read -r line; do
    quoted=$(printf '%s\n' "$line" | sed "s/'/'\\\\''/g")
    printf '%s\n' "printf '%s\\n' '$quoted'" "(exit \$code)" "${line#\$ }" 'code=$?'
  done
}

# updated PAGE FOLDER: the page with what its sessions printed.
updated() {
  awk -v folder="$2" '
    function roff(line) {
      gsub(/\\/, "\\e", line)
      gsub(/~/, "\\(ti", line)
      gsub(/\^/, "\\(ha", line)
      gsub(/\047/, "\\(aq", line)
      sub(/^\./, "\\\\\\&.", line)
      return line
    }
    /^\.Ed/ { skipping = 0 }
    opened && /^\$ / {
      got = folder "/.session-" sprintf("%05d", FNR) ".got"
      while ((getline line < got) > 0) print roff(line)
      skipping = 1
    }
    { opened = /^\.Bd -literal/ }
    !skipping' "$1"
}

for page in $pages; do
  work=$scratch/$page
  mkdir "$work"
  blocks "$SRCDIR/man/$page" "$work"
  sessions=0
  for session in "$work"/.session-*; do
    [ -f "$session" ] || continue
    sessions=$((sessions + 1))
    script_of "$session" >"$session.script"
    (cd "$work" && . ./"${session##*/}.script") >"$session.got" 2>&1 </dev/null
    same "$session" "$session.got" "$page: line ${session##*-}"
  done
  if [ -n "${UPDATE-}" ]; then
    updated "$SRCDIR/man/$page" "$work" >"$scratch/updated"
    cmp -s "$scratch/updated" "$SRCDIR/man/$page" || cat "$scratch/updated" >"$SRCDIR/man/$page"
  fi
  # The example of the library is tests/library.sh's.
  if [ $sessions -gt 0 ] || [ $page = libadac.3 ]; then ok "$page has examples"; else
    not_ok "$page has examples"; fi
  # Every program that it shows compiles, but for those that show an error.
  for program in "$work"/*.adg "$work"/*.json; do
    [ -f "$program" ] || continue
    file=${program##*/}
    grep -q "^\\\$ adacc.* $file" "$work"/.session-* 2>/dev/null && continue
    if (cd "$work" && limited "$ADACC" -q "$file") >"$scratch/messages" 2>&1 </dev/null; then
      ok "$page: $file"
    else
      not_ok "$page: $file" "$scratch/messages"
    fi
  done
done

# What follows is no golden file: the tables are right.
unset UPDATE

# The hall of the manual, of the README and of the examples is one.
same "$SRCDIR/lang/examples/hall.adg" "$scratch/adg.5/hall.adg" "adg.5 shows the hall"
sed -n '/^```adg$/,/^```$/p' "$SRCDIR/README.md" | sed '1d;/^```$/,$d' >"$scratch/readme.adg"
same "$SRCDIR/lang/examples/hall.adg" "$scratch/readme.adg" "README.md shows the hall"

# The manual is complete: each word of these tables has its place, and none is made up.
# complete NAME WANTED FOUND: two sorted lists are one.
complete() {
  if [ ! -s "$2" ]; then not_ok "$1" "there is nothing to compare"; else
    same "$2" "$3" "$1"
  fi
}
"$ADACC" --help | sed -n 's/^ *\(-[a-zA-Z], *\)\{0,1\}--\([a-z-]*\).*/\2/p' | sort >"$scratch/wanted"
sed -n '/^\.Sh OPTIONS/,/^\.Sh KINDS/p' "$SRCDIR/man/adacc.1" | grep '^\.It' |
  grep -o 'Fl -[a-z-]*' | sed 's/Fl -//' | sort >"$scratch/found"
complete "adacc.1 has every option" "$scratch/wanted" "$scratch/found"

"$ADACC" --list-emits | awk '{ print $1 }' | sort >"$scratch/wanted"
sed -n '/^\.Sh KINDS/,/^\.Ss/s/^\.It Cm \([a-z0-9.]*\).*/\1/p' "$SRCDIR/man/adacc.1" | sort >"$scratch/found"
complete "adacc.1 has every kind of output" "$scratch/wanted" "$scratch/found"

sed -n 's/^BUILTIN("\([a-z0-9_]*\)".*/\1/p' "$SRCDIR/frontend/builtins.def" >"$scratch/all"
sed -n 's/^FUNCTION([A-Z0-9]*, "\([a-z0-9]*\)".*/\1/p' "$SRCDIR/ir/functions.def" >>"$scratch/all"
printf '%s\n' fs pi z >>"$scratch/all"
sort "$scratch/all" >"$scratch/wanted"
sed -n '/^\.Sh BUILT-IN/,/^\.Sh EXAMPLES/p' "$SRCDIR/man/adg.5" | grep '^\.It Ic' |
  sed 's/^\.It Ic \([a-z0-9_]*\).*/\1/' | sort >"$scratch/found"
complete "adg.5 has every built-in function" "$scratch/wanted" "$scratch/found"

sed -n 's/^UNIT([A-Z]*, "\([a-zA-Z%]\{1,\}\)".*/\1/p' "$SRCDIR/lang/units.def" | sort >"$scratch/wanted"
sed -n '/^\.Ss Numbers/,/^\.El/s/^\.It Li \([a-zA-Z%]*\) .*/\1/p' "$SRCDIR/man/adg.5" | sort >"$scratch/found"
complete "adg.5 has every unit" "$scratch/wanted" "$scratch/found"

# Words that the compiler says std.adg defines are defined there, and in the manual.
sed -n 's/^LIBRARY(\(.*\))$/\1/p' "$SRCDIR/frontend/elsewhere.def" | sort >"$scratch/wanted"
sed -n 's/^\([a-z0-9_]*\)(.*) = .*/\1/p' "$SRCDIR/lang/lib/std.adg" | sort >"$scratch/defined"
comm -12 "$scratch/wanted" "$scratch/defined" >"$scratch/found"
complete "std.adg has what elsewhere.def says of it" "$scratch/wanted" "$scratch/found"
sed -n '/^\.Sh THE LIBRARY/,/^\.Sh DIAG/p' "$SRCDIR/man/adg.5" | tr -c 'a-z0-9_' '\n' | sort -u >"$scratch/words"
comm -12 "$scratch/wanted" "$scratch/words" >"$scratch/found"
complete "adg.5 has what elsewhere.def says of the library" "$scratch/wanted" "$scratch/found"

sed -n 's/^MODULE("\([A-Za-z]*\)".*/\1/p' "$SRCDIR/frontend/json_modules.def" | sort >"$scratch/wanted"
sed -n '/^\.Sh LEAVES/,/^\.Sh CONTROLS/p' "$SRCDIR/man/adac-ir.5" |
  sed -n 's/^\.It \(Cm .*\)/\1/p' | sed 's/ Ta .*//; s/[ ,]*Cm / /g; s/ ,//g' | tr -s ' ' '\n' |
  grep . | sort -u >"$scratch/found"
complete "adac-ir.5 has every module" "$scratch/wanted" "$scratch/found"

members='s/^MEMBER([A-Z]*, "\([A-Za-z0-9_]*\)".*'
sed -n "$members/\\1/p" "$SRCDIR/frontend/cert_members.def" | sort -u >"$scratch/wanted"
tr -c 'A-Za-z0-9_' '\n' <"$SRCDIR/man/adac-cert.5" | sort -u >"$scratch/words"
comm -12 "$scratch/wanted" "$scratch/words" >"$scratch/found"
complete "adac-cert.5 has every member" "$scratch/wanted" "$scratch/found"
sed -n "$members ADAC)\$/\\1/p" "$SRCDIR/frontend/cert_members.def" | sort -u >"$scratch/wanted"
sed -n '/^\.Ss Of ADAC/,/^\.El/p' "$SRCDIR/man/adac-cert.5" | tr -c 'A-Za-z0-9_' '\n' |
  sort -u >"$scratch/words"
comm -12 "$scratch/wanted" "$scratch/words" >"$scratch/found"
complete "adac-cert.5 has every member of ADAC" "$scratch/wanted" "$scratch/found"

done_testing
