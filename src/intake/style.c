/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The formatter knows no configuration and the configuration no formatter;
 * here they meet.
 */
#include "config.h"

#include "conf/conf.h"
#include "format/record.h"
#include "intake/style.h"

void
style_of(struct style *ret_style, const struct conf_destination *section)
{
	static const enum style_header headers[] = {
	    [CONF_HEADER_RFC5424] = HEADER_RFC5424,
	    [CONF_HEADER_RFC3164] = HEADER_RFC3164,
	    [CONF_HEADER_NONE] = HEADER_NONE,
	};

	static const enum style_format formats[] = {
	    [CONF_FORMAT_CEF] = FORMAT_CEF,
	    [CONF_FORMAT_JSON] = FORMAT_JSON,
	    [CONF_FORMAT_LEEF] = FORMAT_LEEF,
	    [CONF_FORMAT_SD] = FORMAT_SD,
	};

	*ret_style = (struct style){
	    .format = formats[section->format],
	    .header = headers[section->header],
	    .header_time_now = section->header_time_now,
	    .facility = section->facility,
	    .hostname = section->hostname,
	    .app_name = section->app_name,
	    .enterprise_number = section->enterprise_number,
	    .structured_data = section->structured_data,
	    .vendor = section->vendor,
	    .product = section->product,
	    .max_size = section->max_size,
	};
}
