/*
 * small_market_oracle.c
 *	  What there is to say of a market, and what is right, by looking at every pair.
 *
 * Written from the meaning of the rules, as slow and plain as they read; a
 * contract is an application and a seat of its pool.
 */
#include "helper/small_market.h"

typedef struct Contract
{
	int			row;			/* NOTHING for none */
	int			seat;			/* a name */
} Contract;

typedef struct Oracle
{
	const SmallMarket *market;
	int			sitting_count;
	Contract	sitting[SMALL_PLACEMENTS];
} Oracle;

/* ---- seats ---- */

/* The reserve of a pool by its name, or NULL */
static const SmallReserve *
find_reserve(const SmallMarket *market, int pool, int name)
{
	for (int i = 0; i < market->reserve_count; i++)
		if (market->reserves[i].pool == pool && market->reserves[i].name == name)
			return &market->reserves[i];
	return NULL;
}

static bool
is_seat(const SmallMarket *market, int pool, int name)
{
	return name == NAME_OPEN || find_reserve(market, pool, name);
}

static int
seats_of(const SmallMarket *market, int pool, int name)
{
	int			open = market->pools[pool].seats;

	if (name != NAME_OPEN)
		return find_reserve(market, pool, name)->seats;
	for (int i = 0; i < market->reserve_count; i++)
		if (market->reserves[i].pool == pool)
			open -= market->reserves[i].seats;
	return open;
}

/* Before the open seats, these, after them */
static int
part_of(const SmallReserve *reserve)
{
	return reserve == NULL ? 1 : reserve->before_open ? 0 : 2;
}

/* Does one seat of a pool come before another? */
static bool
seat_before(const SmallMarket *market, int pool, int name, int other)
{
	const SmallReserve *one = find_reserve(market, pool, name);
	const SmallReserve *two = find_reserve(market, pool, other);

	if (part_of(one) != part_of(two))
		return part_of(one) < part_of(two);
	if (one == two)
		return false;
	if (one->position != two->position && (one->position == NOTHING || two->position == NOTHING))
		return two->position == NOTHING;
	if (one->position != two->position)
		return one->position < two->position;
	return strcmp(small_names[name], small_names[other]) < 0;
}

/* ---- who may sit there ---- */

static bool
in_group(const SmallRow *row, int name)
{
	return row->groups & 1 << name;
}

static int
tier_of(const SmallMarket *market, Contract contract)
{
	const SmallRow *row = &market->rows[contract.row];
	const SmallReserve *reserve = find_reserve(market, row->pool, contract.seat);
	int			length;

	if (reserve == NULL || in_group(row, reserve->name))
		return 0;
	length = reserve->cascade_length;
	if (length == NOTHING)
		return 1;
	for (int i = 0; i < length; i++)
		if (reserve->cascade[i] == NAME_ANYONE || in_group(row, reserve->cascade[i]))
			return i + 1;
	return row->holds == contract.seat ? length + 1 : NOTHING;
}

static bool
is_anyones(const SmallMarket *market, Contract contract)
{
	int			pool = market->rows[contract.row].pool;
	const SmallReserve *reserve = find_reserve(market, pool, contract.seat);
	int			tier = tier_of(market, contract);

	if (reserve == NULL)
		return true;
	if (reserve->cascade_length == NOTHING)
		return tier == 1;
	return tier > 0 && tier <= reserve->cascade_length &&
		reserve->cascade[tier - 1] == NAME_ANYONE;
}

/* Is it in the walk of its applicant? */
static bool
is_asked(const SmallMarket *market, Contract contract)
{
	const SmallRow *row = &market->rows[contract.row];

	if (!is_seat(market, row->pool, contract.seat))
		return false;
	if (row->holds != NOTHING)
		return row->holds == contract.seat;
	return tier_of(market, contract) != NOTHING;
}

/* ---- rank ---- */

static int64
lottery_of(const SmallMarket *market, const SmallRow *row)
{
	int64		id = small_applicant_id(row->applicant);

	if (market->tie_break == TIE_BREAK_LOTTERY)
		return draw_number(market->draw, id);
	if (market->tie_break == TIE_BREAK_LOTTERY_PER_POOL)
		return draw_number_in_pool(market->draw, id, small_pool_id(row->pool));
	return 0;
}

static int
order_of(int64 a, int64 b)
{
	return (a > b) - (a < b);
}

/* Holder, tier, score and tie: below 0 when the first is better, 0 when they are tied */
static int
compare_class(const SmallMarket *market, Contract a, Contract b, bool at_cap)
{
	const SmallRow *left = &market->rows[a.row];
	const SmallRow *right = &market->rows[b.row];
	int			left_tier = at_cap && is_anyones(market, a) ? 1000 : tier_of(market, a);
	int			right_tier = at_cap && is_anyones(market, b) ? 1000 : tier_of(market, b);
	int			order = order_of(right->holds == b.seat, left->holds == a.seat);

	/* whom the seat is not for comes last of all */
	if (order == 0)
		order = order_of(left_tier == NOTHING ? 2000 : left_tier,
						 right_tier == NOTHING ? 2000 : right_tier);
	if (order == 0)
		order = order_of(right->score, left->score);
	if (order == 0 && market->has_ties)
		order = order_of(left->tie == NOTHING ? 1000 : left->tie,
						 right->tie == NOTHING ? 1000 : right->tie);
	return order;
}

static bool
outranks(const SmallMarket *market, Contract a, Contract b, bool at_cap)
{
	int			order = compare_class(market, a, b, at_cap);

	if (order == 0)
		order = order_of(lottery_of(market, &market->rows[a.row]),
						 lottery_of(market, &market->rows[b.row]));
	if (order == 0)
		order = order_of(small_applicant_id(market->rows[a.row].applicant),
						 small_applicant_id(market->rows[b.row].applicant));
	return order < 0;
}

/* ---- nodes ---- */

/* A seat of a pool, or a cap */
typedef struct Node
{
	bool		is_cap;
	int			cap;
	int			pool;
	int			seat;
} Node;

static bool
is_under(const SmallMarket *market, int pool, int cap)
{
	for (int above = market->pools[pool].cap; above != NOTHING; above = market->caps[above].parent)
		if (above == cap)
			return true;
	return false;
}

static bool
is_on(const SmallMarket *market, Contract contract, Node node)
{
	int			pool = market->rows[contract.row].pool;

	return node.is_cap ? is_under(market, pool, node.cap) :
		pool == node.pool && contract.seat == node.seat;
}

static int
node_seats(const SmallMarket *market, Node node)
{
	return node.is_cap ? market->caps[node.cap].seats : seats_of(market, node.pool, node.seat);
}

static int
holders(const Oracle *oracle, Node node)
{
	int			count = 0;

	for (int i = 0; i < oracle->sitting_count; i++)
		count += is_on(oracle->market, oracle->sitting[i], node);
	return count;
}

static bool
is_full(const Oracle *oracle, Node node)
{
	return holders(oracle, node) >= node_seats(oracle->market, node);
}

static Contract
worst_holder(const Oracle *oracle, Node node)
{
	Contract	worst = {NOTHING, 0};

	for (int i = 0; i < oracle->sitting_count; i++)
		if (is_on(oracle->market, oracle->sitting[i], node) &&
			(worst.row == NOTHING ||
			 outranks(oracle->market, worst, oracle->sitting[i], node.is_cap)))
			worst = oracle->sitting[i];
	return worst;
}

static Node
group_node(const SmallMarket *market, Contract contract)
{
	return (Node) {.pool = market->rows[contract.row].pool, .seat = contract.seat};
}

/* The caps on the path, from the innermost on */
static bool
next_node(const SmallMarket *market, Node *node)
{
	int			above = node->is_cap ? market->caps[node->cap].parent :
		market->pools[node->pool].cap;

	*node = (Node) {.is_cap = true, .cap = above, .pool = node->pool};
	return above != NOTHING;
}

/* ---- walks ---- */

/* By choice; in a pool the own seats come before those that a cascade opens. */
static bool
contract_before(const SmallMarket *market, Contract a, Contract b)
{
	const SmallRow *left = &market->rows[a.row];
	const SmallRow *right = &market->rows[b.row];
	bool		left_is_own = tier_of(market, a) == 0;
	bool		right_is_own = tier_of(market, b) == 0;

	if (left->choice != right->choice)
		return left->choice < right->choice;
	return left_is_own != right_is_own ? left_is_own :
		seat_before(market, left->pool, a.seat, b.seat);
}

/* The first that an applicant holds; row is NOTHING when none */
static Contract
held_by(const Oracle *oracle, int applicant)
{
	Contract	held = {NOTHING, 0};

	for (int i = 0; i < oracle->sitting_count; i++)
		if (oracle->market->rows[oracle->sitting[i].row].applicant == applicant &&
			(held.row == NOTHING || contract_before(oracle->market, oracle->sitting[i], held)))
			held = oracle->sitting[i];
	return held;
}

/* Is it asked for, and better liked than what its applicant holds? */
static bool
is_preferred(const Oracle *oracle, Contract contract)
{
	Contract	held = held_by(oracle, oracle->market->rows[contract.row].applicant);

	return is_asked(oracle->market, contract) &&
		(held.row == NOTHING || contract_before(oracle->market, contract, held));
}

/* ---- ties that are not broken ---- */

/* Holders above a class, and those of the class who hold the seat or like it better */
static bool
class_fits(const Oracle *oracle, Contract member)
{
	const SmallMarket *market = oracle->market;
	Node		node = group_node(market, member);
	int			count = 0;

	for (int i = 0; i < oracle->sitting_count; i++)
		count += is_on(market, oracle->sitting[i], node) &&
			compare_class(market, oracle->sitting[i], member, false) <= 0;
	for (int row = 0; row < market->row_count; row++)
	{
		Contract	other = {row, member.seat};

		count += is_on(market, other, node) && is_preferred(oracle, other) &&
			compare_class(market, other, member, false) == 0;
	}
	return count <= node_seats(market, node);
}

/* Does the own class or a better one not fit? */
static bool
is_kept_out(const Oracle *oracle, Contract contract)
{
	const SmallMarket *market = oracle->market;
	Node		node = group_node(market, contract);

	for (int i = 0; i < oracle->sitting_count; i++)
		if (is_on(market, oracle->sitting[i], node) &&
			compare_class(market, oracle->sitting[i], contract, false) <= 0 &&
			!class_fits(oracle, oracle->sitting[i]))
			return true;
	for (int row = 0; row < market->row_count; row++)
	{
		Contract	other = {row, contract.seat};

		if (is_on(market, other, node) && is_preferred(oracle, other) &&
			compare_class(market, other, contract, false) <= 0 && !class_fits(oracle, other))
			return true;
	}
	return false;
}

static bool
refuses(const Oracle *oracle, Node node, Contract contract)
{
	const SmallMarket *market = oracle->market;

	if (market->tie_break == TIE_BREAK_ADMIT_NONE)
		return is_kept_out(oracle, contract);
	if (!is_full(oracle, node))
		return false;
	for (int i = 0; i < oracle->sitting_count; i++)
	{
		Contract	holder = oracle->sitting[i];

		if (!is_on(market, holder, node))
			continue;
		if (market->tie_break == TIE_BREAK_ADMIT_ALL ?
			compare_class(market, holder, contract, false) >= 0 :
			!outranks(market, holder, contract, node.is_cap))
			return false;
	}
	return true;
}

static bool
overflows(const Oracle *oracle, Node node)
{
	const SmallMarket *market = oracle->market;
	Contract	worst = worst_holder(oracle, node);
	int			above = 0;

	if (market->tie_break == TIE_BREAK_ADMIT_NONE && worst.row != NOTHING &&
		is_kept_out(oracle, worst))
		return true;
	if (holders(oracle, node) <= node_seats(market, node))
		return false;
	for (int i = 0; i < oracle->sitting_count; i++)
		above += is_on(market, oracle->sitting[i], node) &&
			compare_class(market, oracle->sitting[i], worst, false) < 0;
	return market->tie_break != TIE_BREAK_ADMIT_ALL || above >= node_seats(market, node);
}

/* ---- floors ---- */

static int
pool_holders(const Oracle *oracle, int pool)
{
	int			count = 0;

	for (int i = 0; i < oracle->sitting_count; i++)
		count += oracle->market->rows[oracle->sitting[i].row].pool == pool;
	return count;
}

static bool
pool_is_held(const SmallMarket *market, int pool)
{
	for (int i = 0; i < market->row_count; i++)
		if (market->rows[i].pool == pool && market->rows[i].holds != NOTHING)
			return true;
	return false;
}

static bool
cap_is_held(const SmallMarket *market, int cap)
{
	for (int pool = 0; pool < market->pool_count; pool++)
		if (is_under(market, pool, cap) && pool_is_held(market, pool))
			return true;
	return false;
}

static bool
is_closed(const Oracle *oracle, int pool)
{
	const SmallMarket *market = oracle->market;

	for (int cap = 0; cap < market->cap_count; cap++)
		if (is_under(market, pool, cap) && market->caps[cap].min_seats >= 2 &&
			holders(oracle, (Node) {.is_cap = true, .cap = cap}) == 0 && !cap_is_held(market, cap))
			return true;
	return market->pools[pool].min_seats >= 2 && pool_holders(oracle, pool) == 0 &&
		!pool_is_held(market, pool);
}

/* ---- what there is to say ---- */

static void
find(Findings *findings, const char *name, int64 applicant, int64 pool, int64 other)
{
	findings->told[findings->count++] = (Told) {name, applicant, pool, other};
}

static void
find_at_nodes(const Oracle *oracle, Findings *findings)
{
	const SmallMarket *market = oracle->market;

	for (int pool = 0; pool < market->pool_count; pool++)
	{
		int			count = pool_holders(oracle, pool);

		for (int name = NAME_OPEN; name <= NAME_LAST_GROUP; name++)
			if (is_seat(market, pool, name) &&
				overflows(oracle, (Node) {.pool = pool, .seat = name}))
				find(findings, "over_capacity", NOTHING, small_pool_id(pool), NOTHING);
		if (count > 0 && count < market->pools[pool].min_seats && !pool_is_held(market, pool))
			find(findings, "below_minimum", NOTHING, small_pool_id(pool), NOTHING);
	}
	for (int cap = 0; cap < market->cap_count; cap++)
	{
		int			count = holders(oracle, (Node) {.is_cap = true, .cap = cap});

		if (count > market->caps[cap].seats)
			find(findings, "over_cap", NOTHING, NOTHING, NOTHING);
		if (count > 0 && count < market->caps[cap].min_seats && !cap_is_held(market, cap))
			find(findings, "below_minimum", NOTHING, NOTHING, NOTHING);
	}
}

/* The contract that a placement makes; seats that are not there count as open ones. */
static Contract
contract_of(const SmallMarket *market, const SmallPlacement *placement)
{
	for (int row = 0; row < market->row_count; row++)
		if (market->rows[row].applicant == placement->applicant &&
			market->rows[row].pool == placement->pool)
			return (Contract) {
				row, is_seat(market, placement->pool, placement->seat) ? placement->seat : NAME_OPEN
			};
	return (Contract) {NOTHING, 0};
}

static void
find_in_placement(const SmallMarket *market, const SmallPlacement *placement, Findings *findings)
{
	Contract	contract = contract_of(market, placement);
	int64		applicant = small_applicant_id(placement->applicant);
	int64		pool = small_pool_id(placement->pool);

	if (contract.row == NOTHING)
	{
		find(findings, "unknown_application", applicant, pool, NOTHING);
		return;
	}
	if (contract.seat != placement->seat || !is_asked(market, contract))
		find(findings, "wrong_tier", applicant, pool, NOTHING);
	if (contract.seat == placement->seat && tier_of(market, contract) != NOTHING &&
		tier_of(market, contract) != placement->tier)
		find(findings, "wrong_tier", applicant, pool, NOTHING);
	if (market->rows[contract.row].choice != placement->choice)
		find(findings, "wrong_tier", applicant, pool, NOTHING);
	if (market->rows[contract.row].score != placement->score)
		find(findings, "wrong_tier", applicant, pool, NOTHING);
}

/* All but one of the placements of an applicant, those to the pools of larger ids */
static void
find_doubles(const SmallMarket *market, Findings *findings)
{
	for (int i = 0; i < market->placement_count; i++)
	{
		const SmallPlacement *placement = &market->placements[i];
		int			before = 0;

		for (int j = 0; j < market->placement_count; j++)
			before += market->placements[j].applicant == placement->applicant &&
				(market->placements[j].pool < placement->pool ||
				 (market->placements[j].pool == placement->pool && j < i));
		if (before > 0)
			find(findings, "double_placement", small_applicant_id(placement->applicant),
				 small_pool_id(placement->pool), NOTHING);
	}
}

static void
find_in_contract(const Oracle *oracle, Contract x, Findings *findings)
{
	const SmallMarket *market = oracle->market;
	const SmallRow *row = &market->rows[x.row];
	Contract	held = held_by(oracle, row->applicant);
	Contract	other = {NOTHING, 0};
	bool		some_full = false;
	Node		node = group_node(market, x);

	do
	{
		if (refuses(oracle, node, x))
			return;
		if (is_full(oracle, node) && !some_full)
		{
			some_full = true;
			other = worst_holder(oracle, node);
		}
	} while (next_node(market, &node));

	if (held.row != NOTHING && market->rows[held.row].pool == row->pool)
		find(findings, "wrong_seat", small_applicant_id(row->applicant),
			 small_pool_id(row->pool), NOTHING);
	else if (some_full)
		find(findings, "justified_envy", small_applicant_id(row->applicant),
			 small_pool_id(row->pool), small_applicant_id(market->rows[other.row].applicant));
	else
		find(findings, "wasted_seat", small_applicant_id(row->applicant),
			 small_pool_id(row->pool), NOTHING);
}

static void
find_in_row(const Oracle *oracle, int row, Findings *findings)
{
	const SmallMarket *market = oracle->market;
	const SmallRow *wish = &market->rows[row];
	Contract	held = held_by(oracle, wish->applicant);

	if (wish->holds != NOTHING &&
		(held.row == NOTHING || market->rows[held.row].choice > wish->choice ||
		 (held.row == row && held.seat != wish->holds)))
		find(findings, "holder_worse", small_applicant_id(wish->applicant),
			 small_pool_id(wish->pool), NOTHING);
	if (is_closed(oracle, wish->pool))
		return;
	for (int name = NAME_OPEN; name <= NAME_LAST_GROUP; name++)
		if (is_preferred(oracle, (Contract) {row, name}))
			find_in_contract(oracle, (Contract) {row, name}, findings);
}

Findings
small_market_expected(const SmallMarket *market)
{
	Oracle		oracle = {.market = market};
	Findings	findings = {0};

	for (int i = 0; i < market->placement_count; i++)
	{
		Contract	contract = contract_of(market, &market->placements[i]);

		find_in_placement(market, &market->placements[i], &findings);
		if (contract.row != NOTHING)
			oracle.sitting[oracle.sitting_count++] = contract;
	}
	find_doubles(market, &findings);
	find_at_nodes(&oracle, &findings);
	for (int row = 0; row < market->row_count; row++)
		find_in_row(&oracle, row, &findings);
	findings_sort(&findings);
	return findings;
}

/* ---- deferred acceptance on paper ---- */

typedef struct Paper
{
	Oracle		oracle;
	bool		refused[SMALL_ROWS][NAME_LAST_GROUP + 1];
	bool		pool_closed[SMALL_POOLS];
} Paper;

static void
refuse(Paper *paper, Contract contract)
{
	Oracle	   *oracle = &paper->oracle;
	int			kept = 0;

	paper->refused[contract.row][contract.seat] = true;
	for (int i = 0; i < oracle->sitting_count; i++)
		if (oracle->sitting[i].row != contract.row || oracle->sitting[i].seat != contract.seat)
			oracle->sitting[kept++] = oracle->sitting[i];
	oracle->sitting_count = kept;
}

/* The first of an applicant's walk that was not refused and is open; row is NOTHING for none */
static Contract
next_wish(const Paper *paper, int applicant)
{
	const SmallMarket *market = paper->oracle.market;
	Contract	best = {NOTHING, 0};

	for (int row = 0; row < market->row_count; row++)
		for (int name = NAME_OPEN; name <= NAME_LAST_GROUP; name++)
		{
			Contract	wish = {row, name};

			if (market->rows[row].applicant == applicant && is_asked(market, wish) &&
				!paper->refused[row][name] && !paper->pool_closed[market->rows[row].pool] &&
				(best.row == NOTHING || contract_before(market, wish, best)))
				best = wish;
		}
	return best;
}

/* With admit_none a newcomer is refused together with all of a class that does not fit. */
static void
settle_class(Paper *paper, Contract comer)
{
	const SmallMarket *market = paper->oracle.market;
	Node		node = group_node(market, comer);

	while (holders(&paper->oracle, node) > node_seats(market, node))
	{
		Contract	worst = worst_holder(&paper->oracle, node);

		for (int row = 0; row < market->row_count; row++)
		{
			Contract	other = {row, comer.seat};

			if (is_on(market, other, node) && is_asked(market, other) &&
				compare_class(market, other, worst, false) >= 0)
				refuse(paper, other);
		}
	}
}

/* Nodes with too many refuse their worst, until none has. */
static void
settle(Paper *paper, Contract comer)
{
	const SmallMarket *market = paper->oracle.market;
	Node		node = group_node(market, comer);

	if (market->tie_break == TIE_BREAK_ADMIT_NONE)
	{
		settle_class(paper, comer);
		return;
	}
	do
	{
		while (overflows(&paper->oracle, node))
			refuse(paper, worst_holder(&paper->oracle, node));
	} while (next_node(market, &node));
}

static void
propose(Paper *paper)
{
	const SmallMarket *market = paper->oracle.market;
	bool		again = true;

	paper->oracle.sitting_count = 0;
	memset(paper->refused, 0, sizeof(paper->refused));
	while (again)
	{
		again = false;
		for (int applicant = 0; applicant < market->applicant_count; applicant++)
		{
			Contract	wish = next_wish(paper, applicant);

			if (wish.row == NOTHING || held_by(&paper->oracle, applicant).row != NOTHING)
				continue;
			paper->oracle.sitting[paper->oracle.sitting_count++] = wish;
			settle(paper, wish);
			again = true;
		}
	}
}

/* Close the pool or cap that is furthest below its floor; false when none is. */
static bool
close_one(Paper *paper)
{
	const SmallMarket *market = paper->oracle.market;
	int			furthest = 0;
	int			pool = NOTHING;
	int			cap = NOTHING;

	for (int i = 0; i < market->pool_count; i++)
	{
		int			count = pool_holders(&paper->oracle, i);
		int			missing = market->pools[i].min_seats - count;

		if (count > 0 && missing > furthest && !pool_is_held(market, i))
		{
			furthest = missing;
			pool = i;
		}
	}
	/* the ids of caps descend, and the smaller one closes */
	for (int i = market->cap_count - 1; i >= 0; i--)
	{
		int			count = holders(&paper->oracle, (Node) {.is_cap = true, .cap = i});
		int			missing = market->caps[i].min_seats - count;

		if (count > 0 && missing > furthest && !cap_is_held(market, i))
		{
			furthest = missing;
			cap = i;
		}
	}
	for (int i = 0; i < market->pool_count; i++)
		if (cap != NOTHING ? is_under(market, i, cap) : i == pool)
			paper->pool_closed[i] = true;
	return furthest > 0;
}

void
small_market_place(SmallMarket *market)
{
	Paper		paper = {.oracle.market = market};

	do
		propose(&paper);
	while (close_one(&paper));

	market->placement_count = 0;
	for (int i = 0; i < paper.oracle.sitting_count; i++)
	{
		Contract	contract = paper.oracle.sitting[i];
		const SmallRow *row = &market->rows[contract.row];

		market->placements[market->placement_count++] = (SmallPlacement) {
			row->applicant, row->pool, contract.seat, row->choice, tier_of(market, contract),
			row->score
		};
	}
}

/* ---- for those who try every allocation ---- */

bool
small_market_is_plain(const SmallMarket *market)
{
	for (int pool = 0; pool < market->pool_count; pool++)
		if (market->pools[pool].min_seats > 1 || market->pools[pool].cap != NOTHING)
			return false;
	return !tie_break_keeps_classes(market->tie_break);
}

bool
small_market_asks(const SmallMarket *market, int row, int seat)
{
	return is_asked(market, (Contract) {row, seat});
}

int
small_market_tier(const SmallMarket *market, int row, int seat)
{
	return tier_of(market, (Contract) {row, seat});
}

bool
small_market_prefers(const SmallMarket *market, int row, int seat, int other_row, int other_seat)
{
	return contract_before(market, (Contract) {row, seat}, (Contract) {other_row, other_seat});
}
