/* SPDX-License-Identifier: Apache-2.0 */
/*
 * From the API's words to the waist: one event for each message of a threat,
 * each case, each report, each line of the audit log. Pure; the poller, `cefctl convert` and the benchmarks share it.
 */
#ifndef CEFD_INTAKE_NORMALISE_H
#define CEFD_INTAKE_NORMALISE_H

#include <stdbool.h>
#include <stddef.h>

#include "base/text.h"
#include "format/event.h"

struct arena;
struct entries;
struct err;
struct val;

/* Severity of an attackType, in place of the built-in table's. */
struct severity_rule {
	struct text attack_type; /* compared without regard to case */
	int severity;            /* 0-10 */
};

/* Documents beside a detail, by their place in struct stream. */
#define NORMALISE_EXTRAS 2

struct normalise_context {
	struct text api_host;    /* dvchost; empty: left out */
	struct text source_name; /* deviceExternalId; empty: left out */
	const struct severity_rule *rules;
	size_t rule_count;
	/* Of the detail at hand (threats: attachments, links; cases:
	 * analysis); NULL: not asked, or not to be had. Of a threat's, what
	 * they hold of each message. */
	const struct val *extras[NORMALISE_EXTRAS];
	const struct entries *entries[NORMALISE_EXTRAS];
};

#define ITEM_STATE_PARTS 7

/* What one record's JSON became. Memory is the document's and the arena's. */
struct item {
	struct event event;
	struct text id;        /* externalId */
	struct text recipient; /* or what else tells apart items of one id;
	                        * may be empty */
	struct text rest;      /* what else it says, or empty: alike.h */
	/* Others may have its id and recipient: its time tells them apart. */
	bool shares_id;
	int64_t near_ms; /* a time of it that hardly ever changes, or 0: where
	                    its ledger entry lies */
	/* What makes another record of the same thing when it changes. */
	struct text state[ITEM_STATE_PARTS];
	const struct val *value; /* the record's JSON, for members_fill */
	bool unsettled;          /* still being judged: worth waiting for */
	/* The field that says so where only that is new what documents beside
	 * the detail add; 0: they add nothing. */
	unsigned update_field;
	bool is_update;
};

/*
 * Normalise one record's JSON. `parent_id` is the id it was listed under, for
 * those that carry none. ERR_BAD when it is no object or has no id of any
 * kind; of a message the id it was listed under is one with a recipient only.
 */
typedef int normalise_fn(const struct val *value, struct text parent_id,
    const struct normalise_context *context, struct arena *arena,
    struct item *ret_item, struct err *err);

normalise_fn normalise_threat;
normalise_fn normalise_case;
normalise_fn normalise_vendor_case;
normalise_fn normalise_campaign;
normalise_fn normalise_not_analyzed;
normalise_fn normalise_audit;

/* Told each record of a document: `item` (valid during the call), or NULL and
 * why it could not be normalised. */
typedef void item_fn(
    const struct item *item, const struct err *failure, void *arg);

/*
 * Normalise a document of any stream, known by its members: the detail of a
 * threat, a case or a campaign; a list whose items are the records; or one
 * record alone. ERR_BAD when it is none of them; the arena is reset for each
 * record.
 */
int normalise_document(const struct val *root,
    const struct normalise_context *context, struct arena *arena, item_fn *fn,
    void *arg, struct err *err);

/* The CEF severity (0-10) of mapping's table and modifiers. */
int normalise_severity(const struct normalise_context *context,
    struct text attack_type, struct text status, struct text attacked_party);

#endif
