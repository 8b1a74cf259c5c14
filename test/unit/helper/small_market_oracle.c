/*
 * small_market_oracle.c
 *	  What there is to say of a scene, and what is right, by looking at every pair.
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
	const Scene *scene;
	int			sitting_count;
	Contract	sitting[SCENE_PLACEMENTS];
} Oracle;

/* ---- seats ---- */

/* The reserve of a pool by its name, or NULL */
static const SceneReserve *
find_reserve(const Scene *scene, int pool, int name)
{
	for (int i = 0; i < scene->reserve_count; i++)
		if (scene->reserves[i].pool == pool && scene->reserves[i].name == name)
			return &scene->reserves[i];
	return NULL;
}

static bool
is_seat(const Scene *scene, int pool, int name)
{
	return name == NAME_OPEN || find_reserve(scene, pool, name);
}

static int
seats_of(const Scene *scene, int pool, int name)
{
	int			open = scene->pools[pool].seats;

	if (name != NAME_OPEN)
		return find_reserve(scene, pool, name)->seats;
	for (int i = 0; i < scene->reserve_count; i++)
		if (scene->reserves[i].pool == pool)
			open -= scene->reserves[i].seats;
	return open;
}

/* Before the open seats, these, after them */
static int
part_of(const SceneReserve *reserve)
{
	return reserve == NULL ? 1 : reserve->before_open ? 0 : 2;
}

/* Does one seat of a pool come before another? */
static bool
seat_before(const Scene *scene, int pool, int name, int other)
{
	const SceneReserve *one = find_reserve(scene, pool, name);
	const SceneReserve *two = find_reserve(scene, pool, other);

	if (part_of(one) != part_of(two))
		return part_of(one) < part_of(two);
	if (one == two)
		return false;
	if (one->position != two->position && (one->position == NOTHING || two->position == NOTHING))
		return two->position == NOTHING;
	if (one->position != two->position)
		return one->position < two->position;
	return strcmp(scene_names[name], scene_names[other]) < 0;
}

/* ---- who may sit there ---- */

static bool
in_group(const SceneRow *row, int name)
{
	return row->groups & 1 << name;
}

static int
tier_of(const Scene *scene, Contract contract)
{
	const SceneRow *row = &scene->rows[contract.row];
	const SceneReserve *reserve = find_reserve(scene, row->pool, contract.seat);
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
is_anyones(const Scene *scene, Contract contract)
{
	int			pool = scene->rows[contract.row].pool;
	const SceneReserve *reserve = find_reserve(scene, pool, contract.seat);
	int			tier = tier_of(scene, contract);

	if (reserve == NULL)
		return true;
	if (reserve->cascade_length == NOTHING)
		return tier == 1;
	return tier > 0 && tier <= reserve->cascade_length &&
		reserve->cascade[tier - 1] == NAME_ANYONE;
}

/* Is it in the walk of its applicant? */
static bool
is_asked(const Scene *scene, Contract contract)
{
	const SceneRow *row = &scene->rows[contract.row];

	if (!is_seat(scene, row->pool, contract.seat))
		return false;
	if (row->holds != NOTHING)
		return row->holds == contract.seat;
	return tier_of(scene, contract) != NOTHING;
}

/* ---- rank ---- */

static int64
lottery_of(const Scene *scene, const SceneRow *row)
{
	int64		id = scene_applicant_id(row->applicant);

	if (scene->tie_break == TIE_BREAK_LOTTERY)
		return draw_number(scene->draw, id);
	if (scene->tie_break == TIE_BREAK_LOTTERY_PER_POOL)
		return draw_number_in_pool(scene->draw, id, scene_pool_id(row->pool));
	return 0;
}

static int
order_of(int64 a, int64 b)
{
	return (a > b) - (a < b);
}

/* Holder, tier, score and tie: below 0 when the first is better, 0 when they are tied */
static int
compare_class(const Scene *scene, Contract a, Contract b, bool at_cap)
{
	const SceneRow *left = &scene->rows[a.row];
	const SceneRow *right = &scene->rows[b.row];
	int			left_tier = at_cap && is_anyones(scene, a) ? 1000 : tier_of(scene, a);
	int			right_tier = at_cap && is_anyones(scene, b) ? 1000 : tier_of(scene, b);
	int			order = order_of(right->holds == b.seat, left->holds == a.seat);

	/* whom the seat is not for comes last of all */
	if (order == 0)
		order = order_of(left_tier == NOTHING ? 2000 : left_tier,
						 right_tier == NOTHING ? 2000 : right_tier);
	if (order == 0)
		order = order_of(right->score, left->score);
	if (order == 0 && scene->has_ties)
		order = order_of(left->tie == NOTHING ? 1000 : left->tie,
						 right->tie == NOTHING ? 1000 : right->tie);
	return order;
}

static bool
outranks(const Scene *scene, Contract a, Contract b, bool at_cap)
{
	int			order = compare_class(scene, a, b, at_cap);

	if (order == 0)
		order = order_of(lottery_of(scene, &scene->rows[a.row]),
						 lottery_of(scene, &scene->rows[b.row]));
	if (order == 0)
		order = order_of(scene_applicant_id(scene->rows[a.row].applicant),
						 scene_applicant_id(scene->rows[b.row].applicant));
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
is_under(const Scene *scene, int pool, int cap)
{
	for (int above = scene->pools[pool].cap; above != NOTHING; above = scene->caps[above].parent)
		if (above == cap)
			return true;
	return false;
}

static bool
is_on(const Scene *scene, Contract contract, Node node)
{
	int			pool = scene->rows[contract.row].pool;

	return node.is_cap ? is_under(scene, pool, node.cap) :
		pool == node.pool && contract.seat == node.seat;
}

static int
node_seats(const Scene *scene, Node node)
{
	return node.is_cap ? scene->caps[node.cap].seats : seats_of(scene, node.pool, node.seat);
}

static int
holders(const Oracle *oracle, Node node)
{
	int			count = 0;

	for (int i = 0; i < oracle->sitting_count; i++)
		count += is_on(oracle->scene, oracle->sitting[i], node);
	return count;
}

static bool
is_full(const Oracle *oracle, Node node)
{
	return holders(oracle, node) >= node_seats(oracle->scene, node);
}

static Contract
worst_holder(const Oracle *oracle, Node node)
{
	Contract	worst = {NOTHING, 0};

	for (int i = 0; i < oracle->sitting_count; i++)
		if (is_on(oracle->scene, oracle->sitting[i], node) &&
			(worst.row == NOTHING ||
			 outranks(oracle->scene, worst, oracle->sitting[i], node.is_cap)))
			worst = oracle->sitting[i];
	return worst;
}

static Node
group_node(const Scene *scene, Contract contract)
{
	return (Node) {.pool = scene->rows[contract.row].pool, .seat = contract.seat};
}

/* The caps on the path, from the innermost on */
static bool
next_node(const Scene *scene, Node *node)
{
	int			above = node->is_cap ? scene->caps[node->cap].parent :
		scene->pools[node->pool].cap;

	*node = (Node) {.is_cap = true, .cap = above, .pool = node->pool};
	return above != NOTHING;
}

/* ---- walks ---- */

static bool
contract_before(const Scene *scene, Contract a, Contract b)
{
	const SceneRow *left = &scene->rows[a.row];
	const SceneRow *right = &scene->rows[b.row];

	return left->choice != right->choice ? left->choice < right->choice :
		seat_before(scene, left->pool, a.seat, b.seat);
}

/* The first that an applicant holds; row is NOTHING when none */
static Contract
held_by(const Oracle *oracle, int applicant)
{
	Contract	held = {NOTHING, 0};

	for (int i = 0; i < oracle->sitting_count; i++)
		if (oracle->scene->rows[oracle->sitting[i].row].applicant == applicant &&
			(held.row == NOTHING || contract_before(oracle->scene, oracle->sitting[i], held)))
			held = oracle->sitting[i];
	return held;
}

/* Is it asked for, and better liked than what its applicant holds? */
static bool
is_preferred(const Oracle *oracle, Contract contract)
{
	Contract	held = held_by(oracle, oracle->scene->rows[contract.row].applicant);

	return is_asked(oracle->scene, contract) &&
		(held.row == NOTHING || contract_before(oracle->scene, contract, held));
}

/* ---- ties that are not broken ---- */

/* Holders above a class, and those of the class who hold the seat or like it better */
static bool
class_fits(const Oracle *oracle, Contract member)
{
	const Scene *scene = oracle->scene;
	Node		node = group_node(scene, member);
	int			claims = 0;

	for (int i = 0; i < oracle->sitting_count; i++)
		claims += is_on(scene, oracle->sitting[i], node) &&
			compare_class(scene, oracle->sitting[i], member, false) <= 0;
	for (int row = 0; row < scene->row_count; row++)
	{
		Contract	other = {row, member.seat};

		claims += is_on(scene, other, node) && is_preferred(oracle, other) &&
			compare_class(scene, other, member, false) == 0;
	}
	return claims <= node_seats(scene, node);
}

/* Does the own class or a better one not fit? */
static bool
is_kept_out(const Oracle *oracle, Contract contract)
{
	const Scene *scene = oracle->scene;
	Node		node = group_node(scene, contract);

	for (int i = 0; i < oracle->sitting_count; i++)
		if (is_on(scene, oracle->sitting[i], node) &&
			compare_class(scene, oracle->sitting[i], contract, false) <= 0 &&
			!class_fits(oracle, oracle->sitting[i]))
			return true;
	for (int row = 0; row < scene->row_count; row++)
	{
		Contract	other = {row, contract.seat};

		if (is_on(scene, other, node) && is_preferred(oracle, other) &&
			compare_class(scene, other, contract, false) <= 0 && !class_fits(oracle, other))
			return true;
	}
	return false;
}

static bool
refuses(const Oracle *oracle, Node node, Contract contract)
{
	const Scene *scene = oracle->scene;

	if (scene->tie_break == TIE_BREAK_ADMIT_NONE)
		return is_kept_out(oracle, contract);
	if (!is_full(oracle, node))
		return false;
	for (int i = 0; i < oracle->sitting_count; i++)
	{
		Contract	holder = oracle->sitting[i];

		if (!is_on(scene, holder, node))
			continue;
		if (scene->tie_break == TIE_BREAK_ADMIT_ALL ?
			compare_class(scene, holder, contract, false) >= 0 :
			!outranks(scene, holder, contract, node.is_cap))
			return false;
	}
	return true;
}

static bool
overflows(const Oracle *oracle, Node node)
{
	const Scene *scene = oracle->scene;
	Contract	worst = worst_holder(oracle, node);
	int			above = 0;

	if (scene->tie_break == TIE_BREAK_ADMIT_NONE && worst.row != NOTHING &&
		is_kept_out(oracle, worst))
		return true;
	if (holders(oracle, node) <= node_seats(scene, node))
		return false;
	for (int i = 0; i < oracle->sitting_count; i++)
		above += is_on(scene, oracle->sitting[i], node) &&
			compare_class(scene, oracle->sitting[i], worst, false) < 0;
	return scene->tie_break != TIE_BREAK_ADMIT_ALL || above >= node_seats(scene, node);
}

/* ---- floors ---- */

static int
pool_holders(const Oracle *oracle, int pool)
{
	int			count = 0;

	for (int i = 0; i < oracle->sitting_count; i++)
		count += oracle->scene->rows[oracle->sitting[i].row].pool == pool;
	return count;
}

static bool
pool_is_held(const Scene *scene, int pool)
{
	for (int i = 0; i < scene->row_count; i++)
		if (scene->rows[i].pool == pool && scene->rows[i].holds != NOTHING)
			return true;
	return false;
}

static bool
cap_is_held(const Scene *scene, int cap)
{
	for (int pool = 0; pool < scene->pool_count; pool++)
		if (is_under(scene, pool, cap) && pool_is_held(scene, pool))
			return true;
	return false;
}

static bool
is_closed(const Oracle *oracle, int pool)
{
	const Scene *scene = oracle->scene;

	for (int cap = 0; cap < scene->cap_count; cap++)
		if (is_under(scene, pool, cap) && scene->caps[cap].min_seats >= 2 &&
			holders(oracle, (Node) {.is_cap = true, .cap = cap}) == 0 && !cap_is_held(scene, cap))
			return true;
	return scene->pools[pool].min_seats >= 2 && pool_holders(oracle, pool) == 0 &&
		!pool_is_held(scene, pool);
}

/* ---- what there is to say ---- */

static void
find(Findings *findings, const char *name, int64 applicant, int64 pool, int64 other)
{
	findings->told[findings->count++] = (Told) {name, applicant, pool, other};
}

static void
judge_nodes(const Oracle *oracle, Findings *findings)
{
	const Scene *scene = oracle->scene;

	for (int pool = 0; pool < scene->pool_count; pool++)
	{
		int			count = pool_holders(oracle, pool);

		for (int name = NAME_OPEN; name <= NAME_LAST_GROUP; name++)
			if (is_seat(scene, pool, name) &&
				overflows(oracle, (Node) {.pool = pool, .seat = name}))
				find(findings, "over_capacity", NOTHING, scene_pool_id(pool), NOTHING);
		if (count > 0 && count < scene->pools[pool].min_seats && !pool_is_held(scene, pool))
			find(findings, "below_minimum", NOTHING, scene_pool_id(pool), NOTHING);
	}
	for (int cap = 0; cap < scene->cap_count; cap++)
	{
		int			count = holders(oracle, (Node) {.is_cap = true, .cap = cap});

		if (count > scene->caps[cap].seats)
			find(findings, "over_cap", NOTHING, NOTHING, NOTHING);
		if (count > 0 && count < scene->caps[cap].min_seats && !cap_is_held(scene, cap))
			find(findings, "below_minimum", NOTHING, NOTHING, NOTHING);
	}
}

/* The contract that a placement makes; seats that are not there count as open ones. */
static Contract
contract_of(const Scene *scene, const ScenePlacement *placement)
{
	for (int row = 0; row < scene->row_count; row++)
		if (scene->rows[row].applicant == placement->applicant &&
			scene->rows[row].pool == placement->pool)
			return (Contract) {
				row, is_seat(scene, placement->pool, placement->seat) ? placement->seat : NAME_OPEN
			};
	return (Contract) {NOTHING, 0};
}

static void
judge_placement(const Scene *scene, const ScenePlacement *placement, Findings *findings)
{
	Contract	contract = contract_of(scene, placement);
	int64		applicant = scene_applicant_id(placement->applicant);
	int64		pool = scene_pool_id(placement->pool);

	if (contract.row == NOTHING)
	{
		find(findings, "unknown_application", applicant, pool, NOTHING);
		return;
	}
	if (contract.seat != placement->seat || !is_asked(scene, contract))
		find(findings, "wrong_tier", applicant, pool, NOTHING);
	if (contract.seat == placement->seat && tier_of(scene, contract) != NOTHING &&
		tier_of(scene, contract) != placement->tier)
		find(findings, "wrong_tier", applicant, pool, NOTHING);
	if (scene->rows[contract.row].choice != placement->choice)
		find(findings, "wrong_tier", applicant, pool, NOTHING);
	if (scene->rows[contract.row].score != placement->score)
		find(findings, "wrong_tier", applicant, pool, NOTHING);
}

/* All but one of the placements of an applicant, those to the pools of larger ids */
static void
judge_doubles(const Scene *scene, Findings *findings)
{
	for (int i = 0; i < scene->placement_count; i++)
	{
		const ScenePlacement *placement = &scene->placements[i];
		int			before = 0;

		for (int j = 0; j < scene->placement_count; j++)
			before += scene->placements[j].applicant == placement->applicant &&
				(scene->placements[j].pool < placement->pool ||
				 (scene->placements[j].pool == placement->pool && j < i));
		if (before > 0)
			find(findings, "double_placement", scene_applicant_id(placement->applicant),
				 scene_pool_id(placement->pool), NOTHING);
	}
}

static void
judge_contract(const Oracle *oracle, Contract x, Findings *findings)
{
	const Scene *scene = oracle->scene;
	const SceneRow *row = &scene->rows[x.row];
	Contract	held = held_by(oracle, row->applicant);
	Contract	other = {NOTHING, 0};
	bool		some_full = false;
	Node		node = group_node(scene, x);

	do
	{
		if (refuses(oracle, node, x))
			return;
		if (is_full(oracle, node) && !some_full)
		{
			some_full = true;
			other = worst_holder(oracle, node);
		}
	} while (next_node(scene, &node));

	if (held.row != NOTHING && scene->rows[held.row].pool == row->pool)
		find(findings, "wrong_seat", scene_applicant_id(row->applicant),
			 scene_pool_id(row->pool), NOTHING);
	else if (some_full)
		find(findings, "justified_envy", scene_applicant_id(row->applicant),
			 scene_pool_id(row->pool), scene_applicant_id(scene->rows[other.row].applicant));
	else
		find(findings, "wasted_seat", scene_applicant_id(row->applicant),
			 scene_pool_id(row->pool), NOTHING);
}

static void
judge_row(const Oracle *oracle, int row, Findings *findings)
{
	const Scene *scene = oracle->scene;
	const SceneRow *wish = &scene->rows[row];
	Contract	held = held_by(oracle, wish->applicant);

	if (wish->holds != NOTHING &&
		(held.row == NOTHING || scene->rows[held.row].choice > wish->choice ||
		 (held.row == row && held.seat != wish->holds)))
		find(findings, "holder_worse", scene_applicant_id(wish->applicant),
			 scene_pool_id(wish->pool), NOTHING);
	if (is_closed(oracle, wish->pool))
		return;
	for (int name = NAME_OPEN; name <= NAME_LAST_GROUP; name++)
		if (is_preferred(oracle, (Contract) {row, name}))
			judge_contract(oracle, (Contract) {row, name}, findings);
}

Findings
scene_judge(const Scene *scene)
{
	Oracle		oracle = {.scene = scene};
	Findings	findings = {0};

	for (int i = 0; i < scene->placement_count; i++)
	{
		Contract	contract = contract_of(scene, &scene->placements[i]);

		judge_placement(scene, &scene->placements[i], &findings);
		if (contract.row != NOTHING)
			oracle.sitting[oracle.sitting_count++] = contract;
	}
	judge_doubles(scene, &findings);
	judge_nodes(&oracle, &findings);
	for (int row = 0; row < scene->row_count; row++)
		judge_row(&oracle, row, &findings);
	findings_sort(&findings);
	return findings;
}

/* ---- deferred acceptance on paper ---- */

typedef struct LongNumber
{
	Oracle		oracle;
	bool		refused[SCENE_ROWS][NAME_LAST_GROUP + 1];
	bool		pool_closed[SCENE_POOLS];
} LongNumber;

static void
refuse(LongNumber *paper, Contract contract)
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
next_wish(const LongNumber *paper, int applicant)
{
	const Scene *scene = paper->oracle.scene;
	Contract	best = {NOTHING, 0};

	for (int row = 0; row < scene->row_count; row++)
		for (int name = NAME_OPEN; name <= NAME_LAST_GROUP; name++)
		{
			Contract	wish = {row, name};

			if (scene->rows[row].applicant == applicant && is_asked(scene, wish) &&
				!paper->refused[row][name] && !paper->pool_closed[scene->rows[row].pool] &&
				(best.row == NOTHING || contract_before(scene, wish, best)))
				best = wish;
		}
	return best;
}

/* With admit_none a newcomer is refused together with all of a class that does not fit. */
static void
settle_class(LongNumber *paper, Contract comer)
{
	const Scene *scene = paper->oracle.scene;
	Node		node = group_node(scene, comer);

	while (holders(&paper->oracle, node) > node_seats(scene, node))
	{
		Contract	worst = worst_holder(&paper->oracle, node);

		for (int row = 0; row < scene->row_count; row++)
		{
			Contract	other = {row, comer.seat};

			if (is_on(scene, other, node) && is_asked(scene, other) &&
				compare_class(scene, other, worst, false) >= 0)
				refuse(paper, other);
		}
	}
}

/* Nodes with too many refuse their worst, until none has. */
static void
settle(LongNumber *paper, Contract comer)
{
	const Scene *scene = paper->oracle.scene;
	Node		node = group_node(scene, comer);

	if (scene->tie_break == TIE_BREAK_ADMIT_NONE)
	{
		settle_class(paper, comer);
		return;
	}
	do
	{
		while (overflows(&paper->oracle, node))
			refuse(paper, worst_holder(&paper->oracle, node));
	} while (next_node(scene, &node));
}

static void
propose(LongNumber *paper)
{
	const Scene *scene = paper->oracle.scene;
	bool		again = true;

	paper->oracle.sitting_count = 0;
	memset(paper->refused, 0, sizeof(paper->refused));
	while (again)
	{
		again = false;
		for (int applicant = 0; applicant < scene->applicant_count; applicant++)
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
close_one(LongNumber *paper)
{
	const Scene *scene = paper->oracle.scene;
	int			furthest = 0;
	int			pool = NOTHING;
	int			cap = NOTHING;

	for (int i = 0; i < scene->pool_count; i++)
	{
		int			count = pool_holders(&paper->oracle, i);
		int			missing = scene->pools[i].min_seats - count;

		if (count > 0 && missing > furthest && !pool_is_held(scene, i))
		{
			furthest = missing;
			pool = i;
		}
	}
	/* the ids of caps descend, and the smaller one closes */
	for (int i = scene->cap_count - 1; i >= 0; i--)
	{
		int			count = holders(&paper->oracle, (Node) {.is_cap = true, .cap = i});
		int			missing = scene->caps[i].min_seats - count;

		if (count > 0 && missing > furthest && !cap_is_held(scene, i))
		{
			furthest = missing;
			cap = i;
		}
	}
	for (int i = 0; i < scene->pool_count; i++)
		if (cap != NOTHING ? is_under(scene, i, cap) : i == pool)
			paper->pool_closed[i] = true;
	return furthest > 0;
}

void
scene_place(Scene *scene)
{
	LongNumber	paper = {.oracle.scene = scene};

	do
		propose(&paper);
	while (close_one(&paper));

	scene->placement_count = 0;
	for (int i = 0; i < paper.oracle.sitting_count; i++)
	{
		Contract	contract = paper.oracle.sitting[i];
		const SceneRow *row = &scene->rows[contract.row];

		scene->placements[scene->placement_count++] = (ScenePlacement) {
			row->applicant, row->pool, contract.seat, row->choice, tier_of(scene, contract),
			row->score
		};
	}
}
