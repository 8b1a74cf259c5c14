# Chooses tests and counts what they report. The script that sources this lists its stages, in the
# order in which they run, in `stages`, and a pattern for the files of each in `tests`; and may name
# the tests of a stage that take longest in `longest`.

# Puts the names of a stage's tests, without folder and ending, into `names` if ONLY wants them.
choose() {
  local stage=$1 file
  names=()
  [ -z "$ONLY" ] || [ "$stage" = "${ONLY%%:*}" ] || return 0
  for file in ${tests[$stage]}; do
    file=$(basename "${file%.*}")
    if [ "$ONLY" = "${ONLY#*:}" ] || [ "$file" = "${ONLY#*:}" ]; then
      names+=("$file")
    fi
  done
}

# Refuses an ONLY that chooses nothing, and says what there is.
check_only() (
  ONLY=${ONLY:-}
  only=$ONLY
  stage=${ONLY%%:*}
  [ -n "$ONLY" ] || exit 0
  cd "$(dirname "${BASH_SOURCE[0]}")/../.."
  [ -n "${tests[$stage]:-}" ] || die "there is no stage \"$stage\"; the stages are: ${stages[*]}"
  choose "$stage"
  [ ${#names[@]} -eq 0 ] || exit 0
  ONLY=$stage
  choose "$stage"
  die "there is no test \"$only\"; stage $stage has:"$'\n'"$(fmt -w 96 <<<"${names[*]}" | sed 's/^/  /')"
)

# From here on what is reported is counted, and the sum printed when the script ends.
count() {
  passed=0
  failed=0
  logs=$dir/logs
  mkdir -p "$logs"
  trap 'sum $?' EXIT
}

sum() {
  [ -z "$KEEP" ] || [ ! -e "$dir/data/postmaster.pid" ] || keep
  [ "$1" -eq 0 ] || [ "$failed" -gt 0 ] || failed=1
  printf '%d passed, %d failed\n' "$passed" "$failed"
  exit $((failed > 0 || passed == 0))
}

# report STAGE NAME PASSED FAILED LOG: one line, with why a test was skipped, and the log's telling part on failure.
report() {
  passed=$((passed + $3))
  failed=$((failed + $4))
  printf '%-10s %-28s %5d passed%s%s\n' "$1" "$2" "$3" "$([ "$4" -eq 0 ] || printf ', %d FAILED' "$4")" \
    "$(sed -n 's/^1\.\.0 # SKIP/, skipped:/p' "$5")"
  [ "$4" -gt 0 ] || return 0
  { grep -A 25 '^not ok' "$5" || tail -n 100 "$5"; } | head -n 200 | sed 's/^/    /'
}

# The names to run, those of the stage that take longest before the others.
longest_first() {
  local name
  for name in ${longest[$1]:-} "${names[@]}"; do
    [[ " ${names[*]} " != *" $name "* ]] || printf '%s\n' "$name"
  done | awk '!seen[$0]++'
}

# tap_stage STAGE: runs one_STAGE NAME for all names, as many at once as there are processors, and reads their TAP.
tap_stage() {
  local stage=$1 name log good bad
  for name in $(longest_first "$stage"); do
    while [ "$(jobs -rp | wc -l)" -ge "$(nproc)" ]; do
      wait -n || true
    done
    log=$logs/$stage-$name
    ( status=0; "one_$stage" "$name" >"$log" 2>&1 || status=$?; echo "$status" >"$log.status" ) &
  done
  wait
  for name in "${names[@]}"; do
    log=$logs/$stage-$name
    read -r good bad < <(awk -v status="$(cat "$log.status")" -f test/lib/tap.awk "$log")
    report "$stage" "$name" "$good" "$bad" "$log"
  done
}

# pg_regress_stage STAGE PROGRAM INPUTDIR [OPTION…]: PostgreSQL's own runner; a name is a test. It ends at
# once where expected output is missing, so there an empty one lets all of the output differ.
pg_regress_stage() {
  local stage=$1 program=$2 input=$3 log=$logs/$1 name good
  shift 3
  mkdir -p "$dir/$stage" "$input/expected"
  for name in "${names[@]}"; do
    : >>"$input/expected/$name.out"
  done
  "$program" --inputdir="$input" --outputdir="$dir/$stage" --bindir="$prefix$bindir" --host="$PGHOST" \
    --port="$PGPORT" --user="$PGUSER" "$@" "${names[@]}" >"$log" 2>&1 || true
  for name in "${names[@]}"; do
    good=$(grep -cE "^(test $name +\.\.\. ok|ok [0-9]+ +[-+] $name )" "$log" || true)
    awk -v file="/$name.out" '/^diff / { show = index($0, file) } show' "$dir/$stage/regression.diffs" \
      >"$log-$name" 2>/dev/null || true
    [ -s "$log-$name" ] || cp "$log" "$log-$name"
    report "$stage" "$name" "$good" $((1 - good)) "$log-$name"
  done
}
