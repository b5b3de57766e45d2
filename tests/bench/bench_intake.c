/* SPDX-License-Identifier: Apache-2.0 */
/*
 * How much of json-c's own speed is left when a message is also normalised,
 * looked up in the ledger, written as CEF and committed to disk: the same
 * documents, in turns, through decode.h alone and through everything that a
 * poller does with a reply, in batches of the poller's own size.
 */
#include "config.h"

#include <errno.h>
#include <getopt.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/buf.h"
#include "base/err.h"
#include "base/mem.h"
#include "bench_details.h"
#include "bench_kit.h"
#include "intake/decode.h"
#include "intake/keyset.h"
#include "intake/poller.h"
#include "intake/stream.h"
#include "intake/take.h"
#include "spool/batch.h"
#include "spool/queue.h"
#include "spool/spool.h"

/* Ids are noted so many at a time, as the poller does. */
#define POLLER_PARENTS_MAX 120

#define NOW_MS INT64_C(1772360430123)
#define DETAILS_MAX_BYTES ((size_t)2 << 30)
#define QUOTA_BYTES (UINT64_C(16) << 30)

static const char usage[] = "[-n DETAILS] [-r ROUNDS] [-o json|all]\n"
                            "  -o: only that, for a profiler";

struct bench {
	unsigned long details, rounds;
	bool json, all;
	struct buf text;
	size_t *starts; /* of each document, and the end of the last */
	struct decoder *decoder;
	char folder[PATH_MAX];
	struct bench_rounds json_rate, all_rate;
	double commit_s; /* of the last round */
	unsigned long commits;
	uint64_t records_bytes;
};

/* One poller's worth of state. */
struct intake {
	struct spool *spool;
	struct queue *queue;
	struct batch *batch;
	struct taker taker;
	struct outlet outlet;
	uint64_t sequence;
	struct keyset parents; /* threats to be noted */
};

static void parse(struct bench *b, int argc, char **argv);
static void make_details(struct bench *b);
static void run_json(struct bench *b);
static void run_all(struct bench *b);
static void intake_begin(struct intake *in, const char *folder);
static void intake_take(struct intake *in, struct bench *b, unsigned long i);
static void note_parent(struct intake *in, struct text id);
static void flush_parents(struct intake *in);
static void intake_commit(struct intake *in, struct bench *b);
static void intake_end(struct intake *in);
static struct text document(const struct bench *b, unsigned long i);
static void report(const struct bench *b);

int
main(int argc, char **argv)
{
	static struct bench b = {
	    .details = 20000, .rounds = 11, .json = true, .all = true};

	parse(&b, argc, argv);
	make_details(&b);
	b.decoder = decoder_new();
	for (unsigned long i = 0; i < b.rounds; i++) {
		if (b.json)
			run_json(&b);
		if (b.all)
			run_all(&b);
	}
	decoder_free(b.decoder);
	report(&b);
	free(b.starts);
	buf_clear(&b.text);
	return 0;
}

static void
parse(struct bench *b, int argc, char **argv)
{
	int opt;

	for (;;) {
		opt = getopt(argc, argv, "n:r:o:");
		if (opt == -1)
			break;
		if (opt == 'n')
			b->details = bench_number(optarg, 400000, usage);
		else if (opt == 'r')
			b->rounds =
			    bench_number(optarg, BENCH_ROUNDS_MAX, usage);
		else if (opt == 'o' && optarg[0] == 'j')
			b->all = false;
		else if (opt == 'o' && optarg[0] == 'a')
			b->json = false;
		else
			(void)bench_number("", 1, usage);
	}
	if (optind != argc)
		(void)bench_number("", 1, usage);
}

static void
make_details(struct bench *b)
{
	unsigned long messages = b->details * BENCH_DETAIL_MESSAGES;

	buf_init(&b->text, DETAILS_MAX_BYTES);
	b->starts = xcalloc(b->details + 1, sizeof(*b->starts));
	for (unsigned long i = 0; i < b->details; i++) {
		b->starts[i] = b->text.len;
		bench_detail_put(&b->text, i);
	}
	b->starts[b->details] = b->text.len;
	if (b->text.overflow)
		bench_die("too many details");
	printf("%s: %lu details, %lu messages of %zu octets of JSON\n",
	    program_invocation_short_name, b->details, messages,
	    b->text.len / messages);
}

/* json-c alone: parse, and give the tree back. */
static void
run_json(struct bench *b)
{
	double start_s = bench_now_s();
	struct err err;

	for (unsigned long i = 0; i < b->details; i++) {
		struct doc *doc = decode(b->decoder, document(b, i), &err);

		if (doc == NULL)
			bench_die("detail %lu: %s", i, err.text);
		doc_free(doc);
	}
	bench_add(&b->json_rate,
	    (double)(b->details * BENCH_DETAIL_MESSAGES) /
	        (bench_now_s() - start_s));
}

/* The same into an empty spool, up to the last commit. */
static void
run_all(struct bench *b)
{
	unsigned long messages = b->details * BENCH_DETAIL_MESSAGES;
	struct intake in;
	double start_s;

	bench_folder_make(b->folder);
	intake_begin(&in, b->folder);
	b->commit_s = 0;
	b->commits = 0;
	b->records_bytes = 0;
	start_s = bench_now_s();
	for (unsigned long i = 0; i < b->details; i++) {
		intake_take(&in, b, i);
		if (batch_bytes(in.batch) >= POLLER_COMMIT_BYTES ||
		    batch_records(in.batch) >= POLLER_COMMIT_RECORDS)
			intake_commit(&in, b);
	}
	flush_parents(&in);
	intake_commit(&in, b);
	bench_add(&b->all_rate, (double)messages / (bench_now_s() - start_s));
	if (queue_next(in.queue) != messages)
		bench_die("%lu messages went in and %llu records came out",
		    messages, (unsigned long long)queue_next(in.queue));
	intake_end(&in);
	bench_folder_remove(b->folder);
}

static void
intake_begin(struct intake *in, const char *folder)
{
	struct err err;

	*in = (struct intake){.sequence = 0};
	if (spool_open(&in->spool, folder, QUOTA_BYTES, &err) == -1 ||
	    queue_open(in->spool, "out", &in->queue, &err) == -1)
		bench_die("%s", err.text);
	in->batch = batch_new();
	taker_init(&in->taker, in->spool, in->batch, &stream_threats);
	in->taker.context.api_host = TEXT("api.abnormalplatform.com");
	in->taker.context.source_name = TEXT("acme");
	in->outlet = (struct outlet){
	    .queue = in->queue,
	    .style = {.header = HEADER_RFC5424,
	        .facility = 16,
	        .hostname = "sender.example",
	        .app_name = "cefd",
	        .vendor = "Abnormal Security",
	        .product = "Inbound Email Security",
	        .max_size = RECORD_MAX_DEFAULT},
	    .sequence = &in->sequence,
	};
	in->taker.outlets = &in->outlet;
	in->taker.outlet_count = 1;
}

/* One reply, as intake/detail.c takes it. */
static void
intake_take(struct intake *in, struct bench *b, unsigned long i)
{
	struct doc *doc;
	struct keyset seen = {NULL, 0, 0};
	struct taken taken = {.why = NULL};
	struct err err;
	struct text id;

	doc = decode(b->decoder, document(b, i), &err);
	if (doc == NULL)
		bench_die("detail %lu: %s", i, err.text);
	id = val_member_text(doc_root(doc), stream_threats.id);
	if (take_page(&in->taker, doc_root(doc), id, NOW_MS, &seen, &taken,
	        &err) == -1)
		bench_die("detail %lu: %s", i, err.text);
	if (taken.records != BENCH_DETAIL_MESSAGES || taken.failed != 0)
		bench_die("detail %lu: %u records, %u failures", i,
		    taken.records, taken.failed);
	note_parent(in, id);
	keyset_clear(&seen);
	doc_free(doc);
}

/* The threat itself is noted too, as intake/cursors.c does it. */
static void
note_parent(struct intake *in, struct text id)
{
	const struct text parts[] = {
	    in->taker.context.source_name, text_of(stream_threats.name), id};

	(void)keyset_add(&in->parents, ledger_key(in->spool, parts, 3));
	if (in->parents.count >= POLLER_PARENTS_MAX)
		flush_parents(in);
}

static void
flush_parents(struct intake *in)
{
	const struct ledger_key *slots = in->parents.slots;

	for (size_t i = 0; i < in->parents.cap; i++)
		if (slots[i].lo != 0 || slots[i].hi != 0)
			batch_put_ledger(in->batch, slots[i], 0, NOW_MS);
	keyset_clear(&in->parents);
}

static void
intake_commit(struct intake *in, struct bench *b)
{
	double start_s = bench_now_s();
	struct err err;

	b->records_bytes += batch_bytes(in->batch);
	if (spool_commit(in->spool, in->batch, &err) == -1)
		bench_die("%s", err.text);
	batch_reset(in->batch);
	b->commit_s += bench_now_s() - start_s;
	b->commits++;
}

static void
intake_end(struct intake *in)
{
	taker_clear(&in->taker);
	batch_free(in->batch);
	spool_close(in->spool);
}

static struct text
document(const struct bench *b, unsigned long i)
{
	return (struct text){
	    b->text.data + b->starts[i], b->starts[i + 1] - b->starts[i]};
}

static void
report(const struct bench *b)
{
	unsigned long messages = b->details * BENCH_DETAIL_MESSAGES;

	bench_print("json-c alone (decode)", &b->json_rate, "messages/s");
	bench_print("decode, normalise, ledger, CEF, committed", &b->all_rate,
	    "messages/s");
	if (b->commits > 0)
		printf("%s: the last round: %lu durable commits, %.1f ms each, "
		       "records of %llu octets\n",
		    program_invocation_short_name, b->commits,
		    b->commit_s * 1000 / (double)b->commits,
		    (unsigned long long)(b->records_bytes / messages));
	if (b->json && b->all)
		bench_print_ratio("committed / json-c alone", &b->all_rate,
		    &b->json_rate, 0.55);
}
