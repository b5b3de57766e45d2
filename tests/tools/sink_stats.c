/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What the receiver has seen, as a JSON object in a file that is always whole.
 */
#include "config.h"

#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#include "sink.h"

int64_t
sink_now_ns(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_MONOTONIC, &ts);
	return (int64_t)ts.tv_sec * 1000000000 + ts.tv_nsec;
}

static void
put(FILE *f, const char *name, uint64_t n)
{
	fprintf(f, "\"%s\":%llu,", name, (unsigned long long)n);
}

static void
put_all(FILE *f, const struct sink_stats *st)
{
	fputc('{', f);
	put(f, "connections", st->connections);
	put(f, "open", st->connections - st->ended);
	put(f, "records", st->records);
	put(f, "bytes", st->bytes);
	put(f, "resumed", st->resumed);
	put(f, "handshake_failed", st->handshake_failed);
	put(f, "close_notify", st->close_notify);
	put(f, "eof", st->eof);
	put(f, "reset", st->reset);
	put(f, "torn", st->torn);
	put(f, "bad_frames", st->bad_frames);
	put(f, "busy_ns", (uint64_t)(st->last_ns - st->first_ns));
	fprintf(f, "\"tls\":\"%s\",\"server_name\":\"%s\",", st->tls_version,
	    st->server_name);
	fprintf(f, "\"client_name\":\"%s\"}\n", st->client_name);
}

void
sink_stats_write(struct sink *s)
{
	char aside[4096];
	FILE *f;

	s->dirty = false;
	s->written_ns = sink_now_ns();
	if (s->options.stats_file == NULL)
		return;
	snprintf(aside, sizeof(aside), "%s.new", s->options.stats_file);
	f = fopen(aside, "we");
	if (f == NULL) {
		perror(aside);
		exit(1);
	}
	put_all(f, &s->stats);
	if (fclose(f) != 0 || rename(aside, s->options.stats_file) == -1) {
		perror(s->options.stats_file);
		exit(1);
	}
}
