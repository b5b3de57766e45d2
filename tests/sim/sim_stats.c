/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Counters.
 */
#include "config.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/mem.h"
#include "sim.h"
#include "sim_json.h"
#include "sim_stats.h"

#define MINUTE_MS 60000
#define RING_FIRST 1024

void
sim_stats_clear(struct sim_stats *s)
{
	free(s->arrived.at_ms);
	free(s->accepted.at_ms);
	memset(s, 0, sizeof(*s));
}

void
sim_stats_arrive(struct sim_stats *s, int64_t now_ms)
{
	size_t count;

	sim_minute_add(&s->arrived, now_ms);
	count = sim_minute_count(&s->arrived, now_ms);
	if (count > s->max_in_minute)
		s->max_in_minute = count;
	s->in_flight++;
	if (s->in_flight > s->max_in_flight)
		s->max_in_flight = s->in_flight;
}

void
sim_stats_leave(struct sim_stats *s)
{
	s->in_flight--;
}

void
sim_minute_add(struct sim_minute *m, int64_t now_ms)
{
	int64_t *larger;
	size_t i;

	(void)sim_minute_count(m, now_ms);
	if (m->count == m->cap) {
		larger =
		    xcalloc(m->cap ? m->cap * 2 : RING_FIRST, sizeof(*larger));
		for (i = 0; i < m->count; i++)
			larger[i] = m->at_ms[(m->head + i) % m->cap];
		free(m->at_ms);
		m->at_ms = larger;
		m->cap = m->cap ? m->cap * 2 : RING_FIRST;
		m->head = 0;
	}
	m->at_ms[(m->head + m->count) % m->cap] = now_ms;
	m->count++;
}

size_t
sim_minute_count(struct sim_minute *m, int64_t now_ms)
{
	while (m->count != 0 && m->at_ms[m->head] <= now_ms - MINUTE_MS) {
		m->head = (m->head + 1) % m->cap;
		m->count--;
	}
	return m->count;
}

static void
put_count(struct buf *out, const char *name, uint64_t value)
{
	sim_json_member_int(out, name, (int64_t)value);
}

static void
put_status(struct buf *out, const struct sim_stats *s)
{
	char name[16];
	size_t code;

	sim_json_key(out, "status");
	(void)buf_putc(out, '{');
	for (code = 0; code < sizeof(s->status) / sizeof(*s->status); code++) {
		if (s->status[code] == 0)
			continue;
		(void)snprintf(name, sizeof(name), "%zu", code);
		put_count(out, name, s->status[code]);
	}
	(void)buf_putc(out, '}');
}

void
sim_stats_put(struct buf *out, const struct sim *sim)
{
	const struct sim_stats *s;
	unsigned i;

	s = &sim->stats;
	(void)buf_putc(out, '{');
	sim_json_open(out, "requests", '{');
	for (i = 0; i < SIM_ENDPOINTS; i++)
		put_count(out, sim_endpoint_str(i), s->requests[i]);
	sim_json_close(out, '}');
	put_count(out, "list_received", s->listed_received);
	put_count(out, "list_remediated", s->listed_remediated);
	put_count(out, "list_unfiltered", s->listed_unfiltered);
	put_status(out, s);
	put_count(out, "auth_failures", s->auth_failures);
	put_count(out, "rate_limited", s->rate_limited);
	put_count(out, "concurrency_limited", s->concurrency_limited);
	put_count(out, "max_in_60s", s->max_in_minute);
	put_count(out, "max_in_flight", s->max_in_flight);
	put_count(out, "in_flight", s->in_flight);
	put_count(out, "connections", s->connections);
	put_count(out, "faults", s->faults);
	put_count(out, "gzipped", s->gzipped);
	put_count(out, "threats", sim->store.nthreats);
	put_count(out, "messages", sim->store.nmessages);
	put_count(out, "states", sim->store.nmessages + sim->store.nchanges);
	(void)buf_put(out, "}\n", 2);
}
