/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Inside of a source, shared by source.c, source_stats.c and replay.c.
 */
#ifndef CEFD_INTAKE_SOURCE_PARTS_H
#define CEFD_INTAKE_SOURCE_PARTS_H

#include "intake/poller.h"
#include "intake/source.h"

struct account;
struct health;
struct replay;
struct severity_rule;

struct source {
	struct intake_world world;
	const struct conf_source *conf;
	struct account *account;
	struct source *parent; /* of a dry run: its account is used */
	struct buf *dry;       /* of a dry run */
	struct poller_setup setup;
	struct outlet *outlets;
	struct severity_rule *rules;
	struct poller *pollers[SOURCE_STREAMS_MAX]; /* by stream_table */
	struct health *health;
	struct replay *replay;  /* NULL: none runs */
	struct source *dry_run; /* on this account, or NULL */
	bool is_paused;
	unsigned pump_at; /* whose turn it is */
	/* of source_poll */
	source_done_fn *done;
	void *done_arg;
	unsigned waiting; /* for the ends of so many */
	unsigned good, failed;
	char error[600];
};

#endif
