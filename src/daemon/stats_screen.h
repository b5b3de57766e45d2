/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Status for eyes: one screen, the most important first. Is all well? What
 * needs attention, and what to do next; what is under way, and when it will be
 * done; the rest as far as there is room.
 */
#ifndef CEFD_DAEMON_STATS_SCREEN_H
#define CEFD_DAEMON_STATS_SCREEN_H

#include <stdbool.h>
#include <stddef.h>

struct buf;
struct stats;

/* Append at most `rows` lines of at most `columns` columns; sizes that make no
 * sense are made to (daemon/screen.h). */
void stats_screen(struct buf *out, const struct stats *stats, size_t columns,
    size_t rows, bool is_coloured, bool is_utf8);

#endif
