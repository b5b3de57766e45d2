#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# 200 seeds, each sixty days of a tenant's life with everything that goes wrong
# in it: each state of each message becomes exactly one record. The seeds are
# always the same, or those of $REPLAY_SEEDS; `make soak` takes new ones.
# limit: 900
set -eu
: "${top_builddir:=.}"
exec "$top_builddir/tests/bin/replay" --seeds="${REPLAY_SEEDS:-1-200}"
