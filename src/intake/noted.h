/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What was judged before a stream began is no news, but a mail that was
 * received before and is judged afterwards is. A list does not say when: so
 * the ids that it shows of the time before the origin, as far back as
 * `overlap`, are written down once, and one that shows up there later tells
 * itself. What may be unsettled still is fetched at once (RECALL_QUIET), and
 * sent when it is settled, or after a day.
 */
#ifndef CEFD_INTAKE_NOTED_H
#define CEFD_INTAKE_NOTED_H

#include <stdbool.h>
#include <stdint.h>

#include "base/text.h"
#include "intake/spans.h"
#include "intake/window.h"

struct err;
struct listing;
struct poller;

struct noted {
	struct spans spans; /* whose ids are; before the first nothing is */
	int64_t from_s;     /* as far back as that they are to be; 0: none */
};

/* What earlier lives have noted; with the cursors. */
int noted_load(struct poller *p, struct err *err);

/* Lay out what is not noted yet of [from_s, the origin), to be walked first, and
 * what is, beneath it, to be looked over for news. */
void noted_lay(struct poller *p, int64_t from_s);

/* Is an unknown id news in that window, which ends before the origin? If its
 * time is still to be noted, it is. */
bool noted_is_news(const struct listing *l, struct text id);

/* Is an id that is noted in that window to be fetched, to see whether it is
 * settled? */
bool noted_is_due(const struct listing *l);

/* At that second ends what is noted, or what is not. */
bool noted_is_edge(const struct poller *p, int64_t at_s);

/* All of the window is listed. */
void noted_window_done(const struct listing *l);

#endif
