/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The server. Each accepted connection gets an OpenSSL bufferevent; evhttp
 * does not know that it speaks TLS.
 */
#include "config.h"

#include <arpa/inet.h>
#include <event2/bufferevent.h>
#include <event2/bufferevent_ssl.h>
#include <event2/event.h>
#include <event2/http.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <openssl/err.h>
#include <openssl/ssl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

#include "base/buf.h"
#include "base/mem.h"
#include "sim.h"
#include "sim_answer.h"
#include "sim_api.h"
#include "sim_cert.h"
#include "sim_control.h"
#include "sim_number.h"
#include "sim_server.h"

#define HEADERS_MAX 65536
#define BODY_MAX (1 << 20)

static int tls_start(struct sim *sim, struct buf *why);
static int listen_on(struct sim *sim, uint16_t *ret_port, struct buf *why);
static struct bufferevent *on_accept(struct event_base *base, void *arg);
static void on_request(struct evhttp_request *req, void *arg);

int
sim_server_start(struct sim *sim, uint16_t *ret_port, struct buf *why)
{
	struct timeval idle;

	if (tls_start(sim, why) == -1)
		return -1;
	sim->http = evhttp_new(sim->base);
	if (sim->http == NULL)
		return -1;
	idle.tv_sec = (time_t)(sim->opt.idle_ms / 1000);
	idle.tv_usec = (suseconds_t)(sim->opt.idle_ms % 1000 * 1000);
	evhttp_set_timeout_tv(sim->http, &idle);
	evhttp_set_max_headers_size(sim->http, HEADERS_MAX);
	evhttp_set_max_body_size(sim->http, BODY_MAX);
	evhttp_set_allowed_methods(sim->http,
	    EVHTTP_REQ_GET | EVHTTP_REQ_POST | EVHTTP_REQ_HEAD |
	        EVHTTP_REQ_PUT | EVHTTP_REQ_DELETE | EVHTTP_REQ_PATCH);
	evhttp_set_bevcb(sim->http, on_accept, sim);
	evhttp_set_gencb(sim->http, on_request, sim);
	return listen_on(sim, ret_port, why);
}

void
sim_server_stop(struct sim *sim)
{
	sim_answer_drop_all(sim);
	if (sim->http != NULL)
		evhttp_free(sim->http);
	sim->http = NULL;
	SSL_CTX_free(sim->tls);
	sim->tls = NULL;
}

static int
tls_start(struct sim *sim, struct buf *why)
{
	const struct sim_options *o;
	char *cert;
	char *key;
	int ok;

	o = &sim->opt;
	if (o->self_signed != NULL && sim_cert_make(o->self_signed) == -1) {
		(void)buf_printf(
		    why, "%s: cannot make a certificate", o->self_signed);
		return -1;
	}
	if (o->self_signed == NULL && (o->cert == NULL || o->key == NULL)) {
		(void)buf_puts(why, "--cert and --key, or --self-signed");
		return -1;
	}
	cert = o->self_signed != NULL ? xasprintf("%s/cert.pem", o->self_signed)
	                              : xstrdup(o->cert);
	key = o->self_signed != NULL ? xasprintf("%s/key.pem", o->self_signed)
	                             : xstrdup(o->key);
	sim->tls = SSL_CTX_new(TLS_server_method());
	ok = sim->tls != NULL &&
	    SSL_CTX_set_min_proto_version(sim->tls, TLS1_2_VERSION) == 1 &&
	    SSL_CTX_use_certificate_chain_file(sim->tls, cert) == 1 &&
	    SSL_CTX_use_PrivateKey_file(sim->tls, key, SSL_FILETYPE_PEM) == 1 &&
	    SSL_CTX_check_private_key(sim->tls) == 1;
	if (!ok)
		(void)buf_printf(why, "%s, %s: %s", cert, key,
		    ERR_reason_error_string(ERR_peek_last_error()));
	free(cert);
	free(key);
	return ok ? 0 : -1;
}

static int
listen_on(struct sim *sim, uint16_t *ret_port, struct buf *why)
{
	struct evhttp_bound_socket *bound;
	struct sockaddr_storage at;
	socklen_t len;
	int one;
	uint64_t port;
	const char *colon;
	char *host;

	colon = strrchr(sim->opt.listen, ':');
	if (colon == NULL || sim_uint_parse(colon + 1, &port) == -1 ||
	    port > UINT16_MAX) {
		(void)buf_printf(why, "%s: not HOST:PORT", sim->opt.listen);
		return -1;
	}
	host = xstrndup(sim->opt.listen, (size_t)(colon - sim->opt.listen));
	bound = evhttp_bind_socket_with_handle(sim->http, host, (uint16_t)port);
	free(host);
	/* What is accepted inherits it; a reply is more than one write. */
	one = 1;
	if (bound != NULL)
		(void)setsockopt(evhttp_bound_socket_get_fd(bound), IPPROTO_TCP,
		    TCP_NODELAY, &one, sizeof(one));
	len = sizeof(at);
	if (bound == NULL ||
	    getsockname(evhttp_bound_socket_get_fd(bound),
	        (struct sockaddr *)&at, &len) == -1) {
		(void)buf_printf(why, "%s: cannot listen", sim->opt.listen);
		return -1;
	}
	/* Accepted sockets inherit it: head and body go out in two writes. */
	(void)setsockopt(evhttp_bound_socket_get_fd(bound), IPPROTO_TCP,
	    TCP_NODELAY, &(int){1}, sizeof(int));
	*ret_port = ntohs(at.ss_family == AF_INET6
	        ? ((struct sockaddr_in6 *)&at)->sin6_port
	        : ((struct sockaddr_in *)&at)->sin_port);
	return 0;
}

static struct bufferevent *
on_accept(struct event_base *base, void *arg)
{
	struct bufferevent *bev;
	struct sim *sim;
	SSL *ssl;

	sim = arg;
	sim->stats.connections++;
	ssl = SSL_new(sim->tls);
	if (ssl == NULL)
		return NULL;
	bev = bufferevent_openssl_socket_new(
	    base, -1, ssl, BUFFEREVENT_SSL_ACCEPTING, BEV_OPT_CLOSE_ON_FREE);
	if (bev != NULL)
		bufferevent_openssl_set_allow_dirty_shutdown(bev, 1);
	return bev;
}

static void
on_request(struct evhttp_request *req, void *arg)
{
	const char *path;

	path = evhttp_uri_get_path(evhttp_request_get_evhttp_uri(req));
	if (path != NULL && !strncmp(path, "/_sim/", 6))
		sim_control_handle(arg, req);
	else
		sim_api_handle(arg, req);
}
