/* SPDX-License-Identifier: Apache-2.0 */
/*
 * fill: puts records straight into a spool, as if a source had given them,
 * before cefd starts on it: what a receiver that was away for long would find.
 * The n-th record (from 1) has externalId=n and is a good CEF line. --ledger puts
 * a row of the ledger beside each; --batch is how many a commit has, and a block.
 */
#include "config.h"

#include <getopt.h>
#include <inttypes.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/err.h"
#include "base/text.h"
#include "spool/batch.h"
#include "spool/ledger.h"
#include "spool/queue.h"
#include "spool/spool.h"

#define SIZE_MAX_BYTES 60000
/* 2026-03-01, as in the records. */
#define LEDGER_MS INT64_C(1772360430123)
#define QUOTA_BYTES (UINT64_C(64) << 30)

static const char head[] =
    "<132>1 2026-03-01T10:20:30.123Z fill.example cefd - threat - "
    "CEF:0|Abnormal Security|Inbound Email Security|1|scam|Scam|7|"
    "rt=1772360430123 cat=Scam act=Auto-Remediated outcome=success "
    "suser=someone@example.net duser=user@example.com msg=";

struct fill {
	const char *spool, *queue;
	uint64_t records, first, batch;
	size_t size;
	bool ledger;
};

static void __attribute__((noreturn)) die(const struct err *err)
{
	fprintf(stderr, "fill: %s\n", err->text);
	exit(1);
}

static void __attribute__((noreturn)) usage_exit(void)
{
	fputs("usage: fill --spool FOLDER --queue NAME --records N "
	      "[--first 1] [--size 700] [--batch 2000] [--ledger]\n",
	    stderr);
	exit(64);
}

static void
parse(struct fill *f, int argc, char **argv)
{
	static const struct option options[] = {
	    {"spool", required_argument, NULL, 's'},
	    {"queue", required_argument, NULL, 'q'},
	    {"records", required_argument, NULL, 'n'},
	    {"first", required_argument, NULL, 'f'},
	    {"size", required_argument, NULL, 'z'},
	    {"batch", required_argument, NULL, 'b'},
	    {"ledger", no_argument, NULL, 'l'},
	    {NULL, 0, NULL, 0},
	};
	int opt;

	*f = (struct fill){.first = 1, .size = 700, .batch = 2000};
	for (;;) {
		opt = getopt_long(argc, argv, "", options, NULL);
		if (opt == -1)
			break;
		if (opt == 's')
			f->spool = optarg;
		else if (opt == 'q')
			f->queue = optarg;
		else if (opt == 'n')
			f->records = strtoull(optarg, NULL, 10);
		else if (opt == 'f')
			f->first = strtoull(optarg, NULL, 10);
		else if (opt == 'b')
			f->batch = strtoull(optarg, NULL, 10);
		else if (opt == 'l')
			f->ledger = true;
		else if (opt == 'z')
			f->size = strtoull(optarg, NULL, 10);
		else
			usage_exit();
	}
	if (optind != argc || f->spool == NULL || f->queue == NULL ||
	    f->records == 0 || f->size > SIZE_MAX_BYTES)
		usage_exit();
}

/* The n-th record, filled up with "x" to the size asked for. */
static size_t
record(char out[SIZE_MAX_BYTES + 64], const struct fill *f, uint64_t n)
{
	char tail[40];
	size_t len = sizeof(head) - 1, pad = 1;
	int tail_len = snprintf(tail, sizeof(tail), " externalId=%" PRIu64, n);

	if (f->size > len + (size_t)tail_len)
		pad = f->size - len - (size_t)tail_len;
	memcpy(out, head, len);
	memset(out + len, 'x', pad);
	memcpy(out + len + pad, tail, (size_t)tail_len);
	return len + pad + (size_t)tail_len;
}

/* As a source leaves one for each record. */
static void
put_row(struct spool *spool, struct batch *batch, uint64_t n)
{
	const struct text part = {(const char *)&n, sizeof(n)};

	batch_put_ledger(batch, ledger_key(spool, &part, 1),
	    ledger_state(spool, &part, 1), LEDGER_MS);
}

static void
fill(const struct fill *f, struct spool *spool, struct queue *queue)
{
	static char line[SIZE_MAX_BYTES + 64];
	struct batch *batch = batch_new();
	struct err err;
	uint64_t i;

	for (i = 0; i < f->records; i++) {
		batch_put_record(
		    batch, queue, line, record(line, f, f->first + i));
		if (f->ledger)
			put_row(spool, batch, f->first + i);
		if (batch_records(batch) < f->batch)
			continue;
		if (spool_commit(spool, batch, &err) == -1)
			die(&err);
		batch_reset(batch);
	}
	if (batch_records(batch) != 0 && spool_commit(spool, batch, &err) == -1)
		die(&err);
	batch_free(batch);
}

int
main(int argc, char **argv)
{
	struct spool *spool;
	struct queue *queue;
	struct fill f;
	struct err err;

	parse(&f, argc, argv);
	if (spool_open(&spool, f.spool, QUOTA_BYTES, &err) == -1 ||
	    queue_open(spool, f.queue, &queue, &err) == -1)
		die(&err);
	fill(&f, spool, queue);
	spool_close(spool);
	return 0;
}
