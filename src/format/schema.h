/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The record's keys, as data: one row a field, in the order of output. This is
 * schema version 1, which SIEM parsers are written against: a key never
 * changes its meaning, and additions go before externalId, which stays last.
 */
#ifndef CEFD_FORMAT_SCHEMA_H
#define CEFD_FORMAT_SCHEMA_H

#include <stddef.h>

#define SCHEMA_FIELDS_MAX 48
#define SCHEMA_VERSION "1"

enum field_kind {
	FIELD_TEXT,
	FIELD_TIME, /* ms since 1970, decimal */
	FIELD_INT,
	FIELD_BOOL,      /* true or false */
	FIELD_ADDRESS,   /* IPv4 under `key`; IPv6 under c6a2 with a label */
	FIELD_LIST,      /* items joined by `joint`, cut by whole items */
	FIELD_TRUNCATED, /* filled by the formatter: keys that were cut */
};

/* Octets of the longest "keyLabel=label key=" and some. */
#define SCHEMA_LEAD_SIZE 48

struct field {
	const char *key;
	const char *label;           /* text of `key`Label, or NULL */
	char lead[SCHEMA_LEAD_SIZE]; /* what stands before the value */
	size_t lead_len;
	enum field_kind kind;
	size_t max;          /* octets of the unescaped value; 0: no limit */
	const char *joint;   /* FIELD_LIST: between items */
	const char *instead; /* FIELD_LIST: stands for ";" inside an item;
	                      NULL: it stays */
	size_t min_items;    /* FIELD_LIST: fewer items leave the field out */
	unsigned shed;       /* order of leaving when the record is too long,
	                        from 1; 0: never. Equal numbers leave together */
};

/* The first members of a struct field, with a label and without. */
#define SCHEMA_KEYED(k) \
	.key = k, .lead = " " k "=", .lead_len = sizeof(" " k "=") - 1
#define SCHEMA_LABELLED(k, l)                                     \
	.key = k, .label = l, .lead = " " k "Label=" l " " k "=", \
	.lead_len = sizeof(" " k "Label=" l " " k "=") - 1

struct schema {
	const char *kind; /* MSGID, and CLASS where class_id is empty */
	const struct field *fields;
	size_t count;
};

/* Indexes of schema_threat, in the order of output. */
enum threat_field {
	THREAT_RT,
	THREAT_START,
	THREAT_END,
	THREAT_CAT,
	THREAT_ACT,
	THREAT_OUTCOME,
	THREAT_SUSER,
	THREAT_DUSER,
	THREAT_SRC,
	THREAT_SOURCE_DNS_DOMAIN,
	THREAT_MSG,
	THREAT_REASON,
	THREAT_REQUEST,
	THREAT_FNAME,
	THREAT_CS1_ATTACK_STRATEGY,
	THREAT_CS2_ATTACK_VECTOR,
	THREAT_CS3_ATTACKED_PARTY,
	THREAT_CS4_IMPERSONATED_PARTY,
	THREAT_CS5_INTERNET_MESSAGE_ID,
	THREAT_CS6_PORTAL_LINK,
	THREAT_FLEX1_THREAT_ID,
	THREAT_FLEX2_FROM_NAME,
	THREAT_RETURN_PATH,
	THREAT_TO_ADDRESSES,
	THREAT_CC_EMAILS,
	THREAT_REPLY_TO_EMAILS,
	THREAT_AUTO_REMEDIATED,
	THREAT_POST_REMEDIATED,
	THREAT_IS_READ,
	THREAT_CN1_URL_COUNT,
	THREAT_CN2_ATTACHMENT_COUNT,
	THREAT_URLS,
	THREAT_JUDGEMENT,
	THREAT_TRUNCATED,
	THREAT_DVCHOST,
	THREAT_DEVICE_EXTERNAL_ID,
	THREAT_EXTERNAL_ID,
	THREAT_FIELDS
};

extern const struct schema schema_threat;

/* Indexes of schema_status: cefd's own notices (class forwarder-status). */
enum status_field {
	STATUS_RT,
	STATUS_CAT, /* heartbeat, given-up, gap, ... */
	STATUS_ACT,
	STATUS_MSG,
	STATUS_CS1_STREAM,
	STATUS_CS2_ERROR,
	STATUS_FLEX1_PARENT_ID,
	STATUS_CN1_COUNT,
	STATUS_TRUNCATED,
	STATUS_DVCHOST,
	STATUS_DEVICE_EXTERNAL_ID,
	STATUS_EXTERNAL_ID,
	STATUS_FIELDS
};

extern const struct schema schema_status;

#endif
