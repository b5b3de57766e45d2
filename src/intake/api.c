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
/* So many octets of a secret in a row give it away. */
#define RUN_MAX ((size_t)8)
/* The API's ids have 36. */
#define ID_MAX_BYTES 200

/* What a status, or a range of them, means and what to do. */
struct meaning {
	int status, to;
	enum api_verdict verdict;
	const char *what;
};

static const struct meaning meanings[] = {
    {201, 299, API_AGAIN,
        "no answer to the question: the host in the configuration is not "
        "Abnormal's API, or something on the way answers in its place: look "
        "whether host and proxy are right"},
    {304, 304, API_AGAIN,
        "not asked for, so it is the answer of a cache between here and the "
        "API: let the proxy pass the API's host through"},
    {300, 399, API_AGAIN,
        "a redirect, which would carry the token elsewhere and is not "
        "followed: the host in the configuration is not Abnormal's API, or "
        "something on the way wants a login: look whether host and proxy are "
        "right"},
    {400, 400, API_REFUSED,
        "the API refuses the question: if host and proxy in the configuration "
        "are right, show this to Abnormal's support"},
    {401, 401, API_DENIED,
        "the token is wrong, expired or revoked, or was copied incompletely "
        "or with blanks: let an administrator make a new one in the Abnormal "
        "portal (Settings, Integrations, Abnormal REST API; it takes admin "
        "rights) and put it, one line without blanks, into the token file"},
    {402, 402, API_DENIED,
        "the tenant has no licence for this: ask Abnormal, or take the stream "
        "out of the configuration"},
    {403, 403, API_DENIED,
        "refused: the address that this machine calls from is not on the "
        "tenant's IP allow-list (in the portal beside the token), or the token "
        "lacks the permission, or the API is not enabled: have an "
        "administrator correct that in the portal"},
    {404, 404, API_REFUSED,
        "the API does not understand the filter, or is not Abnormal's: if "
        "host and proxy in the configuration are right, show this to "
        "Abnormal's support"},
    {407, 407, API_AGAIN,
        "the proxy wants to know who asks: write proxy as "
        "http://USER:PASSWORD@HOST:PORT, or let it pass this machine"},
    {429, 429, API_SLOWER,
        "too many requests: the limit is shared by all clients of the "
        "customer; lower requests-per-minute if this goes on"},
};

static bool is_null_list(const struct val *root, const struct stream *stream);
static int check_paging(const struct val *root, struct err *err);
static void put_encoded(struct buf *out, struct text t);
static struct text quotable(const struct http_reply *reply, const char *secret);
static bool shows(struct text body, const char *secret);
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
	int status = reply->status;

	if (status == 200)
		return API_OK;
	if (status == 404 && !is_list) {
		explain(status, body, "listed but not found", err);
		return API_GONE;
	}
	for (size_t i = 0; i < sizeof(meanings) / sizeof(meanings[0]); i++) {
		const struct meaning *m = &meanings[i];

		if (status < m->status || status > m->to)
			continue;
		explain(status, body, m->what, err);
		return m->verdict;
	}
	explain(status, body,
	    "the API is in trouble: if that goes on, ask Abnormal's support",
	    err);
	return API_AGAIN;
}

int
api_check_list(
    const struct val *root, const struct stream *stream, struct err *err)
{
	const struct val *items = val_member(root, stream->list);
	size_t odd = api_odd_entries(root, stream);

	/* An empty one may be null, beside the number of its page. */
	if (is_null_list(root, stream))
		return check_paging(root, err);
	if (!val_is_array(items))
		return err_set(err, ERR_BAD,
		    "the reply is no list of %s: it has no \"%s\"",
		    stream->noun, stream->list);
	if (odd > 0 && odd == val_count(items))
		return err_set(err, ERR_BAD,
		    "the reply is no list of %s: %zu of its %zu entries have "
		    "no usable \"%s\"",
		    stream->noun, odd, val_count(items), stream->id);
	return stream->by_range ? 0 : check_paging(root, err);
}

size_t
api_odd_entries(const struct val *root, const struct stream *stream)
{
	const struct val *items = val_member(root, stream->list);
	size_t odd = 0;

	for (size_t i = 0; stream->id != NULL && i < val_count(items); i++)
		odd +=
		    !api_is_id(val_member_text(val_item(items, i), stream->id));
	return odd;
}

bool
api_is_id(struct text id)
{
	return id.len <= ID_MAX_BYTES && !text_is_empty(text_trim(id)) &&
	    memchr(id.ptr, '\0', id.len) == NULL;
}

static bool
is_null_list(const struct val *root, const struct stream *stream)
{
	int64_t page;

	return val_has_null(root, stream->list) &&
	    val_int(val_member(root, "pageNumber"), &page);
}

/* Whether nextPageNumber is absent, null or a number. */
static int
check_paging(const struct val *root, struct err *err)
{
	if (!api_pages_oddly(root))
		return 0;
	return err_set(err, ERR_BAD,
	    "the reply's \"nextPageNumber\" is neither null nor a number");
}

int
api_check_detail(const struct val *root, const struct stream *stream,
    struct text id, struct err *err)
{
	struct text own_id = val_member_text(root, stream->id);

	/* Whatever else is answered with 200 must not pass for an empty one. */
	if (stream->items != NULL
	        ? !val_is_array(val_member(root, stream->items))
	        : text_is_empty(own_id))
		return err_set(
		    err, ERR_BAD, "the reply is no detail of %s", stream->name);
	/* Nor the reply to a request for another, from whoever mixed them up:
	 * this one would count as fetched. */
	if (!text_is_empty(own_id) && !text_is_empty(id) &&
	    !text_eq_nocase(own_id, id))
		return err_set(err, ERR_BAD,
		    "the reply is about another one of %s", stream->name);
	return 0;
}

bool
api_pages_oddly(const struct val *root)
{
	const struct val *next = val_member(root, "nextPageNumber");
	int64_t n;

	return next != NULL && !val_int(next, &n);
}

int64_t
api_next_page(const struct val *root, int64_t page)
{
	int64_t next;

	if (!val_int(val_member(root, "nextPageNumber"), &next) ||
	    next <= page || next > INT32_MAX)
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

/* The body, cut, or nothing when that would show the secret. */
static struct text
quotable(const struct http_reply *reply, const char *secret)
{
	struct text body =
	    text_trim((struct text){reply->body, reply->body_len});

	/* A secret that begins before the cut is seen behind it. */
	if (body.len > QUOTE_MAX + RUN_MAX)
		body.len = QUOTE_MAX + RUN_MAX;
	if (secret != NULL && shows(body, secret))
		return (struct text){NULL, 0};
	if (body.len > QUOTE_MAX)
		body.len = QUOTE_MAX;
	return body;
}

/* A run of it is enough: it may be cut, or escaped in part. */
static bool
shows(struct text body, const char *secret)
{
	size_t len = strlen(secret);
	size_t run = len < RUN_MAX ? len : RUN_MAX;

	for (size_t i = 0; run != 0 && i + run <= body.len; i++)
		if (memmem(secret, len, body.ptr + i, run) != NULL)
			return true;
	return false;
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
