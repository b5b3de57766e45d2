#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# The programs in both packages have what the compiler and the linker can do
# against attackers, and no way to libraries in odd places.
. "$(dirname "$0")/lib.sh"
need readelf objdump dpkg-deb rpm2cpio cpio

# look PROGRAM - what it lacks.
look()
{
	readelf -hldWs "$1" >"$tmp/elf" 2>/dev/null
	grep -q 'Type:.*DYN' "$tmp/elf" || echo 'no PIE'
	grep -q GNU_RELRO "$tmp/elf" || echo 'no RELRO'
	grep -q -E 'BIND_NOW|FLAGS_1.*NOW' "$tmp/elf" || echo 'no BIND_NOW'
	grep -q 'GNU_STACK.* RW ' "$tmp/elf" || echo 'a stack to run code on'
	grep -q __stack_chk_fail "$tmp/elf" || echo 'no stack protector'
	grep -q -E '_chk@' "$tmp/elf" || echo 'no fortified functions'
	! grep -q -E 'RPATH|RUNPATH' "$tmp/elf" || echo 'a run path'
	# The mark of CET in a program needs a C library with it; ours is the
	# code, where each function that can be jumped to begins so.
	case $(uname -m) in
	x86_64) [ "$(objdump -d "$1" | grep -c endbr64)" -ge 50 ] ||
	    echo 'no CET' ;;
	esac
}

mkdir "$tmp/deb" "$tmp/rpm"
dpkg-deb -x "$(deb a)" "$tmp/deb"
rpm2cpio "$(rpm_of a)" | (cd "$tmp/rpm" && cpio -idm --quiet)
for program in "$tmp"/*/usr/sbin/cefd "$tmp"/*/usr/bin/cefctl; do
	[ -x "$program" ] || fail "no $program"
	lacks=$(look "$program")
	[ -z "$lacks" ] || fail "${program#"$tmp/"}: $lacks"
	say "${program#"$tmp/"}: hardened"
done

# It can fail.
printf 'int main(void) { return 0; }\n' >"$tmp/plain.c"
if cc -no-pie -fno-stack-protector -fcf-protection=none -Wl,-z,norelro,-z,lazy -o "$tmp/plain" \
    "$tmp/plain.c" 2>/dev/null; then
	for word in PIE RELRO BIND_NOW protector fortified CET; do
		look "$tmp/plain" | grep -q "$word" ||
		    fail "does not see a program without $word"
	done
fi
