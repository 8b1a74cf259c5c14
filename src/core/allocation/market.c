/*
 * market.c
 *	  Building a market from rows that come in any order.
 *
 * Rows are appended to flat arrays as they come; at the end they are brought in the
 * order of applicant ids and choices, one array at a time, so that the peak stays
 * below twice the market's size.  Linear time.
 */
#include "core/allocation/market.h"

#include "core/base/market_errors.h"
#include "core/base/row_order.h"

#define FIRST_ROOM			1024

/* What a contract takes: for good, and beside that while rows come and are brought in order. */
#define BYTES_PER_CONTRACT	16
#define BYTES_PER_OWNER		sizeof(int64)

/* What a contract takes while it is solved: a number drawn for each pool, a place in a queue. */
#define BYTES_PER_DRAW		8
#define BYTES_PER_PLACE		8

/* What an applicant takes: the id and the first contract; what solving takes with them. */
#define BYTES_PER_APPLICANT	12
#define BYTES_TO_SOLVE		64
#define BYTES_PER_WIDE_NUMBER	32

/* What floors under caps take: for each contract and applicant, to go back (staging.c). */
#define BYTES_PER_MOVE		18
#define BYTES_TO_KEEP_BACK	4

struct MarketBuilder
{
	Market	   *market;
	CoreError  *error;
	Size		memory_limit;
	int32		applicant_room;
	int32		contract_room;
	int64	   *owner_ids;		/* by contract */
	bool		in_order;		/* so far rows came by applicant and choice */
	Size		bytes_to_solve; /* a contract, beside the market */
};

MarketBuilder *
market_begin(Size memory_limit, CoreError *error)
{
	MarketBuilder *builder = palloc0(sizeof(MarketBuilder));
	Market	   *market = palloc0(sizeof(Market));

	builder->market = market;
	builder->error = error;
	builder->memory_limit = memory_limit;
	builder->in_order = true;
	builder->applicant_room = builder->contract_room = FIRST_ROOM;
	builder->owner_ids = host_alloc(sizeof(int64) * FIRST_ROOM);
	market->seating = seating_begin();
	market->applicant_ids = host_alloc(sizeof(int64) * FIRST_ROOM);
	market->first = host_alloc(sizeof(int32) * (FIRST_ROOM + 1));
	market->pool = host_alloc(sizeof(int32) * FIRST_ROOM);
	market->choice = host_alloc(sizeof(int32) * FIRST_ROOM);
	return builder;
}

void
market_expect(MarketBuilder *builder, const Rules *rules)
{
	builder->bytes_to_solve =
		(rules->tie_break == TIE_BREAK_LOTTERY_PER_POOL ? BYTES_PER_DRAW : 0) +
		(rules->mechanism == MECHANISM_TOP_TRADING_CYCLES ? BYTES_PER_PLACE : 0);
}

static void
grow_int32(int32 **array, int32 room)
{
	if (*array)
		*array = host_realloc(*array, sizeof(int32) * room);
}

/* ---- memory ---- */

/* What numbers of more than 18 digits take until they are ranks, beyond what all numbers take. */
static Size
wide_memory(const NumberColumn *column)
{
	return column->wide ? (Size) column->room * BYTES_PER_WIDE_NUMBER : 0;
}

/* What a contract takes for good. */
static Size
row_memory(const Market *market)
{
	return BYTES_PER_CONTRACT + (market->tie.keys ? sizeof(int64) : 0) +
		(market->set ? sizeof(int32) : 0) + (market->held ? sizeof(int32) : 0);
}

/* What numbers of more than 18 digits take for good, beside their ranks. */
static Size
distinct_memory(const NumberColumn *column)
{
	return column->distinct ? (Size) column->room * sizeof(int128) : 0;
}

Size
market_memory(const Market *market)
{
	return (Size) market->contract_count * row_memory(market) +
		distinct_memory(&market->score) + distinct_memory(&market->tie) +
		(Size) core_more_room(market->applicant_count) * BYTES_PER_APPLICANT +
		seating_memory(market->seating);
}

/*
 * The most that reading, ordering and solving take: what is read has room to grow, which
 * it gives back before it is ordered.  How many applicants there are shows once their rows
 * stand together.
 */
static Size
estimate_memory(const MarketBuilder *builder)
{
	const Market *market = builder->market;
	Size		contracts = market->contract_count;
	Size		applicants = builder->applicant_room;
	Size		row = row_memory(market);
	Size		reading = builder->contract_room * (row + BYTES_PER_OWNER);
	Size		ordering = contracts * (row + BYTES_PER_OWNER + BYTES_TO_ORDER_ROW) +
		applicants * BYTES_PER_APPLICANT;
	Size		solving = contracts * (row + builder->bytes_to_solve) + applicants * BYTES_TO_SOLVE;

	if (market->seating->has_floors && market->seating->cap_count > 0)
		solving += contracts * BYTES_PER_MOVE + applicants * BYTES_TO_KEEP_BACK;
	return Max(reading, Max(ordering, solving)) + seating_memory(market->seating) +
		wide_memory(&market->score) + wide_memory(&market->tie);
}

/* Refuse to grow beyond what the caller allows, before it is taken. */
static bool
check_memory(MarketBuilder *builder)
{
	return core_check_memory(builder->error, "allocation", estimate_memory(builder),
							 builder->memory_limit);
}

/* ---- seats ---- */

bool
market_add_cap(MarketBuilder *builder, const CapRow *row)
{
	return seating_add_cap(builder->market->seating, row, builder->error) &&
		check_memory(builder);
}

bool
market_add_pool(MarketBuilder *builder, const PoolRow *row)
{
	return seating_add_pool(builder->market->seating, row, builder->error) &&
		check_memory(builder);
}

bool
market_add_reserve(MarketBuilder *builder, const ReserveRow *row)
{
	return seating_add_reserve(builder->market->seating, row, builder->error) &&
		check_memory(builder);
}

bool
market_end_seating(MarketBuilder *builder)
{
	return seating_end(builder->market->seating, builder->error);
}

int32
market_set(MarketBuilder *builder, const Word *words, int count)
{
	return seating_set(builder->market->seating, words, count);
}

/* ---- contracts ---- */

static bool
make_contract_room(MarketBuilder *builder)
{
	Market	   *market = builder->market;

	if (market->contract_count < builder->contract_room)
		return true;
	if (builder->contract_room == PG_INT32_MAX)
		return core_fail(builder->error, CORE_MEMORY, "more than %d applications", PG_INT32_MAX);
	builder->contract_room = core_more_room(builder->contract_room);
	if (!check_memory(builder))
		return false;
	builder->owner_ids = host_realloc(builder->owner_ids,
									  sizeof(int64) * builder->contract_room);
	grow_int32(&market->pool, builder->contract_room);
	grow_int32(&market->choice, builder->contract_room);
	grow_int32(&market->set, builder->contract_room);
	grow_int32(&market->held, builder->contract_room);
	return true;
}

static bool
add_number(MarketBuilder *builder, NumberColumn *column, ExactNumber number, const char *name,
		   const ApplicationRow *row)
{
	if (number.is_null)
		numbers_add_null(column);
	else if (!numbers_add(column, number.digits, number.scale))
		return refuse_digits(name, row->applicant_id, row->pool_id, builder->error);
	return true;
}

/* A column that comes into being when a first contract has something in it. */
static void
put_optional(int32 **column, int32 nothing, int32 at, int32 room, int32 value)
{
	if (*column == NULL)
	{
		if (value == nothing)
			return;
		*column = host_alloc(sizeof(int32) * room);
		for (int32 i = 0; i < at; i++)
			(*column)[i] = nothing;
	}
	(*column)[at] = value;
}

/* Note the seat that is held from before, if any. */
static bool
put_held(MarketBuilder *builder, const Pool *pool, const ApplicationRow *row)
{
	Market	   *market = builder->market;
	int32		group = NONE;

	if (row->holds)
	{
		group = seating_find_group(market->seating, pool, *row->holds);
		if (group == NONE)
			return refuse_held_seat(row, builder->error);
	}
	put_optional(&market->held, NONE, market->contract_count, builder->contract_room, group);
	return true;
}

/* Does a row come after the last one in the order that rows shall have? */
static bool
comes_after_last(const MarketBuilder *builder, const ApplicationRow *row)
{
	int32		last = builder->market->contract_count - 1;

	if (row->applicant_id != builder->owner_ids[last])
		return row->applicant_id > builder->owner_ids[last];
	return row->choice > builder->market->choice[last];
}

bool
market_add_application(MarketBuilder *builder, const ApplicationRow *row)
{
	Market	   *market = builder->market;
	const Pool *pool = seating_find_pool(market->seating, row->pool_id);
	int32		at = market->contract_count;

	if (row->choice < 0 || row->choice > PG_INT32_MAX)
		return refuse_choice_range(row, builder->error);
	if (pool == NULL)
		return refuse_application_pool(row, builder->error);
	if (!make_contract_room(builder))
		return false;
	builder->owner_ids[at] = row->applicant_id;
	market->pool[at] = pool - market->seating->pools;
	market->choice[at] = (int32) row->choice;
	if (at > 0 && !comes_after_last(builder, row))
		builder->in_order = false;
	put_optional(&market->set, 0, at, builder->contract_room, row->set);
	if (!put_held(builder, pool, row) ||
		!add_number(builder, &market->score, row->score, "score", row) ||
		(row->tie && !add_number(builder, &market->tie, *row->tie, "tie", row)))
		return false;
	market->contract_count++;
	return true;
}

/* ---- bringing them in order ---- */

static void *
give_back(void *array, int32 count, Size size)
{
	return array ? host_realloc(array, size * Max(count, 1)) : NULL;
}

/* Give back what is left of the room to grow; the columns of numbers do so themselves. */
static void
give_back_room(MarketBuilder *builder)
{
	Market	   *market = builder->market;
	int32		count = market->contract_count;

	builder->contract_room = count;
	builder->owner_ids = give_back(builder->owner_ids, count, sizeof(int64));
	market->pool = give_back(market->pool, count, sizeof(int32));
	market->choice = give_back(market->choice, count, sizeof(int32));
	market->set = give_back(market->set, count, sizeof(int32));
	market->held = give_back(market->held, count, sizeof(int32));
}

static RowOrder
contract_order(const MarketBuilder *builder)
{
	RowOrder	order = {builder->market->contract_count};

	if (!builder->in_order)
	{
		row_order_by_int32(&order, builder->market->choice);
		row_order_by_int64(&order, builder->owner_ids);
	}
	return order;
}

/* Rearrange every column, one after the other, so that one copy at a time is taken. */
static void
bring_in_order(Market *market, const RowOrder *order)
{
	market->pool = row_order_apply_4(order, market->pool);
	market->choice = row_order_apply_4(order, market->choice);
	market->set = row_order_apply_4(order, market->set);
	market->held = row_order_apply_4(order, market->held);
	market->score.keys = row_order_apply_8(order, market->score.keys);
	market->tie.keys = row_order_apply_8(order, market->tie.keys);
}

/* ---- applicants ---- */

static bool
make_applicant_room(MarketBuilder *builder)
{
	Market	   *market = builder->market;

	if (market->applicant_count < builder->applicant_room)
		return true;
	builder->applicant_room = core_more_room(builder->applicant_room);
	if (!check_memory(builder))
		return false;
	market->applicant_ids = host_realloc(market->applicant_ids,
										 sizeof(int64) * builder->applicant_room);
	market->first = host_realloc(market->first,
								 sizeof(int32) * ((Size) builder->applicant_room + 1));
	return true;
}

/* Number the applicants by their ids, and note where each one's contracts begin. */
static bool
number_applicants(MarketBuilder *builder, const RowOrder *order)
{
	Market	   *market = builder->market;

	for (int32 i = 0; i < market->contract_count; i++)
	{
		int64		id = builder->owner_ids[row_order_row(order, i)];

		check_interrupts_at(i);
		row_order_prefetch(order, i, builder->owner_ids, sizeof(int64));
		if (i > 0 && id == market->applicant_ids[market->applicant_count - 1])
			continue;
		if (!make_applicant_room(builder))
			return false;
		market->applicant_ids[market->applicant_count] = id;
		market->first[market->applicant_count++] = i;
	}
	market->first[market->applicant_count] = market->contract_count;
	return true;
}

/* ---- checks of the whole ---- */

/* No choice number and no pool twice in an applicant's list. */
static bool
check_lists(MarketBuilder *builder)
{
	const Market *market = builder->market;
	const Pool *pools = market->seating->pools;
	Size		size = sizeof(int32) * Max(market->seating->pool_count, 1);
	int32	   *last_owner = host_alloc(size);
	bool		result = true;

	memset(last_owner, 0xFF, size);
	for (int32 i = 0; i < market->applicant_count && result; i++)
		for (int32 j = market->first[i]; j < market->first[i + 1] && result; j++)
		{
			int32		pool = market->pool[j];

			check_interrupts_at(j);
			if (last_owner[pool] == i)
				result = refuse_duplicate_pool_choice(market->applicant_ids[i], pools[pool].id,
													  builder->error);
			else if (j > market->first[i] && market->choice[j] == market->choice[j - 1])
				result = refuse_duplicate_choice(market->applicant_ids[i], market->choice[j],
												 builder->error);
			last_owner[pool] = i;
		}
	pfree(last_owner);
	return result;
}

/* How many hold a seat from before, in each group and in each cap. */
static void
count_holders(const Market *market, int32 *in_group, int32 *in_cap)
{
	const Seating *seating = market->seating;

	for (int32 i = 0; i < market->contract_count; i++)
	{
		int32		group = market->held[i];

		host_check_interrupts();
		if (group == NONE)
			continue;
		in_group[group]++;
		for (int32 cap = seating->pools[seating->groups[group].pool].cap; cap != NONE;
			 cap = seating->caps[cap].parent)
			in_cap[cap]++;
	}
}

/* No more holders than seats, in any group; of several, the smallest pool id is named. */
static bool
check_group_holders(const Seating *seating, const int32 *holders, CoreError *error)
{
	const Pool *pools = seating->pools;
	int32		first = NONE;

	for (int32 i = 0; i < seating->group_count; i++)
		if (holders[i] > seating->groups[i].seats &&
			(first == NONE ||
			 pools[seating->groups[i].pool].id < pools[seating->groups[first].pool].id))
			first = i;
	return first == NONE ||
		refuse_pool_holders(pools[seating->groups[first].pool].id, seating_seat(seating, first),
							seating->groups[first].seats, holders[first], error);
}

/* Nor in any cap; of several, the smallest id is named. */
static bool
check_cap_holders(const Seating *seating, const int32 *holders, CoreError *error)
{
	const Cap  *caps = seating->caps;
	int32		first = NONE;

	for (int32 i = 0; i < seating->cap_count; i++)
		if (holders[i] > caps[i].seats && (first == NONE || caps[i].id < caps[first].id))
			first = i;
	return first == NONE ||
		refuse_cap_holders(caps[first].id, caps[first].seats, holders[first], error);
}

bool
market_check_holders(const Market *market, CoreError *error)
{
	int32	   *in_group;
	int32	   *in_cap;
	bool		result;

	if (market->held == NULL)
		return true;
	in_group = core_alloc_zero(sizeof(int32) * Max(market->seating->group_count, 1));
	in_cap = core_alloc_zero(sizeof(int32) * Max(market->seating->cap_count, 1));
	count_holders(market, in_group, in_cap);
	result = check_group_holders(market->seating, in_group, error) &&
		check_cap_holders(market->seating, in_cap, error);
	pfree(in_group);
	pfree(in_cap);
	return result;
}

Market *
market_end(MarketBuilder *builder)
{
	Market	   *market = builder->market;
	RowOrder	order;

	if (!check_memory(builder))
		return NULL;
	numbers_finish(&market->score);
	numbers_finish(&market->tie);
	give_back_room(builder);
	order = contract_order(builder);
	if (!number_applicants(builder, &order))
		return NULL;
	pfree(builder->owner_ids);
	bring_in_order(market, &order);
	row_order_free(&order);
	return check_lists(builder) ? market : NULL;
}
