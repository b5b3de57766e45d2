/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The rule, and a table of what it does not name well.
 */
#include "config.h"

#include "format/field.h"
#include "format/field_name.h"
#include "format/schema.h"

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))
#define OWN_PREFIX "AbnormalEmail"

static const struct {
	const char *key;
	const char *name;
} names[] = {
    {"rt", "time"},
    {"act", "action"},
    {"suser", "sender"},
    {"duser", "recipient"},
    {"sourceDnsDomain", "senderDomain"},
    {"request", "url"},
    {"fname", "fileNames"},
    {"dvchost", "apiHost"},
    {"deviceExternalId", "source"},
};

static bool is_user(const struct field *field, const struct schema *schema);
static bool has_key(const struct schema *schema, const char *key);

struct text
field_name(const struct field *field, const struct schema *schema,
    enum dialect dialect)
{
	const size_t prefix_len = sizeof(OWN_PREFIX) - 1;

	if (field->label != NULL)
		return text_of(field->label);
	if (strncmp(field->key, OWN_PREFIX, prefix_len) == 0)
		return text_of(field->key + prefix_len);
	if (dialect == DIALECT_LEEF && is_user(field, schema))
		return TEXT("usrName");
	if (dialect == DIALECT_LEEF && strcmp(field->key, "rt") == 0)
		return TEXT("devTime");
	for (size_t i = 0; i < COUNT(names); i++)
		if (strcmp(field->key, names[i].key) == 0)
			return text_of(names[i].name);
	return text_of(field->key);
}

/* LEEF's user is whose mailbox it is; where there is none, who acted. */
static bool
is_user(const struct field *field, const struct schema *schema)
{
	return strcmp(field->key, "duser") == 0 ||
	    (strcmp(field->key, "suser") == 0 && !has_key(schema, "duser"));
}

static bool
has_key(const struct schema *schema, const char *key)
{
	for (size_t i = 0; i < schema->count; i++)
		if (strcmp(schema->fields[i].key, key) == 0)
			return true;
	return false;
}
