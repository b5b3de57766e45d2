/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The same values for Prometheus and its kin.
 */
#ifndef CEFD_DAEMON_METRICS_H
#define CEFD_DAEMON_METRICS_H

struct buf;
struct stats;

#define METRICS_CONTENT_TYPE \
	"application/openmetrics-text; version=1.0.0; charset=utf-8"

/* Append the OpenMetrics text format, its final "# EOF" included. */
void metrics_put(struct buf *out, const struct stats *stats);

#endif
