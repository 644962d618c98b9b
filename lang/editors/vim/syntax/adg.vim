" Audio graphs, adg(5). The lists between the marks are written by tests/editors.sh.
if exists('b:current_syntax')
  finish
endif

syntax match adgComment "#.*$" contains=@Spell
syntax region adgString start=+"+ skip=+\\.+ end=+"+ oneline contains=adgEscape
syntax match adgEscape +\\["\\nt]+ contained

" Words of statements are ordinary names elsewhere: only the begin of a line makes them.
syntax match adgStatement "^\s*\(name\|author\|rate\|knob\|control\|param\|require\|import\)\>\ze\s\+[^= \t]"
syntax match adgWord "\<\(in\|log\|step\|smooth\|as\|where\|for\)\>\ze\s"

syntax match adgOperator "->\|\.\.\|\.\*\|\./\|\.^\|[|&~+*/^']\|-\|<=\|>=\|=="
syntax match adgWire "\<_\>"

" {words
syntax match adgNumber "\v<[0-9][0-9_]*(\.[0-9][0-9_]*)=([eE][-+]=[0-9]+)=(deg|kHz|smp|Hz|dB|ms|us|\%|s)="
syntax keyword adgFunction delay id split sum cut ones zeros diag hadamard householder kron
syntax keyword adgFunction coprime primes geometric sos absorb par bank cascade pow min max abs
syntax keyword adgFunction floor ceil round sqrt exp log log10 sin cos tan atan tanh
syntax keyword adgConstant pi fs z
" words}

highlight default link adgComment Comment
highlight default link adgString String
highlight default link adgEscape SpecialChar
highlight default link adgStatement Statement
highlight default link adgWord Keyword
highlight default link adgOperator Operator
highlight default link adgWire Special
highlight default link adgNumber Number
highlight default link adgFunction Function
highlight default link adgConstant Constant

let b:current_syntax = 'adg'
