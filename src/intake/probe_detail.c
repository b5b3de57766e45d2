/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The first that a stream lists, in full: records are made of details, and
 * whoever may list need not be let in to them.
 */
#include "config.h"

#include <stdlib.h>

#include "base/err.h"
#include "conf/conf.h"
#include "intake/api.h"
#include "intake/decode.h"
#include "intake/probe_parts.h"
#include "intake/stream.h"
#include "io/http.h"

#define URL_MAX_BYTES 8192

static void on_detail(
    const struct http_reply *reply, const struct err *failure, void *arg);
static void judge(struct probe *p, const struct stream *stream,
    const struct http_reply *reply);
static void take(struct probe *p, const struct stream *stream,
    const struct http_reply *reply);

void
probe_detail(struct probe *p)
{
	const struct stream *stream = stream_table[p->stream];
	struct buf url;

	if (!probe_may_ask(p))
		return;
	buf_init(&url, URL_MAX_BYTES);
	api_detail_url(&url, p->conf->host, stream, text_of(p->detail_id), 1);
	(void)buf_putc(&url, '\0');
	probe_ask(p, url.data, on_detail);
	buf_clear(&url);
}

static void
on_detail(const struct http_reply *reply, const struct err *failure, void *arg)
{
	struct probe *p = arg;
	const struct stream *stream = stream_table[p->stream++];

	p->call = NULL;
	if (failure != NULL)
		probe_say(p, STEP_FAIL, TOPIC_DETAIL,
		    "%s: %s: the list was answered, so try again later; if it "
		    "stays so, look at what stands between",
		    stream->name, failure->text);
	else
		judge(p, stream, reply);
	free(p->detail_id);
	p->detail_id = NULL;
	probe_go(p, PROBE_LIST);
}

static void
judge(struct probe *p, const struct stream *stream,
    const struct http_reply *reply)
{
	struct err why;

	switch (api_judge(reply, false, p->token, &why)) {
	case API_OK:
		take(p, stream, reply);
		break;
	case API_DENIED:
		probe_say(p, STEP_FAIL, TOPIC_DETAIL,
		    "%s: lists are answered, and this is not: give the token "
		    "the right to read them: %s",
		    stream->name, why.text);
		break;
	case API_GONE:
		probe_say(p, STEP_FAIL, TOPIC_DETAIL,
		    "%s: the first is %s: look whether something on the way "
		    "lets only lists pass, and try again",
		    stream->name, why.text);
		break;
	case API_REFUSED:
	case API_SLOWER:
	case API_AGAIN:
		probe_say(p, STEP_FAIL, TOPIC_DETAIL, "%s: %s: try again later",
		    stream->name, why.text);
		break;
	}
}

static void
take(struct probe *p, const struct stream *stream,
    const struct http_reply *reply)
{
	struct decoder *decoder = decoder_new();
	struct err why;
	struct doc *doc =
	    decode(decoder, (struct text){reply->body, reply->body_len}, &why);

	if (doc != NULL &&
	    api_check_detail(
	        doc_root(doc), stream, text_of(p->detail_id), &why) == 0)
		probe_say(p, STEP_OK, TOPIC_DETAIL,
		    "%s: the first that is listed", stream->name);
	else
		probe_say(p, STEP_FAIL, TOPIC_DETAIL,
		    "%s: the answer is not the API's (%s): look at what stands "
		    "between",
		    stream->name, why.text);
	doc_free(doc);
	decoder_free(decoder);
}
