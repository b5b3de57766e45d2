/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The status listener: GET /metrics (OpenMetrics), /healthz, /status.json.
 * Looking at it is not what cefd is for: what keeps it from listening is
 * warned of, and holds up nothing.
 */
#ifndef CEFD_DAEMON_HTTPD_H
#define CEFD_DAEMON_HTTPD_H

struct httpd;
struct loop;
struct rng;
struct stats;

/* `stats` gives what is to be shown, valid until its next call. `rng` outlives
 * it. It listens nowhere yet. */
struct httpd *httpd_new(struct loop *loop, struct rng *rng,
    const struct stats *(*stats)(void *arg), void *arg);
void httpd_free(struct httpd *httpd);

/* Listen on "address:port", and nowhere else; NULL: nowhere. While that fails
 * it is tried again by itself, each minute at the slowest, and at once when it
 * is called again. */
void httpd_listen(struct httpd *httpd, const char *address);

/* Why it does not listen where it is to, good until the loop's next turn; NULL:
 * it does. */
const char *httpd_failure(const struct httpd *httpd);

#endif
