/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Numbers as people say them.
 */
#ifndef CEFD_DAEMON_STATS_WORDS_H
#define CEFD_DAEMON_STATS_WORDS_H

#include <stddef.h>
#include <stdint.h>

/* Each is cut to `size`; 32 are enough for any. */

/* "1.5 KiB" */
void stats_put_size(char *text, size_t size, uint64_t bytes);

/* The two largest units that say something: 3d 4h, 5m 10s, 7s. */
void stats_put_span(char *text, size_t size, int64_t ms);

/* "5s ago", "in 5s", "-" for 0, which is never. */
void stats_put_ago(char *text, size_t size, int64_t then_ms, int64_t now_ms);

#endif
