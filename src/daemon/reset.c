/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Nothing is taken over from the old spool: a file that is damaged in one place
 * may be in others. So what is lost, and what comes again, is told as exactly
 * as the file still lets it be known.
 */
#include "config.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <sysexits.h>
#include <time.h>

#include "base/err.h"
#include "base/rfc3339.h"
#include "conf/conf.h"
#include "daemon/reset.h"
#include "daemon/settings.h"
#include "spool/queue.h"
#include "spool/spool.h"

static void tell_lost(const struct conf *conf);
static void tell_again(const struct conf_source *source);

int
reset_spool(const char *config)
{
	struct conf *conf = settings_load(config);
	struct err err;
	char *name;
	int status = EX_OK;

	if (conf == NULL)
		return EX_CONFIG;
	tell_lost(conf);
	if (spool_set_aside(conf->spool_path, &name, &err) == -1) {
		(void)fprintf(stderr, "cefd: --spool-reset: %s\n", err.text);
		status = err.code == ERR_DENIED ? EX_NOPERM : EX_CANTCREAT;
	} else {
		(void)printf("the spool is now %s; the next start begins an "
		             "empty one\n",
		    name);
		for (size_t i = 0; i < conf->source_count; i++)
			tell_again(&conf->sources[i]);
		free(name);
	}
	conf_unref(conf);
	return status;
}

/* Before it is moved: what it held, if it can be read. */
static void
tell_lost(const struct conf *conf)
{
	struct queue_stat stat;
	struct spool *spool;
	struct queue *queue;
	const char *name;

	if (spool_open(&spool, conf->spool_path, conf->spool_quota, NULL) ==
	    -1) {
		/* Why not, and what to do, the daemon said at its start. */
		(void)puts("what waited in the spool is not known, since it "
		           "cannot be opened");
		return;
	}
	for (unsigned i = 0;; i++) {
		queue = queue_nth(spool, i, &name);
		if (queue == NULL)
			break;
		if (queue_stat(queue, &stat, NULL) == 0 &&
		    stat.next != stat.head)
			(void)printf("%" PRIu64 " records that waited for %s "
			             "are not sent from it\n",
			    stat.next - stat.head, name);
	}
	spool_close(spool);
}

static void
tell_again(const struct conf_source *source)
{
	char since[RFC3339_SEC_LEN + 1];
	struct timespec now;

	(void)clock_gettime(CLOCK_REALTIME, &now);
	rfc3339_sec(since,
	    source->start_ms != 0
	        ? source->start_ms
	        : (int64_t)now.tv_sec * 1000 - source->start_ago_ms);
	(void)printf(
	    "source %s: what was received since %s is fetched again and "
	    "sent again; what is older, and was not delivered, is not "
	    "(set its start further back for that)\n",
	    source->name, since);
}
