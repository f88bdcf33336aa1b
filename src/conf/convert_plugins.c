/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The plugins' keys of an application.ini: there each item of a list has a key of its own, here a list is the value of one. It must not know whether
 * the result is a fit value; our own table says that.
 */
#include "base/base.h"

#include "base/arena.h"
#include "base/str.h"
#include "conf/convert_int.h"

#include <ctype.h>
#include <strings.h>

#define VALIDATORS ".options.validators."

static const char *
kept(struct arena *arena, struct str *list)
{
	const char *text = arena_strdup(arena, str_text(list));

	str_release(list);
	return text;
}

static bool
begins(const char *text, const char *prefix)
{
	return strncmp(text, prefix, strlen(prefix)) == 0;
}

/* A label without what parts the items of our lists. */
static const char *
label_of(struct arena *arena, const char *text)
{
	char *label = arena_strdup(arena, text);

	for (char *c = label; *c; c++)
		*c = *c == ',' ? ';' : *c == '|' ? '/' : *c == '=' ? ':' : *c;
	return label;
}

/* defaultMapping.<local> = target */
static const char *
gather_mapping(const struct phpini *ini, const char *prefix, struct arena *arena)
{
	struct str list = STR_INIT;

	for (size_t i = 0; i < ini->n; i++)
		if (begins(ini->at[i].key, prefix))
			str_addf(&list, "%s%s=%s", list.len ? " " : "",
			    ini->at[i].key + strlen(prefix), ini->at[i].value);
	return kept(arena, &list);
}

/* type.<NAME> = label; in capitals, as Dovecot asks for them. */
static const char *
gather_access(const struct phpini *ini, const char *prefix, struct arena *arena)
{
	struct str list = STR_INIT;

	for (size_t i = 0; i < ini->n; i++) {
		const char *label;
		char *name;

		if (!begins(ini->at[i].key, prefix))
			continue;
		name = arena_strdup(arena, ini->at[i].key + strlen(prefix));
		label = label_of(arena, ini->at[i].value);
		for (char *c = name; *c; c++)
			*c = (char)toupper((unsigned char)*c);
		str_addf(&list, strcmp(name, label) == 0 ? "%s%s" : "%s%s=%s", list.len ? ", " : "",
		    name, label);
	}
	return kept(arena, &list);
}

/* disabled_elements.<Field> = true */
static const char *
gather_true(const struct phpini *ini, const char *prefix, struct arena *arena)
{
	struct str list = STR_INIT;

	for (size_t i = 0; i < ini->n; i++)
		if (begins(ini->at[i].key, prefix) && phpini_true(ini, ini->at[i].key, false))
			str_addf(&list, "%s%s", list.len ? " " : "", ini->at[i].key + strlen(prefix));
	return kept(arena, &list);
}

/* elements.<name>.options.validators.<x>[] = 'Digits'; 'StringLength' with <x>.range[] = minimum, maximum */
static void
add_validators(const struct phpini *ini, const char *element, struct str *out)
{
	const char *range[] = { "min", "max" };
	size_t n = 0;

	for (size_t i = 0; i < ini->n; i++) {
		const struct phpini_entry *e = &ini->at[i];
		const char *rest = e->key + strlen(element);

		if (!begins(e->key, element) || !begins(rest, VALIDATORS))
			continue;
		if (strcmp(e->value, "Digits") == 0)
			str_add(out, "|digits");
		else if (strstr(rest, ".range[") && n < ARRAY_LEN(range))
			str_addf(out, "|%s:%s", range[n++], e->value);
	}
}

static void
add_element(const struct phpini *ini, const char *element, const char *name, struct arena *arena,
    struct str *out)
{
	const char *label = phpini_get(ini, arena_printf(arena, "%s.options.label", element));
	const char *complete = phpini_get(ini, arena_printf(arena, "%s.options.autocomplete", element));

	str_addf(out, "%s%s", out->len ? ", " : "", name);
	if (label && *label)
		str_addf(out, "=%s", label_of(arena, label));
	if (phpini_true(ini, arena_printf(arena, "%s.options.required", element), false))
		str_add(out, "|required");
	if (complete && (strcasecmp(complete, "off") == 0 || !*complete))
		str_add(out, "|off");
	add_validators(ini, element, out);
}

/* elements.<name>.type, .options.label ...: everything of a name becomes one item. */
static const char *
gather_info(const struct phpini *ini, const char *prefix, struct arena *arena)
{
	struct str list = STR_INIT;

	for (size_t i = 0; i < ini->n; i++) {
		const char *name, *element;
		size_t first = 0;

		if (!begins(ini->at[i].key, prefix))
			continue;
		name = ini->at[i].key + strlen(prefix);
		name = arena_strndup(arena, name, strcspn(name, "."));
		element = arena_printf(arena, "%s%s", prefix, name);
		while (!(begins(ini->at[first].key, element) &&
			   ini->at[first].key[strlen(element)] == '.') &&
		    first < i)
			first++;
		if (first == i)
			add_element(ini, element, name, arena, &list);
	}
	return kept(arena, &list);
}

/* clang-format off */
const struct convert_gathered convert_gathered[] = {
	{ PLUGINS "MailboxAutomaticAliases.defaultMapping.", PLUGINS "MailboxAutomaticAliases.defaultMapping", gather_mapping },
	{ PLUGINS "AccessPermissions.type.", PLUGINS "AccessPermissions.type", gather_access },
	{ PLUGINS "AdditionalInfo.elements.", PLUGINS "AdditionalInfo.elements", gather_info },
	{ PLUGINS "AdditionalInfo.alias.elements.", PLUGINS "AdditionalInfo.alias.elements", gather_info },
	{ PLUGINS "DirectoryEntry.disabled_elements.", PLUGINS "DirectoryEntry.disabled_elements", gather_true },
};
/* clang-format on */
const size_t convert_gathered_n = ARRAY_LEN(convert_gathered);
