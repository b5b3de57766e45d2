/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The table of streams.
 */
#include "config.h"

#include "conf/conf.h"
#include "intake/normalise.h"
#include "intake/stream.h"

/*
 * Both keys are needed: a threat that is judged after we looked has an old
 * receivedTime, and one that is never remediated has no latestTimeRemediated.
 */
const struct stream stream_threats = {
    .name = "threats",
    .noun = "threats",
    .bit = STREAM_THREATS,
    .path = "threats",
    .list = "threats",
    .id = "threatId",
    .items = "messages",
    .item_count = "recipientCount",
    .filter_keys =
        {
            [WINDOW_NEW] = "receivedTime",
            [WINDOW_CHANGED] = "latestTimeRemediated",
            [WINDOW_LATE] = "receivedTime",
        },
    .extras = {{"attachments", ENRICH_ATTACHMENTS, {"attachments"}, true},
        {"links", ENRICH_LINKS, {"links"}, true}},
    .normalise = normalise_threat,
};

const struct stream stream_cases = {
    .name = "cases",
    .noun = "cases",
    .bit = STREAM_CASES,
    .path = "cases",
    .list = "cases",
    .id = "caseId",
    .filter_keys =
        {
            [WINDOW_NEW] = "lastModifiedTime",
            [WINDOW_LATE] = "lastModifiedTime",
        },
    .extras = {{"analysis", 0, {"insights", "eventTimeline"}, false}},
    .normalise = normalise_case,
};

const struct stream stream_vendor_cases = {
    .name = "vendor-cases",
    .noun = "vendor cases",
    .bit = STREAM_VENDOR_CASES,
    .path = "vendor-cases",
    .list = "vendorCases",
    .id = "vendorCaseId",
    .filter_keys =
        {
            [WINDOW_NEW] = "lastModifiedTime",
            [WINDOW_LATE] = "lastModifiedTime",
        },
    .normalise = normalise_vendor_case,
};

const struct stream stream_abuse_campaigns = {
    .name = "abuse-campaigns",
    .noun = "abuse campaigns",
    .bit = STREAM_ABUSE_CAMPAIGNS,
    .path = "abusecampaigns",
    .list = "campaigns",
    .id = "campaignId",
    .filter_keys =
        {
            [WINDOW_NEW] = "lastReportedTime",
            [WINDOW_LATE] = "lastReportedTime",
        },
    .judges = true,
    .normalise = normalise_campaign,
};

/* The key is only a name: a range has none. */
const struct stream stream_abuse_not_analyzed = {
    .name = "abuse-not-analyzed",
    .noun = "reports that were not analyzed",
    .bit = STREAM_ABUSE_NOT_ANALYZED,
    .path = "abuse_mailbox/not_analyzed",
    .list = "results",
    .by_range = true,
    .filter_keys =
        {
            [WINDOW_NEW] = "reported_datetime",
            [WINDOW_LATE] = "reported_datetime",
        },
    .normalise = normalise_not_analyzed,
};

const struct stream stream_audit = {
    .name = "audit",
    .noun = "audit events",
    .bit = STREAM_AUDIT,
    .path = "auditlogs",
    .list = "auditLogs",
    .filter_keys =
        {
            [WINDOW_NEW] = "timestamp",
            [WINDOW_LATE] = "timestamp",
        },
    .normalise = normalise_audit,
};

const struct stream *const stream_table[] = {
    &stream_threats,
    &stream_cases,
    &stream_vendor_cases,
    &stream_abuse_campaigns,
    &stream_abuse_not_analyzed,
    &stream_audit,
};
const size_t stream_count = sizeof(stream_table) / sizeof(stream_table[0]);
