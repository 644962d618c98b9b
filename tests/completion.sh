#!/bin/sh
# Completion for bash: what it offers where, compared with what adacc says of itself.
. "$SRCDIR/tests/tap.sh"
new_scratch completion

script=$SRCDIR/frontend/completions/adacc
if ! command -v bash >/dev/null 2>&1; then
  skip "completion" "there is no bash"
  done_testing
  exit
fi

# complete WORDS...: what is offered for the last of them, sorted; '=' is a word of its own
complete() {
  (cd "$scratch/work" && bash -c '
    . "$0"
    adacc=$1
    COMP_WORDS=("$@") COMP_CWORD=$(($# - 1))
    _adacc "$adacc"
    printf "%s\n" "${COMPREPLY[@]}"' "$script" "$ADACC" "$@" 2>/dev/null) </dev/null | sort >"$scratch/got"
}

# offers NAME WANTED...
offers() {
  what=$1
  shift
  printf '%s\n' "$@" | sort >"$scratch/wanted"
  same "$scratch/wanted" "$scratch/got" "$what"
}

mkdir "$scratch/work" "$scratch/work/folder"
touch "$scratch/work/hall.adg" "$scratch/work/model.json" "$scratch/work/notes.txt"

unset UPDATE
complete --e
offers "options by their begin" --emit= --explain=
complete --
"$ADACC" --help | sed -n 's/^ *\(-[a-z], *\)\{0,1\}\(--[a-z-]*\).*/\2/p' | sort >"$scratch/wanted"
sed 's/=$//' "$scratch/got" | sort >"$scratch/bare"
same "$scratch/wanted" "$scratch/bare" "every option"
complete --color = ''
offers "words that --help lists" auto always never
complete --color = al
offers "of these, by their begin" always
complete --list-ops = ''
offers "a word that may be left out" json
complete --emit = ''
"$ADACC" --list-emits | awk '{ print $1 }' | sort >"$scratch/wanted"
same "$scratch/wanted" "$scratch/got" "kinds of output"
complete --emit = faust,ir.f
offers "kinds behind a comma" faust,ir.f64
complete --emit=faust,ir.f
offers "the same in one word" --emit=faust,ir.f64
complete --dump-after = ''
{ "$ADACC" --list-passes | awk '{ print $1 }'; printf '%s\n' read lower schedule; } | sort >"$scratch/wanted"
same "$scratch/wanted" "$scratch/got" "passes and stages"
complete ''
offers "sources and folders" folder/ hall.adg model.json
complete ha
offers "a source by its begin" hall.adg

if command -v zsh >/dev/null 2>&1; then
  if zsh -n "$SRCDIR/frontend/completions/_adacc" 2>"$scratch/messages"; then ok "zsh reads its script"; else
    not_ok "zsh reads its script" "$scratch/messages"; fi
else
  skip "zsh reads its script" "there is no zsh"
fi
done_testing
