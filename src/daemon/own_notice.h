/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A notice of cefd's own for one destination.
 */
#ifndef CEFD_DAEMON_OWN_NOTICE_H
#define CEFD_DAEMON_OWN_NOTICE_H

#include <stdint.h>

struct destination;
struct err;
struct notice;

/* Put a notice about the destination into its queue, in a commit of its own.
 * *ret_number is its place there. */
int destination_notice(struct destination *d, const struct notice *notice,
    int64_t now_ms, uint64_t *ret_number, struct err *err);

#endif
