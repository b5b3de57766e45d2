/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The truth, from the same tables as the replies.
 */
#include "config.h"

#include <inttypes.h>

#include "base/buf.h"
#include "sim.h"
#include "sim_message.h"
#include "sim_state.h"
#include "sim_threats.h"
#include "sim_truth.h"

static const char *fate(const struct sim *sim, const struct sim_threat *t,
    uint32_t n, const struct sim_state *state);
static void put_field(struct buf *out, const char *text);

void
sim_truth_put(struct buf *out, const struct sim *sim)
{
	const struct sim_threat *t;
	uint32_t i;
	uint32_t n;

	for (i = 0; i < sim->store.nthreats; i++) {
		t = &sim->store.threats[i];
		for (n = 0; n < t->nmessages; n++)
			sim_truth_put_message(out, sim, t, n);
	}
}

void
sim_truth_put_message(struct buf *out, const struct sim *sim,
    const struct sim_threat *t, uint32_t n)
{
	char remediated[SIM_TIME_MAX];
	char recipient[SIM_ADDRESS_MAX];
	char uuid[SIM_UUID_LEN + 1];
	struct sim_state state;
	uint32_t number;

	sim_message_recipient(recipient, t, n);
	sim_uuid(uuid, t);
	for (number = 0; number <= t->messages[n].nchanges; number++) {
		sim_state_get(t, n, number, &state);
		sim_message_remediated(remediated, t, n, &state);
		(void)buf_printf(
		    out, "%" PRId64 "\t%s\t", sim_message_id(t, n), recipient);
		put_field(out, state.status);
		(void)buf_printf(out, "\t%s\t%u\t%" PRId64 "\t%s\t%u\t%s\t",
		    uuid, number, state.set_ms, fate(sim, t, n, &state),
		    state.served, remediated);
		put_field(out, state.source);
		(void)buf_printf(out, "\t%d\t%" PRId64 "\n", state.overridden,
		    t->messages[n].received_ms);
	}
}

static const char *
fate(const struct sim *sim, const struct sim_threat *t, uint32_t n,
    const struct sim_state *state)
{
	if (n >= sim_threats_visible(sim, t))
		return "capped";
	if (state->number == t->messages[n].nchanges)
		return "now";
	return state->served != 0 ? "was" : "missed";
}

/* Statuses come from tests too: what would break the line is escaped. */
static void
put_field(struct buf *out, const char *text)
{
	for (; text != NULL && *text != '\0'; text++) {
		if (*text == '\t')
			(void)buf_puts(out, "\\t");
		else if (*text == '\n')
			(void)buf_puts(out, "\\n");
		else if (*text == '\r')
			(void)buf_puts(out, "\\r");
		else if (*text == '\\')
			(void)buf_puts(out, "\\\\");
		else
			(void)buf_putc(out, *text);
	}
}
