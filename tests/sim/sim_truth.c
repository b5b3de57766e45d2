/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The truth, from the same tables as the replies.
 */
#include "config.h"

#include <inttypes.h>

#include "base/buf.h"
#include "sim.h"
#include "sim_item.h"
#include "sim_message.h"
#include "sim_state.h"
#include "sim_threats.h"
#include "sim_truth.h"

static const char *fate(const struct sim *sim, const struct sim_threat *t,
    uint32_t n, const struct sim_state *state);
static const char *fate_of(bool current, uint32_t served);
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
	return fate_of(state->number == t->messages[n].nchanges, state->served);
}

void
sim_truth_put_items(
    struct buf *out, const struct sim *sim, enum sim_stream stream)
{
	const struct sim_table *t;
	uint32_t i;

	t = &sim->tables[stream];
	for (i = 0; i < t->count; i++)
		sim_truth_put_item(out, stream, &t->items[i]);
}

void
sim_truth_put_item(
    struct buf *out, enum sim_stream stream, const struct sim_item *item)
{
	const struct sim_item_state *state;
	uint32_t i;

	for (i = 0; i < item->nstates; i++) {
		state = &item->states[i];
		sim_items_put_id(out, stream, item);
		(void)buf_putc(out, '\t');
		put_field(out, state->status);
		(void)buf_printf(out,
		    "\t%u\t%" PRId64 "\t%s\t%u\t%" PRId64 "\n", i,
		    state->set_ms,
		    fate_of(i + 1 == item->nstates, state->served),
		    state->served, state->own_ms);
	}
}

static const char *
fate_of(bool current, uint32_t served)
{
	if (current)
		return "now";
	return served != 0 ? "was" : "missed";
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
