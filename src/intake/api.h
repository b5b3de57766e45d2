/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The API's manners: how a question is written, what an answer means. Pure.
 */
#ifndef CEFD_INTAKE_API_H
#define CEFD_INTAKE_API_H

#include <stdbool.h>
#include <stdint.h>

#include "base/text.h"
#include "intake/window.h"

struct buf;
struct err;
struct http_reply;
struct stream;
struct val;

/* What to do after an answer that is not 200. */
enum api_verdict {
	API_OK,
	API_GONE,    /* 404 on a detail: listed, but not there (yet) */
	API_DENIED,  /* 401, 402, 403: a person has to do something */
	API_SLOWER,  /* 429: wait, then go on with the same */
	API_REFUSED, /* 400, 404 on a list: our question is wrong */
	API_AGAIN,   /* 5xx, no answer, an answer that is not JSON */
};

/* Append the URL of a page (from 1) of a list. */
void api_list_url(struct buf *out, const char *host,
    const struct stream *stream, const struct window *window,
    unsigned page_size, int64_t page);

/* Append the URL of a page (from 1) of a detail. The id is percent-encoded. */
void api_detail_url(struct buf *out, const char *host,
    const struct stream *stream, struct text id, int64_t page);

/* Append the URL of a document beside a detail. */
void api_extra_url(struct buf *out, const char *host,
    const struct stream *stream, struct text id, const char *extra);

/*
 * Judge a reply. Anything but API_OK fills *err with plain words: what the
 * status means, what to do, and a bounded piece of the body, unless that piece
 * repeats `secret` or a part of it (proxies that show the request do).
 */
enum api_verdict api_judge(const struct http_reply *reply, bool is_list,
    const char *secret, struct err *err);

/*
 * Is it a page of a list, and where there are details with an id for any of its
 * items? ERR_BAD when not: it must not pass for an empty one.
 */
int api_check_list(
    const struct val *root, const struct stream *stream, struct err *err);

/* Its items that have no id to ask for a detail by. */
size_t api_odd_entries(const struct val *root, const struct stream *stream);
bool api_is_id(struct text id);

/* Is it a page of the detail of `id`, or, when that is empty, of any? ERR_BAD
 * when not. */
int api_check_detail(const struct val *root, const struct stream *stream,
    struct text id, struct err *err);

/*
 * The page that follows page `page` according to a reply, or 0 at the end:
 * nextPageNumber absent, null, or not beyond this page. All three occur.
 */
int64_t api_next_page(const struct val *root, int64_t page);

/* Whether nextPageNumber is there, and neither null nor a number. */
bool api_pages_oddly(const struct val *root);

#endif
