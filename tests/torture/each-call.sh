#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# limit: 480
# The n-th call of a kind fails, or the process dies after it: for each kind of
# call that touches disk, network or memory, for all n where there are no more
# than WHOLE, and for some of the others (SEED draws where they begin, EACH says
# how many, 0 is all). README.md has the rest. Every record that was called
# committed comes, none comes that was not handed to a commit, none is handed
# again after it was committed, all that the API shows comes in the end, in the
# order of the commits and in the same octets, and no more than a session comes
# again. 4 threats, 4 vendor cases and 4 events of the audit log are 3 commits, over
# TLS, TCP and RELP and into a file, in sessions of 4.
here=$(cd "$(dirname "$0")" && pwd)
top_srcdir=${top_srcdir:-$(cd "$here/../.." && pwd)}
. "$top_srcdir/tests/system/lib.sh"
. "$top_srcdir/tests/system/receivers.sh"
seed=${SEED:-$(od -An -N2 -tu2 /dev/urandom | tr -d ' ')}
say "SEED=$seed"

sim --threats 4 --recipients 1 --vendor-cases 4 --audit 4 --span 20h
sink tls
tls_port=$sink_port
sink tcp --tcp
tcp_port=$sink_port
rsyslog_relp relp '' raw
relp_port=$sink_port
poll_interval=200ms
source_more='streams = {"threats", "vendor-cases", "audit"}'
destination_more='session-records = 4'

# template TRANSPORT PORT
template()
{
	transport=$1
	sink_port=$2
	configure
	sed -e "s,\"$tmp/spool\",\"@dir@/spool\"," \
	    -e "s,\"$tmp/ctl\",\"@dir@/ctl\"," \
	    -e 's,sender\.example,@host@,' "$tmp/cefd.conf" >"$tmp/$1.conf"
}
template tls "$tls_port"
template tcp "$tcp_port"
destination_more="$destination_more
	relp-window = 2"
template relp "$relp_port"
sed -i '/framing = /d' "$tmp/relp.conf"
destination_more='session-records = 4'
destination_more="$destination_more path = \"@dir@/out\""
template file 1
sed -i '/framing = /d; /servers = /d' "$tmp/file.conf"

"$tools/torture" --folder="$tmp" --cefd="$tools/cefd_torture" --records=12 \
    --each="${EACH:-8}" --whole="${WHOLE:-30}" --seed="$seed" --jobs="${JOBS:-12}" \
    ${ONLY:+--only="$ONLY"} ${N:+--n="$N"} ${THOROUGH:+--thorough} ||
    fail "see above"
