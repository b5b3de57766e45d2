/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The words of status.
 */
#include "config.h"

#include <stdlib.h>

#include "intake/poller_state.h"

const char *
poller_state_str(enum poller_state state)
{
	switch (state) {
	case POLLER_OK:
		return "ok";
	case POLLER_POLLING:
		return "polling";
	case POLLER_BACKING_OFF:
		return "backing-off";
	case POLLER_DENIED:
		return "denied";
	case POLLER_UNLICENSED:
		return "unlicensed";
	case POLLER_PAUSED:
		return "paused";
	case POLLER_DISABLED:
		return "disabled";
	case POLLER_FAILING:
		return "failing";
	}
	abort();
}
