# What the scripts beside this file share. To be sourced, not run.

root=$(cd "$(dirname "${BASH_SOURCE[0]}")/../../.." && pwd)
target=${CARGO_TARGET_DIR:-$root/target}
releases=$root/crates/conformance/scripts/litellm-releases.txt

fail() {
  printf '%s: %s\n' "${0##*/}" "$1" >&2
  exit 1
}

note() {
  printf '%s: %s\n' "${0##*/}" "$1" >&2
}

# Every pinned release, oldest first.
pinned_versions() {
  sed -n 's/^\([0-9][^ ]*\) .*/\1/p' "$releases"
}

# The folder of Prisma's own engine, ready to run: $PRISMA_ORACLE if set, else a copy of ../shared/oracle with its
# packages installed. Fails, and says why, where there is none.
oracle() {
  if [ -n "${PRISMA_ORACLE:-}" ]; then
    [ -d "$PRISMA_ORACLE/node_modules" ] || { echo "PRISMA_ORACLE names $PRISMA_ORACLE, where npm ci has not run" >&2; return 1; }
    echo "$PRISMA_ORACLE"
    return
  fi
  local source=$root/../shared/oracle copy=$target/oracle tool
  [ -f "$source/package-lock.json" ] || { echo "Prisma's engine is not here: no ../shared/oracle, and PRISMA_ORACLE is not set" >&2; return 1; }
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
