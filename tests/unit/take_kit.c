/* SPDX-License-Identifier: Apache-2.0 */
#include "config.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/err.h"
#include "intake/decode.h"
#include "intake/keyset.h"
#include "intake/stream.h"
#include "spool/batch.h"
#include "spool/queue.h"
#include "spool/spool.h"
#include "take_kit.h"

void
open_all(struct fixture *f)
{
	static const char *const names[] = {"one", "two"};
	struct err err;

	if (spool_open(&f->spool, f->folder, 64 << 20, &err) == -1)
		fail_msg("%s", err.text);
	f->batch = batch_new();
	taker_init(&f->taker, f->spool, f->batch, &stream_threats);
	f->taker.context.source_name = TEXT("acme");
	for (int i = 0; i < 2; i++) {
		assert_int_equal(
		    queue_open(f->spool, names[i], &f->outlets[i].queue, &err),
		    0);
		f->outlets[i].sequence = &f->sequences[i];
		f->outlets[i].id = (uint64_t)i + 1;
		f->outlets[i].style = (struct style){.facility = 16,
		    .hostname = "h",
		    .app_name = "cefd",
		    .vendor = "V",
		    .product = "P",
		    .max_size = RECORD_MAX_DEFAULT};
	}
	f->taker.outlets = f->outlets;
	f->taker.outlet_count = 2;
}

void
close_all(struct fixture *f)
{
	taker_clear(&f->taker);
	batch_free(f->batch);
	spool_close(f->spool);
}

struct taken
page_of(struct fixture *f, const char *threat, int64_t now_ms, const char *json,
    struct keyset *seen)
{
	char text[2048];
	struct taken taken = {.recipients = f->recipients};
	struct keyset own = {0};
	struct err err;
	struct doc *doc;

	assert_true(strlen(json) < sizeof(text));
	memcpy(text, json, strlen(json) + 1);
	for (char *p = text; *p != '\0'; p++)
		if (*p == '\'')
			*p = '"';
	doc = decode(f->decoder, text_of(text), &err);
	assert_non_null(doc);
	if (take_page(&f->taker, doc_root(doc), text_of(threat), now_ms,
	        seen != NULL ? seen : &own, &taken, &err) == -1)
		fail_msg("%s", err.text);
	doc_free(doc);
	keyset_clear(&own);
	return taken;
}

struct taken
page(struct fixture *f, const char *json, struct keyset *seen)
{
	return page_of(f, "t", 1000, json, seen);
}

void
commit(struct fixture *f)
{
	struct err err;

	if (spool_commit(f->spool, f->batch, &err) == -1)
		fail_msg("%s", err.text);
	batch_reset(f->batch);
}

int
set_up(void **state)
{
	struct fixture *f = calloc(1, sizeof(*f));

	memcpy(f->folder, "/tmp/cefd-take-XXXXXX", 22);
	assert_non_null(mkdtemp(f->folder));
	f->decoder = decoder_new();
	open_all(f);
	*state = f;
	return 0;
}

int
tear_down(void **state)
{
	struct fixture *f = *state;
	char command[128];

	close_all(f);
	decoder_free(f->decoder);
	(void)snprintf(command, sizeof(command), "rm -r %s", f->folder);
	assert_int_equal(system(command), 0);
	free(f);
	return 0;
}
