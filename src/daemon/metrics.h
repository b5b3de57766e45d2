/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The same values for Prometheus and its kin.
 */
#ifndef CEFD_DAEMON_METRICS_H
#define CEFD_DAEMON_METRICS_H

#include <stdbool.h>

struct buf;
struct stats;

/* Prometheus' own format, and OpenMetrics for those who accept it. */
#define METRICS_TYPE "text/plain; version=0.0.4; charset=utf-8"
#define METRICS_TYPE_OPEN \
	"application/openmetrics-text; version=1.0.0; charset=utf-8"

/*
 * Append all metrics and a final "# EOF". The two formats differ in the name
 * that a counter is announced by. Names and base units as
 * https://prometheus.io/docs/practices/naming has them. A time that is not
 * known is left out: 0 would be 1970.
 */
void metrics_put(struct buf *out, const struct stats *stats, bool open);

#endif
