#!/usr/bin/env bash
# Reads the golden messages with the files that one client gets from the schema: run.sh lua|elisp|typescript
set -euo pipefail
cd "$(dirname "$0")/../../.."
here=tests/wire/clients

need() { command -v "$1" >/dev/null || { echo "$1 is not installed: $2" >&2; exit 1; }; }

# The compiler alone, from its lock file.
typescript() {
  local stamp=$here/node_modules/.tutti-lock
  cmp -s $here/package-lock.json "$stamp" && return
  (cd $here && npm ci --ignore-scripts --no-audit --no-fund --silent)
  cp $here/package-lock.json "$stamp"
}

case "${1:-}" in
  lua)
    need nvim "apt-get install neovim"
    nvim --headless -u NONE -i NONE -n -c "luafile $here/read.lua"
    ;;
  elisp)
    need emacs "apt-get install emacs-nox"
    scratch=$(mktemp -d)
    trap 'rm -rf "$scratch"' EXIT
    cp clients/emacs/tutti-protocol.el "$scratch/"
    emacs -Q --batch --eval '(setq byte-compile-error-on-warn t)' -f batch-byte-compile "$scratch/tutti-protocol.el"
    emacs -Q --batch -L "$scratch" -l $here/read.el
    ;;
  typescript)
    need node "Node.js 18 or newer"
    typescript
    node $here/read.mjs
    ;;
  *) echo "usage: run.sh lua|elisp|typescript" >&2 && exit 2 ;;
esac
