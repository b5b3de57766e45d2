/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Three pages. Nothing here changes anything.
 */
#include "config.h"

#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/mem.h"
#include "daemon/httpd.h"
#include "daemon/metrics.h"
#include "daemon/stats.h"
#include "io/http_server.h"

struct httpd {
	struct http_server *server;
	const struct stats *(*stats)(void *arg);
	void *arg;
};

static int serve(
    const char *path, struct buf *body, const char **ret_type, void *arg);
static int health(struct buf *body, const struct stats *stats);

int
httpd_new(struct httpd **ret_httpd, struct loop *loop, const char *listen,
    const struct stats *(*stats)(void *arg), void *arg, struct err *err)
{
	struct httpd *httpd = xcalloc(1, sizeof(*httpd));

	httpd->stats = stats;
	httpd->arg = arg;
	if (http_server_new(&httpd->server, loop, listen, serve, httpd, err) ==
	    -1) {
		free(httpd);
		return -1;
	}
	*ret_httpd = httpd;
	return 0;
}

void
httpd_free(struct httpd *httpd)
{
	if (httpd == NULL)
		return;
	http_server_free(httpd->server);
	free(httpd);
}

static int
serve(const char *path, struct buf *body, const char **ret_type, void *arg)
{
	struct httpd *httpd = arg;

	if (strcmp(path, "/metrics") == 0) {
		*ret_type = METRICS_CONTENT_TYPE;
		metrics_put(body, httpd->stats(httpd->arg));
		return 200;
	}
	if (strcmp(path, "/status.json") == 0) {
		*ret_type = "application/json";
		stats_json(body, httpd->stats(httpd->arg));
		return 200;
	}
	if (strcmp(path, "/healthz") == 0)
		return health(body, httpd->stats(httpd->arg));
	(void)buf_puts(body, "/metrics /healthz /status.json\n");
	return 404;
}

/* Well, unless somebody has to do something about it. */
static int
health(struct buf *body, const struct stats *stats)
{
	int status = 200;

	if (stats->spool_full) {
		(void)buf_puts(body, "the spool is full\n");
		status = 503;
	}
	for (size_t i = 0; i < stats->source_count; i++) {
		const struct stats_stream *s = &stats->sources[i].sum;

		if (strcmp(s->state, "denied") != 0 &&
		    strcmp(s->state, "unlicensed") != 0 &&
		    strcmp(s->state, "failing") != 0)
			continue;
		(void)buf_printf(body, "source %s is %s\n", s->name, s->state);
		status = 503;
	}
	for (size_t i = 0; i < stats->destination_count; i++) {
		const struct stats_destination *d = &stats->destinations[i];

		if (strcmp(d->state, "backing-off") != 0)
			continue;
		(void)buf_printf(
		    body, "destination %s is backing-off\n", d->name);
		status = 503;
	}
	if (status == 200)
		(void)buf_puts(body, "ok\n");
	return status;
}
