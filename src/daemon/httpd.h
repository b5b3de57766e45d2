/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The status listener: GET /metrics (OpenMetrics), /healthz, /status.json.
 */
#ifndef CEFD_DAEMON_HTTPD_H
#define CEFD_DAEMON_HTTPD_H

struct err;
struct httpd;
struct loop;
struct stats;

/* `stats` gives what is to be shown, valid until its next call. */
int httpd_new(struct httpd **ret_httpd, struct loop *loop, const char *listen,
    const struct stats *(*stats)(void *arg), void *arg, struct err *err);
void httpd_free(struct httpd *httpd);

#endif
