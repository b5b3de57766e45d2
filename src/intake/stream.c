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
    .bit = STREAM_THREATS,
    .path = "threats",
    .list = "threats",
    .id = "threatId",
    .items = "messages",
    .item_count = "recipientCount",
    .filter_keys =
        {
            [WINDOW_RECEIVED] = "receivedTime",
            [WINDOW_REMEDIATED] = "latestTimeRemediated",
            [WINDOW_LATE] = "receivedTime",
        },
    .normalise = normalise_threat,
};
