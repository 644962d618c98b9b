#!/bin/sh
# How long a compilation takes as programs grow, without outputs: for each construct, from a thousand
# definitions, nodes or entries to a hundred thousand. No construct may be worse than n log n: ten
# times the size may take sixteen times as long, and what the machine happens to do besides. Ten
# thousand lines of definitions, and 256 dense lines, take at most 0.2 s.
# Times are of the processor, and the least of five.
. "$SRCDIR/tests/tap.sh"
new_scratch compile

# make KIND N: a program with about N of something
make() {
  awk -v kind="$1" -v n="$2" '
    # Definitions of a hundred parts each, and what joins a hundred of these, up to one.
    function chain(operator, part,   i, j, k, m, prefix) {
      k = int((n + 99) / 100)
      prefix = "c"
      for (i = 0; i < k; i++) {
        printf "c%d = ", i
        for (j = 0; j < 100; j++) printf "%s" part, j ? operator : "", (i * 100 + j) % 97 + 1
        print ""
      }
      while (k > 1) {
        m = int((k + 99) / 100)
        for (i = 0; i < m; i++) {
          printf "d%d_%d = ", k, i
          for (j = i * 100; j < k && j < i * 100 + 100; j++)
            printf "%s%s%d", j % 100 ? operator : "", prefix, j
          print ""
        }
        prefix = "d" k "_"
        k = m
      }
      print "main = " prefix "0"
    }
    BEGIN {
      if (kind == "definitions") {
        print "x0 = 1"
        for (i = 1; i < n; i++) print "x" i " = 0.5*x" (i % 1000 ? i - 1 : 0) " + 1"
        print "main = x" n - 1
      } else if (kind == "functions") {
        for (i = 0; i < n; i++) print "f" i "(x, g = 0.5) = g*x + k where k = " i
        print "main = f" n - 1 "(1)"
      } else if (kind == "systems") {
        for (i = 0; i < n; i++) print "s" i " = (delay(" i + 1 ") -> 0.5) + _"
        print "main = s0"
      } else if (kind == "errors") {
        for (i = 0; i < n; i++) print "x" i " = nothing" i
        print "main = _"
      } else if (kind == "knobs") {
        for (i = 0; i < n; i++) print "knob k" i " = 0.5 in 0..1"
        chain(" + ", "k%d*_")
      } else if (kind == "matrix") {
        m = int(sqrt(n))
        printf "main = ["
        for (i = 0; i < m; i++) {
          printf "%s", i ? ";\n" : ""
          for (k = 0; k < m; k++) printf "%s%g", k ? ", " : "", (i * k) % 7 / 7
        }
        print "]"
      } else if (kind == "bank") {
        m = n > 1000 ? 1000 : n
        printf "main = delay([10 for i in 1..%d])", m
        for (i = 1; i < n / m; i++) printf "\n    -> par(%d, sos([1, 0.5, 0, 1, 0.1, 0]))", m
        print ""
      } else if (kind == "sections") chain(" -> ", "sos([1, 0.5, 0, 1, 0.%d, 0])")
      else if (kind == "delays") chain(" + ", "z^-%d")
      else if (kind == "gains") chain(" -> ", "(0.%d -> _)")
      else if (kind == "loops") chain(" -> ", "(delay(%d) ~ 0.5)")
    }' >"$scratch/x.adg"
}

# milliseconds: of compiling it; what is wrong with it does not matter here
milliseconds() {
  "$BUILDDIR/tests/cost" sh -c '"$@" >/dev/null 2>&1; true' sh "$ADACC" -q "$scratch/x.adg" | sed 's/ .*//'
}

for kind in definitions functions systems errors knobs matrix bank sections delays gains loops; do
  times=
  for n in 1000 10000 100000; do
    make "$kind" "$n"
    times="$times $(milliseconds)"
  done
  # What takes few milliseconds is mostly the start of a process.
  if echo "$times" | awk '{ least = $2 < 10 ? 10 : $2; exit !($3 <= 16 * least) }'; then
    ok "$kind:$times ms"
  else
    not_ok "$kind:$times ms" "ten times as many take more than sixteen times as long"
  fi
done

# within NAME: the program at hand
within() {
  took=$(milliseconds)
  if [ -n "${SANITIZED-}" ]; then ok "$1 (sanitized)"
  elif [ "$took" -le 200 ]; then ok "$1: $took ms"; else not_ok "$1: $took ms" "at most 200 ms"; fi
}
make definitions 10000
within "ten thousand lines of definitions"
make functions 10000
within "ten thousand functions"
cat >"$scratch/x.adg" <<'END'
m = [1000 + 7*k for k in 0..255]
main = split(256) -> (delay(m) -> absorb(m, 2s)) ~ householder([cos(k) for k in 0..255]) -> sum(256)
END
within "256 dense lines"
done_testing
