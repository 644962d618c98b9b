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
syntax keyword adgFunction delay fdelay thiran id split sum cut ones zeros diag hadamard
syntax keyword adgFunction householder kron coprime primes geometric sos absorb par bank cascade
syntax keyword adgFunction circulant permutation rotation dct orthogonal anderson tiny_rotation
syntax keyword adgFunction inv expm skew nearest_orthogonal fir lowpass highpass bandpass notch
syntax keyword adgFunction ap peak lowshelf highshelf butter onepole dcblock svf geq peq
syntax keyword adgFunction scattering velvet comb implicit csv load pow min max abs floor ceil
syntax keyword adgFunction round sqrt exp log log10 sin cos tan atan tanh
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
