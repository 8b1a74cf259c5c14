/*
 * seats.c
 *	  A claim's seat groups and caps in their order, and who asks for which seats.
 *
 * The groups of a pool stand next to each other in their precedence: reserves
 * before open, open seats, reserves after open; among reserves by position, then
 * by name in byte order.  Caps stand with children before their parents.
 */
#include "core/verification/claim.h"

/* ---- caps ---- */

/* A parent that is only named, or one that is above itself; the smallest id speaks for it. */
static bool
refuse_cap(Claim *claim, CoreCode code, const char *what, int32 cap)
{
	core_fail(claim->error, code, "%s", what);
	return core_detail(claim->error, "Cap " INT64_FORMAT ", parent " INT64_FORMAT ".",
					   claim->caps.ids[cap], claim->caps.ids[claim->cap_parent[cap]]);
}

static bool
check_parents(Claim *claim)
{
	int32		orphan = NONE;

	for (int32 cap = 0; cap < claim->caps.count; cap++)
		if (claim->cap_seats[cap] != NONE && claim->cap_parent[cap] != NONE &&
			claim->cap_seats[claim->cap_parent[cap]] == NONE &&
			(orphan == NONE || claim->caps.ids[cap] < claim->caps.ids[orphan]))
			orphan = cap;
	return orphan == NONE || refuse_cap(claim, CORE_UNKNOWN, "cap under an unknown cap", orphan);
}

/* Of caps from which no leaf was ever taken, which are those on a cycle */
static bool
refuse_cycle(Claim *claim, const int32 *children)
{
	int32		first = NONE;

	for (int32 cap = 0; cap < claim->caps.count; cap++)
		if (children[cap] > 0 &&
			(first == NONE || claim->caps.ids[cap] < claim->caps.ids[first]))
			first = cap;
	return refuse_cap(claim, CORE_INVALID, "caps are above themselves", first);
}

/* Take leaves away again and again. */
static bool
order_caps(Claim *claim)
{
	int32		count = claim->caps.count;
	int32	   *children;
	int32		ordered = 0;

	if (!check_parents(claim))
		return false;
	children = core_alloc_zero(sizeof(int32) * Max(count, 1));
	claim->cap_order = host_alloc(sizeof(int32) * Max(count, 1));
	claim->cap_has_holders = core_alloc_zero(Max(count, 1));
	for (int32 cap = 0; cap < count; cap++)
		if (claim->cap_parent[cap] != NONE)
			children[claim->cap_parent[cap]]++;
	for (int32 cap = 0; cap < count; cap++)
		if (children[cap] == 0)
			claim->cap_order[ordered++] = cap;
	for (int32 i = 0; i < ordered; i++)
	{
		int32		parent = claim->cap_parent[claim->cap_order[i]];

		if (parent != NONE && --children[parent] == 0)
			claim->cap_order[ordered++] = parent;
	}
	if (ordered < count)
		return refuse_cycle(claim, children);
	pfree(children);
	return true;
}

/* ---- seat groups ---- */

static int
compare_numbers(int64 a, int64 b)
{
	return (a > b) - (a < b);
}

/* By pool and precedence, numbers of reserves */
static int
by_precedence(const void *a, const void *b, void *claim)
{
	const Claim *rows = claim;
	const Reserve *left = &rows->reserves[*(const int32 *) a];
	const Reserve *right = &rows->reserves[*(const int32 *) b];

	host_check_interrupts();
	if (left->group.pool != right->group.pool)
		return compare_numbers(left->group.pool, right->group.pool);
	if (left->before_open != right->before_open)
		return left->before_open ? -1 : 1;
	if (left->position != right->position)
		return compare_numbers(left->position, right->position);
	return words_compare(rows->names.names[left->group.name],
						 rows->names.names[right->group.name]);
}

static void
put_group(Claim *claim, SeatGroup group)
{
	claim->groups[claim->group_count++] = group;
}

/* Put the reserves of one pool and its open seats behind the groups that are there. */
static bool
put_pool(Claim *claim, int32 pool, const int32 *order, int32 count)
{
	int64		open = claim->pool_seats[pool];
	int32		at = 0;

	for (int32 i = 0; i < count; i++)
		open -= claim->reserves[order[i]].group.seats;
	if (open < 0)
	{
		core_fail(claim->error, CORE_INVALID, "a pool has more reserved seats than seats");
		return core_detail(claim->error,
						   "Pool " INT64_FORMAT " has %d seats and " INT64_FORMAT " reserved.",
						   claim->pools.ids[pool], claim->pool_seats[pool],
						   claim->pool_seats[pool] - open);
	}
	claim->first_group[pool] = claim->group_count;
	for (; at < count && claim->reserves[order[at]].before_open; at++)
		put_group(claim, claim->reserves[order[at]].group);
	claim->open_group[pool] = claim->group_count;
	put_group(claim, (SeatGroup) {.pool = pool, .name = OPEN_NAME, .seats = (int32) open});
	for (; at < count; at++)
		put_group(claim, claim->reserves[order[at]].group);
	claim->first_group[pool + 1] = claim->group_count;
	return true;
}

/* Where each reserve has come to stand */
static void
number_reserves(Claim *claim)
{
	claim->reserve_group = host_alloc(sizeof(int32) * Max(claim->reserve_count, 1));
	for (int32 group = 0; group < claim->group_count; group++)
	{
		int64		key = (int64) claim->groups[group].pool << 32 | claim->groups[group].name;

		if (claim->groups[group].name != OPEN_NAME)
			claim->reserve_group[id_table_find(&claim->seats, key)] = group;
	}
}

static bool
order_seats(Claim *claim)
{
	int32		count = claim->reserve_count;
	int32	   *order = host_alloc(sizeof(int32) * Max(count, 1));
	int32		end = 0;

	for (int32 i = 0; i < count; i++)
		order[i] = i;
	qsort_arg(order, count, sizeof(int32), by_precedence, claim);

	claim->groups = host_alloc(sizeof(SeatGroup) * ((Size) claim->pool_count + count + 1));
	claim->first_group = core_alloc_zero(sizeof(int32) * ((Size) claim->pool_count + 1));
	claim->open_group = host_alloc(sizeof(int32) * Max(claim->pool_count, 1));
	claim->pool_has_holders = core_alloc_zero(Max(claim->pool_count, 1));
	for (int32 pool = 0; pool < claim->pool_count; pool++)
	{
		int32		start = end;

		check_interrupts_at(pool);
		while (end < count && claim->reserves[order[end]].group.pool == pool)
			end++;
		if (!put_pool(claim, pool, order + start, end - start))
			return false;
	}
	number_reserves(claim);
	pfree(order);
	return true;
}

bool
claim_order(Claim *claim)
{
	return order_caps(claim) && order_seats(claim);
}

int32
claim_find_seat(const Claim *claim, int32 pool, int32 name)
{
	int32		reserve;

	if (name == UNLISTED)
		return NONE;
	if (name == OPEN_NAME)
		return claim->open_group[pool];
	reserve = id_table_find(&claim->seats, (int64) pool << 32 | name);
	return reserve == UNLISTED ? NONE : claim->reserve_group[reserve];
}

/* ---- who asks for them ---- */

int32
claim_tier(const Claim *claim, int32 row, int32 group)
{
	const SeatGroup *seats = &claim->groups[group];
	int32		set = claim->set ? claim->set[row] : 0;

	if (seats->name == OPEN_NAME || set_has(&claim->sets, set, seats->name))
		return 0;
	for (int32 i = 0; i < seats->rungs; i++)
	{
		int32		name = claim->ladders[seats->ladder + i];

		if (name == ANYONE || set_has(&claim->sets, set, name))
			return i + 1;
	}
	return NONE;
}

int32
claim_placed_tier(const Claim *claim, int32 row, int32 group)
{
	int32		tier = claim_tier(claim, row, group);

	if (tier == NONE && claim_is_holder(claim, row, group))
		return claim->groups[group].rungs + 1;
	return tier;
}

bool
claim_is_holder(const Claim *claim, int32 row, int32 group)
{
	return claim->holds && claim->holds[row] == group;
}

bool
claim_asks(const Claim *claim, int32 row, int32 group)
{
	if (claim->holds && claim->holds[row] != NONE)
		return claim->holds[row] == group;
	return claim_tier(claim, row, group) != NONE;
}

/* ---- who has a seat from before ---- */

static bool
refuse_holders(Claim *claim, const char *what, int64 id, int32 holders, int32 seats)
{
	core_fail(claim->error, CORE_INVALID, "more hold seats from before than there are");
	return core_detail(claim->error, "%s " INT64_FORMAT ": %d hold %d seats.", what, id, holders,
					   seats);
}

/* Add up the tree: children come before their parents. */
static bool
check_cap_holders(Claim *claim, int32 *holders)
{
	for (int32 i = 0; i < claim->caps.count; i++)
	{
		int32		cap = claim->cap_order[i];
		int32		parent = claim->cap_parent[cap];

		if (holders[cap] > claim->cap_seats[cap])
			return refuse_holders(claim, "Cap", claim->caps.ids[cap], holders[cap],
								  claim->cap_seats[cap]);
		claim->cap_has_holders[cap] = holders[cap] > 0;
		if (parent != NONE)
			holders[parent] += holders[cap];
	}
	return true;
}

bool
claim_check_holders(Claim *claim)
{
	int32	   *on_group;
	int32	   *on_cap;

	if (claim->holds == NULL)
		return true;
	on_group = core_alloc_zero(sizeof(int32) * (Size) claim->group_count);
	on_cap = core_alloc_zero(sizeof(int32) * Max(claim->caps.count, 1));
	for (int32 row = 0; row < claim->row_count; row++)
	{
		check_interrupts_at(row);
		if (claim->holds[row] != NONE)
			on_group[claim->holds[row]]++;
	}
	for (int32 group = 0; group < claim->group_count; group++)
	{
		int32		pool = claim->groups[group].pool;

		if (on_group[group] > claim->groups[group].seats)
			return refuse_holders(claim, "Pool", claim->pools.ids[pool], on_group[group],
								  claim->groups[group].seats);
		if (on_group[group] > 0)
			claim->pool_has_holders[pool] = true;
		if (claim->pool_cap[pool] != NONE)
			on_cap[claim->pool_cap[pool]] += on_group[group];
	}
	return check_cap_holders(claim, on_cap);
}
