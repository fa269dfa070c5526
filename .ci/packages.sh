# What the project needs from the system, by Debian name, in groups. Sourced by ./dev.
# shellcheck shell=bash
# shellcheck disable=SC2034  # read by name in install_packages

packages_build=(build-essential cmake ninja-build ccache mold pkg-config git python3 ca-certificates
  libuv1-dev libwslay-dev node-llhttp libsimdjson-dev libssl-dev nlohmann-json3-dev libsqlite3-dev libpqxx-dev libspdlog-dev libfmt-dev
  libsodium-dev libzstd-dev libxxhash-dev libcli11-dev libtomlplusplus-dev catch2 zlib1g-dev)
packages_editors=(neovim debootstrap emacs-nox elpa-package-lint elpa-eglot tmux chromium fonts-dejavu-core)
packages_databases=(postgresql)
packages_pictures=(tmux librsvg2-bin fonts-dejavu-core)
packages_check=(clang clang-format clang-tidy libclang-rt-14-dev shellcheck openssl)

as_root() {
  if [ "$(id -u)" = 0 ]; then "$@"; else sudo "$@"; fi
}

installed() { [ "$(dpkg-query -W -f='${db:Status-Status}' "$1" 2>/dev/null)" = installed ]; }

# install_packages GROUP...: installs what is missing, and says nothing when nothing is.
install_packages() {
  local group name missing=()
  for group in "$@"; do
    local -n names="packages_$group"
    for name in "${names[@]}"; do installed "$name" || missing+=("$name"); done
  done
  [[ " $* " == *" editors "* ]] && ! enough_node && missing+=(nodejs npm libnode-dev)
  [ ${#missing[@]} = 0 ] && return
  echo "Installing ${missing[*]}" >&2
  as_root apt-get update -qq
  as_root env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "${missing[@]}" >&2
}

# Node 18 or newer, from wherever; Debian's own when there is none.
enough_node() {
  command -v npm >/dev/null && node -e 'process.exit(parseInt(process.versions.node) >= 18 ? 0 : 1)' 2>/dev/null
}
