/* SPDX-License-Identifier: Apache-2.0 */
/*
 * libevent's resolver. A new one for each question, so that a changed
 * resolv.conf or hosts file is seen. It is freed from a timer: freeing it from
 * inside its own answer would pull the floor away.
 */
#include "config.h"

#include <netdb.h>
#include <stdlib.h>
#include <string.h>

#include <event2/dns.h>
#include <event2/event.h>
#include <event2/util.h>

#include "base/mem.h"
#include "io/resolve.h"
#include "io/timer.h"

struct resolve {
	struct evdns_base *dns;
	struct evdns_getaddrinfo_request *request;
	struct timer *timer;
	resolve_fn *fn; /* NULL: cancelled */
	void *arg;
	struct address addresses[RESOLVE_MAX];
	size_t count;
	const char *why;
};

static void on_answer(int error, struct evutil_addrinfo *list, void *arg);
static void on_timer(void *arg);
static void take(struct resolve *r, const struct addrinfo *list);

struct resolve *
resolve_start(struct loop *loop, const char *host, const char *port,
    resolve_fn *fn, void *arg)
{
	struct resolve *r = xcalloc(1, sizeof(*r));
	struct evutil_addrinfo hints;
	struct addrinfo *list = NULL;

	r->fn = fn;
	r->arg = arg;
	r->timer = timer_new(loop, on_timer, r);
	memset(&hints, 0, sizeof(hints));
	hints.ai_socktype = SOCK_STREAM;
	hints.ai_protocol = IPPROTO_TCP;
	hints.ai_flags = AI_NUMERICHOST;
	if (getaddrinfo(host, port, &hints, &list) == 0) {
		take(r, list);
		freeaddrinfo(list);
		timer_set(r->timer, 0);
		return r;
	}
	hints.ai_flags = 0;
	r->dns = evdns_base_new(
	    loop_handle(loop), EVDNS_BASE_INITIALIZE_NAMESERVERS);
	if (r->dns == NULL) {
		r->why = "the resolver's configuration cannot be read";
		timer_set(r->timer, 0);
		return r;
	}
	r->request =
	    evdns_getaddrinfo(r->dns, host, port, &hints, on_answer, r);
	return r;
}

void
resolve_cancel(struct resolve *r)
{
	if (r == NULL)
		return;
	r->fn = NULL;
	if (r->request != NULL)
		evdns_getaddrinfo_cancel(r->request);
	else
		on_timer(r);
}

/* May come from inside evdns_getaddrinfo. */
static void
on_answer(int error, struct evutil_addrinfo *list, void *arg)
{
	struct resolve *r = arg;

	r->request = NULL;
	if (error != 0)
		r->why = evutil_gai_strerror(error);
	take(r, list);
	if (list != NULL)
		evutil_freeaddrinfo(list);
	timer_set(r->timer, 0);
}

static void
take(struct resolve *r, const struct addrinfo *list)
{
	for (; list != NULL && r->count < RESOLVE_MAX; list = list->ai_next) {
		struct address *a = &r->addresses[r->count];

		if (list->ai_addrlen > sizeof(a->addr))
			continue;
		memcpy(&a->addr, list->ai_addr, list->ai_addrlen);
		a->len = list->ai_addrlen;
		r->count++;
	}
}

static void
on_timer(void *arg)
{
	struct resolve *r = arg;
	resolve_fn *fn = r->fn;

	if (r->count == 0 && r->why == NULL)
		r->why = "the name has no address";
	if (r->dns != NULL)
		evdns_base_free(r->dns, 0);
	timer_free(r->timer);
	if (fn != NULL)
		fn(r->addresses, r->count, r->why, r->arg);
	free(r);
}
