/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The record's rows. Frozen: parsers outside are written against them.
 *
 * `shed` says what leaves when a record is too long. 1-9 are the contract's
 * order; the rest is for records that are too long even then, so that no
 * choice of header texts by a sender can keep a threat from being told.
 */
#include "config.h"

#include "format/schema.h"

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

static const struct field threat_fields[] = {
    [THREAT_RT] = {FIELD_KEYED("rt"), .kind = FIELD_TIME},
    [THREAT_START] = {FIELD_KEYED("start"), .kind = FIELD_TIME},
    [THREAT_END] = {FIELD_KEYED("end"), .kind = FIELD_TIME},
    [THREAT_CAT] = {FIELD_KEYED("cat"), .max = FIELD_MAX_TEXT, .shed = 19},
    [THREAT_ACT] = {FIELD_KEYED("act"), .max = 63},
    [THREAT_OUTCOME] = {FIELD_KEYED("outcome"), .max = 63},
    [THREAT_SUSER] = {FIELD_KEYED("suser"), .max = FIELD_MAX_TEXT, .shed = 21},
    [THREAT_DUSER] = {FIELD_KEYED("duser"), .shed = 22},
    [THREAT_SRC] = {FIELD_KEYED("src"), .kind = FIELD_ADDRESS},
    [THREAT_SOURCE_DNS_DOMAIN] = {FIELD_KEYED("sourceDnsDomain"), .max = 255,
        .shed = 18},
    [THREAT_MSG] = {FIELD_KEYED("msg"), .max = FIELD_MAX_TEXT, .shed = 9},
    [THREAT_REASON] = {FIELD_KEYED("reason"), .kind = FIELD_LIST,
        .max = FIELD_MAX_TEXT, .joint = "; ", .shed = 7},
    [THREAT_REQUEST] = {FIELD_KEYED("request"), .max = FIELD_MAX_TEXT,
        .shed = 8},
    [THREAT_FNAME] = {FIELD_KEYED("fname"), .kind = FIELD_LIST,
        .max = FIELD_MAX_TEXT, .joint = ";", .instead = "_", .shed = 6},
    [THREAT_CS1_ATTACK_STRATEGY] = {FIELD_LABELLED("cs1", "AttackStrategy"),
        .max = FIELD_MAX_CS, .shed = 17},
    [THREAT_CS2_ATTACK_VECTOR] = {FIELD_LABELLED("cs2", "AttackVector"),
        .max = FIELD_MAX_CS, .shed = 16},
    [THREAT_CS3_ATTACKED_PARTY] = {FIELD_LABELLED("cs3", "AttackedParty"),
        .max = FIELD_MAX_CS, .shed = 15},
    [THREAT_CS4_IMPERSONATED_PARTY] = {FIELD_LABELLED(
                                           "cs4", "ImpersonatedParty"),
        .max = FIELD_MAX_CS, .shed = 14},
    [THREAT_CS5_INTERNET_MESSAGE_ID] = {FIELD_LABELLED(
                                            "cs5", "InternetMessageId"),
        .max = FIELD_MAX_CS, .shed = 12},
    [THREAT_CS6_PORTAL_LINK] = {FIELD_LABELLED("cs6", "PortalLink"),
        .max = FIELD_MAX_CS, .shed = 13},
    [THREAT_FLEX1_THREAT_ID] = {FIELD_LABELLED("flexString1", "ThreatId"),
        .shed = 20},
    [THREAT_FLEX2_FROM_NAME] = {FIELD_LABELLED("flexString2", "FromName"),
        .max = FIELD_MAX_TEXT, .shed = 11},
    [THREAT_RETURN_PATH] = {FIELD_KEYED("AbnormalEmailReturnPath"), .shed = 10},
    [THREAT_TO_ADDRESSES] = {FIELD_KEYED("AbnormalEmailToAddresses"),
        .kind = FIELD_LIST, .joint = ";", .shed = 5},
    [THREAT_CC_EMAILS] = {FIELD_KEYED("AbnormalEmailCcEmails"),
        .kind = FIELD_LIST, .joint = ";", .shed = 5},
    [THREAT_REPLY_TO_EMAILS] = {FIELD_KEYED("AbnormalEmailReplyToEmails"),
        .kind = FIELD_LIST, .joint = ";", .shed = 5},
    [THREAT_AUTO_REMEDIATED] = {FIELD_KEYED("AbnormalEmailAutoRemediated"),
        .kind = FIELD_BOOL},
    [THREAT_POST_REMEDIATED] = {FIELD_KEYED("AbnormalEmailPostRemediated"),
        .kind = FIELD_BOOL},
    [THREAT_IS_READ] = {FIELD_KEYED("AbnormalEmailIsRead"), .kind = FIELD_BOOL},
    [THREAT_CN1_URL_COUNT] = {FIELD_LABELLED("cn1", "UrlCount"),
        .kind = FIELD_INT},
    [THREAT_CN2_ATTACHMENT_COUNT] = {FIELD_LABELLED("cn2", "AttachmentCount"),
        .kind = FIELD_INT},
    [THREAT_URLS] = {FIELD_KEYED("AbnormalEmailUrls"), .kind = FIELD_LIST,
        .max = FIELD_MAX_CS, .joint = ";", .instead = "%3B", .min_items = 2,
        .shed = 4},
    [THREAT_JUDGEMENT] = {FIELD_KEYED("AbnormalEmailJudgement"), .shed = 10},
    [THREAT_TRUNCATED] = {FIELD_KEYED("AbnormalEmailTruncated"),
        .kind = FIELD_TRUNCATED},
    [THREAT_DVCHOST] = {FIELD_KEYED("dvchost"), .max = 255},
    [THREAT_DEVICE_EXTERNAL_ID] = {FIELD_KEYED("deviceExternalId"), .max = 255},
    [THREAT_ATTACHMENTS] = {FIELD_KEYED("AbnormalEmailAttachments"),
        .kind = FIELD_LIST, .max = FIELD_MAX_CS, .joint = ";", .instead = "_",
        .shed = 3},
    [THREAT_LINK_URLS] = {FIELD_KEYED("AbnormalEmailLinkUrls"),
        .kind = FIELD_LIST, .max = FIELD_MAX_CS, .joint = ";", .instead = "%3B",
        .shed = 2},
    [THREAT_LINK_DOMAINS] = {FIELD_KEYED("AbnormalEmailLinkDomains"),
        .kind = FIELD_LIST, .max = FIELD_MAX_CS, .joint = ";", .instead = "_",
        .shed = 3},
    [THREAT_LINK_TEXTS] = {FIELD_KEYED("AbnormalEmailLinkTexts"),
        .kind = FIELD_LIST, .max = FIELD_MAX_CS, .joint = ";", .instead = "_",
        .shed = 1},
    [THREAT_UPDATE] = {FIELD_KEYED("AbnormalEmailUpdate"), .max = 63},
    [THREAT_EXTERNAL_ID] = {FIELD_KEYED("externalId"), .max = 255},
};

const struct schema schema_threat = {
    "threat", threat_fields, COUNT(threat_fields)};

static const struct field status_fields[] = {
    [STATUS_RT] = {FIELD_KEYED("rt"), .kind = FIELD_TIME},
    [STATUS_START] = {FIELD_KEYED("start"), .kind = FIELD_TIME},
    [STATUS_END] = {FIELD_KEYED("end"), .kind = FIELD_TIME},
    [STATUS_CAT] = {FIELD_KEYED("cat"), .max = FIELD_MAX_TEXT},
    [STATUS_ACT] = {FIELD_KEYED("act"), .max = 63},
    [STATUS_MSG] = {FIELD_KEYED("msg"), .max = FIELD_MAX_TEXT, .shed = 2},
    [STATUS_CS1_STREAM] = {FIELD_LABELLED("cs1", "Stream"),
        .max = FIELD_MAX_CS},
    [STATUS_CS2_ERROR] = {FIELD_LABELLED("cs2", "Error"), .max = FIELD_MAX_CS,
        .shed = 1},
    [STATUS_FLEX1_PARENT_ID] = {FIELD_LABELLED("flexString1", "ParentId"),
        .max = FIELD_MAX_TEXT, .shed = 3},
    [STATUS_CN1_COUNT] = {FIELD_LABELLED("cn1", "Count"), .kind = FIELD_INT},
    [STATUS_TRUNCATED] = {FIELD_KEYED("AbnormalEmailTruncated"),
        .kind = FIELD_TRUNCATED},
    [STATUS_DVCHOST] = {FIELD_KEYED("dvchost"), .max = 255},
    [STATUS_DEVICE_EXTERNAL_ID] = {FIELD_KEYED("deviceExternalId"), .max = 255},
    [STATUS_UPTIME] = {FIELD_KEYED("AbnormalEmailUptime"), .kind = FIELD_INT},
    [STATUS_SEQUENCE] = {FIELD_KEYED("AbnormalEmailSequence"),
        .kind = FIELD_INT},
    [STATUS_QUEUED] = {FIELD_KEYED("AbnormalEmailQueued"), .kind = FIELD_INT},
    [STATUS_CONFIRMED] = {FIELD_KEYED("AbnormalEmailConfirmed"),
        .kind = FIELD_INT},
    [STATUS_RESENT] = {FIELD_KEYED("AbnormalEmailResent"), .kind = FIELD_INT},
    [STATUS_FETCHED] = {FIELD_KEYED("AbnormalEmailFetched"), .kind = FIELD_INT},
    [STATUS_GIVEN_UP] = {FIELD_KEYED("AbnormalEmailGivenUp"),
        .kind = FIELD_INT},
    [STATUS_BEHIND] = {FIELD_KEYED("AbnormalEmailBehind"), .kind = FIELD_INT},
    [STATUS_SPOOL_PERCENT] = {FIELD_KEYED("AbnormalEmailSpoolPercent"),
        .kind = FIELD_INT},
    [STATUS_SOURCES] = {FIELD_KEYED("AbnormalEmailSources"), .kind = FIELD_LIST,
        .max = FIELD_MAX_TEXT, .joint = "; ", .shed = 4},
    [STATUS_EXTERNAL_ID] = {FIELD_KEYED("externalId"), .max = 255},
};

const struct schema schema_status = {
    "forwarder-status", status_fields, COUNT(status_fields)};
