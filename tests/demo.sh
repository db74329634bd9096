#!/bin/sh
# demo.sh SXLIB: the main job without hardware, in less than a minute: dumps of
# a simulated instrument arrive, are kept, shown, sent back and compared; and a
# sequencer recalls two of them.
set -eu
sxlib=$1
dir=$(dirname "$sxlib")/demo
rm -rf "$dir"
mkdir -p "$dir"

step() { printf '\n\033[1m%s\033[0m\n' "$*" | if [ -t 1 ]; then cat; else sed 's/\x1b\[[0-9]*m//g'; fi; }
run() {
    printf '$ sxlib %s\n' "$*"
    "$sxlib" "$@"
}

step "1. A simulated Jomox Alpha Base starts a dump every few seconds. Four are kept."
run receive --port sim:alpha-base --out "$dir/alphabase/" --name 'dump{n:02}-{kind}' --count 4

step "2. What has been kept. (The data is filler: only the header is the Alpha Base's.)"
run show "$dir"/alphabase/*

step "3. One is sent back to the instrument, at the speed of the wire."
run send --port sim:alpha-base "$dir/alphabase/dump02-preset.syx"

step "4. The same once more into a second sxlib, as over a cable, and compared."
printf '$ sxlib send --port - dump01-pattern.syx | sxlib receive --port - --out back.syx\n'
"$sxlib" send --quiet --port - "$dir/alphabase/dump01-pattern.syx" |
    "$sxlib" receive --quiet --port - --out "$dir/back.syx"
cmp "$dir/alphabase/dump01-pattern.syx" "$dir/back.syx"
echo "the same, byte for byte"

step "5. A sequencer without SysEx brings two patterns back: programs 1 and 2."
cp "$dir/alphabase/dump01-pattern.syx" "$dir/pattern01.syx"
cp "$dir/alphabase/dump03-pattern.syx" "$dir/pattern02.syx"
printf '$ sequencer | sxlib recall --from - --to sim:alpha-base --channel 16 --name pattern{n:02} demo/\n'
# Start, two program changes on channel 16 with a beat of clock, Stop.
printf '\372\317\000\370\370\370\317\001\370\370\370\374' |
    "$sxlib" recall --from - --to sim:alpha-base --channel 16 \
        --name 'pattern{n:02}' "$dir"

step "With an instrument on a MIDI interface it is:"
echo "  sxlib ports"
echo "  sxlib receive --port hw:1 --out mbrane/"
