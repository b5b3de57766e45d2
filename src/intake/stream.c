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
    .extras = {{"attachments", ENRICH_ATTACHMENTS}, {"links", ENRICH_LINKS}},
    .normalise = normalise_threat,
};

const struct stream *const stream_table[] = {
    &stream_threats,
};
const size_t stream_count = sizeof(stream_table) / sizeof(stream_table[0]);
