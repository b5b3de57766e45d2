/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A session over UDP: a record a datagram, as fast as a receiver with a usual
 * buffer can take them. Nobody confirms anything. What the network tells of
 * its own accord, within a moment, is listened to: when nobody has the port
 * open, the session fails and nothing of it is released.
 */
#include "config.h"

#include <stdlib.h>
#include <unistd.h>

#include "base/err.h"
#include "base/mem.h"
#include "conf/conf.h"
#include "deliver/carrier.h"
#include "deliver/pump.h"
#include "io/conn.h"
#include "io/dial.h"
#include "io/timer.h"

/* A turn sends so much at the most: Linux gives a receiver room for some 200
 * KiB, its own overhead included. */
#define TURN_RECORDS 32
#define TURN_BYTES 65536
#define TURN_MS 5
/* How long to listen for errors after the last datagram. */
#define LISTEN_MS 100

struct udp {
	struct carrier base;
	struct dial *dial; /* NULL once it is done */
	struct dialled peer;
	struct timer *turn;
	struct pump pump;
	bool all_sent;
	unsigned records; /* of this turn */
	size_t bytes;
	struct err failure; /* of a datagram */
};

static struct carrier *udp_start(const struct carrier_job *job);
static void udp_stop(struct carrier *carrier);
static void udp_facts(const struct carrier *carrier, struct conn_facts *ret);
static void udp_free(struct carrier *carrier);
static void on_dialled(const struct dialled *peer, const struct err *failure,
    const char *address, void *arg);
static void on_turn(void *arg);
static void send_some(struct udp *udp);
static enum pump_put put(
    struct buf *out, uint64_t number, const char *data, size_t len, void *arg);
static enum pump_put too_large(struct udp *udp);
static void finish(struct udp *udp);
static void fail(struct udp *udp, enum carrier_end end, const struct err *why);

const struct carrier_ops udp_carrier_ops = {
    udp_start, udp_stop, udp_facts, udp_free};

static struct carrier *
udp_start(const struct carrier_job *job)
{
	struct udp *udp = xcalloc(1, sizeof(*udp));
	const struct pump_ops ops = {put, NULL, udp};
	const struct conn_options options = {
	    .server = job->server,
	    .datagrams = true,
	    .connect_timeout_ms = job->conf->connect_timeout_ms,
	};

	udp->peer.fd = -1;
	pump_init(&udp->pump, job->queue, job->session, &ops);
	udp->turn = timer_new(job->loop, on_turn, udp);
	udp->dial = dial_start(job->loop, &options, on_dialled, udp);
	return &udp->base;
}

static void
udp_stop(struct carrier *carrier)
{
	((struct udp *)carrier)->pump.stop = true;
}

static void
udp_facts(const struct carrier *carrier, struct conn_facts *ret)
{
	const struct udp *udp = (const struct udp *)carrier;

	*ret = (struct conn_facts){.address = udp->peer.address, .version = ""};
}

static void
udp_free(struct carrier *carrier)
{
	struct udp *udp = (struct udp *)carrier;

	dial_cancel(udp->dial);
	timer_free(udp->turn);
	pump_clear(&udp->pump);
	if (udp->peer.fd != -1)
		(void)close(udp->peer.fd);
	free(udp);
}

static void
on_dialled(const struct dialled *peer, const struct err *failure,
    const char *address, void *arg)
{
	struct udp *udp = arg;
	const struct carrier_hooks *hooks = &udp->base.job.hooks;

	(void)address;
	udp->dial = NULL;
	if (peer == NULL) {
		fail(udp, CARRIER_FAILED, failure);
		return;
	}
	udp->peer = *peer;
	hooks->opened(hooks->arg);
	send_some(udp);
}

static void
on_turn(void *arg)
{
	struct udp *udp = arg;

	if (udp->all_sent)
		finish(udp);
	else
		send_some(udp);
}

static void
send_some(struct udp *udp)
{
	const struct carrier_job *job = &udp->base.job;
	struct err err;

	udp->records = 0;
	udp->bytes = 0;
	switch (pump_run(&udp->pump, job->loop, &err)) {
	case PUMP_BLOCKED:
	case PUMP_HELD:
	case PUMP_MORE:
		timer_set(udp->turn, TURN_MS);
		return;
	case PUMP_DONE:
		udp->all_sent = true;
		timer_set(udp->turn, LISTEN_MS);
		job->hooks.written(job->hooks.arg);
		return;
	case PUMP_BROKEN:
		fail(udp, CARRIER_FAILED, &udp->failure);
		return;
	case PUMP_FAILED:
		fail(udp, CARRIER_SPOOLED, &err);
		return;
	}
}

/* The datagram goes out at once; nothing is left to write. */
static enum pump_put
put(struct buf *out, uint64_t number, const char *data, size_t len, void *arg)
{
	struct udp *udp = arg;

	(void)out;
	(void)number;
	if (udp->records == TURN_RECORDS || udp->bytes >= TURN_BYTES)
		return PUMP_FULL;
	switch (sock_send_datagram(udp->peer.fd, data, len, &udp->failure)) {
	case 1:
		udp->records++;
		udp->bytes += len;
		udp->base.job.session->written += len;
		return PUMP_PUT;
	case 0:
		return PUMP_FULL;
	default:
		return udp->failure.code == ERR_BAD ? too_large(udp)
		                                    : PUMP_REFUSED;
	}
}

/* What is in front of it is a session, or each try would send it again. */
static enum pump_put
too_large(struct udp *udp)
{
	if (udp->base.job.session->records == 0)
		return PUMP_REFUSED;
	udp->pump.stop = true;
	return PUMP_FULL;
}

static void
finish(struct udp *udp)
{
	const struct carrier_hooks *hooks = &udp->base.job.hooks;
	struct err err;

	if (sock_take_error(udp->peer.fd, &err) == -1)
		fail(udp, CARRIER_FAILED, &err);
	else
		hooks->ended(CARRIER_DONE, SESSION_NONE, NULL, hooks->arg);
}

static void
fail(struct udp *udp, enum carrier_end end, const struct err *why)
{
	const struct carrier_hooks *hooks = &udp->base.job.hooks;

	timer_cancel(udp->turn);
	hooks->ended(end, SESSION_NONE, why, hooks->arg);
}
