#!/usr/bin/env bash
# A PostgreSQL server of the tests' own, in one folder, on loopback and a Unix socket, as nobody in particular.
#
#   postgres.sh start DIR [SETTING=VALUE...]   makes the server in DIR if it is not there, starts it, prints its URL
#   postgres.sh stop DIR [MODE]                fast (default), immediate: as after a crash
#   postgres.sh url DIR                        prints the URL if it runs, else fails
#   postgres.sh remove DIR                     stops it and removes DIR
#
# The URL ends in '/': a database's name comes behind it. As root everything runs as the user postgres, which the server's
# package makes; PostgreSQL refuses to run as root.
set -euo pipefail

programs=$(printf '%s\n' /usr/lib/postgresql/*/bin | sort -V | tail -1)
[ -x "$programs/initdb" ] || programs=$(dirname "$(command -v initdb || echo /nonexistent/initdb)")
[ -x "$programs/initdb" ] || { echo "no initdb: install the package postgresql" >&2; exit 1; }

as_server() {
  cd "$dir"
  if [ "$(id -u)" = 0 ]; then setpriv --reuid postgres --regid postgres --init-groups -- "$@"; else "$@"; fi
}

make() {
  mkdir -p "$dir"
  chmod 700 "$dir"
  od -An -N16 -tx1 /dev/urandom | tr -d ' \n' >"$dir/password"
  [ "$(id -u)" != 0 ] || chown postgres: "$dir" "$dir/password"
  as_server "$programs/initdb" -D "$dir/data" -U tutti --auth=scram-sha-256 --pwfile="$dir/password" --encoding=UTF8 --locale=C.UTF-8 --no-sync >"$dir/initdb.log" 2>&1 ||
    { cat "$dir/initdb.log" >&2; return 1; }
  printf '%s\n' "listen_addresses = '127.0.0.1'" "unix_socket_directories = '$dir'" "shared_buffers = 32MB" "logging_collector = off" "$@" >>"$dir/data/postgresql.conf"
}

# A port once found is kept, since those who use the server find it again there after a restart.
start() {
  local port attempt
  for attempt in $(seq 20); do
    port=$(cat "$dir/port" 2>/dev/null || echo $((20000 + (RANDOM << 15 | RANDOM) % 12000)))
    if as_server "$programs/pg_ctl" -D "$dir/data" -l "$dir/log" -o "-p $port" -t 60 -w start >/dev/null 2>&1 </dev/null; then
      echo "$port" >"$dir/port"
      return
    fi
    [ ! -f "$dir/port" ] || [ "$attempt" -lt 3 ] || break
  done
  tail -5 "$dir/log" >&2
  return 1
}

running() { [ -f "$dir/port" ] && as_server "$programs/pg_ctl" -D "$dir/data" status >/dev/null 2>&1; }
url() { echo "postgres://tutti:$(cat "$dir/password")@127.0.0.1:$(cat "$dir/port")/"; }

command=$1
dir=$2
shift 2
case "$command" in
  start)
    [ -f "$dir/data/PG_VERSION" ] || make "$@"
    running || start
    url
    ;;
  stop) as_server "$programs/pg_ctl" -D "$dir/data" -m "${1:-fast}" -w stop >/dev/null ;;
  url) running && url ;;
  remove)
    ! running || as_server "$programs/pg_ctl" -D "$dir/data" -m immediate -w stop >/dev/null
    rm -rf "$dir"
    ;;
  *) exit 2 ;;
esac
