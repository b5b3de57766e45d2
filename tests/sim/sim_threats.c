/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Lists and details of threats.
 */
#include "config.h"

#include "sim.h"
#include "sim_answer.h"
#include "sim_json.h"
#include "sim_list.h"
#include "sim_message.h"
#include "sim_state.h"
#include "sim_threats.h"

#define ONE_PAGE_SIZE 10

enum key {
	KEY_RECEIVED,
	KEY_REMEDIATED,
};

static const char *const keys[] = {
    "receivedTime", "latestTimeRemediated", NULL};

static bool is_picked(const struct sim_list *l, const struct sim_threat *t);
static bool has_bad_key(const struct sim *sim, const struct sim_list *l);
static bool is_bad(const struct sim *sim, const struct sim_list *l);
static bool holds(const struct sim_list *l, int64_t second_ms);
static void count_list(struct sim_stats *s, const struct sim_list *l);
static void put_id(struct buf *out, const struct sim_threat *t);
static void put_messages(
    struct sim_answer *a, struct sim_threat *t, const struct sim_page *p);
static uint64_t detail_page_size(const struct sim *sim);

void
sim_threats_list(
    struct sim_answer *a, const char *id, const struct evkeyvalq *query)
{
	const struct sim_threat *t;
	const struct sim_store *s;
	struct sim_list list;
	const struct sim *sim;
	uint32_t i;

	(void)id;
	sim = a->sim;
	if (sim_list_read(&list, a, query, keys) == -1)
		return;
	/* Both bounds are whole seconds and the upper one is exclusive. */
	sim_filter_cut(&list.filter);
	if (sim->opt.retention_ms != 0 &&
	    !sim_list_is_since(&list, sim_now_ms(sim) - sim->opt.retention_ms,
	        "The window is outside the data retention period"))
		return;
	if (sim->opt.bad_key_code != 0 && has_bad_key(sim, &list)) {
		sim_answer_error(
		    a, (int)sim->opt.bad_key_code, "simulated trouble by key");
		return;
	}
	if (is_bad(sim, &list)) {
		sim_answer_error(a, sim->opt.bad_list_says != NULL ? 400 : 500,
		    sim->opt.bad_list_says != NULL
		        ? sim->opt.bad_list_says
		        : "simulated trouble with a list");
		return;
	}
	count_list(&a->sim->stats, &list);
	s = &sim->store;
	sim_list_begin(&list, "threats");
	if (holds(&list, sim->opt.odd_list_ms) && sim_list_take(&list)) {
		sim_json_sep(&a->body);
		(void)buf_puts(&a->body, "{\"threatId\":null}");
	}
	for (i = 0; i < s->nthreats && !sim_list_is_over(&list); i++) {
		t = &s->threats[s->by_id[i].index];
		if (is_picked(&list, t) && sim_list_take(&list))
			put_id(&a->body, t);
	}
	sim_list_end(&list);
}

void
sim_threats_detail(
    struct sim_answer *a, const char *id, const struct evkeyvalq *query)
{
	char uuid[SIM_UUID_LEN + 1];
	struct sim_threat *t;
	struct sim_page page;
	uint64_t wanted;
	bool more;

	t = sim_store_find(&a->sim->store, id);
	if (t == NULL) {
		sim_answer_error(a, 404, "Threat does not exist");
		return;
	}
	if (a->fault.kind == SIM_FAULT_OTHER && a->sim->store.nthreats > 1)
		t = &a->sim->store.threats[t == a->sim->store.threats];
	if (sim_page_read(a, query, &page) == -1)
		return;
	if (detail_page_size(a->sim) != 0)
		page.size = detail_page_size(a->sim);
	if (a->sim->opt.beyond_code != 0 && page.number > 1 &&
	    (page.number - 1) * page.size >= sim_threats_visible(a->sim, t)) {
		sim_answer_error(
		    a, (int)a->sim->opt.beyond_code, "No such page");
		return;
	}
	wanted = page.number;
	if (a->sim->opt.one_page)
		page.number = 1;
	sim_uuid(uuid, t);
	(void)buf_putc(&a->body, '{');
	sim_json_member(&a->body, "threatId", uuid);
	put_messages(a, t, &page);
	if (!t->old_style) {
		sim_json_member_int(
		    &a->body, "recipientCount", sim_store_recipients(t));
		sim_message_put_tenant(&a->body, true);
	}
	more = a->sim->opt.one_page
	    ? t->nmessages > page.size
	    : sim_threats_visible(a->sim, t) > page.number * page.size;
	page.number = wanted;
	if (a->sim->opt.odd_next_page)
		(void)buf_puts(&a->body, ",\"nextPageNumber\":\"\"");
	else
		sim_page_put(a, &page, more && !a->sim->opt.no_next_page);
	(void)buf_putc(&a->body, '}');
}

uint64_t
sim_threats_visible(const struct sim *sim, const struct sim_threat *t)
{
	uint64_t limit;

	limit = sim->opt.detail_cap;
	if (sim->opt.one_page && limit > detail_page_size(sim))
		limit = detail_page_size(sim);
	return t->nmessages < limit ? t->nmessages : limit;
}

static bool
is_picked(const struct sim_list *l, const struct sim_threat *t)
{
	uint32_t i;

	if (!l->filtered)
		return true;
	switch ((enum key)l->filter.key) {
	case KEY_REMEDIATED:
		return t->remediated_last_ms != SIM_NEVER &&
		    sim_filter_has(&l->filter, t->remediated_last_ms);
	case KEY_RECEIVED:
		break;
	}
	if (t->received_last_ms < l->filter.from_ms)
		return false;
	for (i = 0; i < t->nmessages; i++) {
		if (sim_filter_has(&l->filter, t->messages[i].received_ms))
			return true;
	}
	return false;
}

static bool
has_bad_key(const struct sim *sim, const struct sim_list *l)
{
	return l->filtered && sim->opt.bad_key == (uint64_t)l->filter.key + 1;
}

static bool
is_bad(const struct sim *sim, const struct sim_list *l)
{
	if (!l->filtered)
		return false;
	if (has_bad_key(sim, l))
		return true;
	return holds(l, sim->opt.bad_list_ms);
}

/* By receivedTime; 0 is none. */
static bool
holds(const struct sim_list *l, int64_t second_ms)
{
	return l->filtered && l->filter.key == KEY_RECEIVED && second_ms != 0 &&
	    sim_filter_has(&l->filter, second_ms);
}

static void
count_list(struct sim_stats *s, const struct sim_list *l)
{
	if (!l->filtered)
		s->listed_unfiltered++;
	else if (l->filter.key == KEY_RECEIVED)
		s->listed_received++;
	else
		s->listed_remediated++;
}

static void
put_id(struct buf *out, const struct sim_threat *t)
{
	char uuid[SIM_UUID_LEN + 1];

	sim_uuid(uuid, t);
	sim_json_sep(out);
	(void)buf_putc(out, '{');
	sim_json_member(out, "threatId", uuid);
	(void)buf_putc(out, '}');
}

static void
put_messages(
    struct sim_answer *a, struct sim_threat *t, const struct sim_page *p)
{
	uint64_t count;
	uint64_t at;
	uint64_t end;
	uint32_t n;

	count = sim_threats_visible(a->sim, t);
	at = (p->number - 1) * p->size;
	end = at + p->size < count ? at + p->size : count;
	sim_json_key(&a->body, "messages");
	(void)buf_putc(&a->body, '[');
	for (; at < end; at++) {
		n = (uint32_t)(a->sim->opt.oldest_first ? at : count - 1 - at);
		sim_message_put(&a->body, t, n, a->sim->opt.invalid_utf8);
		if (a->fault.kind == SIM_FAULT_NONE)
			sim_state_mark_served(t, n);
	}
	(void)buf_putc(&a->body, ']');
}

/* 0: as the client asks. With --one-page "only 10 results will show". */
static uint64_t
detail_page_size(const struct sim *sim)
{
	if (sim->opt.detail_page_size != 0)
		return sim->opt.detail_page_size;
	return sim->opt.one_page ? ONE_PAGE_SIZE : 0;
}
