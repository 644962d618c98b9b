# A feedback delay network of n lines with a structured matrix, one biquad a line, one inlet and outlet:
#
#   awk -v n=64 -v kind=hadamard|householder -v form=json|dsp -f networks.awk
#
# As a model of ADAC's JSON, or as the FAUST that ADAC writes of it: the matrix is n^2 products, and
# what `~` delays is taken from the lines and given back at the end.
function real(x,   text) {
  text = sprintf("%.9g", x)
  return text ~ /[.e]/ ? text : text ".0"
}
function prime(x,   d) {
  for (d = 2; d * d <= x; d++) if (x % d == 0) return 0
  return 1
}
function sign(i, j,   odd) {
  while (i && j) { odd += (i % 2) * (j % 2); i = int(i / 2); j = int(j / 2) }
  return odd % 2 ? -1 : 1
}
function entry(i, j) {
  if (kind == "hadamard") return sign(i, j) / sqrt(n)
  return (i == j) - 2 / n
}
# Pseudo-random, in 0.5 .. 1
function gain() {
  seed = (seed * 16807) % 2147483647
  return 0.5 + 0.5 * seed / 2147483647
}
BEGIN {
  seed = 4711
  for (i = 0; i < n; i++) { b[i] = real(gain()); c[i] = real(gain()) }
  for (i = 0; i < n; i++) {
    m[i] = i ? m[i - 1] + 1 : 967
    while (!prime(m[i])) m[i]++
    g = 10 ^ (-3 * m[i] / 96000)
    # Towards higher frequencies half the decay: two poles, at 0.7 and 0.8.
    b0[i] = real(g * 0.93); b1[i] = real(-g * 1.38); b2[i] = real(g * 0.51)
    a1[i] = "-1.5"; a2[i] = "0.56"
    for (j = 0; j < n; j++) entries[i, j] = real(entry(i, j))
  }
  name = kind n
  if (form == "json") {
    leaf = "{\"type\": \"Leaf\", \"name\": \"%s\", \"module_type\": \"%s\", \"input_channels\": %d, \"output_channels\": %d, \"params\": {%s}}"
    for (i = 0; i < n; i++) {
      column = column (i ? ", " : "") "[" b[i] "]"
      row = row (i ? ", " : "") c[i]
      lines = lines (i ? ", " : "") m[i]
      sos = sos (i ? ", " : "") "[" b0[i] ", " b1[i] ", " b2[i] ", " a1[i] ", " a2[i] "]"
      matrix = matrix (i ? ", " : "") "["
      for (j = 0; j < n; j++) matrix = matrix (j ? ", " : "") entries[i, j]
      matrix = matrix "]"
    }
    printf "{\"type\": \"Shell\", \"name\": \"%s\", \"fs\": 48000, \"children\": [{\"type\": \"Series\", \"name\": \"core\", \"children\": [", name
    printf leaf ", ", "input_gain", "Gain", 1, n, "\"matrix\": [" column "]"
    printf "{\"type\": \"Recursion\", \"name\": \"loop\", \"fF\": {\"type\": \"Series\", \"name\": \"fF\", \"children\": ["
    printf leaf ", ", "delays", "parallelDelay", n, n, "\"samples\": [" lines "]"
    printf leaf "]}, \"fB\": ", "absorption", "parallelSOSFilter", n, n, "\"sos\": [[" sos "]]"
    printf leaf "}, ", "fB", "Matrix", n, n, "\"matrix\": [" matrix "]"
    printf leaf "]}]}\n", "output_gain", "Gain", n, 1, "\"matrix\": [[" row "]]"
    exit
  }
  print "//" name "\n//sample rate: 48000 hz\n\nimport(\"stdfaust.lib\");\n\ninput_gain(x0) ="
  for (i = 0; i < n; i++) printf "    %s*x0%s\n", b[i], i < n - 1 ? "," : ";"
  for (i = 0; i < n; i++) inlets = inlets (i ? ", " : "") "x" i
  print "fB(" inlets ") ="
  for (i = 0; i < n; i++) {
    line = "    "
    for (j = 0; j < n; j++) {
      e = entries[i, j]
      line = line (j ? (e < 0 ? " - " : " + ") : (e < 0 ? "-" : "")) (e < 0 ? substr(e, 2) : e) "*x" j
    }
    print line (i < n - 1 ? "," : ";")
  }
  line = "output_gain(" inlets ") =\n    "
  for (i = 0; i < n; i++) line = line (i ? " + " : "") c[i] "*x" i
  print line ";\n"
  for (i = 0; i < n; i++) {
    lines = lines (i ? " , " : "") "@(" m[i] - 1 ")"
    filters = filters (i ? " , " : "") "fi.tf2(" b0[i] ", " b1[i] ", " b2[i] ", " a1[i] ", " a2[i] ")"
  }
  printf "process = (input_gain : (((ro.interleave(%d, 2) : par(i, %d, +) : ((%s) : (%s))) ~ fB) : par(i, %d, @(1))) : output_gain);\n", n, n, lines, filters, n
}
