/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Which reader goes with which format.
 */
#include "config.h"

#include <stdio.h>
#include <string.h>

#include "strict_cef.h"
#include "strict_json.h"
#include "strict_leef.h"
#include "strict_record.h"
#include "strict_rfc5424.h"

#define SD_ID "abnormal@"

static int check_body(
    enum strict_body body, const struct strict_rfc5424 *record, char *why);
static int check_cef(const struct strict_text *msg, char *why);
static int check_leef(const struct strict_text *msg, char *why);
static int check_sd(const struct strict_rfc5424 *record, char *why);

int
strict_record_check(
    enum strict_body body, const char *record, size_t len, char *why)
{
	struct strict_rfc5424 r;
	int rc = strict_rfc5424_parse(&r, record, len);

	if (rc == -1)
		(void)snprintf(why, STRICT_WHY_MAX, "%s", r.why);
	else
		rc = check_body(body, &r, why);
	strict_rfc5424_clear(&r);
	return rc;
}

static int
check_body(
    enum strict_body body, const struct strict_rfc5424 *record, char *why)
{
	switch (body) {
	case STRICT_CEF:
		return check_cef(&record->msg, why);
	case STRICT_JSON:
		return strict_json_check(record->msg.ptr, record->msg.len, why);
	case STRICT_LEEF:
		return check_leef(&record->msg, why);
	case STRICT_SD:
		return check_sd(record, why);
	}
	return -1;
}

static int
check_cef(const struct strict_text *msg, char *why)
{
	struct strict_cef cef;
	int rc = strict_cef_parse(&cef, msg->ptr, msg->len);

	(void)snprintf(why, STRICT_WHY_MAX, "%s", cef.why);
	strict_cef_clear(&cef);
	return rc;
}

static int
check_leef(const struct strict_text *msg, char *why)
{
	struct strict_leef leef;
	int rc = strict_leef_parse(&leef, msg->ptr, msg->len);

	(void)snprintf(why, STRICT_WHY_MAX, "%s", leef.why);
	strict_leef_clear(&leef);
	return rc;
}

/* The grammar is the header's; the names come once each, externalId last. */
static int
check_sd(const struct strict_rfc5424 *record, char *why)
{
	const struct strict_sd_param *params = record->params;
	size_t count = record->param_count;

	*why = '\0';
	if (count == 0 || record->msg.len == 0 ||
	    strncmp(params[count - 1].id.ptr, SD_ID, strlen(SD_ID)) != 0 ||
	    strcmp(params[count - 1].name.ptr, "externalId") != 0) {
		(void)snprintf(why, STRICT_WHY_MAX,
		    "not an element that ends with externalId, and a message");
		return -1;
	}
	for (size_t i = 0; i < count; i++)
		for (size_t j = 0; j < i; j++)
			if (strcmp(params[i].id.ptr, params[j].id.ptr) == 0 &&
			    strcmp(params[i].name.ptr, params[j].name.ptr) ==
			        0) {
				(void)snprintf(why, STRICT_WHY_MAX,
				    "%s comes twice", params[i].name.ptr);
				return -1;
			}
	return 0;
}
