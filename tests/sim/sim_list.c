/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Lists.
 */
#include "config.h"

#include <event2/http.h>
#include <string.h>

#include "sim.h"
#include "sim_answer.h"
#include "sim_json.h"
#include "sim_list.h"
#include "sim_number.h"

#define PAGE_SIZE 100 /* when the client does not say; the "top 100", too */

static uint64_t first_of(const struct sim_page *p);

int
sim_page_read(
    struct sim_answer *a, const struct evkeyvalq *query, struct sim_page *ret)
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

void
sim_page_put(struct sim_answer *a, const struct sim_page *p, bool more)
{
	sim_json_member_int(&a->body, "pageNumber", (int64_t)p->number);
	if (a->sim->opt.end == SIM_END_NEVER)
		return;
	if (more || a->sim->opt.end == SIM_END_PRESENT)
		sim_json_member_int(
		    &a->body, "nextPageNumber", (int64_t)p->number + 1);
	else if (a->sim->opt.end == SIM_END_NULL)
		sim_json_member_raw(&a->body, "nextPageNumber", "null");
}

int
sim_list_read(struct sim_list *l, struct sim_answer *a,
    const struct evkeyvalq *query, const char *const *keys)
{
	const char *text;
	const char *why;

	memset(l, 0, sizeof(*l));
	l->a = a;
	l->page.number = 1;
	l->page.size = PAGE_SIZE;
	l->filter.from_ms = INT64_MIN;
	l->filter.to_ms = INT64_MAX;
	text = evhttp_find_header(query, "filter");
	/* With this slip the real API forgets that there was a filter. */
	if (text == NULL || !strncmp(text, "filter=", 7))
		return 0;
	l->filtered = true;
	if (sim_filter_parse(text, keys, &l->filter, &why) == -1) {
		sim_answer_error(a, 404, why);
		return -1;
	}
	return sim_page_read(a, query, &l->page);
}

bool
sim_list_is_since(struct sim_list *l, int64_t oldest_ms, const char *why)
{
	if (!l->filtered || l->filter.from_ms >= oldest_ms)
		return true;
	sim_answer_error(l->a, 400, why);
	return false;
}

void
sim_list_begin(struct sim_list *l, const char *member)
{
	sim_json_open(&l->a->body, NULL, '{');
	sim_json_open(&l->a->body, member, '[');
}

bool
sim_list_take(struct sim_list *l)
{
	uint64_t at;

	at = l->found++;
	return at >= first_of(&l->page) &&
	    at - first_of(&l->page) < l->page.size;
}

/* One beyond the page is looked for: it tells that there is a next page. */
bool
sim_list_is_over(const struct sim_list *l)
{
	if (!l->filtered)
		return l->found >= PAGE_SIZE;
	return l->found > first_of(&l->page) + l->page.size &&
	    !l->a->sim->opt.total;
}

void
sim_list_end(struct sim_list *l)
{
	const struct sim_options *opt = &l->a->sim->opt;
	uint64_t code = opt->later_code;

	if (code == 0 && l->found <= first_of(&l->page))
		code = opt->beyond_code;
	if (code != 0 && l->page.number > 1) {
		sim_answer_error(l->a, (int)code, "No such page");
		return;
	}
	sim_json_close(&l->a->body, ']');
	if (l->filtered)
		sim_page_put(l->a, &l->page,
		    l->found > first_of(&l->page) + l->page.size);
	if (l->filtered && l->a->sim->opt.total)
		sim_json_member_int(&l->a->body, "total", (int64_t)l->found);
	sim_json_close(&l->a->body, '}');
}

static uint64_t
first_of(const struct sim_page *p)
{
	return (p->number - 1) * p->size;
}
