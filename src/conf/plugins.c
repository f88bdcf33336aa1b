/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Lists of the plugins' keys: what one item looks like, written once for the check and for those who want the items. It must not know what they are for. */
#include "base/base.h"

#include "base/arena.h"
#include "conf/conf.h"
#include "conf/plugins.h"

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
