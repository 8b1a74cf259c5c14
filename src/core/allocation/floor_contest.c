/*
 * floor_contest.c
 *	  Which pool or cap is furthest below its floor, while seats change hands.
 *
 * Holders are counted anew only where seats have changed hands, and the units play a
 * tournament whose winner is the one to close: after a change only the matches of the
 * changed unit are played again, log u of u units.
 */
#include "core/allocation/floor_contest.h"

/* ---- the order in which units close ---- */

static int32
unit_floor(const FloorContest *contest, int32 unit)
{
	const Seating *seating = contest->seating;

	return unit_is_cap(contest, unit) ? seating->caps[unit - seating->pool_count].floor
									  : seating->pools[unit].floor;
}

static int64
unit_id(const FloorContest *contest, int32 unit)
{
	const Seating *seating = contest->seating;

	return unit_is_cap(contest, unit) ? seating->caps[unit - seating->pool_count].id
									  : seating->pools[unit].id;
}

/* How many a unit lacks to its floor; below 0 when it has more. */
static int64
lack(const FloorContest *contest, int32 unit)
{
	return (int64) unit_floor(contest, unit) - contest->holders[unit];
}

/* The one further below its floor; of two alike a pool before a cap, then the smaller id */
bool
contest_is_further(const FloorContest *contest, int32 unit, int32 other)
{
	int64		lack_unit = lack(contest, unit);
	int64		lack_other = lack(contest, other);

	if (lack_unit != lack_other)
		return lack_unit > lack_other;
	if (unit_is_cap(contest, unit) != unit_is_cap(contest, other))
		return unit_is_cap(contest, other);
	return unit_id(contest, unit) < unit_id(contest, other);
}

static bool
must_close(const FloorContest *contest, int32 unit)
{
	return contest->may_close[unit] && contest->holders[unit] > 0 && lack(contest, unit) > 0;
}

/* ---- the tournament ---- */

static int32
winner_of(const FloorContest *contest, int32 unit, int32 other)
{
	if (unit == NONE || other == NONE)
		return unit == NONE ? other : unit;
	return contest_is_further(contest, unit, other) ? unit : other;
}

/* Play the matches of a unit again. */
static void
replay(FloorContest *contest, int32 unit)
{
	int32	   *winners = contest->winners;
	int32		at = contest->unit_count + unit;

	winners[at] = must_close(contest, unit) ? unit : NONE;
	for (at /= 2; at > 0; at /= 2)
		winners[at] = winner_of(contest, winners[2 * at], winners[2 * at + 1]);
}

/* ---- counting ---- */

/* Count a pool anew, and what that changes in it and above. */
static void
recount(FloorContest *contest, const CapacityTree *tree, int32 number)
{
	const Pool *pool = &contest->seating->pools[number];
	int32		change = -contest->holders[number];

	for (int32 group = pool->first_group; group < pool[1].first_group; group++)
		change += tree->nodes[group].filled;
	if (change == 0)
		return;
	for (int32 unit = number; unit != NONE; unit = unit_above(contest, unit))
	{
		contest->holders[unit] += change;
		replay(contest, unit);
	}
}

void
contest_note(FloorContest *contest, int32 pool)
{
	if (contest->is_changed[pool])
		return;
	contest->is_changed[pool] = true;
	contest->changed[contest->changed_count++] = pool;
}

int32
contest_furthest(FloorContest *contest, const CapacityTree *tree)
{
	for (int32 i = 0; i < contest->changed_count; i++)
	{
		check_interrupts_at(i);
		recount(contest, tree, contest->changed[i]);
		contest->is_changed[contest->changed[i]] = false;
	}
	contest->changed_count = 0;
	return contest->unit_count == 0 ? NONE : contest->winners[1];
}

void
contest_drop(FloorContest *contest, int32 unit)
{
	contest->may_close[unit] = false;
	replay(contest, unit);
}

/* ---- before and after ---- */

/* Mark the pools, and the caps above them, that a seat held from before keeps open. */
static bool *
find_what_stays(const FloorContest *contest, const Market *market)
{
	bool	   *stays = core_alloc_zero(Max((Size) contest->unit_count, 1));

	for (int32 i = 0; market->held && i < market->contract_count; i++)
	{
		check_interrupts_at(i);
		for (int32 unit = market->held[i] == NONE ? NONE : market->pool[i];
			 unit != NONE && !stays[unit]; unit = unit_above(contest, unit))
			stays[unit] = true;
	}
	return stays;
}

FloorContest
contest_open(const Market *market)
{
	const Seating *seating = market->seating;
	FloorContest contest = {seating, seating->pool_count + seating->cap_count};
	Size		units = Max((Size) contest.unit_count, 1);
	bool	   *stays;

	stays = find_what_stays(&contest, market);
	contest.may_close = host_alloc(units);
	contest.holders = core_alloc_zero(sizeof(int32) * units);
	contest.winners = host_alloc(sizeof(int32) * 2 * units);
	contest.changed = host_alloc(sizeof(int32) * units);
	contest.is_changed = core_alloc_zero(units);
	for (int32 i = 0; i < 2 * contest.unit_count; i++)
		contest.winners[i] = NONE;
	for (int32 unit = 0; unit < contest.unit_count; unit++)
		contest.may_close[unit] = !stays[unit] && unit_floor(&contest, unit) > 1;
	pfree(stays);
	for (int32 i = 0; i < seating->pool_count; i++)
		contest_note(&contest, i);
	return contest;
}

void
contest_close(FloorContest *contest)
{
	pfree(contest->may_close);
	pfree(contest->holders);
	pfree(contest->winners);
	pfree(contest->changed);
	pfree(contest->is_changed);
}
