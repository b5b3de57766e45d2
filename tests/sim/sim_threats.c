/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Lists and details of threats.
 */
#include "config.h"

#include <event2/http.h>
#include <string.h>

#include "sim.h"
#include "sim_answer.h"
#include "sim_filter.h"
#include "sim_json.h"
#include "sim_message.h"
#include "sim_number.h"
#include "sim_state.h"
#include "sim_threats.h"

#define PAGE_SIZE 100 /* when the client does not say; the "top 100", too */

#define ONE_PAGE_SIZE 10

struct page {
	uint64_t number; /* from 1 */
	uint64_t size;
};

static int page_read(
    struct sim_answer *a, const struct evkeyvalq *query, struct page *ret);
static void page_put(struct sim_answer *a, const struct page *p, bool more);
static void list_unfiltered(struct sim_answer *a);
static void list_filtered(
    struct sim_answer *a, const struct sim_filter *f, const struct page *p);
static void put_id(struct buf *out, const struct sim_threat *t);
static bool is_retained(const struct sim *sim, const struct sim_filter *f);
static void put_messages(
    struct sim_answer *a, struct sim_threat *t, const struct page *p);
static uint64_t detail_page_size(const struct sim *sim);

void
sim_threats_list(
    struct sim_answer *a, const char *id, const struct evkeyvalq *query)
{
	struct sim_filter filter;
	const char *text;
	const char *why;
	struct page page;

	(void)id;
	text = evhttp_find_header(query, "filter");
	/* With this slip the real API forgets that there was a filter. */
	if (text == NULL || !strncmp(text, "filter=", 7)) {
		a->sim->stats.listed_unfiltered++;
		list_unfiltered(a);
		return;
	}
	if (sim_filter_parse(text, &filter, &why) == -1) {
		sim_answer_error(a, 404, why);
		return;
	}
	if (page_read(a, query, &page) == -1)
		return;
	if (!is_retained(a->sim, &filter)) {
		sim_answer_error(
		    a, 400, "The window is outside the data retention period");
		return;
	}
	list_filtered(a, &filter, &page);
}

void
sim_threats_detail(
    struct sim_answer *a, const char *id, const struct evkeyvalq *query)
{
	char uuid[SIM_UUID_LEN + 1];
	struct sim_threat *t;
	struct page page;
	uint64_t wanted;
	bool more;

	t = sim_store_find(&a->sim->store, id);
	if (t == NULL) {
		sim_answer_error(a, 404, "Threat does not exist");
		return;
	}
	if (page_read(a, query, &page) == -1)
		return;
	if (detail_page_size(a->sim) != 0)
		page.size = detail_page_size(a->sim);
	wanted = page.number;
	if (a->sim->opt.one_page)
		page.number = 1;
	sim_uuid(uuid, t);
	(void)buf_putc(&a->body, '{');
	sim_json_member(&a->body, "threatId", uuid);
	put_messages(a, t, &page);
	if (!t->old_style) {
		sim_json_member_int(&a->body, "recipientCount", t->nmessages);
		sim_json_member_int(&a->body, "tenantId", SIM_TENANT_ID);
		sim_json_member(&a->body, "tenantName", SIM_TENANT_NAME);
	}
	more = a->sim->opt.one_page
	    ? t->nmessages > page.size
	    : sim_threats_visible(a->sim, t) > page.number * page.size;
	page.number = wanted;
	page_put(a, &page, more);
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

static int
page_read(struct sim_answer *a, const struct evkeyvalq *query, struct page *ret)
{
	const char *number;
	const char *size;

	ret->number = 1;
	ret->size = PAGE_SIZE;
	number = evhttp_find_header(query, "pageNumber");
	size = evhttp_find_header(query, "pageSize");
	if ((number != NULL && sim_uint_parse(number, &ret->number) == -1) ||
	    (size != NULL && sim_uint_parse(size, &ret->size) == -1) ||
	    ret->number < 1 || ret->number > UINT32_MAX || ret->size < 1) {
		sim_answer_error(a, 400, "Invalid pageSize or pageNumber");
		return -1;
	}
	if (ret->size > a->sim->opt.max_page_size)
		ret->size = a->sim->opt.max_page_size;
	return 0;
}

static void
page_put(struct sim_answer *a, const struct page *p, bool more)
{
	sim_json_member_int(&a->body, "pageNumber", (int64_t)p->number);
	if (more || a->sim->opt.end == SIM_END_PRESENT)
		sim_json_member_int(
		    &a->body, "nextPageNumber", (int64_t)p->number + 1);
	else if (a->sim->opt.end == SIM_END_NULL)
		sim_json_member_raw(&a->body, "nextPageNumber", "null");
}

static void
list_unfiltered(struct sim_answer *a)
{
	const struct sim_store *s;
	uint32_t i;

	s = &a->sim->store;
	(void)buf_puts(&a->body, "{\"threats\":[");
	for (i = 0; i < s->nthreats && i < PAGE_SIZE; i++)
		put_id(&a->body, &s->threats[s->by_id[i].index]);
	(void)buf_put(&a->body, "]}", 2);
}

static void
list_filtered(
    struct sim_answer *a, const struct sim_filter *f, const struct page *p)
{
	const struct sim_threat *t;
	const struct sim_store *s;
	uint64_t found;
	uint64_t first;
	uint32_t i;

	if (f->key == SIM_FILTER_RECEIVED)
		a->sim->stats.listed_received++;
	else
		a->sim->stats.listed_remediated++;
	s = &a->sim->store;
	first = (p->number - 1) * p->size;
	found = 0;
	(void)buf_puts(&a->body, "{\"threats\":[");
	for (i = 0; i < s->nthreats; i++) {
		t = &s->threats[s->by_id[i].index];
		if (!sim_filter_takes(f, t))
			continue;
		if (found >= first && found < first + p->size)
			put_id(&a->body, t);
		found++;
		if (found > first + p->size && !a->sim->opt.total)
			break;
	}
	(void)buf_putc(&a->body, ']');
	page_put(a, p, found > first + p->size);
	if (a->sim->opt.total)
		sim_json_member_int(&a->body, "total", (int64_t)found);
	(void)buf_putc(&a->body, '}');
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

static bool
is_retained(const struct sim *sim, const struct sim_filter *f)
{
	return sim->opt.retention_ms == 0 ||
	    f->from_ms >= sim_now_ms(sim) - sim->opt.retention_ms;
}

static void
put_messages(struct sim_answer *a, struct sim_threat *t, const struct page *p)
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
