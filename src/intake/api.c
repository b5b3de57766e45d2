/* SPDX-License-Identifier: Apache-2.0 */
/*
 * URLs and verdicts.
 */
#include "config.h"

#include <inttypes.h>

#include "base/buf.h"
#include "base/err.h"
#include "base/rfc3339.h"
#include "intake/api.h"
#include "intake/decode.h"
#include "intake/stream.h"
#include "io/http.h"

/* Octets of a refused reply's body that an error may quote. */
#define QUOTE_MAX 160

static void put_encoded(struct buf *out, struct text t);
static struct text quotable(const struct http_reply *reply, const char *secret);
static void explain(
    int status, struct text body, const char *what, struct err *err);

void
api_list_url(struct buf *out, const char *host, const struct stream *stream,
    const struct window *window, unsigned page_size, int64_t page)
{
	char from[RFC3339_SEC_LEN + 1], to[RFC3339_SEC_LEN + 1];

	rfc3339_sec(from, window->from_s * 1000);
	rfc3339_sec(to, window->to_s * 1000);
	if (stream->by_range) {
		(void)buf_printf(out, "https://%s/v1/%s?start=%s&end=%s", host,
		    stream->path, from, to);
		return;
	}
	(void)buf_printf(out,
	    "https://%s/v1/%s?filter=%s%%20gte%%20%s%%20lte%%20%s"
	    "&pageSize=%u&pageNumber=%" PRId64,
	    host, stream->path, stream->filter_keys[window->kind], from, to,
	    page_size, page);
}

void
api_detail_url(struct buf *out, const char *host, const struct stream *stream,
    struct text id, int64_t page)
{
	(void)buf_printf(out, "https://%s/v1/%s/", host, stream->path);
	put_encoded(out, id);
	/* The first page is what the plain address gives. */
	if (page > 1)
		(void)buf_printf(out, "?pageNumber=%" PRId64, page);
}

void
api_extra_url(struct buf *out, const char *host, const struct stream *stream,
    struct text id, const char *extra)
{
	api_detail_url(out, host, stream, id, 1);
	(void)buf_printf(out, "/%s", extra);
}

enum api_verdict
api_judge(const struct http_reply *reply, bool is_list, const char *secret,
    struct err *err)
{
	struct text body = quotable(reply, secret);

	switch (reply->status) {
	case 200:
		return API_OK;
	case 400:
		explain(
		    reply->status, body, "the API refuses the question", err);
		return API_REFUSED;
	case 401:
		explain(reply->status, body,
		    "the token is missing, wrong, expired or revoked: make a "
		    "new one in the Abnormal portal (Settings, Integrations, "
		    "Abnormal REST API) and copy it without blanks into the "
		    "token file",
		    err);
		return API_DENIED;
	case 402:
		explain(reply->status, body,
		    "the tenant has no licence for this: ask Abnormal, or take "
		    "the stream out of the configuration",
		    err);
		return API_DENIED;
	case 403:
		explain(reply->status, body,
		    "refused: this machine's address is not on the tenant's "
		    "IP allow-list, or the token lacks the permission, or the "
		    "API is not enabled",
		    err);
		return API_DENIED;
	case 404:
		if (!is_list) {
			explain(
			    reply->status, body, "listed but not found", err);
			return API_GONE;
		}
		explain(reply->status, body,
		    "the API does not understand the filter (or the host in "
		    "the configuration is not Abnormal's API)",
		    err);
		return API_REFUSED;
	case 429:
		explain(reply->status, body,
		    "too many requests: the limit is shared by all clients of "
		    "the customer; lower requests-per-minute if this goes on",
		    err);
		return API_SLOWER;
	}
	explain(reply->status, body, "the API is in trouble", err);
	return API_AGAIN;
}

int64_t
api_next_page(const struct val *root, int64_t page)
{
	int64_t next;

	if (!val_int(val_member(root, "nextPageNumber"), &next) || next <= page)
		return 0;
	return next;
}

/* RFC 3986, section 2.3: all but the unreserved characters. */
static void
put_encoded(struct buf *out, struct text t)
{
	for (size_t i = 0; i < t.len; i++) {
		unsigned char c = (unsigned char)t.ptr[i];

		if ((c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
		    (c >= '0' && c <= '9') || c == '-' || c == '.' ||
		    c == '_' || c == '~')
			(void)buf_putc(out, (char)c);
		else
			(void)buf_printf(out, "%%%02X", c);
	}
}

/* The body, cut, or nothing when it holds the secret. */
static struct text
quotable(const struct http_reply *reply, const char *secret)
{
	struct text body =
	    text_trim((struct text){reply->body, reply->body_len});

	if (secret != NULL && body.len > 0 &&
	    memmem(body.ptr, body.len, secret, strlen(secret)) != NULL)
		return (struct text){NULL, 0};
	if (body.len > QUOTE_MAX)
		body.len = QUOTE_MAX;
	return body;
}

static void
explain(int status, struct text body, const char *what, struct err *err)
{
	if (text_is_empty(body))
		(void)err_set(err, ERR_DENIED, "HTTP %d: %s", status, what);
	else
		(void)err_set(err, ERR_DENIED, "HTTP %d: %s; it says: %.*s",
		    status, what, (int)body.len, body.ptr);
}
