#!/bin/sh
# SPDX-License-Identifier: ISC
# sxlib as shell scripts use it: loops, pipes, exit statuses, Ctrl-C.
set -u
: "${SXLIB:=$(dirname "$0")/../../build/sxlib}"
case $SXLIB in /*) ;; *) SXLIB=$PWD/$SXLIB ;; esac
unset SXLIB_PORT
dir=$(mktemp -d) || exit 1
trap 'rm -rf "$dir"' EXIT
cd "$dir" || exit 1
number=0
failed=0

result() { # result NAME STATUS: print a line of TAP
    number=$((number + 1))
    if [ "$2" = 0 ]; then
        echo "ok $number - $1"
    else
        failed=1
        echo "not ok $number - $1"
        sed 's/^/#   /' log
    fi
    : >log
}

message() { # message N: a SysEx message that holds N
    printf '\360\175%s\367' "$1"
}

: >log
for i in 1 2 3; do
    message $i | timeout 30 "$SXLIB" receive -p - -n 1 -o patterns/ \
        --name 'pattern{n:02}' 2>>log || break
done >paths
ok=0
[ "$(cat paths)" = "patterns/pattern01.syx
patterns/pattern02.syx
patterns/pattern03.syx" ] || ok=1
for i in 1 2 3; do
    message $i | cmp -s - patterns/pattern0$i.syx || ok=1
done
result "a loop that takes one pattern at a time" $ok

message 1 | timeout 30 "$SXLIB" receive -p - -n 2 -o few/ >>log 2>&1
[ $? = 3 ]
result "an until loop sees that too few came" $?

{ message a && message b; } >ab.syx
timeout 30 "$SXLIB" send -p - --rate max ab.syx 2>>log |
    timeout 30 "$SXLIB" receive -p - -o - 2>>log | cmp -s - ab.syx
result "send in a pipe with receive" $?

timeout 30 "$SXLIB" send -p - --rate max patterns/ 2>>log |
    timeout 30 "$SXLIB" show --json - >shown 2>>log
[ "$(grep -c '"bytes": *4' shown)" = 3 ]
result "send a folder into show" $?

# The loop goes on while receive ends with 0; a signal has to end both. The
# shell shows it as 128 and its number. The line is open, but nothing comes.
mkfifo line
exec 3<>line
while
    timeout --preserve-status -s TERM 2 "$SXLIB" receive -p - -n 1 -o d/ \
        <line 2>>log
    status=$?
    [ $status = 0 ]
do :; done
[ $status = 143 ]
result "a loop ends when receive is interrupted" $?

echo "1..$number"
exit $failed
