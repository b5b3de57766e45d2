/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Adding and changing items, and their truth.
 */
#include "config.h"

#include <event2/http.h>
#include <string.h>

#include "base/buf.h"
#include "sim.h"
#include "sim_control_items.h"
#include "sim_item.h"
#include "sim_time.h"
#include "sim_truth.h"

static const char *stream_read(
    const struct evkeyvalq *query, enum sim_stream *ret);
static const char *batch_read(const struct sim *sim,
    const struct evkeyvalq *query, enum sim_stream stream,
    struct sim_items_batch *batch);
static void put_id_line(
    struct buf *out, enum sim_stream stream, const struct sim_item *item);

const char *
sim_control_add_items(
    struct sim *sim, const struct evkeyvalq *query, struct buf *out)
{
	struct sim_items_batch batch;
	const struct sim_table *t;
	enum sim_stream stream;
	const char *why;
	uint32_t i;

	why = stream_read(query, &stream);
	if (why == NULL)
		why = batch_read(sim, query, stream, &batch);
	if (why != NULL)
		return why;
	sim_items_add(sim, stream, &batch);
	t = &sim->tables[stream];
	for (i = t->count - batch.count; i < t->count; i++)
		put_id_line(out, stream, &t->items[i]);
	return NULL;
}

/* One item, or as many different ones, from a random one on. */
const char *
sim_control_change_items(
    struct sim *sim, const struct evkeyvalq *query, struct buf *out)
{
	struct sim_item *item;
	enum sim_stream stream;
	struct sim_table *t;
	const char *status;
	const char *text;
	uint64_t count;
	uint64_t start;
	uint64_t touch;

	text = stream_read(query, &stream);
	if (text != NULL)
		return text;
	if (!sim_items_can_change(stream))
		return "stream: what is in it never changes";
	t = &sim->tables[stream];
	count = 1;
	touch = 1;
	if (sim_control_uint(query, "count", &count) == -1 ||
	    sim_control_uint(query, "touch", &touch) == -1 || count > t->count)
		return "count or touch: not a number, or too many";
	status = evhttp_find_header(query, "status");
	start = rng_below(&sim->store.rng, t->count);
	text = evhttp_find_header(query, "id");
	item = text != NULL ? sim_items_find(sim, stream, text) : NULL;
	if (text != NULL && (item == NULL || count != 1))
		return "no such id, or a count beside it";
	for (; count != 0; count--) {
		if (text == NULL)
			item = &t->items[(start + count) % t->count];
		if (!sim_items_change(sim, stream, item, status, touch != 0))
			return "status: too many different ones";
		sim_truth_put_item(out, stream, item);
	}
	return NULL;
}

const char *
sim_control_truth_items(
    struct sim *sim, const struct evkeyvalq *query, struct buf *out)
{
	enum sim_stream stream;
	const char *why;

	why = stream_read(query, &stream);
	if (why != NULL)
		return why;
	sim_truth_put_items(out, sim, stream);
	return out->overflow ? "too long" : NULL;
}

static const char *
stream_read(const struct evkeyvalq *query, enum sim_stream *ret)
{
	const char *text;

	text = evhttp_find_header(query, "stream");
	*ret = text != NULL ? sim_stream_parse(text) : SIM_STREAMS;
	if (*ret == SIM_STREAMS || *ret == SIM_STREAM_THREATS)
		return "stream: not cases, vendor-cases, abuse-campaigns, "
		       "abuse-not-analyzed or audit";
	return NULL;
}

static const char *
batch_read(const struct sim *sim, const struct evkeyvalq *query,
    enum sim_stream stream, struct sim_items_batch *batch)
{
	const char *text;
	int64_t spread_ms;
	uint64_t scanning;
	uint64_t count;

	count = 1;
	scanning = 0;
	spread_ms = 0;
	memset(batch, 0, sizeof(*batch));
	batch->now_ms = sim_now_ms(sim);
	batch->to_ms = batch->now_ms;
	if (sim_control_uint(query, "count", &count) == -1 ||
	    count > SIM_ITEMS_MAX - sim->tables[stream].count)
		return "count: not a number, or too many";
	text = evhttp_find_header(query, "time");
	if (text != NULL &&
	    sim_time_parse_relative(text, batch->now_ms, &batch->to_ms) == -1)
		return "time: not now, -T or a time";
	text = evhttp_find_header(query, "spread");
	if (text != NULL && sim_duration_parse(text, &spread_ms) == -1)
		return "spread: not a duration";
	if (sim_control_uint(query, "scanning", &scanning) == -1 ||
	    (scanning != 0 && stream != SIM_STREAM_CAMPAIGNS))
		return "scanning: not a number, or not of abuse-campaigns";
	batch->count = (uint32_t)count;
	batch->from_ms = batch->to_ms - spread_ms;
	batch->status = scanning != 0 ? SIM_SCANNING : NULL;
	return NULL;
}

/* A '-' where the API has no id, so that the lines can be counted. */
static void
put_id_line(
    struct buf *out, enum sim_stream stream, const struct sim_item *item)
{
	size_t before;

	before = out->len;
	sim_items_put_id(out, stream, item);
	if (out->len == before)
		(void)buf_putc(out, '-');
	(void)buf_putc(out, '\n');
}
