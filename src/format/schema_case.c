/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The rows of cases. What the API can make long has a rank to leave by, the
 * longest first, so that any case can be told in the shortest record allowed.
 */
#include "config.h"

#include "format/schema_case.h"

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

static const struct field case_fields[] = {
    [CASE_RT] = {FIELD_KEYED("rt"), .kind = FIELD_TIME},
    [CASE_START] = {FIELD_KEYED("start"), .kind = FIELD_TIME},
    [CASE_END] = {FIELD_KEYED("end"), .kind = FIELD_TIME},
    [CASE_CAT] = {FIELD_KEYED("cat"), .max = FIELD_MAX_TEXT, .shed = 10},
    [CASE_ACT] = {FIELD_KEYED("act"), .max = FIELD_MAX_ACT},
    [CASE_OUTCOME] = {FIELD_KEYED("outcome"), .max = FIELD_MAX_ACT},
    [CASE_DUSER] = {FIELD_KEYED("duser"), .max = FIELD_MAX_TEXT, .shed = 12},
    [CASE_SRC] = {FIELD_KEYED("src"), .kind = FIELD_ADDRESS},
    [CASE_MSG] = {FIELD_KEYED("msg"), .max = FIELD_MAX_TEXT, .shed = 3},
    [CASE_REASON] = {FIELD_KEYED("reason"), .kind = FIELD_LIST,
        .max = FIELD_MAX_TEXT, .joint = "; ", .shed = 2},
    [CASE_CS1_SEVERITY_LEVEL] = {FIELD_LABELLED("cs1", "SeverityLevel"),
        .max = FIELD_MAX_CS, .shed = 9},
    [CASE_CS2_CONFIDENCE] = {FIELD_LABELLED("cs2", "Confidence"),
        .max = FIELD_MAX_CS, .shed = 7},
    [CASE_CS3_REMEDIATION_STATUS] = {FIELD_LABELLED("cs3", "RemediationStatus"),
        .max = FIELD_MAX_CS, .shed = 8},
    [CASE_CS4_ANALYSIS] = {FIELD_LABELLED("cs4", "Analysis"),
        .max = FIELD_MAX_CS, .shed = 5},
    [CASE_CS5_LAST_EVENT] = {FIELD_LABELLED("cs5", "LastEvent"),
        .max = FIELD_MAX_CS, .shed = 4},
    [CASE_CS6_TENANT] = {FIELD_LABELLED("cs6", "Tenant"), .max = FIELD_MAX_CS,
        .shed = 6},
    [CASE_FLEX1_THREAT_ID] = {FIELD_LABELLED("flexString1", "ThreatId"),
        .max = FIELD_MAX_TEXT, .shed = 11},
    [CASE_CN1_THREAT_COUNT] = {FIELD_LABELLED("cn1", "ThreatCount"),
        .kind = FIELD_INT},
    [CASE_CN2_EVENT_COUNT] = {FIELD_LABELLED("cn2", "EventCount"),
        .kind = FIELD_INT},
    [CASE_THREAT_IDS] = {FIELD_KEYED("AbnormalEmailThreatIds"),
        .kind = FIELD_LIST, .max = FIELD_MAX_CS, .joint = ";", .instead = "_",
        .min_items = 2, .shed = 1},
    [CASE_TRUNCATED] = {FIELD_KEYED("AbnormalEmailTruncated"),
        .kind = FIELD_TRUNCATED},
    [CASE_DVCHOST] = {FIELD_KEYED("dvchost"), .max = FIELD_MAX_ID},
    [CASE_DEVICE_EXTERNAL_ID] = {FIELD_KEYED("deviceExternalId"),
        .max = FIELD_MAX_ID},
    [CASE_UPDATE] = {FIELD_KEYED("AbnormalEmailUpdate"), .max = FIELD_MAX_ACT},
    [CASE_EXTERNAL_ID] = {FIELD_KEYED("externalId"), .max = FIELD_MAX_ID},
};

const struct schema schema_case = {"case", case_fields, COUNT(case_fields)};

static const struct field vendor_case_fields[] = {
    [VENDOR_CASE_RT] = {FIELD_KEYED("rt"), .kind = FIELD_TIME},
    [VENDOR_CASE_START] = {FIELD_KEYED("start"), .kind = FIELD_TIME},
    [VENDOR_CASE_END] = {FIELD_KEYED("end"), .kind = FIELD_TIME},
    [VENDOR_CASE_CAT] = {FIELD_KEYED("cat"), .max = FIELD_MAX_TEXT},
    [VENDOR_CASE_ACT] = {FIELD_KEYED("act"), .max = FIELD_MAX_ACT},
    [VENDOR_CASE_SUSER] = {FIELD_KEYED("suser"), .max = FIELD_MAX_TEXT,
        .shed = 5},
    [VENDOR_CASE_DUSER] = {FIELD_KEYED("duser"), .max = FIELD_MAX_TEXT,
        .shed = 6},
    [VENDOR_CASE_MSG] = {FIELD_KEYED("msg"), .max = FIELD_MAX_TEXT, .shed = 3},
    [VENDOR_CASE_REASON] = {FIELD_KEYED("reason"), .kind = FIELD_LIST,
        .max = FIELD_MAX_TEXT, .joint = "; ", .shed = 2},
    [VENDOR_CASE_CS1_VENDOR_DOMAIN] = {FIELD_LABELLED("cs1", "VendorDomain"),
        .max = FIELD_MAX_CS, .shed = 7},
    [VENDOR_CASE_CS2_INSIGHT_DETAILS] = {FIELD_LABELLED(
                                             "cs2", "InsightDetails"),
        .kind = FIELD_LIST, .max = FIELD_MAX_CS, .joint = "; ", .shed = 1},
    [VENDOR_CASE_FLEX1_THREAT_ID] = {FIELD_LABELLED("flexString1", "ThreatId"),
        .max = FIELD_MAX_TEXT, .shed = 4},
    [VENDOR_CASE_CN1_INSIGHT_COUNT] = {FIELD_LABELLED("cn1", "InsightCount"),
        .kind = FIELD_INT},
    [VENDOR_CASE_CN2_EVENT_COUNT] = {FIELD_LABELLED("cn2", "EventCount"),
        .kind = FIELD_INT},
    [VENDOR_CASE_TRUNCATED] = {FIELD_KEYED("AbnormalEmailTruncated"),
        .kind = FIELD_TRUNCATED},
    [VENDOR_CASE_DVCHOST] = {FIELD_KEYED("dvchost"), .max = FIELD_MAX_ID},
    [VENDOR_CASE_DEVICE_EXTERNAL_ID] = {FIELD_KEYED("deviceExternalId"),
        .max = FIELD_MAX_ID},
    [VENDOR_CASE_EXTERNAL_ID] = {FIELD_KEYED("externalId"),
        .max = FIELD_MAX_ID},
};

const struct schema schema_vendor_case = {
    "vendor-case", vendor_case_fields, COUNT(vendor_case_fields)};
