/*
 * policy.c
 *	  The words for mechanisms and tie breaks, and which of them go together.
 *
 * Only deferred acceptance honours everything; the other mechanisms are there to
 * compare policies over plain pools.  Classes of equals that are admitted or
 * refused as a whole cannot be kept under caps, because several nodes would each
 * have to keep them whole at once.
 */
#include "core/base/policy.h"

static const char *const mechanism_names[] = {
	[MECHANISM_DEFERRED_ACCEPTANCE] = "deferred_acceptance",
	[MECHANISM_SERIAL_DICTATORSHIP] = "serial_dictatorship",
	[MECHANISM_IMMEDIATE_ACCEPTANCE] = "immediate_acceptance",
	[MECHANISM_TOP_TRADING_CYCLES] = "top_trading_cycles"
};

static const char *const tie_break_names[] = {
	[TIE_BREAK_LOTTERY] = "lottery",
	[TIE_BREAK_LOTTERY_PER_POOL] = "lottery_per_pool",
	[TIE_BREAK_STRICT] = "strict",
	[TIE_BREAK_ADMIT_ALL] = "admit_all",
	[TIE_BREAK_ADMIT_NONE] = "admit_none"
};

/* ---- words ---- */

/* The place of a word in a list of names, or -1 */
static int
find_name(const char *const *names, int count, Word word)
{
	for (int i = 0; i < count; i++)
		if (words_equal(word, word_of(names[i])))
			return i;
	return -1;
}

bool
mechanism_from_word(Word word, Mechanism *mechanism, CoreError *error)
{
	int			found = find_name(mechanism_names, lengthof(mechanism_names), word);

	*mechanism = (Mechanism) Max(found, 0);
	if (found >= 0)
		return true;
	core_fail(error, CORE_INVALID, "unrecognized mechanism \"%.*s\"", word.length, word.text);
	return core_hint(error, "Use deferred_acceptance, serial_dictatorship, immediate_acceptance or "
					 "top_trading_cycles.");
}

bool
tie_break_from_word(Word word, TieBreak *tie_break, CoreError *error)
{
	int			found = find_name(tie_break_names, lengthof(tie_break_names), word);

	*tie_break = (TieBreak) Max(found, 0);
	if (found >= 0)
		return true;
	core_fail(error, CORE_INVALID, "unrecognized tie_break \"%.*s\"", word.length, word.text);
	return core_hint(error, "Use lottery, lottery_per_pool, strict, admit_all or admit_none.");
}

/* ---- what goes together ---- */

static bool
check_caps(TieBreak tie_break, const MarketFeatures *features, CoreError *error)
{
	if (!features->has_caps || !tie_break_keeps_classes(tie_break))
		return true;
	core_fail(error, CORE_UNSUPPORTED, "tie_break %s cannot honour caps",
			  tie_break_names[tie_break]);
	return core_hint(error, "Use lottery, lottery_per_pool or strict.");
}

/* What a mechanism other than deferred acceptance cannot honour of a market, or NULL */
static const char *
find_unsupported(const MarketFeatures *features)
{
	if (features->has_reserves)
		return "reserves";
	if (features->has_caps)
		return "caps";
	if (features->has_floors)
		return "min_seats";
	return features->has_holders ? "holds" : NULL;
}

bool
policy_check(Mechanism mechanism, TieBreak tie_break, const MarketFeatures *features,
			 CoreError *error)
{
	const char *name = mechanism_names[mechanism];
	const char *unsupported = find_unsupported(features);

	if (!check_caps(tie_break, features, error))
		return false;
	if (mechanism == MECHANISM_DEFERRED_ACCEPTANCE)
		return true;
	if (tie_break_keeps_classes(tie_break) ||
		(mechanism == MECHANISM_SERIAL_DICTATORSHIP && tie_break == TIE_BREAK_LOTTERY_PER_POOL))
		core_fail(error, CORE_UNSUPPORTED, "mechanism %s cannot honour tie_break %s", name,
				  tie_break_names[tie_break]);
	else if (unsupported)
		core_fail(error, CORE_UNSUPPORTED, "mechanism %s cannot honour %s", name, unsupported);
	else
		return true;
	return core_hint(error, "Use deferred_acceptance.");
}
