/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Replays that cefctl asks for: each request waits for the end of its own. One
 * whose client leaves goes on.
 */
#ifndef CEFD_DAEMON_REPLAYS_H
#define CEFD_DAEMON_REPLAYS_H

#include <stdint.h>

struct fleet;
struct unix_request;

/* Begin what `words` say: SOURCE SINCE UNTIL TO, "-" for what is not given.
 * `now_ms` is what ages count from. Ends the request. */
void replays_start(struct fleet *fleet, const char *words, int64_t now_ms,
    struct unix_request *request);

#endif
