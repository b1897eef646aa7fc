#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# Every include between folders is one that layers.txt allows.
set -euo pipefail
cd "$1"
mapfile -t files < <(find src simulation -name '*.h' -o -name '*.cc' | sort)
awk '
  FNR == 1 { folder = FILENAME; sub(/^src\//, "", folder); sub(/\/.*/, "", folder) }
  FILENAME == "layers.txt" { if ($0 !~ /^#/) for (i = 1; i <= NF; i++) { allowed[$1, $i] = 1; known[$i] = 1 } next }
  FILENAME == "src/main.cc" { folder = "main" }
  /^#include "/ {
    split($2, path, "\""); split(path[2], parts, "/"); target = parts[1]
    checked++
    if (folder == "main") { if (target == "sandbox") bad(FILENAME, FNR, folder, target) }
    else if (!(target in known)) bad(FILENAME, FNR, folder, target)
    else if (!((folder, target) in allowed)) bad(FILENAME, FNR, folder, target)
  }
  function bad(file, line, from, to) { printf "%s:%d: %s may not include %s (layers.txt)\n", file, line, from, to; wrong = 1 }
  END { if (!checked) { print "no include was checked"; exit 1 } print checked " includes checked"; exit wrong }
' layers.txt "${files[@]}"
