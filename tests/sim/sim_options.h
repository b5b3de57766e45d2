/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The options, from one table that drives the command line, its help and
 * /_sim/set.
 */
#ifndef CEFD_SIM_OPTIONS_H
#define CEFD_SIM_OPTIONS_H

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

#include "sim_endpoint.h"

struct buf;

/* How a list or a detail says that there is no further page. */
enum sim_end {
	SIM_END_ABSENT,
	SIM_END_NULL,
	SIM_END_PRESENT, /* it does not say: an empty page follows */
	SIM_END_NEVER,   /* nor that one does */
};

struct sim_options {
	/* Where. */
	const char *listen;
	const char *port_file;
	const char *cert;
	const char *key;
	const char *self_signed;
	int64_t lifetime_ms;
	int64_t idle_ms;
	bool die_with_parent;
	/* Data. */
	uint64_t seed;
	uint64_t threats;
	uint64_t recipients[2]; /* at least, at most */
	int64_t span_ms;
	int64_t base_ms; /* SIM_NEVER: the start */
	uint64_t old_style;
	uint64_t items[SIM_STREAMS]; /* of each stream; none of threats */
	uint64_t grow;               /* threats in 1000 s */
	uint64_t changes;            /* changes in 1000 s */
	/* Behaviour. */
	const char *token;
	int64_t skew_ms;
	uint64_t rate;
	const char *retry_after;
	uint64_t max_concurrent;
	int64_t latency_ms;
	int64_t stall_ms;
	int64_t retention_ms;
	int64_t bad_list_ms;       /* 0: none */
	const char *bad_list_says; /* NULL: it is 500 */
	int64_t odd_list_ms;       /* 0: none */
	uint64_t bad_key;          /* from 1; 0: none */
	uint64_t bad_key_code;     /* 0: it is 500 */
	int64_t range_max_ms;
	uint64_t tokens;          /* active ones */
	int64_t token_expires_ms; /* the first of them */
	bool tokens_denied;
	unsigned unlicensed; /* a bit for each stream */
	uint64_t max_page_size;
	uint64_t detail_page_size;
	uint64_t detail_cap;
	int end; /* enum sim_end */
	bool oldest_first;
	bool one_page;
	bool no_next_page;
	bool odd_next_page;
	bool new_member;
	uint64_t beyond_code; /* 0: none */
	uint64_t later_code;  /* 0: none */
	bool total;
	bool no_gzip;
	bool invalid_utf8;
	bool no_date;
};

void sim_options_init(struct sim_options *o);

/*
 * Read the command line. 0, or -1 with what is wrong, in one line, in `why`.
 * --help sets *ret_help. Strings are borrowed from argv.
 */
int sim_options_parse(struct sim_options *o, int argc, char **argv,
    bool *ret_help, struct buf *why);

/* Change one of the options that may change while it runs. 0, or -1. */
int sim_options_change(
    struct sim_options *o, const char *name, const char *value);

void sim_options_help(FILE *out);

#endif
