#!/bin/sh
# libadac as it is installed: what it exports, and a program outside the tree that is built with it, in C
# and C++, with the shared library and the static one. The program is the example of libadac(3).
. "$SRCDIR/tests/tap.sh"
new_scratch library

if ! command -v pkg-config >/dev/null 2>&1; then
  skip "the library" "there is no pkg-config"
  done_testing
  exit
fi

# Its own make, which must not ask the one that runs the tests for its jobs.
destination=$scratch/installed
if (unset MAKEFLAGS MFLAGS MAKELEVEL && make -C "$BUILDDIR" DESTDIR="$destination" install-libLTLIBRARIES \
  install-includeHEADERS install-pkgconfigDATA) >"$scratch/install" 2>&1; then
  ok "it is installed"
else
  not_ok "it is installed" "$scratch/install"
  done_testing
  exit
fi
PKG_CONFIG_SYSROOT_DIR=$destination
PKG_CONFIG_PATH=$(dirname "$(find "$destination" -name adac.pc)")
export PKG_CONFIG_SYSROOT_DIR PKG_CONFIG_PATH
library=$(dirname "$(find "$destination" -name libadac.la)")
header=$(find "$destination" -name adac.h)

# What is declared is what can be seen.
sed -n 's/^[a-z].* \**\(adac_[a-z_]*\)(.*/\1/p' "$header" | sort >"$scratch/declared"
if shared=$(ls "$library"/libadac.so.*.*.* 2>/dev/null) && command -v nm >/dev/null 2>&1; then
  nm -D --defined-only "$shared" | sed 's/.* //; s/@.*//' |
    grep -v -e '^__' -e '^_init$' -e '^_fini$' -e '^_edata$' -e '^_end$' | sort >"$scratch/exported"
  unset UPDATE
  same "$scratch/declared" "$scratch/exported" "it exports what adac.h declares, and nothing else"
else
  skip "it exports what adac.h declares" "there is no shared library, or no nm"
fi
if [ "$(pkg-config --modversion adac)" = "$("$ADACC" --version | sed 's/adacc //')" ]; then ok "its version"; else
  not_ok "its version"; fi

cd "$scratch" || exit 99
sed -n '/^\.Pa comb\.c :/,/^\.Ed/p' "$SRCDIR/man/libadac.3" | sed '/^\./d; s/\\(ti/~/g; s/\\e/\\/g' >comb.c

# built NAME COMMAND...: made without a warning, says what the compiler says.
built() {
  name=$1
  shift
  rm -f comb comb.dsp
  if ! "$@" >build 2>&1 || [ -s build ]; then
    not_ok "$name" build
    return
  fi
  "$ADACC" -q --emit=faust --name=comb -o - comb.adg | sed '1i\
comb.dsp:' >wanted
  if LD_LIBRARY_PATH="$library" limited ./comb 0.25 >got 2>messages && [ ! -s messages ]; then
    same wanted got "$name"
  else
    not_ok "$name" messages
  fi
}
echo 'main = delay(20ms) ~ 0.25' >comb.adg

strict='-Wall -Wextra -Wpedantic -Werror'
# Flags are words.
# shellcheck disable=SC2046,SC2086
{
  built "a program in C99" $CC -std=c99 $strict $SAN_FLAGS -o comb comb.c $(pkg-config --cflags --libs adac)
  built "with the static library" $CC -std=c11 $strict $SAN_FLAGS -o comb comb.c $(pkg-config --cflags adac) \
    "$library/libadac.a" $(PKG_CONFIG_SYSROOT_DIR='' pkg-config --libs $(pkg-config --print-requires-private adac)) -lm
  if [ -n "$CXX" ]; then
    cp comb.c comb.cc
    built "a program in C++" $CXX -std=c++11 $strict $SAN_FLAGS -o comb comb.cc $(pkg-config --cflags --libs adac)
  else
    skip "a program in C++" "there is no C++ compiler"
  fi
}

# Its errors are those of the compiler too.
"$ADACC" --emit=faust - --from=adg >/dev/null 2>wanted <<'END'
main = delay(20ms) ~ loud
END
sed -i 's/<stdin>/comb.adg/' wanted
LD_LIBRARY_PATH="$library" limited ./comb loud >got 2>messages
if [ $? -eq 1 ] && [ ! -s got ]; then same wanted messages "errors are handed over"; else
  not_ok "errors are handed over" messages; fi
done_testing
