/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Notices of our own in the stream of records, so that what is missing is seen
 * where the analysts look.
 */
#include "config.h"

#include "intake/notice.h"
#include "intake/poller_parts.h"

static void set(struct event *event, enum status_field field, struct text t);

void
notice_given_up(struct poller *p, struct text id, const struct err *why)
{
	struct taken taken = {0};
	struct item item;
	struct event *event = &item.event;

	memset(&item, 0, sizeof(item));
	item.id = id;
	event->schema = &schema_status;
	event->class_id = TEXT("forwarder-status");
	event->name = TEXT("Threat given up");
	event->severity = 6;
	event->time_ms = loop_wall_ms(p->world.loop);
	event->values[STATUS_RT].type = VALUE_TIME;
	event->values[STATUS_RT].u.time_ms = event->time_ms;
	set(event, STATUS_CAT, TEXT("given-up"));
	set(event, STATUS_ACT, TEXT("given up"));
	set(event, STATUS_MSG,
	    TEXT("A threat that the API lists could not be fetched"));
	set(event, STATUS_CS1_STREAM, text_of(p->stream->name));
	set(event, STATUS_CS2_ERROR, text_of(why->text));
	set(event, STATUS_FLEX1_PARENT_ID, id);
	set(event, STATUS_DVCHOST, p->taker.context.api_host);
	set(event, STATUS_DEVICE_EXTERNAL_ID, p->taker.context.source_name);
	set(event, STATUS_EXTERNAL_ID, id);
	take_notice(&p->taker, &item, event->time_ms, &taken);
}

static void
set(struct event *event, enum status_field field, struct text t)
{
	if (text_is_empty(t))
		return;
	event->values[field].type = VALUE_TEXT;
	event->values[field].u.text = t;
}
