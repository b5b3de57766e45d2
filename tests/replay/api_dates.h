/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The Date of a reply.
 */
#ifndef CEFD_TESTS_REPLAY_API_DATES_H
#define CEFD_TESTS_REPLAY_API_DATES_H

struct answer;
struct ring;

/* As the script has it: the time that it is, or not. */
void api_put_date(struct ring *ring, struct answer *answer);

#endif
