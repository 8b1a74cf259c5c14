/*
 * seats.c
 *	  The verifier's seat groups and caps in their order, and who asks for which seats.
 *
 * The groups of a pool stand next to each other in their precedence: reserves
 * before open, open seats, reserves after open; among reserves by position, then
 * by name in byte order.  Caps stand with children before their parents.
 */
#include "core/verification/seats.h"

#include "core/base/market_errors.h"

/* ---- caps ---- */

/* Of several caps whose parent has no row, the smallest id is named. */
static bool
check_parents(const Verification *check)
{
	int32		orphan = NONE;

	for (int32 cap = 0; cap < check->caps.count; cap++)
		if (check->cap.seats[cap] != NONE && check->cap.parent[cap] != NONE &&
			check->cap.seats[check->cap.parent[cap]] == NONE &&
			(orphan == NONE || check->caps.ids[cap] < check->caps.ids[orphan]))
			orphan = cap;
	return orphan == NONE ||
		refuse_missing_parent(check->caps.ids[orphan],
							  check->caps.ids[check->cap.parent[orphan]], check->error);
}

/* Name the smallest id on a cycle: caps whose children were never all taken away. */
static bool
refuse_cycle(const Verification *check, const int32 *children)
{
	int32		first = NONE;

	for (int32 cap = 0; cap < check->caps.count; cap++)
		if (children[cap] > 0 &&
			(first == NONE || check->caps.ids[cap] < check->caps.ids[first]))
			first = cap;
	return refuse_cap_cycle(check->caps.ids[first],
							check->caps.ids[check->cap.parent[first]], check->error);
}

/* Order caps topologically (Kahn 1962): take away caps without children, one after the other. */
static bool
order_caps(Verification *check)
{
	int32		count = check->caps.count;
	int32	   *children;
	int32		ordered = 0;

	if (!check_parents(check))
		return false;
	children = core_alloc_zero(sizeof(int32) * Max(count, 1));
	check->cap.order = host_alloc(sizeof(int32) * Max(count, 1));
	check->cap.has_holders = core_alloc_zero(Max(count, 1));
	for (int32 cap = 0; cap < count; cap++)
		if (check->cap.parent[cap] != NONE)
			children[check->cap.parent[cap]]++;
	for (int32 cap = 0; cap < count; cap++)
		if (children[cap] == 0)
			check->cap.order[ordered++] = cap;
	for (int32 i = 0; i < ordered; i++)
	{
		int32		parent = check->cap.parent[check->cap.order[i]];

		if (parent != NONE && --children[parent] == 0)
			check->cap.order[ordered++] = parent;
	}
	if (ordered < count)
		return refuse_cycle(check, children);
	pfree(children);
	return true;
}

/* ---- seat groups ---- */

static int
compare_numbers(int64 a, int64 b)
{
	return (a > b) - (a < b);
}

/* Compare two reserves, given by number, by pool and precedence. */
static int
by_precedence(const void *a, const void *b, void *verification)
{
	const Verification *check = verification;
	const CheckedReserve *left = &check->reserve.rows[*(const int32 *) a];
	const CheckedReserve *right = &check->reserve.rows[*(const int32 *) b];

	host_check_interrupts();
	if (left->group.pool != right->group.pool)
		return compare_numbers(left->group.pool, right->group.pool);
	if (left->before_open != right->before_open)
		return left->before_open ? -1 : 1;
	if (left->position != right->position)
		return compare_numbers(left->position, right->position);
	return words_compare(words_get(check->names, left->group.name),
						 words_get(check->names, right->group.name));
}

static void
put_group(Verification *check, CheckedGroup group)
{
	check->groups[check->group_count++] = group;
}

/* Append the seat groups of one pool: its reserves and its open seats, in precedence. */
static bool
put_pool(Verification *check, int32 pool, const int32 *order, int32 count)
{
	int64		open = check->pool.seats[pool];
	int32		at = 0;

	for (int32 i = 0; i < count; i++)
		open -= check->reserve.rows[order[i]].group.seats;
	if (open < 0)
		return refuse_reserved_seats(check->pools.ids[pool], check->pool.seats[pool],
									 check->pool.seats[pool] - open, check->error);
	check->pool.first_group[pool] = check->group_count;
	for (; at < count && check->reserve.rows[order[at]].before_open; at++)
		put_group(check, check->reserve.rows[order[at]].group);
	check->pool.open_group[pool] = check->group_count;
	put_group(check, (CheckedGroup) {.pool = pool, .name = OPEN_NAME, .seats = (int32) open});
	for (; at < count; at++)
		put_group(check, check->reserve.rows[order[at]].group);
	check->pool.first_group[pool + 1] = check->group_count;
	return true;
}

/* Note for each reserve which seat group it has become. */
static void
number_reserves(Verification *check)
{
	check->reserve.group = host_alloc(sizeof(int32) * Max(check->reserve.count, 1));
	for (int32 group = 0; group < check->group_count; group++)
	{
		int64		key = (int64) check->groups[group].pool << 32 | check->groups[group].name;

		if (check->groups[group].name != OPEN_NAME)
			check->reserve.group[id_table_find(&check->reserve.keys, key)] = group;
	}
}

/* Sort the reserves by pool and precedence, and lay out the seat groups of every pool. */
static bool
order_seats(Verification *check)
{
	int32		count = check->reserve.count;
	int32	   *order = host_alloc(sizeof(int32) * Max(count, 1));
	int32		end = 0;

	for (int32 i = 0; i < count; i++)
		order[i] = i;
	qsort_arg(order, count, sizeof(int32), by_precedence, check);

	check->groups = host_alloc(sizeof(CheckedGroup) * ((Size) check->pool.count + count + 1));
	check->pool.first_group = core_alloc_zero(sizeof(int32) * ((Size) check->pool.count + 1));
	check->pool.open_group = host_alloc(sizeof(int32) * Max(check->pool.count, 1));
	check->pool.has_holders = core_alloc_zero(Max(check->pool.count, 1));
	for (int32 pool = 0; pool < check->pool.count; pool++)
	{
		int32		start = end;

		check_interrupts_at(pool);
		while (end < count && check->reserve.rows[order[end]].group.pool == pool)
			end++;
		if (!put_pool(check, pool, order + start, end - start))
			return false;
	}
	number_reserves(check);
	pfree(order);
	return true;
}

bool
verification_end_seats(Verification *check)
{
	id_table_line_up(&check->pools);
	return order_caps(check) && order_seats(check);
}

int32
seats_find(const Verification *check, int32 pool, int32 name)
{
	int32		reserve;

	if (name == NONE)
		return NONE;
	if (name == OPEN_NAME)
		return check->pool.open_group[pool];
	reserve = id_table_find(&check->reserve.keys, (int64) pool << 32 | name);
	return reserve == NONE ? NONE : check->reserve.group[reserve];
}

/* ---- who asks for them ---- */

int32
seats_tier(const Verification *check, int32 row, int32 group)
{
	const CheckedGroup *seats = &check->groups[group];
	int32		set = check->application.set ? check->application.set[row] : 0;

	if (seats->name == OPEN_NAME || set_has(&check->sets, set, seats->name))
		return 0;
	for (int32 i = 0; i < seats->cascade_length; i++)
	{
		int32		name = check->cascade.entries[seats->cascade + i];

		if (name == OPEN_TO_ALL || set_has(&check->sets, set, name))
			return i + 1;
	}
	return NONE;
}

int32
seats_placed_tier(const Verification *check, int32 row, int32 group)
{
	int32		tier = seats_tier(check, row, group);

	if (tier == NONE && seats_is_holder(check, row, group))
		return check->groups[group].cascade_length + 1;
	return tier;
}

bool
seats_is_holder(const Verification *check, int32 row, int32 group)
{
	return check->application.holds && check->application.holds[row] == group;
}

bool
seats_asks(const Verification *check, int32 row, int32 group)
{
	if (check->application.holds && check->application.holds[row] != NONE)
		return check->application.holds[row] == group;
	return seats_tier(check, row, group) != NONE;
}

/* ---- who has a seat from before ---- */

/* Note who has holders, and compare them with the seats; the smallest pool id is named. */
static bool
check_group_holders(Verification *check, const int32 *holders)
{
	const CheckedGroup *groups = check->groups;
	const int64 *ids = check->pools.ids;
	int32		first = NONE;

	for (int32 group = 0; group < check->group_count; group++)
	{
		if (holders[group] > 0)
			check->pool.has_holders[groups[group].pool] = true;
		if (holders[group] > groups[group].seats &&
			(first == NONE || ids[groups[group].pool] < ids[groups[first].pool]))
			first = group;
	}
	return first == NONE ||
		refuse_pool_holders(ids[groups[first].pool], words_get(check->names, groups[first].name),
							groups[first].seats, holders[first], check->error);
}

/* Add holders up the tree, children before their parents; the smallest id is named. */
static bool
check_cap_holders(Verification *check, int32 *holders)
{
	const int64 *ids = check->caps.ids;
	int32		first = NONE;

	for (int32 i = 0; i < check->caps.count; i++)
	{
		int32		cap = check->cap.order[i];
		int32		parent = check->cap.parent[cap];

		check->cap.has_holders[cap] = holders[cap] > 0;
		if (holders[cap] > check->cap.seats[cap] && (first == NONE || ids[cap] < ids[first]))
			first = cap;
		if (parent != NONE)
			holders[parent] += holders[cap];
	}
	return first == NONE ||
		refuse_cap_holders(ids[first], check->cap.seats[first], holders[first], check->error);
}

bool
seats_check_holders(Verification *check)
{
	int32	   *on_group;
	int32	   *on_cap;

	if (check->application.holds == NULL)
		return true;
	on_group = core_alloc_zero(sizeof(int32) * (Size) check->group_count);
	on_cap = core_alloc_zero(sizeof(int32) * Max(check->caps.count, 1));
	for (int32 row = 0; row < check->application.count; row++)
	{
		check_interrupts_at(row);
		if (check->application.holds[row] != NONE)
			on_group[check->application.holds[row]]++;
	}
	if (!check_group_holders(check, on_group))
		return false;
	for (int32 group = 0; group < check->group_count; group++)
	{
		int32		cap = check->pool.cap[check->groups[group].pool];

		if (cap != NONE)
			on_cap[cap] += on_group[group];
	}
	return check_cap_holders(check, on_cap);
}
