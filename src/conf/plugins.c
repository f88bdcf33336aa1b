/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Lists of the plugins' keys: what one item looks like, written once for the check and for those who want the items. It must not know what they are for. */
#include "base/base.h"

#include "base/arena.h"
#include "conf/conf.h"
#include "conf/plugins.h"

#include <ctype.h>

#define ACCESS_COLUMN 100 /* bytes that all names with their commas have room in */
#define ACCESS_NAME_MAX 32
#define ACCESS_EXPECTED                                                                           \
	"services in capital letters, comma-separated, each with = and what people read if that " \
	"differs: SMTP=Sending mail, IMAP"

/* ---- lists ---- */

/* One item of a comma list without the blanks around it. */
struct item {
	const char *at;
	size_t n;
};

static bool
is_blank(char c)
{
	return c == ' ' || c == '\t';
}

static struct item
trimmed(const char *at, size_t n)
{
	while (n > 0 && is_blank(*at)) {
		at++;
		n--;
	}
	while (n > 0 && is_blank(at[n - 1]))
		n--;
	return (struct item){ at, n };
}

/* The next item; false behind the last. An empty list has none. */
static bool
next_item(const char **at, struct item *ret)
{
	size_t n = strcspn(*at, ",");

	*ret = trimmed(*at, n);
	if (!**at)
		return false;
	*at += n + ((*at)[n] == ',');
	return true;
}

/* NAME=Label, or NAME alone. */
static void
split_label(struct item item, struct item *ret_name, struct item *ret_label)
{
	const char *eq = memchr(item.at, '=', item.n);

	*ret_name = eq ? trimmed(item.at, (size_t)(eq - item.at)) : item;
	*ret_label = eq ? trimmed(eq + 1, item.n - (size_t)(eq + 1 - item.at)) : item;
	if (ret_label->n == 0)
		*ret_label = *ret_name;
}

/* ---- services ---- */

static bool
is_service(struct item name)
{
	if (name.n == 0 || name.n > ACCESS_NAME_MAX || (name.n == 3 && memcmp(name.at, "ALL", 3) == 0) ||
	    (name.n == 4 && memcmp(name.at, "NONE", 4) == 0))
		return false;
	for (size_t i = 0; i < name.n; i++)
		if (!((name.at[i] >= 'A' && name.at[i] <= 'Z') ||
			(name.at[i] >= '0' && name.at[i] <= '9') || strchr("_-", name.at[i])))
			return false;
	return true;
}

/* Does the name stand in the list before this place? */
static bool
stands_before(const char *list, const char *end, struct item name)
{
	struct item item, other, label;

	while (list < end && next_item(&list, &item)) {
		if (list > end)
			return false;
		split_label(item, &other, &label);
		if (other.n == name.n && memcmp(other.at, name.at, name.n) == 0)
			return true;
	}
	return false;
}

const char *
conf_check_access_types(const char *text)
{
	struct item item, name, label;
	size_t room = 0;

	for (const char *at = text, *here = at; next_item(&at, &item); here = at) {
		split_label(item, &name, &label);
		room += name.n + 1;
		if (!is_service(name) || stands_before(text, here, name) || room > ACCESS_COLUMN + 1)
			return ACCESS_EXPECTED;
	}
	return room > 0 ? NULL : ACCESS_EXPECTED;
}

const struct conf_service_type *
conf_access_types(const struct conf *c, struct arena *arena, size_t *ret_n)
{
	struct conf_service_type *types = arena_array(arena, ACCESS_COLUMN, sizeof(*types));
	struct item item, name, label;

	*ret_n = 0;
	for (const char *at = c->access_types; next_item(&at, &item);) {
		split_label(item, &name, &label);
		types[(*ret_n)++] = (struct conf_service_type){ arena_strndup(arena, name.at, name.n),
			arena_strndup(arena, label.at, label.n) };
	}
	return types;
}

/* ---- additional fields ---- */

#define INFO_NAME_MAX 64
#define INFO_LENGTH_MAX 255 /* of a value */
#define INFO_CHOICES_MAX 50
#define INFO_EXPECTED                                                                            \
	"at most 24 fields, comma-separated: name=Label, then after a | each required, digits, " \
	"date, off, min:N, max:N or choice:A/B/C"

static bool
is_name(struct item name)
{
	if (name.n == 0 || name.n > INFO_NAME_MAX)
		return false;
	for (size_t i = 0; i < name.n; i++)
		if (!isalnum((unsigned char)name.at[i]) && !strchr("_-", name.at[i]))
			return false;
	return true;
}

static bool
is_word(struct item item, const char *word)
{
	return strlen(word) == item.n && memcmp(item.at, word, item.n) == 0;
}

/* What follows "min:"; false: something else stands there. */
static bool
number_after(struct item item, const char *word, int64_t *ret)
{
	size_t n = strlen(word);
	int64_t value = 0;

	if (item.n <= n || item.n > n + 3 || memcmp(item.at, word, n) != 0)
		return false;
	for (size_t i = n; i < item.n; i++) {
		if (!isdigit((unsigned char)item.at[i]))
			return false;
		value = value * 10 + (item.at[i] - '0');
	}
	*ret = value;
	return value > 0 && value <= INFO_LENGTH_MAX;
}

/* choice:A/B/C; arena NULL: it is only looked at. */
static bool
choices_after(struct item item, struct arena *arena, struct conf_info *ret)
{
	static const char word[] = "choice:";
	const char **at = arena ? arena_array(arena, INFO_CHOICES_MAX + 2, sizeof(*at)) : NULL;
	size_t n = 0, used = sizeof(word) - 1;

	if (item.n <= used || memcmp(item.at, word, used) != 0)
		return false;
	if (at)
		at[n] = "";
	while (used < item.n) {
		const char *slash = memchr(item.at + used, '/', item.n - used);
		size_t len = slash ? (size_t)(slash - item.at) - used : item.n - used;
		struct item one = trimmed(item.at + used, len);

		if (one.n == 0 || one.n > INFO_LENGTH_MAX || ++n > INFO_CHOICES_MAX)
			return false;
		if (at)
			at[n] = arena_strndup(arena, one.at, one.n);
		used += len + 1;
	}
	ret->choices = at;
	return true;
}

static bool
take_option(struct item item, struct arena *arena, struct conf_info *ret)
{
	bool *flag = is_word(item, "required") ? &ret->required
	    : is_word(item, "digits")          ? &ret->digits
	    : is_word(item, "date")            ? &ret->date
					       : NULL;

	if (is_word(item, "off")) {
		ret->suggest = false;
		return true;
	}
	if (!flag)
		return number_after(item, "min:", &ret->min) ||
		    number_after(item, "max:", &ret->max) || choices_after(item, arena, ret);
	*flag = true;
	return true;
}

/* name=Label|option|option; arena NULL: it is only looked at. */
static bool
read_element(struct item item, struct arena *arena, struct item *ret_name, struct conf_info *ret)
{
	const char *bar = memchr(item.at, '|', item.n), *end = item.at + item.n;
	struct item label;

	*ret = (struct conf_info){ .suggest = true };
	split_label(bar ? trimmed(item.at, (size_t)(bar - item.at)) : item, ret_name, &label);
	if (!is_name(*ret_name))
		return false;
	while (bar) {
		const char *from = bar + 1;

		bar = memchr(from, '|', (size_t)(end - from));
		if (!take_option(trimmed(from, (size_t)((bar ? bar : end) - from)), arena, ret))
			return false;
	}
	if (arena) {
		ret->name = arena_strndup(arena, ret_name->at, ret_name->n);
		ret->label = arena_strndup(arena, label.at, label.n);
	}
	return ret->max == 0 || ret->min <= ret->max;
}

/* Letters' case apart, and - for _: forms and command lines could not tell such names apart. */
static bool
same_name(struct item a, struct item b)
{
	if (a.n != b.n)
		return false;
	for (size_t i = 0; i < a.n; i++) {
		int x = a.at[i] == '-' ? '_' : tolower((unsigned char)a.at[i]);
		int y = b.at[i] == '-' ? '_' : tolower((unsigned char)b.at[i]);

		if (x != y)
			return false;
	}
	return true;
}

const char *
conf_check_info_elements(const char *text)
{
	struct item names[CONF_INFO_MAX], item;
	struct conf_info info;
	size_t n = 0;

	for (const char *at = text; next_item(&at, &item);) {
		if (n == CONF_INFO_MAX || !read_element(item, NULL, &names[n], &info))
			return INFO_EXPECTED;
		for (size_t i = 0; i < n; i++)
			if (same_name(names[i], names[n]))
				return "each field once (capitals do not count, nor - for _)";
		n++;
	}
	return NULL;
}

static const struct conf_info *
elements(const struct conf *c, const char *text, struct arena *arena, size_t *ret_n)
{
	struct conf_info *at;
	struct item item, name;

	*ret_n = 0;
	if (!c->info_on || !text)
		return NULL;
	at = arena_array(arena, CONF_INFO_MAX, sizeof(*at));
	while (*ret_n < CONF_INFO_MAX && next_item(&text, &item))
		if (read_element(item, arena, &name, &at[*ret_n]))
			(*ret_n)++;
	return at;
}

const struct conf_info *
conf_info_elements(const struct conf *c, struct arena *arena, size_t *ret_n)
{
	return elements(c, c->info_elements, arena, ret_n);
}

const struct conf_info *
conf_info_alias_elements(const struct conf *c, struct arena *arena, size_t *ret_n)
{
	return elements(c, c->info_alias_elements, arena, ret_n);
}

/* ---- directory entries ---- */

const char *
conf_check_directory(const char *text)
{
	for (const char *at = text; *at; at++)
		if (!isalpha((unsigned char)*at) && !is_blank(*at))
			return "names of fields, blank-separated, such as CarLicense Pager";
	return NULL;
}
