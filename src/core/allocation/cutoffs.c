/*
 * cutoffs.c
 *	  Up to whom the full groups of seats and caps of a market went, as rows say it.
 *
 * Scores and ties of rows need not have the decimals of the market's: they are compared
 * as numbers.  Where equals are treated alike neither lottery nor id tells them apart.
 */
#include "core/allocation/cutoffs.h"

/* Whom a node's last holder is; ordered_tier as in a Bid */
typedef struct Cutoff
{
	bool		given;
	int32		ordered_tier;
	ExactNumber score;
	ExactNumber tie;
	int64		lottery;
	int64		applicant_id;
} Cutoff;

struct Cutoffs
{
	const Ranking *ranking;
	CoreError  *error;
	Cutoff	   *groups;
	Cutoff	   *caps;
};

Cutoffs *
cutoffs_begin(const Ranking *ranking, CoreError *error)
{
	const Seating *seating = ranking->market->seating;
	Cutoffs    *cutoffs = palloc(sizeof(Cutoffs));

	*cutoffs = (Cutoffs) {
		ranking, error,
		core_alloc_zero(sizeof(Cutoff) * Max(seating->group_count, 1)),
		core_alloc_zero(sizeof(Cutoff) * Max(seating->cap_count, 1))
	};
	return cutoffs;
}

const CoreError *
cutoffs_error(const Cutoffs *cutoffs)
{
	return cutoffs->error;
}

/* ---- rows ---- */

#define HINT_ROWS	"Give the rows of equity.allocation_cutoffs for the same pools, reserves and caps."

static bool
refuse_tier(int64 tier, CoreError *error)
{
	core_fail(error, CORE_INVALID, "tier " INT64_FORMAT " of a cut-off is not the place in a cascade",
			  tier);
	return core_hint(error, HINT_ROWS);
}

static bool
refuse_cap(int64 cap_id, bool is_second, CoreError *error)
{
	if (is_second)
		core_fail(error, CORE_DUPLICATE, "duplicate cut-off of cap " INT64_FORMAT, cap_id);
	else
		core_fail(error, CORE_UNKNOWN, "cap " INT64_FORMAT " of a cut-off does not exist", cap_id);
	return core_hint(error, HINT_ROWS);
}

static bool
refuse_seat(const CutoffRow *row, bool is_second, CoreError *error)
{
	if (is_second)
		core_fail(error, CORE_DUPLICATE,
				  "duplicate cut-off of seat \"%.*s\" of pool " INT64_FORMAT,
				  row->seat.length, row->seat.text, row->id);
	else
		core_fail(error, CORE_UNKNOWN,
				  "seat \"%.*s\" of pool " INT64_FORMAT " of a cut-off does not exist",
				  row->seat.length, row->seat.text, row->id);
	return core_hint(error, HINT_ROWS);
}

static Cutoff
cutoff_of(const CutoffRow *row, int32 ordered_tier)
{
	return (Cutoff) {
		true, row->is_kept ? ordered_tier + TIER_HELD : ordered_tier,
		row->score, row->tie, row->lottery, row->applicant_id
	};
}

static bool
add_cap(Cutoffs *cutoffs, const CutoffRow *row)
{
	const Seating *seating = cutoffs->ranking->market->seating;
	const IdEntry *entry = idmap_lookup(seating->cap_numbers, row->id);

	if (entry == NULL || cutoffs->caps[entry->number].given)
		return refuse_cap(row->id, entry != NULL, cutoffs->error);
	cutoffs->caps[entry->number] =
		cutoff_of(row, row->is_anyones ? TIER_ANYONE : (int32) row->tier);
	return true;
}

static bool
add_group(Cutoffs *cutoffs, const CutoffRow *row)
{
	const Seating *seating = cutoffs->ranking->market->seating;
	const Pool *pool = seating_find_pool(seating, row->id);
	int32		group = pool ? seating_find_group(seating, pool, row->seat) : NONE;
	bool		for_anyone;

	if (group == NONE || cutoffs->groups[group].given)
		return refuse_seat(row, group != NONE, cutoffs->error);
	for_anyone = seating_for_anyone(seating, group, (int32) row->tier);
	cutoffs->groups[group] = cutoff_of(row, for_anyone ? TIER_ANYONE : (int32) row->tier);
	return true;
}

bool
cutoffs_add(Cutoffs *cutoffs, const CutoffRow *row)
{
	if (row->tier < 0 || row->tier >= TIER_ANYONE)
		return refuse_tier(row->tier, cutoffs->error);
	return row->is_cap ? add_cap(cutoffs, row) : add_group(cutoffs, row);
}

/* ---- who is below ---- */

/* Does a bid come after the last holder of a node? */
static bool
is_below(const Ranking *ranking, const Cutoff *cutoff, const Bid *bid)
{
	const Market *market = ranking->market;
	int64		tie = market->tie.keys ? market->tie.keys[bid->contract] : NUMBER_NULL;
	int			order;

	if (bid->tier != cutoff->ordered_tier)
		return bid->tier > cutoff->ordered_tier;
	order = numbers_compare(&market->score, bid->score, &cutoff->score);
	if (order != 0)
		return order < 0;
	order = numbers_compare(&market->tie, tie, &cutoff->tie);
	if (order != 0)
		return order > 0;
	if (tie_break_keeps_classes(ranking->rules.tie_break))
		return false;
	if (ranking->lottery && rank_lottery(ranking, bid) != cutoff->lottery)
		return rank_lottery(ranking, bid) > cutoff->lottery;
	return market->applicant_ids[bid->owner] > cutoff->applicant_id;
}

bool
cutoffs_refuse(const Cutoffs *cutoffs, const Bid *bid)
{
	const Ranking *ranking = cutoffs->ranking;
	const Seating *seating = ranking->market->seating;
	const Cutoff *group = &cutoffs->groups[bid->group];

	if (group->given && is_below(ranking, group, bid))
		return true;
	for (int32 cap = seating->pools[seating->groups[bid->group].pool].cap; cap != NONE;
		 cap = seating->caps[cap].parent)
		if (cutoffs->caps[cap].given && is_below(ranking, &cutoffs->caps[cap], bid))
			return true;
	return false;
}
