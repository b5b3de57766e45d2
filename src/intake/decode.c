/* SPDX-License-Identifier: Apache-2.0 */
/*
 * json-c behind decode.h. A `struct val` is a json_object under another name,
 * so reading costs no copy and no allocation.
 */
#include "config.h"

#include <errno.h>
#include <stdlib.h>

#include <json-c/json.h>

#include "base/err.h"
#include "base/mem.h"
#include "intake/decode.h"

struct decoder {
	struct json_tokener *tokener;
};

/* Nothing but the root: the pointer is the document. */
struct doc {
	char unused;
};

static bool whole(double d, int64_t *ret);
static struct json_object *object_of(const struct val *v);

struct decoder *
decoder_new(void)
{
	struct decoder *decoder = xcalloc(1, sizeof(*decoder));

	decoder->tokener = json_tokener_new_ex(DECODE_DEPTH_MAX);
	if (decoder->tokener == NULL)
		abort();
	/* Strict: a reply cut in its last member must not pass for whole. */
	json_tokener_set_flags(decoder->tokener, JSON_TOKENER_STRICT);
	return decoder;
}

void
decoder_free(struct decoder *decoder)
{
	if (decoder == NULL)
		return;
	json_tokener_free(decoder->tokener);
	free(decoder);
}

struct doc *
decode(struct decoder *decoder, struct text json, struct err *err)
{
	struct json_tokener *tokener = decoder->tokener;
	enum json_tokener_error why;
	struct json_object *root;

	json = text_trim(json);
	if (json.len == 0 || json.len > INT32_MAX) {
		(void)err_set(err, ERR_BAD, "not JSON: %zu octets", json.len);
		return NULL;
	}
	json_tokener_reset(tokener);
	root = json_tokener_parse_ex(tokener, json.ptr, (int)json.len);
	why = json_tokener_get_error(tokener);
	if (why == json_tokener_continue) {
		/* A bare number ends only where the text does. */
		root = json_tokener_parse_ex(tokener, "\n", 1);
		why = json_tokener_get_error(tokener);
	}
	if (why == json_tokener_success && root != NULL)
		return (struct doc *)root;
	if (why == json_tokener_success)
		(void)err_set(err, ERR_BAD, "not JSON: null");
	else if (why == json_tokener_continue)
		(void)err_set(err, ERR_BAD,
		    "not JSON: it ends too early, after %zu octets", json.len);
	else
		(void)err_set(err, ERR_BAD, "not JSON: %s at octet %zu",
		    json_tokener_error_desc(why),
		    json_tokener_get_parse_end(tokener));
	return NULL;
}

void
doc_free(struct doc *doc)
{
	if (doc != NULL)
		(void)json_object_put((struct json_object *)doc);
}

const struct val *
doc_root(const struct doc *doc)
{
	return (const struct val *)doc;
}

const struct val *
val_member(const struct val *v, const char *name)
{
	struct json_object *member = NULL;

	if (!val_is_object(v))
		return NULL;
	(void)json_object_object_get_ex(object_of(v), name, &member);
	return (const struct val *)member;
}

bool
val_has_null(const struct val *v, const char *name)
{
	struct json_object *member = NULL;

	return val_is_object(v) &&
	    json_object_object_get_ex(object_of(v), name, &member) &&
	    member == NULL;
}

size_t
val_count(const struct val *v)
{
	return val_is_array(v) ? json_object_array_length(object_of(v)) : 0;
}

const struct val *
val_item(const struct val *v, size_t i)
{
	if (i >= val_count(v))
		return NULL;
	return (const struct val *)json_object_array_get_idx(object_of(v), i);
}

bool
val_is_array(const struct val *v)
{
	return v != NULL &&
	    json_object_get_type(object_of(v)) == json_type_array;
}

bool
val_is_object(const struct val *v)
{
	return v != NULL &&
	    json_object_get_type(object_of(v)) == json_type_object;
}

struct text
val_text(const struct val *v)
{
	struct json_object *o = object_of(v);
	enum json_type type;

	if (v == NULL)
		return (struct text){NULL, 0};
	type = json_object_get_type(o);
	if (type == json_type_string)
		return (struct text){json_object_get_string(o),
		    (size_t)json_object_get_string_len(o)};
	if (type == json_type_int || type == json_type_double ||
	    type == json_type_boolean)
		return text_of(json_object_to_json_string(o));
	return (struct text){NULL, 0};
}

struct text
val_member_text(const struct val *v, const char *name)
{
	return val_text(val_member(v, name));
}

bool
val_int(const struct val *v, int64_t *ret)
{
	struct json_object *o = object_of(v);
	enum json_type type;
	const char *s;
	char *end;
	long long n;

	if (v == NULL)
		return false;
	type = json_object_get_type(o);
	if (type == json_type_int) {
		*ret = json_object_get_int64(o);
		return true;
	}
	if (type == json_type_double)
		return whole(json_object_get_double(o), ret);
	if (type != json_type_string)
		return false;
	s = json_object_get_string(o);
	errno = 0;
	n = strtoll(s, &end, 10);
	if (errno != 0 || end == s || *end != '\0')
		return false;
	*ret = n;
	return true;
}

/* Up to 2^53, as far as a double tells all of them apart. */
static bool
whole(double d, int64_t *ret)
{
	if (!(d >= -9007199254740992.0 && d <= 9007199254740992.0))
		return false;
	*ret = (int64_t)d;
	return (double)*ret >= d && (double)*ret <= d;
}

bool
val_bool(const struct val *v, bool *ret)
{
	struct text t;

	if (v == NULL)
		return false;
	if (json_object_get_type(object_of(v)) == json_type_boolean) {
		*ret = json_object_get_boolean(object_of(v)) != 0;
		return true;
	}
	t = val_text(v);
	if (!text_eq_nocase(t, TEXT("true")) &&
	    !text_eq_nocase(t, TEXT("false")))
		return false;
	*ret = t.ptr[0] == 't' || t.ptr[0] == 'T';
	return true;
}

/* json-c's readers take a pointer to non-const; they do not change it, but
 * for a number's text, which they keep in the object. */
static struct json_object *
object_of(const struct val *v)
{
	return (struct json_object *)(uintptr_t)v;
}
