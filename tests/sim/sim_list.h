/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What all lists of the API have in common: the filter, pages, and the ways to
 * say that there is no further page. Pages are offsets into live tables.
 *
 *	sim_list_begin(&list, "threats");
 *	while (one more is picked && !sim_list_is_over(&list))
 *		if (sim_list_take(&list))
 *			put it;
 *	sim_list_end(&list);
 */
#ifndef CEFD_SIM_LIST_H
#define CEFD_SIM_LIST_H

#include <stdbool.h>
#include <stdint.h>

#include "sim_filter.h"

struct evkeyvalq;
struct sim_answer;

struct sim_page {
	uint64_t number; /* from 1 */
	uint64_t size;
};

struct sim_list {
	struct sim_answer *a;
	bool filtered; /* without: the "top 100", no paging */
	struct sim_filter filter;
	struct sim_page page;
	uint64_t found; /* picked so far */
};

/* pageSize and pageNumber. 0, or -1 with the error in the answer. */
int sim_page_read(
    struct sim_answer *a, const struct evkeyvalq *query, struct sim_page *ret);

void sim_page_put(struct sim_answer *a, const struct sim_page *p, bool more);

/* Filter and page of a request. 0, or -1 with the error in the answer. */
int sim_list_read(struct sim_list *l, struct sim_answer *a,
    const struct evkeyvalq *query, const char *const *keys);

/* False, with 400 in the answer, if it asks for what is older than that. */
bool sim_list_is_since(struct sim_list *l, int64_t oldest_ms, const char *why);

void sim_list_begin(struct sim_list *l, const char *member);
/* Count one that the filter picks; true if it is on this page. */
bool sim_list_take(struct sim_list *l);
bool sim_list_is_over(const struct sim_list *l);
void sim_list_end(struct sim_list *l);

#endif
