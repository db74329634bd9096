# SPDX-License-Identifier: ISC
#
# fish completion for sxlib. What it offers comes from the program itself:
# commands and options from --help, ports, makers, devices and sounds from
# --json, the words for KIND and BY from what it answers to none.

# The options of a command, a line each: short:long:PLACEHOLDER:help
function __sxlib_options # PROGRAM COMMAND
    $argv[1] $argv[2] --help 2>/dev/null </dev/null | sed -nE \
        -e 's/^  (-.), (--[a-z-]+) ([^ ]+) +(.*)/\1:\2:\3:\4/p; t' \
        -e 's/^  (-.), (--[a-z-]+)  +(.*)/\1:\2::\3/p; t' \
        -e 's/^      (--[a-z-]+) ([^ ]+) +(.*)/:\1:\2:\3/p; t' \
        -e 's/^      (--[a-z-]+)  +(.*)/:\1::\2/p'
end

# What may stand for a placeholder, a line each; nothing: a file.
function __sxlib_values # PROGRAM PLACEHOLDER
    switch $argv[2]
        case PORT
            $argv[1] ports --all --json 2>/dev/null | sed -n \
                -e 's/^{"port": "\([^"]*\)".*/\1/p'
            $argv[1] ports --all --json 2>/dev/null | sed -n \
                -e 's/.*"called": \["\(.*\)"\].*/\1/p' | sed 's/", "/\n/g'
        case MAKER
            $argv[1] devices --json 2>/dev/null |
                sed -n 's/^{"maker": "\([^"]*\)".*/\1/p' | sort -u
        case DEVICE
            $argv[1] devices --json 2>/dev/null |
                sed -n 's/.*"device": "\([^("][^"]*\)".*/\1/p' | sort -u
        case KIND
            $argv[1] devices --kind '' 2>&1 |
                sed -n 's/.* expected one of: //p' | tr ' ' '\n'
        case BY
            $argv[1] list --sort '' 2>&1 |
                sed -n 's/.* expected one of: //p' | tr ' ' '\n'
        case EVENTS
            $argv[1] monitor --only . 2>&1 |
                sed -n 's/.* expected one of: //p' | tr ' ' '\n'
        case LED
            ls /sys/class/leds 2>/dev/null
        case '*|*'
            string split '|' $argv[2] | string match -r '^[a-z].*'
    end
end

# References to the sounds of a file, a line each. WORD is what is typed so far,
# from FILE: on: slots, #N or =NAME.
function __sxlib_sounds # PROGRAM WORD
    set -l typed (string replace -r ':[#=].*' '' -- $argv[2])
    test "$typed" = "$argv[2]"; and set typed (string replace -r ':[^:]*$' '' -- $argv[2])
    set -l part (string sub -s (math (string length -- $typed) + 2) -- $argv[2])
    set -l file (string replace -r '^~/' "$HOME/" -- $typed)
    test -f "$file"; or return
    set -l rows ($argv[1] list --sounds --sort file --json $file 2>/dev/null)
    for row in $rows
        set -l name (string match -rg '"name": "(.*)", "label"' -- $row |
            string replace -ra '\\\\(["\\\\])' '$1')
        set -l number (string match -rg '"number": (.*)}$' -- $row)
        set -l slot (string match -rg '"reference": ".*:([^:]*)", "number"' -- $row)
        switch $part
            case '#*'
                printf '%s:#%s\t%s\n' $typed $number "$name"
            case '=*'
                test -n "$name"; and printf '%s:=%s\t%s\n' $typed $name $slot
            case '*'
                printf '%s:%s\t%s\n' $typed $slot "$name"
        end
    end
end

function __sxlib_complete
    set -l words (commandline -opc)
    set -l word (commandline -ct)
    set -l program $words[1]
    set -l prefix ''
    set -l option ''
    set -l arg ''
    if test (count $words) = 1
        $program --help | sed -n \
            '/^Commands:/,/^$/s/^  \([a-z]*\)  *\(.*\)/\1\t\2/p'
        return
    end
    if string match -q -- '--*=*' $word
        set option (string split -m 1 = -- $word)[1]
        set prefix $option=
    else if string match -q -- '-*' $words[-1]
        set option $words[-1]
    end
    for line in (__sxlib_options $program $words[2])
        set -l part (string split -m 3 : -- $line)
        if test -n "$option"; and contains -- $option $part[1] $part[2]
            set arg $part[3]
        end
        if test -z "$option"; and string match -q -- '-*' $word
            printf '%s\t%s\n' $part[2] $part[4]
        end
    end
    if test -n "$arg"
        set -l found (__sxlib_values $program $arg)
        if test (count $found) -gt 0
            printf '%s\n' $prefix$found
        else
            __fish_complete_path (string replace -- "$prefix" '' $word)
        end
        return
    end
    string match -q -- '-*' $word; and return
    if string match -q -- '*:*' $word
        __sxlib_sounds $program $word
        return
    end
    if test $words[2] = devices; and test (count $words) = 2
        printf '%s\n' add show check
    end
    if test $words[2] = devices; and test (count $words) -gt 2; and test $words[3] = show
        __sxlib_values $program DEVICE
        return
    end
    if test $words[2] = sample; and test (count $words) = 2
        printf '%s\n' send receive request
    end
    __fish_complete_path $word
end

complete -c sxlib -f -a '(__sxlib_complete)'
