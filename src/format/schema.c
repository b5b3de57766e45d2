/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The record's rows. Frozen: parsers outside are written against them.
 *
 * `shed` says what leaves when a record is too long. 1-6 are the contract's
 * order; the rest is for records that are too long even then, so that no
 * choice of header texts by a sender can keep a threat from being told.
 */
#include "config.h"

#include "format/schema.h"

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

/* Ceilings from the CEF dictionary, in octets of the unescaped value. */
#define MAX_1023 1023
#define MAX_CS 4000

static const struct field threat_fields[] = {
    [THREAT_RT] = {.key = "rt", .kind = FIELD_TIME},
    [THREAT_START] = {.key = "start", .kind = FIELD_TIME},
    [THREAT_END] = {.key = "end", .kind = FIELD_TIME},
    [THREAT_CAT] = {.key = "cat", .max = MAX_1023, .shed = 15},
    [THREAT_ACT] = {.key = "act", .max = 63},
    [THREAT_OUTCOME] = {.key = "outcome", .max = 63},
    [THREAT_SUSER] = {.key = "suser", .max = MAX_1023, .shed = 16},
    [THREAT_DUSER] = {.key = "duser", .max = MAX_1023, .shed = 17},
    [THREAT_SRC] = {.key = "src", .kind = FIELD_ADDRESS},
    [THREAT_SOURCE_DNS_DOMAIN] = {.key = "sourceDnsDomain",
        .max = 255,
        .shed = 19},
    [THREAT_MSG] = {.key = "msg", .max = MAX_1023, .shed = 6},
    [THREAT_REASON] = {.key = "reason",
        .kind = FIELD_LIST,
        .max = MAX_1023,
        .joint = "; ",
        .shed = 4},
    [THREAT_REQUEST] = {.key = "request", .max = MAX_1023, .shed = 5},
    [THREAT_FNAME] = {.key = "fname",
        .kind = FIELD_LIST,
        .max = MAX_1023,
        .joint = ";",
        .instead = "_",
        .shed = 3},
    [THREAT_CS1_ATTACK_STRATEGY] = {.key = "cs1",
        .label = "AttackStrategy",
        .max = MAX_CS,
        .shed = 14},
    [THREAT_CS2_ATTACK_VECTOR] = {.key = "cs2",
        .label = "AttackVector",
        .max = MAX_CS,
        .shed = 13},
    [THREAT_CS3_ATTACKED_PARTY] = {.key = "cs3",
        .label = "AttackedParty",
        .max = MAX_CS,
        .shed = 12},
    [THREAT_CS4_IMPERSONATED_PARTY] = {.key = "cs4",
        .label = "ImpersonatedParty",
        .max = MAX_CS,
        .shed = 11},
    [THREAT_CS5_INTERNET_MESSAGE_ID] = {.key = "cs5",
        .label = "InternetMessageId",
        .max = MAX_CS,
        .shed = 9},
    [THREAT_CS6_PORTAL_LINK] = {.key = "cs6",
        .label = "PortalLink",
        .max = MAX_CS,
        .shed = 10},
    [THREAT_FLEX1_THREAT_ID] = {.key = "flexString1",
        .label = "ThreatId",
        .max = MAX_1023,
        .shed = 18},
    [THREAT_FLEX2_FROM_NAME] = {.key = "flexString2",
        .label = "FromName",
        .max = MAX_1023,
        .shed = 8},
    [THREAT_RETURN_PATH] = {.key = "AbnormalEmailReturnPath", .shed = 7},
    [THREAT_TO_ADDRESSES] = {.key = "AbnormalEmailToAddresses",
        .kind = FIELD_LIST,
        .joint = ";",
        .shed = 2},
    [THREAT_CC_EMAILS] = {.key = "AbnormalEmailCcEmails",
        .kind = FIELD_LIST,
        .joint = ";",
        .shed = 2},
    [THREAT_REPLY_TO_EMAILS] = {.key = "AbnormalEmailReplyToEmails",
        .kind = FIELD_LIST,
        .joint = ";",
        .shed = 2},
    [THREAT_AUTO_REMEDIATED] = {.key = "AbnormalEmailAutoRemediated",
        .kind = FIELD_BOOL},
    [THREAT_POST_REMEDIATED] = {.key = "AbnormalEmailPostRemediated",
        .kind = FIELD_BOOL},
    [THREAT_IS_READ] = {.key = "AbnormalEmailIsRead", .kind = FIELD_BOOL},
    [THREAT_CN1_URL_COUNT] = {.key = "cn1",
        .label = "UrlCount",
        .kind = FIELD_INT},
    [THREAT_CN2_ATTACHMENT_COUNT] = {.key = "cn2",
        .label = "AttachmentCount",
        .kind = FIELD_INT},
    [THREAT_URLS] = {.key = "AbnormalEmailUrls",
        .kind = FIELD_LIST,
        .max = 4000,
        .joint = ";",
        .instead = "%3B",
        .min_items = 2,
        .shed = 1},
    [THREAT_JUDGEMENT] = {.key = "AbnormalEmailJudgement",
        .max = MAX_1023,
        .shed = 7},
    [THREAT_TRUNCATED] = {.key = "AbnormalEmailTruncated",
        .kind = FIELD_TRUNCATED},
    [THREAT_DVCHOST] = {.key = "dvchost", .max = 100},
    [THREAT_DEVICE_EXTERNAL_ID] = {.key = "deviceExternalId", .max = 255},
    [THREAT_EXTERNAL_ID] = {.key = "externalId", .max = 255},
};

const struct schema schema_threat = {
    "threat", threat_fields, COUNT(threat_fields)};

static const struct field status_fields[] = {
    [STATUS_RT] = {.key = "rt", .kind = FIELD_TIME},
    [STATUS_CAT] = {.key = "cat", .max = MAX_1023},
    [STATUS_ACT] = {.key = "act", .max = 63},
    [STATUS_MSG] = {.key = "msg", .max = MAX_1023, .shed = 2},
    [STATUS_CS1_STREAM] = {.key = "cs1", .label = "Stream", .max = MAX_CS},
    [STATUS_CS2_ERROR] = {.key = "cs2",
        .label = "Error",
        .max = MAX_CS,
        .shed = 1},
    [STATUS_FLEX1_PARENT_ID] = {.key = "flexString1",
        .label = "ParentId",
        .max = MAX_1023,
        .shed = 3},
    [STATUS_CN1_COUNT] = {.key = "cn1", .label = "Count", .kind = FIELD_INT},
    [STATUS_TRUNCATED] = {.key = "AbnormalEmailTruncated",
        .kind = FIELD_TRUNCATED},
    [STATUS_DVCHOST] = {.key = "dvchost", .max = 100},
    [STATUS_DEVICE_EXTERNAL_ID] = {.key = "deviceExternalId", .max = 255},
    [STATUS_EXTERNAL_ID] = {.key = "externalId", .max = 255},
};

const struct schema schema_status = {
    "forwarder-status", status_fields, COUNT(status_fields)};
