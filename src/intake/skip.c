/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The id of a window among the retries is "KIND FROM/TO".
 */
#include "config.h"

#include <stdio.h>

#include "base/rfc3339.h"
#include "intake/filter_key.h"
#include "intake/notice.h"
#include "intake/poller_parts.h"
#include "intake/run.h"
#include "intake/skip.h"
#include "io/log.h"

#define SKIPS_MAX 256
#define KEEP_MS (INT64_C(30) * 24 * 3600 * 1000)
#define FROM_AT 2
#define TO_AT (FROM_AT + RFC3339_SEC_LEN + 1)
#define ID_LEN (TO_AT + RFC3339_SEC_LEN)

static struct text id_of(const struct window *window, char out[ID_LEN + 1]);
static bool window_of(struct text id, struct window *ret);
static bool give_up(
    struct poller *p, const struct window *window, const struct err *why);
static void merge_before(struct poller *p, const struct window *window);
static bool before(
    const struct poller *p, const struct window *window, struct window *ret);
static bool at(const struct poller *p, size_t i, struct window *ret);

bool
skip_has(const struct poller *p, const struct window *window)
{
	char id[ID_LEN + 1];

	return retries_has(p->skips, id_of(window, id));
}

size_t
skip_count(const struct poller *p)
{
	return retries_count(p->skips);
}

bool
skip_is_inside(const struct poller *p, const struct window *window)
{
	bool is_followed = !skip_has(p, window);
	struct window other;

	for (size_t i = 0; at(p, i, &other); i++)
		is_followed = is_followed ||
		    (other.kind == window->kind &&
		        other.from_s == window->to_s);
	return is_followed && before(p, window, &other);
}

bool
skip_put(struct poller *p, const struct window *window, const struct err *why)
{
	int64_t now_ms = account_server_ms(p->account);
	char buf[ID_LEN + 1];
	struct text id = id_of(window, buf);

	bool is_new = !retries_has(p->skips, id);

	if (is_new && skip_count(p) >= SKIPS_MAX)
		return false;
	if (is_new)
		log_warn("abnormal-security",
		    "what is of %.*s cannot be listed while the rest can, it "
		    "is tried again later: %s source=%s stream=%s",
		    ID_LEN - FROM_AT, buf + FROM_AT, why->text, p->conf->name,
		    p->stream->name);
	poller_note_retry(p, why);
	if (!retries_fail(p->skips, p->batch, id, now_ms) &&
	    give_up(p, window, why))
		(void)retries_fail(p->skips, p->batch, id, now_ms);
	if (is_new)
		merge_before(p, window);
	run_gathered(p);
	return true;
}

void
skip_split(struct poller *p, const struct window *whole, int64_t middle_s)
{
	const struct window halves[] = {
	    {whole->kind, whole->from_s, middle_s},
	    {whole->kind, middle_s, whole->to_s},
	};
	char id[ID_LEN + 1];

	if (!retries_done(p->skips, p->batch, id_of(whole, id)))
		return;
	for (size_t i = 0; i < 2; i++)
		(void)retries_fail(p->skips, p->batch, id_of(&halves[i], id),
		    account_server_ms(p->account));
	run_gathered(p);
}

void
skip_done(struct poller *p, const struct window *window)
{
	char id[ID_LEN + 1];

	if (!retries_done(p->skips, p->batch, id_of(window, id)))
		return;
	run_gathered(p);
	log_info("abnormal-security",
	    "what is of %.*s is listed after all source=%s stream=%s",
	    ID_LEN - FROM_AT, id + FROM_AT, p->conf->name, p->stream->name);
}

void
skip_want(struct poller *p)
{
	int64_t now_ms = account_server_ms(p->account);
	struct window window;
	struct text id;

	if (poller_is_errand(p))
		return;
	for (size_t i = 0; retries_due(p->skips, now_ms, i, &id); i++)
		if (window_of(id, &window) &&
		    !filter_key_is_doubtful(p, window.kind))
			windows_push(&p->run.windows, window);
}

void
skip_cut(struct poller *p)
{
	struct window window;

	for (size_t i = 0; at(p, i, &window); i++) {
		if (window.kind == WINDOW_CHANGED)
			continue;
		window.kind = WINDOW_LATE;
		windows_cut(&p->run.windows, window);
	}
}

/*
 * Of a wide bad span the middle becomes one: the two before the window, unless
 * one of them is where it begins. Its ends stay apart, since it is there that it
 * may be narrower than it looks.
 */
static void
merge_before(struct poller *p, const struct window *window)
{
	struct window second, first, edge, both;
	char id[ID_LEN + 1];

	if (!before(p, window, &second) || !before(p, &second, &first) ||
	    !before(p, &first, &edge))
		return;
	both = (struct window){first.kind, first.from_s, second.to_s};
	(void)retries_done(p->skips, p->batch, id_of(&first, id));
	(void)retries_done(p->skips, p->batch, id_of(&second, id));
	(void)retries_fail(p->skips, p->batch, id_of(&both, id),
	    account_server_ms(p->account));
}

/* The one that ends where the window begins. */
static bool
before(const struct poller *p, const struct window *window, struct window *ret)
{
	for (size_t i = 0; at(p, i, ret); i++)
		if (ret->kind == window->kind && ret->to_s == window->from_s)
			return true;
	return false;
}

/* Told. True when it is to be tried again all the same. */
static bool
give_up(struct poller *p, const struct window *window, const struct err *why)
{
	char id[ID_LEN + 1];

	(void)id_of(window, id);
	p->stats.given_up++;
	log_error("abnormal-security",
	    "what is of %.*s could not be listed for 7 days: %s: once that is "
	    "mended, cefctl replay %s --since=T --until=T fetches it source=%s "
	    "stream=%s",
	    ID_LEN - FROM_AT, id + FROM_AT, why->text, p->conf->name,
	    p->conf->name, p->stream->name);
	notice_skipped(p, window, why);
	return account_server_ms(p->account) - window->to_s * 1000 < KEEP_MS;
}

static bool
at(const struct poller *p, size_t i, struct window *ret)
{
	struct text id;

	return retries_due(p->skips, INT64_MAX, i, &id) && window_of(id, ret);
}

static struct text
id_of(const struct window *window, char out[ID_LEN + 1])
{
	out[0] = (char)('0' + (int)window->kind);
	out[1] = ' ';
	rfc3339_sec(out + FROM_AT, window->from_s * 1000);
	out[TO_AT - 1] = '/';
	rfc3339_sec(out + TO_AT, window->to_s * 1000);
	return (struct text){out, ID_LEN};
}

static bool
window_of(struct text id, struct window *ret)
{
	int64_t from_ms, to_ms;

	if (id.len != ID_LEN || id.ptr[0] < '0' ||
	    id.ptr[0] >= '0' + (int)WINDOW_KINDS ||
	    rfc3339_parse((struct text){id.ptr + FROM_AT, RFC3339_SEC_LEN},
	        &from_ms) == -1 ||
	    rfc3339_parse(
	        (struct text){id.ptr + TO_AT, RFC3339_SEC_LEN}, &to_ms) == -1 ||
	    from_ms >= to_ms)
		return false;
	*ret = (struct window){
	    (enum window_kind)(id.ptr[0] - '0'), from_ms / 1000, to_ms / 1000};
	return true;
}
