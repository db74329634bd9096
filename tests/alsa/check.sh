#!/bin/bash
# check.sh BUILD: all that `make check-alsa` runs: every case on Debian's default
# kernel, and the short selection on its newest one and, with sanitizers, on the
# default one. Some guests at a time: ALSA_JOBS. The last line is "N passed, N
# failed".
set -u

here=$(cd "$(dirname "$0")" && pwd)
build=${1:?the build folder}
sane=$build/address,undefined

"$here/../setup.sh" alsa || exit
make --no-print-directory -j2 BUILD="$sane" SAN=address,undefined all alsa ||
    exit

# What each boot is to run, the longest first. ports wants no card at first.
cat >"$build/alsa-boots" <<END
-k default $build overrun
-k default $build seq
-k default $build receive
--short -k default $sane ports+send+refuse+virtual+readme
--short -k default $sane overrun+receive+unplug+serial+stall
-k default $build send
-k default $build ports+refuse+unplug+readme
--short -k newest $build overrun+send+virtual+readme
--short -k newest $build seq
--short -k newest $build ports+receive+serial+unplug+refuse+stall
-k default $build serial
-k default $build watch+take
-k default $build stall+virtual
-k default $build stick
-k default $build recall
--short -k default $build socket
--short -k newest $build socket
END

good=0 bad=0
while read -r line; do
    case $line in
    *' passed, '*' failed')
        good=$((good + ${line%% *}))
        line=${line#* passed, }
        bad=$((bad + ${line% failed}))
        ;;
    *) echo "$line" ;;
    esac
done < <(
    { "$here/test_judge.py" "$build" || echo "0 passed, 1 failed"; } | grep -v '^ok'
    xargs -P "${ALSA_JOBS:-3}" -L 1 "$here/run.sh" <"$build/alsa-boots"
)
echo "$good passed, $bad failed"
[ $bad = 0 ] && [ $good -gt 0 ]
