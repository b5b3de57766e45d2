/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Prints the tables of the records: KIND KEY [LABEL], in the order of output.
 */
#include "config.h"

#include <stdio.h>

#include "format/schema.h"
#include "format/schema_case.h"
#include "format/schema_report.h"

int
main(void)
{
	static const struct schema *const schemas[] = {&schema_threat,
	    &schema_case, &schema_vendor_case, &schema_campaign,
	    &schema_not_analyzed, &schema_audit, &schema_status};

	for (size_t i = 0; i < sizeof(schemas) / sizeof(schemas[0]); i++)
		for (size_t k = 0; k < schemas[i]->count; k++) {
			const struct field *field = &schemas[i]->fields[k];

			(void)printf("%s %s%s%s\n", schemas[i]->kind,
			    field->key, field->label != NULL ? " " : "",
			    field->label != NULL ? field->label : "");
		}
	return fflush(stdout) == EOF;
}
