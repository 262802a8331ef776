# The running stack, for scripts/up, down, test and bench: where its state is, and its processes.
# shellcheck shell=sh

# Everything about one stack: ports, passwords, logs, pids, data. FLORIN_STATE moves it elsewhere.
state=${FLORIN_STATE:-$PWD/.florin}

# When the process began, in clock ticks since boot: with its number, one process for ever.
# Nothing for one that has ended, whether or not its parent has noticed.
began_at() {
    sed 's/.*) //' "/proc/$1/stat" 2>/dev/null | awk '$1 != "Z" && $1 != "X" { print $20 }'
}

remember_process() { # name, pid
    mkdir -p "$state/pids"
    say "$2 $(began_at "$2")" >"$state/pids/$1"
}

remember_container() { # name, engine, container
    mkdir -p "$state/pids"
    say "container $2 $3" >"$state/pids/$1"
}

# Is it the very process, or the container, that was started?
is_running() {
    [ -f "$state/pids/$1" ] || return 1
    read -r first second third <"$state/pids/$1"
    if [ "$first" = container ]; then
        [ "$("$second" inspect --format '{{.State.Running}}' "$third" 2>/dev/null)" = true ]
    else
        [ -n "$second" ] && [ "$(began_at "$first")" = "$second" ]
    fi
}

stop_part() { # name
    if is_running "$1"; then
        read -r first second third <"$state/pids/$1"
        if [ "$first" = container ]; then
            "$second" stop "$third" >/dev/null
        else
            signal=TERM
            [ "$1" != postgres ] || signal=INT # else it waits for its clients
            kill -$signal "$first"
            wait_for 25 not_running "$1" || kill -KILL "$first"
            wait_for 5 not_running "$1"
        fi
    fi
    rm -f "$state/pids/$1"
}

not_running() {
    ! is_running "$1"
}

wait_for() { # seconds, command: until it succeeds
    tries=$(($1 * 20))
    shift
    while ! "$@" >/dev/null 2>&1; do
        tries=$((tries - 1))
        [ "$tries" -gt 0 ] || return 1
        sleep 0.05
    done
}

# Postgres refuses to run as root, and its user may not enter every folder that root can.
as_postgres() {
    if [ "$(id -u)" -eq 0 ]; then
        (cd / && runuser -u postgres -- "$@")
    else
        "$@"
    fi
}

postgres_program() { # its path, from PATH or where Debian keeps it
    command -v "$1" 2>/dev/null && return
    find /usr/lib/postgresql -path "*/bin/$1" 2>/dev/null | sort -V | tail -n 1
}

# A first line on standard output that names a port: the wanted one if it is free, else a free one.
choose_port() {
    python3 - "$1" <<'END'
import socket, sys
for port in (int(sys.argv[1]), 0):
    with socket.socket() as s:
        s.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            s.bind(("127.0.0.1", port))
            print(s.getsockname()[1])
            break
        except OSError:
            pass
END
}
