/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Records that cefd writes about itself.
 */
#ifndef CEFD_INTAKE_NOTICE_H
#define CEFD_INTAKE_NOTICE_H

#include "base/text.h"

struct err;
struct poller;

/* Put a record for a threat that could not be fetched for days. */
void notice_given_up(struct poller *p, struct text id, const struct err *why);

#endif
