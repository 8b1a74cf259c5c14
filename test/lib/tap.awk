# Prints how many tests of a TAP report passed and failed. A broken plan is a failure of its own, and
# so is a program that ended badly without saying why.
/^ok/ { good++ }
/^not ok/ { if (tolower($0) ~ /# todo/) good++; else bad++ }
/^Bail out/ { bad++ }
/^1\.\.[0-9]+/ { planned = 1; plan = substr($1, 4) }
END {
  if (!planned || plan != good + bad) bad++
  if (status && !bad) bad++
  print good + 0, bad + 0
}
