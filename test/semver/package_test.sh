#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# package_test.sh SOURCE: installs src/semver on its own into a temporary folder and builds its example against it, by CMake's
# find_package and by pkg-config.
set -euo pipefail
source=$1
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT

# What it says is of interest only if it fails.
quietly() { "$@" >"$folder/log" 2>&1 || { cat "$folder/log" >&2 && exit 1; }; }

quietly cmake -G Ninja -S "$source/src/semver" -B "$folder/build" -DCMAKE_INSTALL_PREFIX=/nowhere \
  ${CXX_LAUNCHER:+-DCMAKE_CXX_COMPILER_LAUNCHER=$CXX_LAUNCHER}
quietly cmake --build "$folder/build" -j 2
quietly cmake --install "$folder/build" --prefix "$folder/usr"

# check PROGRAM: it answers as the README says.
check() {
  local newest
  newest=$("$1" '^1.2' latest 1.2.9 1.10.0 1.11.0-rc.1 2.0.0)
  [ "$newest" = 1.10.0 ] || { echo "package_test: $1 says '$newest', not 1.10.0" >&2 && exit 1; }
  if "$1" '^1.2 <' 1.2.9 2>"$folder/error"; then exit 1; fi
  grep -q 'expected a digit, x or \*' "$folder/error"
}

quietly cmake -G Ninja -S "$source/src/semver/examples" -B "$folder/example" -DCMAKE_PREFIX_PATH="$folder/usr"
quietly cmake --build "$folder/example"
check "$folder/example/newest"

PKG_CONFIG_PATH=$(dirname "$(find "$folder/usr" -name caretaker-semver.pc)")
export PKG_CONFIG_PATH
# shellcheck disable=SC2046 # Flags are words.
c++ $(pkg-config --cflags caretaker-semver) "$source/src/semver/examples/newest.cc" -o "$folder/newest" \
  $(pkg-config --libs caretaker-semver)
check "$folder/newest"
echo 'package_test: both examples answer'
