/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The record's keys, as data: one row a field, in the order of output. This is
 * schema version 1, which SIEM parsers are written against: a key never
 * changes its meaning, and additions go before externalId, which stays last.
 */
#ifndef CEFD_FORMAT_SCHEMA_H
#define CEFD_FORMAT_SCHEMA_H

#include <stddef.h>

#include "format/field.h"

#define SCHEMA_FIELDS_MAX 48
#define SCHEMA_VERSION "1"
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
	THREAT_ATTACHMENTS,
	THREAT_LINK_URLS,
	THREAT_LINK_DOMAINS,
	THREAT_LINK_TEXTS,
	THREAT_UPDATE,
	THREAT_EXTERNAL_ID,
	THREAT_FIELDS
};

/* Indexes of schema_status: cefd's own notices (class forwarder-status). */
enum status_field {
	STATUS_RT,
	STATUS_START, /* of the time that it is about */
	STATUS_END,
	STATUS_CAT, /* given-up, gap, replay, token, heartbeat, ... */
	STATUS_ACT,
	STATUS_MSG,
	STATUS_CS1_STREAM,
	STATUS_CS2_ERROR,
	STATUS_FLEX1_PARENT_ID,
	STATUS_CN1_COUNT,
	STATUS_TRUNCATED,
	STATUS_DVCHOST,
	STATUS_DEVICE_EXTERNAL_ID,
	STATUS_UPTIME, /* from here on of a heartbeat only */
	STATUS_SEQUENCE,
	STATUS_QUEUED,
	STATUS_CONFIRMED,
	STATUS_RESENT,
	STATUS_FETCHED,
	STATUS_GIVEN_UP,
	STATUS_BEHIND,
	STATUS_SPOOL_PERCENT,
	STATUS_SOURCES,
	STATUS_EXTERNAL_ID,
	STATUS_FIELDS
};

extern const struct schema schema_threat, schema_status;

#endif
