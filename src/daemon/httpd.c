/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Three pages. Nothing here changes anything.
 */
#include "config.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "base/backoff.h"
#include "base/buf.h"
#include "base/err.h"
#include "base/mem.h"
#include "daemon/healthz.h"
#include "daemon/httpd.h"
#include "daemon/metrics.h"
#include "daemon/stats.h"
#include "io/http_server.h"
#include "io/log.h"
#include "io/timer.h"

#define ROOM "daemon"
#define TRY_FIRST_MS 1000
#define TRY_LAST_MS 60000

struct httpd {
	struct loop *loop;
	struct rng *rng;
	struct http_server *server; /* NULL: it does not listen */
	char *address;              /* where it is to; NULL: nowhere */
	struct timer *timer;        /* of the next try */
	struct backoff backoff;
	struct err failure; /* of the last try */
	const struct stats *(*stats)(void *arg);
	void *arg;
};

static void attempt(void *arg);
static int serve(const char *path, const char *accept, struct buf *body,
    const char **ret_type, void *arg);

struct httpd *
httpd_new(struct loop *loop, struct rng *rng,
    const struct stats *(*stats)(void *arg), void *arg)
{
	struct httpd *httpd = xcalloc(1, sizeof(*httpd));

	httpd->loop = loop;
	httpd->rng = rng;
	httpd->stats = stats;
	httpd->arg = arg;
	httpd->timer = timer_new(loop, attempt, httpd);
	backoff_init(&httpd->backoff, TRY_FIRST_MS, TRY_LAST_MS);
	return httpd;
}

void
httpd_free(struct httpd *httpd)
{
	if (httpd == NULL)
		return;
	http_server_free(httpd->server);
	timer_free(httpd->timer);
	free(httpd->address);
	free(httpd);
}

void
httpd_listen(struct httpd *httpd, const char *address)
{
	bool same = address != NULL && httpd->address != NULL &&
	    strcmp(address, httpd->address) == 0;

	if (same && httpd->server != NULL)
		return;
	/* The old one first: the new one may be another way to its port. */
	http_server_free(httpd->server);
	httpd->server = NULL;
	timer_cancel(httpd->timer);
	if (!same) {
		free(httpd->address);
		httpd->address = address != NULL ? xstrdup(address) : NULL;
		httpd->failure.code = ERR_NONE;
		backoff_reset(&httpd->backoff);
	}
	if (address != NULL)
		attempt(httpd);
}

const char *
httpd_failure(const struct httpd *httpd)
{
	return httpd->failure.code != ERR_NONE ? httpd->failure.text : NULL;
}

static void
attempt(void *arg)
{
	struct httpd *httpd = arg;
	bool failed = httpd->failure.code != ERR_NONE;

	if (http_server_new(&httpd->server, httpd->loop, httpd->address, serve,
	        httpd, &httpd->failure) == -1) {
		if (!failed)
			log_warn(ROOM,
			    "status listener: %s; trying again, without "
			    "metrics meanwhile: free that address, or set "
			    "status { listen } to another one, or to \"\" for "
			    "none, and reload",
			    httpd->failure.text);
		timer_set(
		    httpd->timer, backoff_fail(&httpd->backoff, httpd->rng));
		return;
	}
	httpd->failure.code = ERR_NONE;
	backoff_reset(&httpd->backoff);
	if (failed)
		log_info(ROOM, "status listener: it listens now address=%s",
		    httpd->address);
}

static int
serve(const char *path, const char *accept, struct buf *body,
    const char **ret_type, void *arg)
{
	struct httpd *httpd = arg;
	bool open = strstr(accept, "application/openmetrics-text") != NULL;

	if (strcmp(path, "/metrics") == 0) {
		*ret_type = open ? METRICS_TYPE_OPEN : METRICS_TYPE;
		metrics_put(body, httpd->stats(httpd->arg), open);
		return 200;
	}
	if (strcmp(path, "/status.json") == 0) {
		*ret_type = "application/json";
		stats_json(body, httpd->stats(httpd->arg));
		return 200;
	}
	if (strcmp(path, "/healthz") == 0)
		return healthz_put(body, httpd->stats(httpd->arg));
	(void)buf_puts(body, "/metrics /healthz /status.json\n");
	return 404;
}
