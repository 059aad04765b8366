#!/bin/bash
# Starts the Ruby client in the background and watches it for one second: what fails later fails unseen, with exit 0.
# Arguments: [stop] TYPE HOST_ID HOST_NAME
action=start
if [ "$1" = stop ]; then
    action=stop
    shift
fi
arguments=$*
host_id=$2
client=$(pwd)/$(basename "$0" _control.sh).rb
pid_file=/tmp/one-monitord-$host_id.pid
error_file=/tmp/one-monitord-$host_id.error
configuration=$(cat)

stop_client() {
    local pids
    pids=$(ps axuww | grep "$client $arguments" | grep -v grep | awk '{print $2}')
    if [ -n "$pids" ]; then
        kill -9 $pids
        sleep 5
    fi
    rm -f "$pid_file"
}

start_client() {
    rm "$pid_file" >/dev/null 2>&1
    echo "$configuration" | /usr/bin/env ruby "$client" $arguments 2>"$error_file" &
    local pid=$!
    sleep 1
    if [ -z "$pid" ] || ! ps -p "$pid" >/dev/null; then
        cat "$error_file"
        exit 1
    fi
    echo "$pid" >"$pid_file"
}

stop_client
if [ $action = start ]; then start_client; fi
