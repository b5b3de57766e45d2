/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The rows of the option table that are about a source.
 */
#include "config.h"

#include "conf/conf.h"
#include "conf/options_parts.h"

static const struct option_word stream_words[] = {
    {"threats", STREAM_THREATS},
    {"cases", STREAM_CASES},
    {"vendor-cases", STREAM_VENDOR_CASES},
    {"abuse-campaigns", STREAM_ABUSE_CAMPAIGNS},
    {"abuse-not-analyzed", STREAM_ABUSE_NOT_ANALYZED},
    {"audit", STREAM_AUDIT},
    {NULL, 0},
};

static const struct option_word enrich_words[] = {
    {"attachments", ENRICH_ATTACHMENTS},
    {"links", ENRICH_LINKS},
    {NULL, 0},
};

static const struct option_word catch_up_words[] = {
    {"oldest-first", CATCH_UP_OLDEST_FIRST},
    {"newest-first", CATCH_UP_NEWEST_FIRST},
    {NULL, 0},
};

const struct option options_of_source[] = {
    {.name = "host",
        .type = OPTION_HOST,
        FIELD(conf_source, host),
        .min = 1,
        .max = 261,
        .required = true,
        .example = "api.abnormalplatform.com",
        .help = "Server of the API, host or host:port."},
    {.name = "token-file",
        .type = OPTION_TOKEN_FILE,
        FIELD(conf_source, token_file),
        .min = 1,
        .max = 4000,
        .example = "/etc/cefd/acme.token",
        .help = "File with the API token. Others than its owner and group "
                "must not be able to read it. Under systemd, "
                "\"${CREDENTIALS_DIRECTORY}/acme\" with LoadCredential= is "
                "best."},
    {.name = "token",
        .type = OPTION_SECRET,
        FIELD(conf_source, token),
        .min = 1,
        .max = 16384,
        .help = "The token itself, instead of token-file. It draws a "
                "warning: this file is read by more people than a token "
                "should be."},
    {.name = "token-expires",
        .type = OPTION_TIME,
        FIELD(conf_source, token_expires_ms),
        .help = "When the token ends, as a date or an RFC 3339 time. "
                "Status shows it. To be changed together with the token."},
    {.name = "enabled",
        .type = OPTION_BOOL,
        FIELD(conf_source, enabled),
        .standard = "true",
        .help = "false keeps the source here without polling it."},
    {.name = "streams",
        .type = OPTION_WORDS,
        FIELD(conf_source, streams),
        .words = stream_words,
        .standard = "threats",
        .help = "What to fetch. A stream that the tenant has no licence "
                "for does not disturb the others."},
    {.name = "enrich",
        .type = OPTION_WORDS,
        FIELD(conf_source, enrich),
        .words = enrich_words,
        .help = "What to ask besides each threat that has something new: "
                "attachments, links. Costs a request each."},
    {.name = "poll-interval",
        .type = OPTION_DURATION,
        FIELD(conf_source, poll_interval_ms),
        .min = 100,
        .max = 7 * MS_DAY,
        .standard = "10m",
        .help = "From the start of one poll to the start of the next."},
    {.name = "start",
        .type = OPTION_START,
        FIELD(conf_source, start_ago_ms),
        .min = 0,
        .max = 3650 * MS_DAY,
        .standard = "24h",
        .help = "How far back the very first poll goes; or an RFC 3339 "
                "time."},
    {.name = "overlap",
        .type = OPTION_DURATION,
        FIELD(conf_source, overlap_ms),
        .min = 0,
        .max = 90 * MS_DAY,
        .standard = "72h",
        .help = "How far back late detections are looked for, at each "
                "poll; before start, those that are judged or remediated "
                "after it. When something was judged no list says: what "
                "the first one shows of that time counts as judged "
                "before."},
    {.name = "recheck",
        .type = OPTION_DURATION,
        FIELD(conf_source, recheck_ms),
        .min = 0,
        .max = 365 * MS_DAY,
        .standard = "30d",
        .help = "How long what was sent is looked at again, ever more "
                "rarely and each three days in the end, for changes that the "
                "API's time of remediation "
                "does not show, and for recipients who join it. Takes a "
                "fourth of the budget at the most. With 0s neither is found "
                "once it is older than overlap."},
    {.name = "catch-up",
        .type = OPTION_WORD,
        FIELD(conf_source, catch_up),
        .words = catch_up_words,
        .standard = "oldest-first",
        .help = "What comes first after more than a day's outage: "
                "oldest-first or newest-first."},
    {.name = "lag",
        .type = OPTION_DURATION,
        FIELD(conf_source, lag_ms),
        .min = 0,
        .max = MS_DAY,
        .standard = "2m",
        .help = "How far behind the server's clock the newest window "
                "ends."},
    {.name = "requests-per-minute",
        .type = OPTION_INT,
        FIELD(conf_source, requests_per_minute),
        .min = 0,
        .max = 100000,
        .standard = "300",
        .help = "Budget of requests; 0 is no limit. All of a customer's "
                "API clients share the server's own limit."},
    {.name = "max-in-flight",
        .type = OPTION_INT,
        FIELD(conf_source, max_in_flight),
        .min = 1,
        .max = 64,
        .standard = "4",
        .help = "Requests under way at the same time."},
    {.name = "page-size",
        .type = OPTION_INT,
        FIELD(conf_source, page_size),
        .min = 1,
        .max = 1000,
        .standard = "500",
        .help = "Entries asked for in one list."},
    {.name = "timeout",
        .type = OPTION_DURATION,
        FIELD(conf_source, timeout_ms),
        .min = 100,
        .max = MS_HOUR,
        .standard = "30s",
        .help = "Limit of one whole request."},
    {.name = "ca-file",
        .type = OPTION_FILE,
        FIELD(conf_source, ca_file),
        .min = 1,
        .max = 4000,
        .help = "PEM file with the authorities to trust instead of the "
                "system's."},
    {.name = "proxy",
        .type = OPTION_PROXY,
        FIELD(conf_source, proxy),
        .min = 1,
        .max = 2000,
        .help = "URL of a proxy. The environment's proxy variables are "
                "not looked at."},
    {.name = "severity",
        .type = OPTION_SEVERITIES,
        FIELD(conf_source, severities),
        .min = 1,
        .max = 1024,
        .help = "CEF severity, 0 to 10, of attack types, instead of the "
                "built-in one: {\"Graymail=4\", \"Spam=1\"}."},
    {.name = NULL},
};
