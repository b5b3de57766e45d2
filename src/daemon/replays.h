/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Replays that cefctl asks for: each request waits for the end of its own. One
 * whose client leaves goes on.
 */
#ifndef CEFD_DAEMON_REPLAYS_H
#define CEFD_DAEMON_REPLAYS_H

struct fleet;
struct loop;
struct unix_request;

/* Begin what `words` say: SOURCE SINCE UNTIL TO, "-" for what is not given.
 * Ends the request, after a line every ten seconds that says how far it is. */
void replays_start(struct fleet *fleet, struct loop *loop, const char *words,
    struct unix_request *request);

#endif
