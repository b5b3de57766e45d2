#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# The service under a real systemd, booted in a container: what life.sh says.
. "$(dirname "$0")/lib.sh"
need systemd-nspawn
for program in cefsim sink mkcerts; do
	[ -x "$tools/$program" ] || skip "no $program was built"
done
fresh_root

mkdir "$layer/story"
cp "$(deb a)" "$layer/story/first.deb"
cp "$(deb next)" "$layer/story/next.deb"
cp "$tools/cefsim" "$tools/sink" "$tools/mkcerts" "$here/life.sh" "$layer/story"
cat >"$layer/etc/systemd/system/story.service" <<'UNIT'
[Service]
Type=oneshot
ExecStart=/bin/sh /story/life.sh
ExecStopPost=/bin/sh -c 'echo $$EXIT_STATUS >/story/status'
ExecStopPost=/bin/systemctl --no-block --force poweroff
StandardOutput=file:/story/log
StandardError=inherit
TimeoutStartSec=150
UNIT
mkdir -p "$layer/etc/systemd/system/multi-user.target.wants"
ln -s /etc/systemd/system/story.service \
    "$layer/etc/systemd/system/multi-user.target.wants/story.service"

# It has its own.
umount "$layer/proc"
status=0
timeout -k 5 200 systemd-nspawn --quiet --directory="$layer" --boot \
    --register=no --keep-unit --private-network --link-journal=no \
    --machine="cefd-$$" >"$tmp/console.log" 2>&1 </dev/null || status=$?
# A machine may not allow containers: then nothing in it has begun.
if [ ! -e "$layer/story/log" ]; then
	tail -n 3 "$tmp/console.log"
	[ "$status" -eq 124 ] && fail "the container did not come up"
	skip "systemd-nspawn: exit $status"
fi
cp "$layer/story/log" "$tmp/life.log"
grep '^life: ' "$tmp/life.log" || true
[ "$(cat "$layer/story/status" 2>/dev/null)" = 0 ] || fail "see its log"
