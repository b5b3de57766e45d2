/* SPDX-License-Identifier: Apache-2.0 */
#include "config.h"

#include <errno.h>
#include <stdlib.h>
#include <sys/socket.h>

#include "base/mem.h"
#include "io/acceptor.h"
#include "io/timer.h"
#include "io/watch.h"

#define REST_MS 1000

struct acceptor {
	struct watch *watch;
	struct timer *rest;
	int listener;
	acceptor_fn *fn;
	void *arg;
};

static void on_ready(unsigned ready, void *arg);
static void on_rested(void *arg);

struct acceptor *
acceptor_new(struct loop *loop, int listener, acceptor_fn *fn, void *arg)
{
	struct acceptor *acceptor = xcalloc(1, sizeof(*acceptor));

	acceptor->listener = listener;
	acceptor->fn = fn;
	acceptor->arg = arg;
	acceptor->watch = watch_new(loop, listener, on_ready, acceptor);
	acceptor->rest = timer_new(loop, on_rested, acceptor);
	watch_set(acceptor->watch, WATCH_READ);
	return acceptor;
}

void
acceptor_free(struct acceptor *acceptor)
{
	if (acceptor == NULL)
		return;
	watch_free(acceptor->watch);
	timer_free(acceptor->rest);
	free(acceptor);
}

static void
on_ready(unsigned ready, void *arg)
{
	struct acceptor *acceptor = arg;
	int fd = accept4(
	    acceptor->listener, NULL, NULL, SOCK_NONBLOCK | SOCK_CLOEXEC);

	(void)ready;
	if (fd != -1) {
		acceptor->fn(fd, acceptor->arg);
	} else if (errno != EAGAIN && errno != EINTR && errno != ECONNABORTED) {
		/* Out of descriptors, most likely. It stays readable. */
		watch_set(acceptor->watch, 0);
		timer_set(acceptor->rest, REST_MS);
	}
}

static void
on_rested(void *arg)
{
	struct acceptor *acceptor = arg;

	watch_set(acceptor->watch, WATCH_READ);
}
