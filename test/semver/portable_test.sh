#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# portable_test.sh SOURCE DIGEST: src/semver built without any instruction set of x86-64's later levels, and for aarch64 under
# qemu, answers as DIGEST, which is digest.cc built as the project builds all.
set -euo pipefail
source=$1
expected=$("$2")
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
[ "$(wc -l <<<"$expected")" = 4 ]
launcher=()
! command -v ccache >/dev/null || launcher=(ccache)

# compare NAME RUNNER COMPILER FLAG...
compare() {
  local name=$1 runner=$2 file sources=()
  shift 2
  for file in "$source"/src/semver/*.cc; do
    [[ $file == *_test.cc ]] || sources+=("$file")
  done
  mkdir "$folder/$name"
  (
    cd "$folder/$name"
    printf '%s\n' "${sources[@]}" "$source/test/semver/digest.cc" |
      xargs -P 2 -n 1 "${launcher[@]}" "$@" -std=c++23 -O1 -I "$source/src" -c
    "$1" -static ./*.o -o digest
  )
  # shellcheck disable=SC2086 # A runner may be none.
  diff <(echo "$expected") <($runner "$folder/$name/digest") ||
    { echo "portable_test: $name answers otherwise" >&2 && exit 1; }
  echo "portable_test: $name answers the same"
}

case $(uname -m) in
  x86_64) compare x86-64 '' "${CXX:-g++}" -march=x86-64 ;;
  *) compare native '' "${CXX:-g++}" ;;
esac
if command -v aarch64-linux-gnu-g++ >/dev/null && command -v qemu-aarch64 >/dev/null; then
  compare aarch64 qemu-aarch64 aarch64-linux-gnu-g++
else
  echo 'portable_test: not asked of aarch64, which needs g++-aarch64-linux-gnu and qemu-user (script/bootstrap)'
fi
