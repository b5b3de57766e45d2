/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The records of what people report, and of what they do: campaigns of the
 * mailbox for reports, reports that were not analyzed, the audit log.
 */
#ifndef CEFD_FORMAT_SCHEMA_REPORT_H
#define CEFD_FORMAT_SCHEMA_REPORT_H

#include "format/schema.h"

/* Indexes of schema_campaign, in the order of output. */
enum campaign_field {
	CAMPAIGN_RT,
	CAMPAIGN_START,
	CAMPAIGN_CAT,
	CAMPAIGN_ACT,
	CAMPAIGN_OUTCOME,
	CAMPAIGN_SUSER,
	CAMPAIGN_DUSER,
	CAMPAIGN_MSG,
	CAMPAIGN_CS1_RECIPIENT_NAME,
	CAMPAIGN_FLEX1_MESSAGE_ID,
	CAMPAIGN_FLEX2_FROM_NAME,
	CAMPAIGN_JUDGEMENT,
	CAMPAIGN_TRUNCATED,
	CAMPAIGN_DVCHOST,
	CAMPAIGN_DEVICE_EXTERNAL_ID,
	CAMPAIGN_EXTERNAL_ID,
	CAMPAIGN_FIELDS
};

extern const struct schema schema_campaign;

/* Indexes of schema_not_analyzed. */
enum not_analyzed_field {
	NOT_ANALYZED_RT,
	NOT_ANALYZED_CAT,
	NOT_ANALYZED_SUSER,
	NOT_ANALYZED_DUSER,
	NOT_ANALYZED_MSG,
	NOT_ANALYZED_REASON,
	NOT_ANALYZED_CS1_REPORTER_NAME,
	NOT_ANALYZED_CS2_RECIPIENT_NAME,
	NOT_ANALYZED_TRUNCATED,
	NOT_ANALYZED_DVCHOST,
	NOT_ANALYZED_DEVICE_EXTERNAL_ID,
	NOT_ANALYZED_EXTERNAL_ID,
	NOT_ANALYZED_FIELDS
};

extern const struct schema schema_not_analyzed;

/* Indexes of schema_audit. */
enum audit_field {
	AUDIT_RT,
	AUDIT_CAT,
	AUDIT_ACT,
	AUDIT_OUTCOME,
	AUDIT_SUSER,
	AUDIT_SRC,
	AUDIT_REASON,
	AUDIT_REQUEST,
	AUDIT_CS1_TENANT,
	AUDIT_FLEX1_MESSAGE_ID,
	AUDIT_TRUNCATED,
	AUDIT_DVCHOST,
	AUDIT_DEVICE_EXTERNAL_ID,
	AUDIT_EXTERNAL_ID,
	AUDIT_FIELDS
};

extern const struct schema schema_audit;

#endif
