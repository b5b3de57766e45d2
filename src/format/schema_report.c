/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The rows of reports and of the audit log. As everywhere, what can be long
 * has a rank to leave by.
 */
#include "config.h"

#include "format/schema_report.h"

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

static const struct field campaign_fields[] = {
    [CAMPAIGN_RT] = {FIELD_KEYED("rt"), .kind = FIELD_TIME},
    [CAMPAIGN_START] = {FIELD_KEYED("start"), .kind = FIELD_TIME},
    [CAMPAIGN_CAT] = {FIELD_KEYED("cat"), .max = FIELD_MAX_TEXT, .shed = 6},
    [CAMPAIGN_ACT] = {FIELD_KEYED("act"), .max = FIELD_MAX_ACT},
    [CAMPAIGN_OUTCOME] = {FIELD_KEYED("outcome"), .max = FIELD_MAX_ACT},
    [CAMPAIGN_SUSER] = {FIELD_KEYED("suser"), .max = FIELD_MAX_TEXT, .shed = 7},
    [CAMPAIGN_DUSER] = {FIELD_KEYED("duser"), .max = FIELD_MAX_TEXT, .shed = 8},
    [CAMPAIGN_MSG] = {FIELD_KEYED("msg"), .max = FIELD_MAX_TEXT, .shed = 1},
    [CAMPAIGN_CS1_RECIPIENT_NAME] = {FIELD_LABELLED("cs1", "RecipientName"),
        .max = FIELD_MAX_CS, .shed = 2},
    [CAMPAIGN_FLEX1_MESSAGE_ID] = {FIELD_LABELLED("flexString1", "MessageId"),
        .max = FIELD_MAX_TEXT, .shed = 5},
    [CAMPAIGN_FLEX2_FROM_NAME] = {FIELD_LABELLED("flexString2", "FromName"),
        .max = FIELD_MAX_TEXT, .shed = 3},
    [CAMPAIGN_JUDGEMENT] = {FIELD_KEYED("AbnormalEmailJudgement"),
        .max = FIELD_MAX_TEXT, .shed = 4},
    [CAMPAIGN_TRUNCATED] = {FIELD_KEYED("AbnormalEmailTruncated"),
        .kind = FIELD_TRUNCATED},
    [CAMPAIGN_DVCHOST] = {FIELD_KEYED("dvchost"), .max = FIELD_MAX_ID},
    [CAMPAIGN_DEVICE_EXTERNAL_ID] = {FIELD_KEYED("deviceExternalId"),
        .max = FIELD_MAX_ID},
    [CAMPAIGN_EXTERNAL_ID] = {FIELD_KEYED("externalId"), .max = FIELD_MAX_ID},
};

const struct schema schema_campaign = {
    "abuse-campaign", campaign_fields, COUNT(campaign_fields)};

static const struct field not_analyzed_fields[] = {
    [NOT_ANALYZED_RT] = {FIELD_KEYED("rt"), .kind = FIELD_TIME},
    [NOT_ANALYZED_CAT] = {FIELD_KEYED("cat"), .max = FIELD_MAX_TEXT},
    [NOT_ANALYZED_SUSER] = {FIELD_KEYED("suser"), .max = FIELD_MAX_TEXT,
        .shed = 6},
    [NOT_ANALYZED_DUSER] = {FIELD_KEYED("duser"), .max = FIELD_MAX_TEXT,
        .shed = 5},
    [NOT_ANALYZED_MSG] = {FIELD_KEYED("msg"), .max = FIELD_MAX_TEXT, .shed = 1},
    [NOT_ANALYZED_REASON] = {FIELD_KEYED("reason"), .max = FIELD_MAX_TEXT,
        .shed = 4},
    [NOT_ANALYZED_CS1_REPORTER_NAME] = {FIELD_LABELLED("cs1", "ReporterName"),
        .max = FIELD_MAX_CS, .shed = 3},
    [NOT_ANALYZED_CS2_RECIPIENT_NAME] = {FIELD_LABELLED("cs2", "RecipientName"),
        .max = FIELD_MAX_CS, .shed = 2},
    [NOT_ANALYZED_TRUNCATED] = {FIELD_KEYED("AbnormalEmailTruncated"),
        .kind = FIELD_TRUNCATED},
    [NOT_ANALYZED_DVCHOST] = {FIELD_KEYED("dvchost"), .max = FIELD_MAX_ID},
    [NOT_ANALYZED_DEVICE_EXTERNAL_ID] = {FIELD_KEYED("deviceExternalId"),
        .max = FIELD_MAX_ID},
    [NOT_ANALYZED_EXTERNAL_ID] = {FIELD_KEYED("externalId"),
        .max = FIELD_MAX_ID},
};

const struct schema schema_not_analyzed = {
    "abuse-not-analyzed", not_analyzed_fields, COUNT(not_analyzed_fields)};

static const struct field audit_fields[] = {
    [AUDIT_RT] = {FIELD_KEYED("rt"), .kind = FIELD_TIME},
    [AUDIT_CAT] = {FIELD_KEYED("cat"), .max = FIELD_MAX_TEXT, .shed = 5},
    [AUDIT_ACT] = {FIELD_KEYED("act"), .max = FIELD_MAX_ACT},
    [AUDIT_OUTCOME] = {FIELD_KEYED("outcome"), .max = FIELD_MAX_ACT},
    [AUDIT_SUSER] = {FIELD_KEYED("suser"), .max = FIELD_MAX_TEXT, .shed = 6},
    [AUDIT_SRC] = {FIELD_KEYED("src"), .kind = FIELD_ADDRESS},
    [AUDIT_REASON] = {FIELD_KEYED("reason"), .max = FIELD_MAX_TEXT, .shed = 1},
    [AUDIT_REQUEST] = {FIELD_KEYED("request"), .max = FIELD_MAX_TEXT,
        .shed = 2},
    [AUDIT_CS1_TENANT] = {FIELD_LABELLED("cs1", "Tenant"), .max = FIELD_MAX_CS,
        .shed = 3},
    [AUDIT_FLEX1_MESSAGE_ID] = {FIELD_LABELLED("flexString1", "MessageId"),
        .max = FIELD_MAX_TEXT, .shed = 4},
    [AUDIT_TRUNCATED] = {FIELD_KEYED("AbnormalEmailTruncated"),
        .kind = FIELD_TRUNCATED},
    [AUDIT_DVCHOST] = {FIELD_KEYED("dvchost"), .max = FIELD_MAX_ID},
    [AUDIT_DEVICE_EXTERNAL_ID] = {FIELD_KEYED("deviceExternalId"),
        .max = FIELD_MAX_ID},
    [AUDIT_EXTERNAL_ID] = {FIELD_KEYED("externalId"), .max = FIELD_MAX_ID},
};

const struct schema schema_audit = {"audit", audit_fields, COUNT(audit_fields)};
