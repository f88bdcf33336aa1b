/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Messages between web and keeper, as each end reads them: refused, or written again they are the same bytes; and what the keeper
 * makes of a question is an answer that web takes. The first byte says which end reads.
 */
#include "base/base.h"

#include "base/arena.h"
#include "conf/conf.h"
#include "fuzz/fuzz.h"
#include "proc/chan.h"

static void
answer(const struct chan_msg *msg)
{
	static const struct conf conf = {
		.securitysalt = "6f2c81d94be7a03558ce1f74d6b09a2eb3517fc8",
		.securitysalt_old = "the one before, of no less than 32"
	};
	struct arena *arena = arena_new(0, ARENA_PLAIN);
	struct errs errs = { .arena = arena };
	struct chan_msg told = { .type = msg->type, .answer = true, .id = msg->id }, got;
	unsigned char wire[CHAN_WIRE];

	told.ask.question = msg->ask.question;
	if (msg->type == CHAN_SECOND && second_answer(&conf, &msg->ask, &told.told, &errs) != RC_OK)
		abort();
	chan_pack(&told, wire);
	if (chan_parse(wire, true, &got) != CHAN_OK)
		abort();
	arena_free(arena);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
	unsigned char wire[CHAN_WIRE] = { 0 }, again[CHAN_WIRE];
	bool answers = len > 0 && data[0] & 1;
	struct chan_msg msg;

	if (len > 1)
		memcpy(wire, data + 1, MIN(len - 1, sizeof(wire)));
	if (chan_parse(wire, answers, &msg) != CHAN_OK)
		return 0;
	chan_pack(&msg, again);
	if (memcmp(wire, again, sizeof(wire)) != 0)
		abort();
	if (!answers)
		answer(&msg);
	return 0;
}
