/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Inside of the probe, shared by its own files and nobody else: probe.c (the
 * order of the steps), probe_way.c (name, connection, certificate),
 * probe_list.c (what the API says), probe_detail.c, probe_tokens.c; and
 * probe_say.c.
 */
#ifndef CEFD_INTAKE_PROBE_PARTS_H
#define CEFD_INTAKE_PROBE_PARTS_H

#include <stdint.h>

#include "base/buf.h"
#include "intake/probe.h"
#include "intake/probe_say.h"
#include "io/http.h"
#include "io/tls_peer.h"

struct conf_source;
struct err;
struct timer;
struct tls_context;
struct way;

#define PROBE_DAY_MS (INT64_C(24) * 3600 * 1000)

enum probe_step {
	PROBE_TOKEN_FILE,
	PROBE_WAY,
	PROBE_LIST,
	PROBE_DETAIL,
	PROBE_TOKENS,
	PROBE_END
};

struct probe {
	struct probe_world world;
	const struct conf_source *conf;
	probe_line_fn *line;
	probe_done_fn *done;
	void *arg;
	enum probe_step step;
	struct timer *timer;         /* to the next step, or for the budget */
	unsigned topics[STEP_MARKS]; /* that were told, as bits */
	char *token;                 /* secret */
	/* the way there */
	char *host, *port;
	struct tls_context *tls;
	struct way *way;
	/* the API */
	struct http_call *call;
	size_t stream;   /* in the table of streams */
	char *detail_id; /* of the stream at hand, while it is asked for */
	bool answered;   /* some list came */
	bool way_told;   /* through the proxy, that is */
	bool clock_told; /* as soon as it is known */
	bool clock_known;
	int64_t skew_ms; /* this machine's clock less the server's */
};

/* Take this step next, through the loop. */
void probe_go(struct probe *p, enum probe_step step);

/* The steps. Each ends with probe_go. */
void probe_way(struct probe *p);
void probe_list(struct probe *p);
void probe_detail(struct probe *p);
void probe_tokens(struct probe *p);

/* What the server, or who opens TLS on the way to it, has shown. */
void probe_tell_certificate(
    struct probe *p, const char *issuer, int64_t expires_ms, const char *how);
void probe_tell_chain(
    struct probe *p, const struct tls_peer *chain, size_t count);

/* False when the budget says later: the step is then taken once more. */
bool probe_may_ask(struct probe *p);
void probe_ask(struct probe *p, const char *url, http_done_fn *done);

#endif
