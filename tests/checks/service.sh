#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Both units are free of mistakes and leave an attacker little, as systemd itself
# judges them, and a configuration that is wrong is not tried again and again.
. "$(dirname "$0")/lib.sh"
top_builddir=${top_builddir:-$top_srcdir}
command -v systemd-analyze >/dev/null || skip "no systemd-analyze here"
systemd-analyze security --help 2>&1 | grep -q -e --offline ||
    skip "this systemd-analyze has no --offline"
scratch

# look FILE - what is wrong with this unit, and nothing when all is well.
look()
{
	systemd-analyze verify --man=no "$1" 2>&1 |
	    grep -e "$(basename "$1")" || true
	systemd-analyze security --offline=true --threshold=15 --no-pager \
	    "$1" >"$scratch_dir/security" 2>&1 ||
	    grep -e '^✗' -e exposure "$scratch_dir/security"
	for line in Type=notify WatchdogSec= ExecReload= User=_cefd \
	    StateDirectory=cefd RuntimeDirectory=cefd Restart=on-failure \
	    'RestartPreventExitStatus=.*\<78\>'; do
		grep -q "^$line" "$1" || echo "no $line"
	done
}

# The programs are not installed: those that were built stand for them.
for unit in cefd.service cefd@.service; do
	[ -s "$top_builddir/etc/systemd/$unit" ] || fail "$unit was not made"
	sed -e "s,^\(Exec[A-Za-z]*=\)/[^ ]*/cefd ,\1$top_builddir/cefd ," \
	    -e "s,^\(Exec[A-Za-z]*=\)/[^ ]*/cefctl ,\1$top_builddir/cefctl ," \
	    "$top_builddir/etc/systemd/$unit" >"$scratch_dir/$unit"
	look "$scratch_dir/$unit" >"$scratch_dir/found"
	[ ! -s "$scratch_dir/found" ] ||
	    fail "$unit: $(cat "$scratch_dir/found")"
	grep 'exposure level' "$scratch_dir/security"
done

# skips FILE - does the service's condition, as the user nobody, leave it out?
# $$ and %% are what systemd makes $ and % of.
skips()
{
	condition=$(sed -n "s,^ExecCondition=/bin/sh -c '\(.*\)' /.*,\1,p" \
	    "$scratch_dir/cefd.service" | sed 's/\$\$/$/g; s/%%/%/g; s/%n/cefd/')
	[ -n "$condition" ] || fail "no ExecCondition"
	! $nobody /bin/sh -c "$condition" "$1" 2>"$scratch_dir/said"
}
nobody=
[ "$(id -u)" -ne 0 ] ||
    nobody='setpriv --reuid=65534 --regid=65534 --clear-groups'
chmod 755 "$scratch_dir"
mkdir "$scratch_dir/etc"
skips "$scratch_dir/etc/cefd.conf" || fail "it starts without a configuration"
grep -q "not configured: .* does not exist" "$scratch_dir/said" ||
    fail "it does not say why: $(cat "$scratch_dir/said")"
: >"$scratch_dir/etc/cefd.conf"
! skips "$scratch_dir/etc/cefd.conf" || fail "a configuration is left out"
chmod 000 "$scratch_dir/etc"
! skips "$scratch_dir/etc/cefd.conf" ||
    fail "what its user cannot get at is said not to be there"
chmod 755 "$scratch_dir/etc"

# breach SED-EXPRESSION WHAT-IS-SAID
breach()
{
	sed "$1" "$scratch_dir/cefd.service" >"$scratch_dir/bad.service"
	look "$scratch_dir/bad.service" >"$scratch_dir/found"
	grep -q -e "$2" "$scratch_dir/found" ||
	    fail "does not see \"$2\" after $1"
}
breach '/^SystemCall/d; /^Private/d' 'exposure level'
breach 's/^Restart=.*/Restart=often/' 'restart specifier'
breach 's/^ExecStart=[^ ]*/ExecStart=\/nonexistent\/cefd/' 'not executable'
breach 's/64 78/64/' 'no RestartPrevent'
