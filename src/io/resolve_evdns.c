/* SPDX-License-Identifier: Apache-2.0 */
/*
 * io/resolve.h on libevent's evdns, a fresh base a look-up.
 *
 * evdns tells even of a cancelled look-up later, through the loop, and must
 * not be freed before it has. So what asks evdns (a query) is apart from what
 * the caller holds (a resolve), and ends by itself when nobody waits any more.
 */
#include "config.h"

#include <netdb.h>
#include <stdlib.h>
#include <string.h>
#include <sys/queue.h>

#include <event2/dns.h>
#include <event2/event.h>
#include <event2/util.h>

#include "base/err.h"
#include "base/mem.h"
#include "io/resolve.h"
#include "io/timer.h"

struct query {
	struct resolve *resolve; /* NULL: nobody waits any more */
	struct event_base *loop;
	struct evdns_base *dns;
	LIST_ENTRY(query) next;
};

struct resolve {
	char *host;
	struct timer *timer;
	struct query *query; /* or NULL: it was numeric, or has answered */
	struct resolve_address list[RESOLVE_MAX];
	size_t count;
	struct err failure; /* when count is 0 */
	resolve_done_fn *done;
	void *arg;
};

/* Queries under way. Nobody else knows those that nobody waits for. */
static LIST_HEAD(, query) queries = LIST_HEAD_INITIALIZER(queries);

static void start_query(struct resolve *resolve, struct loop *loop,
    const char *port, int64_t timeout_ms);
static void on_answer(int result, struct evutil_addrinfo *found, void *arg);
static void query_free(evutil_socket_t fd, short what, void *arg);
static void on_time(void *arg);
static void take_all(
    struct resolve *resolve, const struct evutil_addrinfo *found);
static const struct evutil_addrinfo *next_of(
    const struct evutil_addrinfo *from, int family);
static void take(struct resolve *resolve, const struct evutil_addrinfo *one);

struct resolve *
resolve_start(struct loop *loop, const char *host, const char *port,
    int64_t timeout_ms, resolve_done_fn *done, void *arg)
{
	const struct addrinfo hints = {
	    .ai_family = AF_UNSPEC,
	    .ai_socktype = SOCK_STREAM,
	    .ai_flags = AI_NUMERICHOST | AI_NUMERICSERV,
	};
	struct resolve *resolve = xcalloc(1, sizeof(*resolve));
	struct addrinfo *found;

	resolve->host = xstrdup(host);
	resolve->done = done;
	resolve->arg = arg;
	resolve->timer = timer_new(loop, on_time, resolve);
	if (getaddrinfo(host, port, &hints, &found) == 0) {
		take_all(resolve, found);
		freeaddrinfo(found);
		timer_set(resolve->timer, 0);
		return resolve;
	}
	(void)err_set(&resolve->failure, ERR_AGAIN,
	    "no answer from the name servers about \"%s\"", host);
	timer_set(resolve->timer, timeout_ms);
	start_query(resolve, loop, port, timeout_ms);
	return resolve;
}

void
resolve_cancel(struct resolve *resolve)
{
	if (resolve == NULL)
		return;
	if (resolve->query != NULL)
		resolve->query->resolve = NULL;
	timer_free(resolve->timer);
	free(resolve->host);
	free(resolve);
}

static void
start_query(struct resolve *resolve, struct loop *loop, const char *port,
    int64_t timeout_ms)
{
	const struct evutil_addrinfo hints = {
	    .ai_family = AF_UNSPEC,
	    .ai_socktype = SOCK_STREAM,
	    .ai_protocol = IPPROTO_TCP,
	    .ai_flags = EVUTIL_AI_NUMERICSERV,
	};
	struct query *query = xcalloc(1, sizeof(*query));

	query->resolve = resolve;
	query->loop = loop_handle(loop);
	query->dns = evdns_base_new(query->loop, 0);
	if (query->dns == NULL)
		abort();
	resolve->query = query;
	LIST_INSERT_HEAD(&queries, query, next);
	/* Without resolv.conf it takes the defaults; hosts are read first. */
	(void)evdns_base_resolv_conf_parse(
	    query->dns, DNS_OPTIONS_ALL, "/etc/resolv.conf");
	/* Several tries within our own limit. */
	if (timeout_ms < 15000)
		(void)evdns_base_set_option(query->dns, "timeout", "2");
	/* It may answer at once, from hosts. */
	(void)evdns_getaddrinfo(
	    query->dns, resolve->host, port, &hints, on_answer, query);
}

/* The answer goes on through the loop: evdns is still on the stack. */
static void
on_answer(int result, struct evutil_addrinfo *found, void *arg)
{
	const struct timeval now = {0, 0};
	struct query *query = arg;
	struct resolve *resolve = query->resolve;

	if (resolve != NULL) {
		resolve->query = NULL;
		if (result == 0)
			take_all(resolve, found);
		else
			(void)err_set(&resolve->failure, ERR_AGAIN,
			    "cannot find the address of \"%s\": %s",
			    resolve->host, evutil_gai_strerror(result));
		timer_set(resolve->timer, 0);
	}
	if (found != NULL)
		evutil_freeaddrinfo(found);
	if (event_base_once(
	        query->loop, -1, EV_TIMEOUT, query_free, query, &now) == -1)
		abort();
}

static void
query_free(evutil_socket_t fd, short what, void *arg)
{
	struct query *query = arg;

	(void)fd;
	(void)what;
	evdns_base_free(query->dns, 0);
	LIST_REMOVE(query, next);
	free(query);
}

/* Either there is an answer to give or the limit is reached. */
static void
on_time(void *arg)
{
	struct resolve *resolve = arg;

	if (resolve->count != 0)
		resolve->done(
		    resolve->list, resolve->count, NULL, resolve->arg);
	else
		resolve->done(NULL, 0, &resolve->failure, resolve->arg);
	resolve_cancel(resolve);
}

/* IPv6 and IPv4 in turn, so that a family that leads nowhere costs one. */
static void
take_all(struct resolve *resolve, const struct evutil_addrinfo *found)
{
	const struct evutil_addrinfo *six = next_of(found, AF_INET6);
	const struct evutil_addrinfo *four = next_of(found, AF_INET);

	while (six != NULL || four != NULL) {
		if (six != NULL) {
			take(resolve, six);
			six = next_of(six->ai_next, AF_INET6);
		}
		if (four != NULL) {
			take(resolve, four);
			four = next_of(four->ai_next, AF_INET);
		}
	}
}

static const struct evutil_addrinfo *
next_of(const struct evutil_addrinfo *from, int family)
{
	while (from != NULL && from->ai_family != family)
		from = from->ai_next;
	return from;
}

static void
take(struct resolve *resolve, const struct evutil_addrinfo *one)
{
	struct resolve_address *address;

	if (resolve->count == RESOLVE_MAX ||
	    one->ai_addrlen > sizeof(address->addr))
		return;
	address = &resolve->list[resolve->count++];
	memcpy(&address->addr, one->ai_addr, one->ai_addrlen);
	address->len = (socklen_t)one->ai_addrlen;
}
