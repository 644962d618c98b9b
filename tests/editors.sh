#!/bin/sh
# The syntax files of editors hold the words of the compiler: its units, functions and constants, of
# --list-ops=json, and the words of statements, of lang/layout.c. UPDATE=1 writes the lists anew.
. "$SRCDIR/tests/tap.sh"
new_scratch editors

vim=$SRCDIR/lang/editors/vim/syntax/adg.vim
vscode=$SRCDIR/lang/editors/vscode/syntaxes/adg.tmLanguage.json

# members LIST KEY: of each object of that list, on one line, with | between them
members() {
  awk -v list="\"$1\": [" -v key="\"$2\": \"" '
    index($0, list) { inside = 1; next }
    inside && /^ \]/ { exit }
    inside && (i = index($0, key)) {
      rest = substr($0, i + length(key))
      printf "%s%s", separator, substr(rest, 1, index(rest, "\"") - 1)
      separator = "|"
    }' "$scratch/catalogue"
}

# Longest first, so that ms is not read as m and s.
by_length() {
  tr '|' '\n' | awk '{ print length($0), $0 }' | sort -k1,1nr -k2 | awk '{ printf "%s%s", s, $2; s = "|" }'
}

"$ADACC" --list-ops=json >"$scratch/catalogue"
units=$(members units suffix | by_length)
functions=$(members functions name)
constants=$(members constants name)
if [ -n "$units" ] && [ -n "$functions" ] && [ -n "$constants" ]; then ok "there is a catalogue"; else
  not_ok "there is a catalogue" "$scratch/catalogue"; fi

number='<[0-9][0-9_]*(\.[0-9][0-9_]*)=([eE][-+]=[0-9]+)='
{
  awk '{ print } /^" \{words/ { exit }' "$vim"
  printf '%s\n' "syntax match adgNumber \"\\v$number($(printf %s "$units" | sed 's/%/\\%/'))=\""
  printf '%s\n' "$functions" | tr '|' ' ' | fold -s -w 70 | sed 's/ *$//; s/^/syntax keyword adgFunction /'
  printf '%s\n' "syntax keyword adgConstant $constants" | tr '|' ' '
  awk '/^" words\}/ { inside = 1 } inside' "$vim"
} >"$scratch/adg.vim"
same "$vim" "$scratch/adg.vim" "vim"

number='\\b[0-9][0-9_]*(\\.[0-9][0-9_]*)?([eE][-+]?[0-9]+)?'
{
  awk '{ print } /"words": \{/ { getline; print; exit }' "$vscode"
  cat <<END
        { "name": "constant.numeric.adg", "match": "$number($units)?" },
        {
          "name": "support.function.adg",
          "match": "\\\\b($functions)\\\\b"
        },
        { "name": "constant.language.adg", "match": "\\\\b($constants)\\\\b" }
      ]
    }
  }
}
END
} >"$scratch/adg.json"
same "$vscode" "$scratch/adg.json" "VS Code"

# What follows is no list to be written.
unset UPDATE

# JSON that is none would be found by nobody before it is used.
for file in "$SRCDIR"/lang/editors/vscode/*.json "$vscode"; do
  if ! perl -MJSON::PP -e 1 2>/dev/null; then skip "${file##*/} is JSON" "there is no JSON::PP of Perl"; continue; fi
  if perl -MJSON::PP -0777 -ne 'decode_json($_)' "$file" >"$scratch/messages" 2>&1; then ok "${file##*/} is JSON"; else
    not_ok "${file##*/} is JSON" "$scratch/messages"; fi
done

# What vim makes of the hall: the group of the text at a line and column.
if command -v vim >/dev/null 2>&1; then
  vim -u NONE -i NONE -n -es -c "set rtp+=$SRCDIR/lang/editors/vim" -c 'syntax on' \
    -c "edit $SRCDIR/lang/examples/hall.adg" -c "redir! >$scratch/groups" \
    -c 'for [l, c] in [[1, 3], [2, 1], [2, 7], [5, 1], [5, 12], [5, 17], [10, 8], [10, 16], [14, 19]] | echo synIDattr(synID(l, c, 1), "name") | endfor' \
    -c 'redir END' -c 'quit' >"$scratch/messages" 2>&1 </dev/null
  grep adg "$scratch/groups" | tr '\n' ' ' >"$scratch/got"
  printf '%s ' adgComment adgStatement adgString adgStatement adgNumber adgWord adgFunction adgNumber adgOperator \
    >"$scratch/wanted"
  same "$scratch/wanted" "$scratch/got" "vim colours the hall"
else
  skip "vim colours the hall" "there is no vim"
fi

# The words of statements: those that lang/layout.c gives a meaning.
grep -o '{"[a-z]*", TOK_' "$SRCDIR/lang/layout.c" | sed 's/{"\([a-z]*\)".*/\1/' | sort >"$scratch/wanted"
for file in "$vim" "$vscode"; do
  grep -o '(name[^)]*)\|(in[^)]*)' "$file" | tr -d '()\\' | tr '|' '\n' |
    grep . | sort -u >"$scratch/found"
  same "$scratch/wanted" "$scratch/found" "${file##*/} has the words of statements"
done
done_testing
