# Shared functions and paths of the scripts in this folder. Source this file.

root=$(cd "$(dirname "${BASH_SOURCE[0]}")/../../.." && pwd)
target=${CARGO_TARGET_DIR:-$root/target}
corpora=$root/../shared/corpus
releases=$root/crates/conformance/scripts/litellm-releases.txt

fail() {
  note "$1"
  exit 1
}

note() {
  printf '%s: %s\n' "${0##*/}" "$1" >&2
}

# skip WHAT WHY
skip() {
  echo "skipped: $1: $2"
}

# Prints the versions in litellm-releases.txt, oldest first.
pinned_versions() {
  sed -n 's/^\([0-9][^ ]*\) .*/\1/p' "$releases"
}

# Makes a checkout of each version in litellm-releases.txt, in $target/litellm. Most of the time is spent waiting for pip, so
# four run at the same time.
checkout_pinned_versions() {
  local log=$target/litellm-checkouts.log
  pinned_versions | xargs -P 4 -I {} "$root/crates/conformance/scripts/litellm-checkout" {} "$target/litellm/{}" 2>"$log" ||
    { cat "$log" >&2; fail "a release of LiteLLM could not be fetched"; }
}

# Prints the folder of Prisma's engine: $PRISMA_ORACLE, or else a copy of ../shared/oracle with its packages installed. Fails
# and prints the reason if the engine is not on this machine.
oracle() {
  if [ -n "${PRISMA_ORACLE:-}" ]; then
    [ -d "$PRISMA_ORACLE/node_modules" ] || { echo "PRISMA_ORACLE is $PRISMA_ORACLE, which has no node_modules; run npm ci there" >&2; return 1; }
    echo "$PRISMA_ORACLE"
    return
  fi
  local source=$root/../shared/oracle copy=$target/oracle tool
  [ -f "$source/package-lock.json" ] || { echo "Prisma's engine is not on this machine: ../shared/oracle does not exist, and PRISMA_ORACLE is not set" >&2; return 1; }
  for tool in node npm; do
    command -v "$tool" >/dev/null || { echo "Prisma's engine needs $tool, which is not on PATH" >&2; return 1; }
  done
  if ! cmp -s "$source/package-lock.json" "$copy/node_modules/.installed-from"; then
    rm -rf "$copy"
    mkdir -p "$copy"
    cp "$source"/{oracle.mjs,package.json,package-lock.json} "$copy"
    (cd "$copy" && npm ci --ignore-scripts --no-audit --no-fund --loglevel=error >&2) || { echo "npm ci failed in $copy" >&2; return 1; }
    cp "$source/package-lock.json" "$copy/node_modules/.installed-from"
  fi
  echo "$copy"
}
