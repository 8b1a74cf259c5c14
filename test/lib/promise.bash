# Promises about the tree, told as TAP. The caller lists what breaks a promise, and nothing else:
#
#   grep -n goto src/*.c | promise "the code does not jump"
set -u
shopt -s lastpipe nullglob

promises=0
trap 'echo "1..$promises"' EXIT

promise() {
  local offenders
  offenders=$(cat)
  promises=$((promises + 1))
  if [ -z "$offenders" ]; then
    echo "ok $promises - $1"
  else
    echo "not ok $promises - $1"
    sed 's/^/#   /' <<<"$offenders"
  fi
}
