# bash completion for sxlib                              -*- shell-script -*-
# SPDX-License-Identifier: ISC
#
# What it offers comes from the program itself: commands and options from
# --help, ports, makers, devices and sounds from --json, the words for KIND and
# BY from what it answers to none.

# The options of a command, a line each: short long PLACEHOLDER.
_sxlib_options() { # PROGRAM COMMAND
    "$1" "$2" --help 2>/dev/null </dev/null | sed -nE \
        -e 's/^  (-.), (--[a-z-]+) ([^ ]+).*/\1 \2 \3/p; t' \
        -e 's/^  (-.), (--[a-z-]+)  .*/\1 \2/p; t' \
        -e 's/^      (--[a-z-]+) ([^ ]+).*/- \1 \2/p; t' \
        -e 's/^      (--[a-z-]+)  .*/- \1/p'
}

# What may stand for a placeholder, a line each; nothing: a file.
_sxlib_values() { # PROGRAM PLACEHOLDER
    case $2 in
    PORT)
        "$1" ports --all --json | sed -n \
            -e 's/^{"port": "\([^"]*\)".*/\1/p'
        "$1" ports --all --json | sed -n \
            -e 's/.*"called": \["\(.*\)"\].*/\1/p' | sed 's/", "/\n/g'
        ;;
    MAKER) "$1" devices --json | sed -n 's/^{"maker": "\([^"]*\)".*/\1/p' ;;
    DEVICE) "$1" devices --json |
        sed -n 's/.*"device": "\([^("][^"]*\)".*/\1/p' ;;
    KIND) "$1" devices --kind '' 2>&1 |
        sed -n 's/.* expected one of: //p' | tr ' ' '\n' ;;
    BY) "$1" list --sort '' 2>&1 |
        sed -n 's/.* expected one of: //p' | tr ' ' '\n' ;;
    EVENTS) "$1" monitor --only . 2>&1 |
        sed -n 's/.* expected one of: //p' | tr ' ' '\n' ;;
    LED) ls /sys/class/leds ;;
    *\|*) tr '|' '\n' <<<"$2" | grep '^[a-z]' ;;
    esac 2>/dev/null </dev/null | sort -u
}

# References to the sounds of a file, a line each. WORD is what is typed so far,
# from FILE: on: slots, #N or =NAME.
_sxlib_sounds() { # PROGRAM WORD
    local typed=${2%%:[#=]*} part
    [[ $typed != "$2" ]] || typed=${2%:*}
    part=${2#"$typed":}
    local file=${typed/#\~\//$HOME/} pattern='"reference": ".*:\([^:]*\)", "number": .*'
    case $part in
    '#'*) pattern='"number": \(.*\)}' ;;
    =*) pattern='"name": "\(.*\)", "label": .*' ;;
    esac
    [[ -f $file ]] || return 0
    "$1" list --sounds --sort file --json "$file" 2>/dev/null </dev/null |
        sed -n "s/.*$pattern\$/\1/p" | sed 's/\\\(["\\]\)/\1/g' |
        while IFS= read -r word; do
            case $part in
            '#'* | =*) printf '%s:%c%s\n' "$typed" "$part" "$word" ;;
            *) printf '%s:%s\n' "$typed" "$word" ;;
            esac
        done
}

# Offer those lines of standard input that begin like $1.
_sxlib_offer() {
    local word skip=${1%"${1##*[:=]}"}
    [[ $COMP_WORDBREAKS == *:* ]] || skip=
    while IFS= read -r word; do
        [[ ${word,,} == "${1,,}"* ]] || continue
        word=${word:${#skip}}
        COMPREPLY+=("$(printf %q "$word")")
    done
}

_sxlib() {
    local line=${COMP_LINE:0:COMP_POINT} word=${2-} option='' arg='' short long
    local -a words
    COMPREPLY=()
    read -ra words <<<"$line"
    word=${line##*[[:space:]]}
    [[ -z $word ]] || unset 'words[-1]'
    local program=${words[0]-sxlib} command=${words[1]-}

    if [[ -z $command ]]; then
        _sxlib_offer "$word" < <(
            "$program" --help | sed -n '/^Commands:/,/^$/s/^  \([a-z]*\) .*/\1/p'
            [[ $word != -* ]] || printf '%s\n' --help --version)
        return
    fi
    if [[ $word == --*=* ]]; then
        option=${word%%=*} word=${word#*=}
    elif [[ ${words[-1]} == -* ]]; then
        option=${words[-1]}
    fi
    if [[ -n $option ]]; then
        while read -r short long arg; do
            [[ $option != "$short" && $option != "$long" ]] || break
            arg=
        done < <(_sxlib_options "$program" "$command")
    fi
    if [[ -n $arg ]]; then
        _sxlib_offer "$word" < <(_sxlib_values "$program" "$arg")
    elif [[ $word == -* ]]; then
        _sxlib_offer "$word" < <(_sxlib_options "$program" "$command" |
            while read -r short long arg; do echo "$long"; done)
    elif [[ $word == *:* ]]; then
        _sxlib_offer "$word" < <(_sxlib_sounds "$program" "$word")
    elif [[ $command == devices && ${#words[@]} == 2 ]]; then
        _sxlib_offer "$word" <<<$'add\nshow\ncheck'
    elif [[ $command == devices && ${words[2]} == show ]]; then
        _sxlib_offer "$word" < <(_sxlib_values "$program" DEVICE)
    elif [[ $command == sample && ${#words[@]} == 2 ]]; then
        _sxlib_offer "$word" <<<$'send\nreceive\nrequest'
    fi
}

# Where it offers nothing, bash offers files.
complete -o bashdefault -o default -F _sxlib sxlib
