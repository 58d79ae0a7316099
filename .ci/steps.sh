# The function `step`, and the summary at the end of a run. Source this file.
#
#     step NAME COMMAND...

export PATH="$PATH:$HOME/.cargo/bin" CARGO_TERM_COLOR=${CARGO_TERM_COLOR:-never}

step() {
  local begin=$SECONDS
  current=$1
  shift
  printf '\n==> %s\n' "$current"
  "$@" </dev/null 2>&1 | tee "$log"
  summary+=("$(printf '%5d s  %s' $((SECONDS - begin)) "$current")")
  mapfile -t -O ${#summary[@]} summary < <(sed -n 's/^skipped: /         skipped: /p' "$log")
  current=
}

print_summary() {
  local status=$?
  rm -f "$log"
  printf '\n==> summary\n'
  [ ${#summary[@]} = 0 ] || printf '%s\n' "${summary[@]}"
  # A signal ends a step without a status.
  if [ "$status" = 0 ] && [ -z "$current" ]; then
    echo "all steps passed in $SECONDS s"
  else
    echo "FAILED after $SECONDS s: ${current:-the run}"
    exit $((status ? status : 1))
  fi
}

log=$(mktemp)
summary=()
current=
trap print_summary EXIT
