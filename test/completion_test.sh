#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# What bash completes, by the script that `caretaker completion bash` prints. Usage: completion_test.sh CARETAKER
set -euo pipefail
cd "$(mktemp -d)"
trap 'rm -r "$PWD"' EXIT
mkdir records bin
ln -s "$1" bin/caretaker
PATH=$PWD/bin:$PATH
arn=arn:aws:apprunner:us-east-1:123456789012:service
cat > rules.json <<END
[{"repository": "shop", "semVersion": "^1", "serviceArn": "$arn/shop/0a1b"},
 {"repository": "shop", "semVersion": "^1", "serviceArn": "$arn/shop-next/0c2d"},
 {"repository": "desk", "semVersion": "^1", "serviceArn": "$arn/counter/77"},
 {"repository": "desk", "semVersion": "^1", "serviceArn": "${arn/us-east/eu-west}/counter/78"}]
END
touch 'with blank.json'
eval "$(caretaker completion bash)"
# It exists only while readline completes.
# shellcheck disable=SC2317 # The completion calls it.
compopt() { :; }

failures=0
# completes LINE WORD…: typing LINE and a tabulator offers these, in this order.
completes() {
  COMP_LINE=$1 COMP_POINT=${#1} COMP_WORDBREAKS=$' \t\n"\'><=;|&(:' COMPREPLY=()
  _caretaker
  local got want
  got=$(printf '%s|' "${COMPREPLY[@]}") want=$(shift && printf '%s|' "$@")
  if [[ $got != "$want" ]]; then
    printf 'NOT: "%s" offers %s\n     and must offer %s\n' "$COMP_LINE" "$got" "$want" >&2
    failures=$((failures + 1))
  fi
}
completes 'caretaker re' reconcile replay release redrive
completes 'caretaker rules pu' push pull
completes 'caretaker rules push ru' rules.json
completes 'caretaker completion ' bash zsh fish
completes 'caretaker check --s' --sarif --strict --schema
completes 'caretaker check w' 'with blank.json'
completes 'caretaker plan --rules ru' rules.json
completes 'caretaker plan --records re' records
completes 'caretaker plan --rules rules.json ' shop shop-next counter/77 counter/78
completes 'caretaker plan --rules rules.json sh' shop shop-next
completes 'caretaker explain --rules rules.json counter/7' counter/77 counter/78
# Bash has cut the ARN at its colons, and wants only what follows the last one.
completes "caretaker plan --rules rules.json $arn/shop/" service/shop/0a1b
completes 'caretaker frobnicate '
# Of the other shells the syntax alone, where they are installed.
for script in bash zsh fish; do
  command -v "$script" > /dev/null || continue
  caretaker completion "$script" > "$script.script"
  "$script" -n "$script.script" || failures=$((failures + 1))
done
exit $((failures > 0))
