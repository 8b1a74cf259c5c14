/*
 * ties.c
 *	  Whom a seat group refuses, as each way to break ties has it.
 *
 * lottery, lottery_per_pool, strict: a full group refuses whoever ranks below all
 * that it holds.  admit_all: the same, but nobody who is tied with the last class.
 * admit_none: a group refuses a class of equals that does not fit beside those
 * above it, and all worse ones.  The first such class is found by putting those
 * who hold the group's seats or like them better than what they hold in order:
 * n log n time for n of them, and 48 bytes each.
 */
#include "core/verification/claim.h"

/* ---- admit_none ---- */

/* One who holds seats of a group, or would rather */
typedef struct Claimant
{
	Contender	contender;
	bool		held;
} Claimant;

static int
by_class(const void *a, const void *b)
{
	host_check_interrupts();
	return contender_compare(&((const Claimant *) a)->contender,
							 &((const Claimant *) b)->contender);
}

/* Of the claimants of one group: the best class that does not fit, or none */
static Contender
find_unfit(Claimant *claimants, int64 count, int32 seats)
{
	int64		holders_above = 0;

	qsort(claimants, count, sizeof(Claimant), by_class);
	for (int64 start = 0, end = 0; start < count; start = end)
	{
		int64		holders = 0;

		while (end < count &&
			   contender_compare(&claimants[start].contender, &claimants[end].contender) == 0)
			holders += claimants[end++].held;
		if (holders_above + end - start > seats)
			return claimants[start].contender;
		holders_above += holders;
	}
	return (Contender) {.row = NONE};
}

static void
put_claimant(const Claim *claim, int64 *ends, Claimant *claimants, int32 row, int32 group,
			 bool held)
{
	if (claimants)
		claimants[ends[group]] = (Claimant) {contender_make(claim, row, group), held};
	ends[group]++;
}

/* What an applicant likes better than what is held */
static void
visit_preferred(const Claim *claim, int64 *ends, Claimant *claimants)
{
	for (int32 row = 0; row < claim->row_count; row++)
	{
		int32		pool = claim->wishes[row].pool;
		Place		held = claim->held[claim->applicant[row]];

		host_check_interrupts();
		for (int32 group = claim->first_group[pool]; group < claim->first_group[pool + 1]; group++)
			if (place_before((Place) {claim->wishes[row].choice, group}, held) &&
				claim_asks(claim, row, group))
				put_claimant(claim, ends, claimants, row, group, false);
	}
}

/* Count each claimant at a group, or put it down where those of its group begin. */
static void
visit_claimants(const Claim *claim, int64 *ends, Claimant *claimants)
{
	for (int32 i = 0; i < claim->placement_count; i++)
	{
		check_interrupts_at(i);
		if (claim->source[i] != NONE)
			put_claimant(claim, ends, claimants, claim->source[i], claim->seat[i], true);
	}
	visit_preferred(claim, ends, claimants);
}

static bool
find_all_unfit(Claim *claim)
{
	int64	   *ends = core_alloc_zero(sizeof(int64) * (Size) claim->group_count);
	int64		total = 0;
	Claimant	   *claimants;

	claim->unfit = host_alloc(sizeof(Contender) * (Size) claim->group_count);
	visit_claimants(claim, ends, NULL);
	for (int32 group = 0; group < claim->group_count; group++)
	{
		int64		count = ends[group];

		ends[group] = total;
		total += count;
	}
	if (!claim_take(claim, sizeof(Claimant) * total))
		return false;
	claimants = host_alloc(sizeof(Claimant) * Max(total, 1));
	visit_claimants(claim, ends, claimants);
	for (int32 group = 0; group < claim->group_count; group++)
	{
		int64		start = group == 0 ? 0 : ends[group - 1];

		check_interrupts_at(group);
		claim->unfit[group] = find_unfit(claimants + start, ends[group] - start,
										 claim->groups[group].seats);
	}
	pfree(claimants);
	pfree(ends);
	return true;
}

/* ---- admit_all ---- */

/* How many of each group are above its last class */
static void
count_above_last(Claim *claim)
{
	claim->above_last = core_alloc_zero(sizeof(int32) * (Size) claim->group_count);
	for (int32 i = 0; i < claim->placement_count; i++)
	{
		int32		group = claim->seat[i];
		Contender	contender;

		check_interrupts_at(i);
		if (claim->source[i] == NONE)
			continue;
		contender = contender_make(claim, claim->source[i], group);
		if (contender_compare(&contender, &claim->on_group[group].worst) < 0)
			claim->above_last[group]++;
	}
}

/* ---- all of them ---- */

bool
claim_find_ties(Claim *claim)
{
	if (claim->tie_break == TIE_BREAK_ADMIT_ALL && claim->group_count > 0)
		count_above_last(claim);
	if (claim->tie_break == TIE_BREAK_ADMIT_NONE && claim->group_count > 0)
		return find_all_unfit(claim);
	return true;
}

bool
claim_group_refuses(const Claim *claim, int32 group, Contender *contender)
{
	Occupancy  *node = &claim->on_group[group];

	if (claim->tie_break == TIE_BREAK_ADMIT_NONE)
		return claim->unfit[group].row != NONE &&
			contender_compare(&claim->unfit[group], contender) <= 0;
	if (!claim_group_is_full(claim, group))
		return false;
	if (node->count == 0)
		return true;
	if (claim->tie_break == TIE_BREAK_ADMIT_ALL)
		return contender_compare(&node->worst, contender) < 0;
	return contender_outranks(claim, &node->worst, contender, false);
}

bool
claim_group_overflows(const Claim *claim, int32 group)
{
	const Occupancy *node = &claim->on_group[group];
	int32		seats = claim->groups[group].seats;

	if (claim->tie_break == TIE_BREAK_ADMIT_ALL)
		return node->count > seats && claim->above_last[group] >= seats;
	if (node->count > seats)
		return true;
	return claim->tie_break == TIE_BREAK_ADMIT_NONE && node->count > 0 &&
		claim->unfit[group].row != NONE &&
		contender_compare(&claim->unfit[group], &node->worst) <= 0;
}
