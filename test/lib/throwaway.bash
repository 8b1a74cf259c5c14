# A throw-away PostgreSQL that has this tree's equity, for scripts to source:
#
#   . …/test/lib/throwaway.bash
#   throwaway PURPOSE "$@"    installs missing packages (run: to run it, test: also to test it), copies
#                             the tree into a new directory and starts the script again there
#                             (calling `copied DIRECTORY` before, if the script has this function)
#   build [make arguments]    builds the copy and installs it into a private prefix
#   start                     starts a server there and points the PG* variables at it
#   keep                      leaves it up
#
# The script's first life waits, then stops every server and removes the directory. As root the
# second life runs as user postgres, because the server refuses root and that user may not be able
# to read the clone. The system's own PostgreSQL is only read: it finds its files from where its
# binary lies, so copied binaries beside links to the installed files make another installation.
set -euo pipefail

say() { printf '%s\n' "$*" >&2; }
die() { say "equity: $*"; exit 1; }

throwaway() {
  local purpose=$1 self root status=0
  shift
  if [ -n "${THROWAWAY:-}" ]; then
    umask 022
    locate
    cd "$dir/src"
    return
  fi
  self=$(realpath "$0")
  root=$(realpath "$(dirname "${BASH_SOURCE[0]}")/../..")
  "$BASH" "$root/test/lib/packages" "$purpose" || exit
  locate

  server_user=()
  if [ "$(id -u)" -eq 0 ]; then
    server_user=(setpriv --reuid postgres --regid postgres --init-groups --)
  fi
  trap finish EXIT
  trap 'exit 130' INT
  trap 'exit 143' HUP TERM
  make_directory
  copy_tree "$root" "$dir/src"
  [ "$(type -t copied)" != function ] || (cd "$root" && copied "$dir/src")
  [ "$(id -u)" -ne 0 ] || chown -R postgres "$dir"

  # A job of its own has a process group that one signal reaches whole.
  cd /
  set -m
  "${server_user[@]}" env -i PATH="$PATH" LC_ALL=C HOME="$dir" TMPDIR="$dir/tmp" PG_CONFIG="$PG_CONFIG" \
    THROWAWAY="$dir" ONLY="${ONLY:-}" KEEP="${KEEP:-}" SEED="${SEED:-}" \
    "$BASH" "$dir/src/${self#"$root"/}" "$@" </dev/null &
  child=$!
  set +m
  wait "$child" || status=$?
  [ ! -e "$dir/stop" ] || trap - EXIT
  exit "$status"
}

# Where the installed PostgreSQL keeps its files.
locate() {
  [ -n "${PG_CONFIG:-}" ] || PG_CONFIG=pg_config
  PG_CONFIG=$(command -v "$PG_CONFIG") || die "there is no $PG_CONFIG"
  bindir=$("$PG_CONFIG" --bindir)
  libdir=$("$PG_CONFIG" --pkglibdir)
  sharedir=$("$PG_CONFIG" --sharedir)
  pgxs=$(dirname "$("$PG_CONFIG" --pgxs)")/../..
  dir=${THROWAWAY:-}
  prefix=$dir/prefix
}

# A socket's path may have 107 bytes, so a long TMPDIR is of no use.
make_directory() {
  local base=${TMPDIR:-/tmp}
  [[ $base =~ ^/[[:alnum:]/_.-]{1,40}$ ]] && "${server_user[@]}" test -w "$base" -a -x "$base" || base=/tmp
  dir=$(mktemp -d "$base/equity.XXXXXX")
  mkdir "$dir/src" "$dir/tmp"
}

# What git knows and what it would be told; without git all there is.
copy_tree() {
  ( cd "$1"
    { [ -e .git ] && git -c safe.directory="$1" ls-files -z --cached --others --exclude-standard 2>/dev/null ||
        find . -name .git -prune -o -type f -print0
    } | while IFS= read -r -d '' file; do
      [ ! -e "$file" ] || printf '%s\0' "$file"
    done | tar -c --null --no-recursion -T - -f - ) |
    tar -x --no-same-owner -C "$2" -f -
}

# Servers are found by their own pid files: also those that a killed test left behind.
finish() {
  local file
  for _ in {1..100}; do
    [ -n "${child:-}" ] && kill -TERM -- "-$child" 2>/dev/null || break
    sleep 0.1
  done
  while IFS= read -r -d '' file; do
    stop_server "$file"
  done < <(find "${dir:?}" -name postmaster.pid -print0 2>/dev/null)
  rm -rf "$dir"
}

stop_server() {
  local pid
  pid=$(head -n 1 "$1")
  [[ $pid =~ ^[1-9][0-9]+$ ]] && kill -INT "$pid" 2>/dev/null || return 0
  for _ in {1..100}; do
    kill -0 "$pid" 2>/dev/null || return 0
    sleep 0.1
  done
  kill -QUIT "$pid"
}

build() {
  mkdir -p "$prefix$bindir" "$prefix$libdir" "$prefix$sharedir"
  cp -L "$bindir"/* "$prefix$bindir"
  cp -rs "$libdir/." "$prefix$libdir"
  cp -rs "$sharedir/." "$prefix$sharedir"
  rm -rf "$prefix$sharedir"/extension/equity[.-]* "$prefix$libdir/equity.so" "$prefix$libdir"/bitcode/equity*
  make -s -j "$(nproc)" -C "$dir/src" install DESTDIR="$prefix" with_llvm=no "$@" >"$dir/build.log" 2>&1 || {
    cat "$dir/build.log" >&2
    die "the build failed"
  }
  export PATH=$prefix$bindir:$PATH
}

start() {
  mkdir -m 700 "$dir/s"
  initdb -D "$dir/data" -U postgres -A trust -E UTF8 --locale=C --no-sync >"$dir/initdb.log" 2>&1 || {
    cat "$dir/initdb.log" >&2
    die "initdb failed"
  }
  # Nothing here outlives a crash; and /dev/shm is small in containers.
  cat >>"$dir/data/postgresql.conf" <<-END
	listen_addresses = ''
	port = 5432
	unix_socket_directories = '$dir/s'
	fsync = off
	synchronous_commit = off
	full_page_writes = off
	wal_level = minimal
	max_wal_senders = 0
	max_wal_size = 4GB
	shared_buffers = 256MB
	timezone = 'Asia/Bangkok'
	dynamic_shared_memory_type = mmap
	END
  export PGHOST=$dir/s PGPORT=5432 PGUSER=postgres PGDATABASE=postgres PGCLIENTENCODING=UTF8
  pg_ctl start -D "$dir/data" -l "$dir/server.log" >/dev/null || {
    cat "$dir/server.log" >&2
    die "the server did not start"
  }
}

# psql that stops at the first error and reads nobody's settings.
sql() { psql -X -q -v ON_ERROR_STOP=1 -P pager=off "$@"; }

# Leaves the server up when the script ends well.
keep() {
  local pid
  pid=$(head -n 1 "$dir/data/postmaster.pid")
  cat >"$dir/stop" <<-END
	#!/bin/sh
	kill -INT $pid
	while kill -0 $pid 2>/dev/null; do sleep 0.1; done
	rm -rf $dir
	END
  say "equity: the server stays up"
  say "  connect:          $bindir/psql -h $PGHOST -U $PGUSER $PGDATABASE"
  say "  stop and remove:  sh $dir/stop"
}
