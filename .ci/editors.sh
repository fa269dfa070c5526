# Editors and test tools that Debian 12 does not have as packages, built once and kept in the user's cache. Sourced by ./dev.
# shellcheck shell=bash

cache="${XDG_CACHE_HOME:-$HOME/.cache}/tutti"

# Neovim as users have it: Debian 13's packages in a folder of their own, run with their own loader; no chroot is entered.
newer_neovim() {
  local root="$cache/editors/debian13-neovim-1" run
  run="$root/run-nvim"
  if [ ! -x "$run" ]; then
    echo "Fetching Neovim 0.10 (once, about a minute)" >&2
    as_root rm -rf "$root" "$root.part"
    mkdir -p "$(dirname "$root")"
    as_root debootstrap --variant=minbase --include=neovim trixie "$root.part" >"$cache/debootstrap.log" 2>&1 ||
      { echo "debootstrap failed; see $cache/debootstrap.log" >&2; return 1; }
    as_root chmod -R a+rX "$root.part/usr" "$root.part/lib" 2>/dev/null || true
    cat >"$cache/run-nvim" <<'RUN'
#!/bin/sh
root=$(dirname "$(readlink -f "$0")")
VIMRUNTIME=$root/usr/share/nvim/runtime exec "$root/lib64/ld-linux-x86-64.so.2" --library-path "$root/usr/lib/x86_64-linux-gnu" "$root/usr/bin/nvim" "$@"
RUN
    as_root install -m 755 "$cache/run-nvim" "$root.part/run-nvim"
    as_root mv "$root.part" "$root"
  fi
  echo "$run"
}

# The test tools of tests/editors, from its lock file.
editor_tools() {
  local stamp=tests/editors/node_modules/.tutti-lock
  if ! cmp -s tests/editors/package-lock.json "$stamp"; then
    (cd tests/editors && npm ci --ignore-scripts --no-audit --no-fund --silent)
    cp tests/editors/package-lock.json "$stamp"
  fi
}
