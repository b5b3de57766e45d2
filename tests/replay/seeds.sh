#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# 200 seeds, each sixty days of a tenant's life with everything that goes wrong
# in it: each state of each message becomes exactly one record. The seeds are
# always the same, or those of $REPLAY_SEEDS; `make soak` takes new ones.
# limit: 900
set -eu
: "${top_builddir:=.}"
# Those at the end have failed once.
for seeds in "${REPLAY_SEEDS:-1-200}" 880031-880031 880137-880137; do
	"$top_builddir/tests/bin/replay" --seeds="$seeds"
done
