# Editors and test tools that Debian 12 does not have as packages, built once and kept in the user's cache. Sourced by ./dev.
# shellcheck shell=bash

cache="${XDG_CACHE_HOME:-$HOME/.cache}/tutti"

# debian13 NAME PACKAGE PROGRAM VARIABLE RUNTIME: a program of Debian 13 in a folder of its own, run with its own loader; no chroot
# is entered. VARIABLE tells it where its RUNTIME files are.
debian13() {
  local name=$1 package=$2 program=$3 variable=$4 runtime=$5 root run
  root="$cache/editors/debian13-$name-1"
  run="$root/run-$(basename "$program")"
  if [ ! -x "$run" ]; then
    echo "Fetching $name of Debian 13 (once, about a minute)" >&2
    as_root rm -rf "$root" "$root.part"
    mkdir -p "$(dirname "$root")"
    as_root debootstrap --variant=minbase --include="$package" trixie "$root.part" >"$cache/debootstrap.log" 2>&1 ||
      { echo "debootstrap failed; see $cache/debootstrap.log" >&2; return 1; }
    as_root chmod -R a+rX "$root.part/usr" "$root.part/lib" 2>/dev/null || true
    cat >"$cache/run-$name" <<RUN
#!/bin/sh
root=\$(dirname "\$(readlink -f "\$0")")
$variable=\$root/$runtime exec "\$root/lib64/ld-linux-x86-64.so.2" --library-path "\$root/usr/lib/x86_64-linux-gnu" "\$root/$program" "\$@"
RUN
    as_root install -m 755 "$cache/run-$name" "$root.part/$(basename "$run")"
    as_root mv "$root.part" "$root"
  fi
  echo "$run"
}

newer_neovim() { debian13 neovim neovim usr/bin/nvim VIMRUNTIME usr/share/nvim/runtime; }
helix() { debian13 helix hx usr/lib/hx/hx HELIX_RUNTIME usr/lib/hx/runtime; }

# npm_tools FOLDER: what the folder's lock file names, from npm.
npm_tools() {
  local stamp=$1/node_modules/.tutti-lock
  cmp -s "$1/package-lock.json" "$stamp" && return
  (cd "$1" && npm ci --ignore-scripts --no-audit --no-fund --silent) && cp "$1/package-lock.json" "$stamp"
}

# The test tools of tests/editors.
editor_tools() { npm_tools tests/editors; }

# The rival of ./dev bench editors: nothing else installs it, and the benchmark does without where npm does not have it.
rival_tools() { npm_tools tests/editors/rival || echo "The rival could not be installed from npm" >&2; }

# VS Code for tests: code-server, whose workbench and extension host are VS Code's own. What it would fetch while it is installed
# is left out: searching in files, terminals and log files do without.
code_server() {
  local version=4.100.3 root node
  root="$cache/editors/code-server-$version-1"
  if [ ! -e "$root/ready" ]; then
    echo "Fetching VS Code $version (once, about a minute)" >&2
    rm -rf "$root" "$root.part"
    mkdir -p "$root.part"
    node=$(node_20 "$root.part") || return 1
    (
      cd "$root.part" && export PATH="$node:$PATH" npm_config_audit=false npm_config_fund=false npm_config_update_notifier=false
      [ -e /usr/include/node/node.h ] && export npm_config_nodedir=/usr
      npm pack --silent "code-server@$version" && tar xzf "code-server-$version.tgz" && rm "code-server-$version.tgz"
      cd package && npm install --omit=dev --ignore-scripts && npm rebuild argon2
      cd lib/vscode && npm install --omit=dev --ignore-scripts
      cd extensions && npm install --omit=dev --ignore-scripts
    ) >"$cache/code-server.log" 2>&1 || { echo "code-server could not be installed; see $cache/code-server.log" >&2; return 1; }
    ln -s "$node" "$root.part/node"
    touch "$root.part/ready"
    mv "$root.part" "$root"
  fi
  echo "$root"
}

# The folder of a Node 20, which this code-server insists on: the system's, or one from npm.
node_20() {
  local program
  program=$(command -v node)
  if [ "$(node -p 'process.versions.node.split(".")[0]')" != 20 ]; then
    (cd "$1" && npm install --silent --no-audit --no-fund --prefix node20 node@20.19.5) >&2 || return 1
    program="$cache/editors/${1##*/}/node20/node_modules/node/bin/node"
  fi
  dirname "$program"
}

# The extension as one file that VS Code installs.
vscode_extension() {
  local stamp=clients/vscode/node_modules/.tutti-lock
  if ! cmp -s clients/vscode/package-lock.json "$stamp"; then
    (cd clients/vscode && npm ci --silent)
    cp clients/vscode/package-lock.json "$stamp"
  fi
  (cd clients/vscode && npm run --silent check && npm run --silent bundle)
  python3 clients/vscode/vsix.py build/tutti.vsix
}
