/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Session tickets: the newest of each server, kept in the context.
 */
#include "config.h"

#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "base/mem.h"
#include "io/tls_parts.h"

static bool is_usable(const struct tls_context *context, SSL_SESSION *session);
static bool lists_hold(const struct tls_lists *lists);

struct tls_ticket *
tls_ticket_of(struct tls_context *context, const char *server)
{
	struct tls_ticket *ticket;

	SLIST_FOREACH(ticket, &context->tickets, next)
	if (strcmp(ticket->server, server) == 0)
		return ticket;
	ticket = xcalloc(1, sizeof(*ticket));
	ticket->server = xstrdup(server);
	SLIST_INSERT_HEAD(&context->tickets, ticket, next);
	return ticket;
}

void
tls_ticket_drop(struct tls_ticket *ticket)
{
	SSL_SESSION_free(ticket->session);
	ticket->session = NULL;
}

void
tls_tickets_drop(struct tls_context *context)
{
	struct tls_ticket *ticket;

	SLIST_FOREACH(ticket, &context->tickets, next)
	tls_ticket_drop(ticket);
}

void
tls_tickets_free(struct tls_context *context)
{
	struct tls_ticket *ticket;

	while ((ticket = SLIST_FIRST(&context->tickets)) != NULL) {
		SLIST_REMOVE_HEAD(&context->tickets, next);
		tls_ticket_drop(ticket);
		free(ticket->server);
		free(ticket);
	}
}

/*
 * RFC 8446 appendix C.4: a ticket is used once. A TLS 1.2 session may be used
 * again, and the server need not issue another.
 */
void
tls_ticket_use(
    const struct tls_context *context, struct tls_ticket *ticket, SSL *ssl)
{
	SSL_SESSION *session = ticket->session;

	if (session == NULL)
		return;
	if (!is_usable(context, session)) {
		tls_ticket_drop(ticket);
		return;
	}
	(void)SSL_set_session(ssl, session);
	if (SSL_SESSION_get_protocol_version(session) >= TLS1_3_VERSION)
		tls_ticket_drop(ticket);
}

/* Resumption does not look at the certificate again, nor at the lists; so we
 * do. Without them there is a handshake in full, which says what is wrong. */
static bool
is_usable(const struct tls_context *context, SSL_SESSION *session)
{
	const X509 *peer = SSL_SESSION_get0_peer(session);

	return SSL_SESSION_is_resumable(session) && peer != NULL &&
	    X509_cmp_current_time(X509_get0_notAfter(peer)) > 0 &&
	    lists_hold(&context->made.lists);
}

static bool
lists_hold(const struct tls_lists *lists)
{
	struct timespec now;

	(void)clock_gettime(CLOCK_REALTIME, &now);
	return lists->to_ms == 0 || (int64_t)now.tv_sec * 1000 < lists->to_ms;
}
