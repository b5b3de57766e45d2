/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Grammar only: whether a name exists is for the one who connects to find out.
 */
#include "config.h"

#include <arpa/inet.h>
#include <string.h>

#include "base/mem.h"
#include "conf/address.h"
#include "conf/units.h"

static const char *port_fault(struct text t);
static const char *name_fault(struct text t);
static bool is_whole(const char *host, const char *end);
static bool drop_prefix(struct text *t, const char *prefix);
static bool drop_suffix(struct text *t, const char *suffix);

const char *
address_fault(struct text t, bool need_port)
{
	struct text host = t, rest = {NULL, 0};
	const char *end, *fault;
	char v6[INET6_ADDRSTRLEN];
	struct in6_addr in6;

	if (t.len == 0)
		return "empty: write host or host:port";
	if (need_port &&
	    (memchr(t.ptr, ',', t.len) != NULL ||
	        memchr(t.ptr, ';', t.len) != NULL))
		return "several stand in braces: write {\"HOST:PORT\", "
		       "\"HOST:PORT\"}";
	if (memmem(t.ptr, t.len, "://", 3) != NULL)
		return "leave out what ends with ://, and write host or "
		       "host:port, as in siem.example.com:6514";
	if (t.ptr[0] == '[') {
		end = memchr(t.ptr, ']', t.len);
		if (end == NULL)
			return "\"[\" without \"]\": write [::1]:6514";
		host = (struct text){t.ptr + 1, (size_t)(end - t.ptr - 1)};
		rest = (struct text){end + 1, t.len - host.len - 2};
		if (host.len >= sizeof(v6))
			return "no IPv6 address between the brackets";
		memcpy(v6, host.ptr, host.len);
		v6[host.len] = '\0';
		if (inet_pton(AF_INET6, v6, &in6) != 1)
			return "no IPv6 address between the brackets";
	} else {
		end = memchr(t.ptr, ':', t.len);
		if (end != NULL) {
			host.len = (size_t)(end - t.ptr);
			rest = (struct text){end, t.len - host.len};
		}
		fault = name_fault(host);
		if (fault != NULL)
			return fault;
	}
	if (rest.len == 0)
		return need_port
		    ? "no port: write host:port, as in siem.example.com:6514"
		    : NULL;
	return port_fault(rest);
}

const char *
address_listen_fault(struct text t)
{
	const char *colon = memrchr(t.ptr, ':', t.len);
	size_t len = colon != NULL ? (size_t)(colon - t.ptr) : 0;
	char host[INET_ADDRSTRLEN] = "";
	struct in_addr in;

	if (len < sizeof(host))
		memcpy(host, t.ptr, len);
	if (address_fault(t, true) != NULL ||
	    (t.ptr[0] != '[' && strcmp(host, "localhost") != 0 &&
	        inet_pton(AF_INET, host, &in) != 1))
		return "not an address of this machine and a port: write "
		       "127.0.0.1:9514 or [::1]:9514, or 0.0.0.0:9514 for all "
		       "of its addresses";
	return NULL;
}

/* ":1" to ":65535" */
static const char *
port_fault(struct text t)
{
	int64_t port;

	if (t.ptr[0] != ':')
		return "something other than :port behind the host: write "
		       "host:port";
	if (memchr(t.ptr + 1, ':', t.len - 1) != NULL)
		return "an IPv6 address needs brackets: write [::1]:6514";
	if (units_read_int((struct text){t.ptr + 1, t.len - 1}, &port) == -1 ||
	    port < 1 || port > 65535)
		return "the port is not a number from 1 to 65535";
	return NULL;
}

static const char *
name_fault(struct text t)
{
	if (t.len == 0)
		return "no host: write host:port, and an IPv6 address in "
		       "brackets, as in [::1]:6514";
	if (t.len > 255)
		return "the host is too long";
	for (size_t i = 0; i < t.len; i++) {
		char c = t.ptr[i];

		if (!((c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') ||
		        (c >= '0' && c <= '9') || c == '.' || c == '-' ||
		        c == '_'))
			return "a character that no host name has";
	}
	return NULL;
}

const char *
address_domain_fault(struct text t)
{
	bool empty = t.len == 0 || t.ptr[0] == '.' || t.ptr[t.len - 1] == '.' ||
	    memmem(t.ptr, t.len, "..", 2) != NULL;

	return empty || name_fault(t) != NULL
	    ? "not the name of a domain, like example.com"
	    : NULL;
}

char *
address_of_api(struct text t)
{
	struct text host, port;
	const char *colon;
	char *address;

	(void)drop_prefix(&t, "https://");
	(void)drop_suffix(&t, "/");
	(void)drop_suffix(&t, "/v1");
	/* What is no port is left to address_fault. */
	colon = t.len > 0 ? memrchr(t.ptr, ':', t.len) : NULL;
	host = t;
	if (colon != NULL && is_whole(t.ptr, colon))
		host.len = (size_t)(colon - t.ptr);
	port = (struct text){t.ptr + host.len, t.len - host.len};
	(void)drop_suffix(&host, ".");
	if (text_eq(port, TEXT(":443")))
		port.len = 0;
	address = xmalloc(host.len + port.len + 1);
	for (size_t i = 0; i < host.len; i++)
		address[i] = text_lower(host.ptr[i]);
	if (port.len > 0)
		memcpy(address + host.len, port.ptr, port.len);
	address[host.len + port.len] = '\0';
	return address;
}

const char *
address_proxy_fault(struct text t)
{
	static const char *const schemes[] = {"http://", "https://",
	    "socks4://", "socks4a://", "socks5://", "socks5h://"};
	size_t i = 0, count = sizeof(schemes) / sizeof(schemes[0]);
	const char *at;

	while (i < count && !drop_prefix(&t, schemes[i]))
		i++;
	if (i == count)
		return "it does not begin with http://, https:// or "
		       "socks5://";
	at = memrchr(t.ptr, '@', t.len);
	if (at != NULL)
		t = (struct text){at + 1, t.len - (size_t)(at + 1 - t.ptr)};
	(void)drop_suffix(&t, "/");
	return address_fault(t, false);
}

struct text
address_password(struct text t)
{
	const char *at = memrchr(t.ptr, '@', t.len);
	const char *start = memmem(t.ptr, t.len, "://", 3);
	const char *colon;

	if (at == NULL || start == NULL || start + 3 > at)
		return (struct text){NULL, 0};
	start += 3;
	colon = memchr(start, ':', (size_t)(at - start));
	if (colon == NULL)
		return (struct text){NULL, 0};
	return (struct text){colon + 1, (size_t)(at - colon - 1)};
}

/* A name, or an IPv6 address with its brackets. */
static bool
is_whole(const char *host, const char *end)
{
	return end > host &&
	    (end[-1] == ']' || memchr(host, ':', (size_t)(end - host)) == NULL);
}

static bool
drop_prefix(struct text *t, const char *prefix)
{
	size_t len = strlen(prefix);

	if (t->len < len || memcmp(t->ptr, prefix, len) != 0)
		return false;
	t->ptr += len;
	t->len -= len;
	return true;
}

static bool
drop_suffix(struct text *t, const char *suffix)
{
	size_t len = strlen(suffix);

	if (t->len < len || memcmp(t->ptr + t->len - len, suffix, len) != 0)
		return false;
	t->len -= len;
	return true;
}
