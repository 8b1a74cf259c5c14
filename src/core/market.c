/*
 * market.c
 *	  Building a market from rows that come in any order.
 *
 * Rows are appended to flat arrays as they come; at the end one counting sort
 * by applicant and a short sort by choice within each bring them in order, one
 * array at a time, so that the peak stays below twice the market's size.
 * Linear time but for the short sorts.
 */
#include "core/market.h"

#include "core/idmap.h"

#define FIRST_ROOM			1024
#define LONG_LIST			32

/* What a contract takes at the peak: its row, its copy in order, its place. */
#define BYTES_PER_CONTRACT	40
#define BYTES_PER_APPLICANT	64
#define BYTES_PER_POOL		64
#define BYTES_PER_WIDE_NUMBER	32
#define BYTES_PER_SEAT		16

struct MarketBuilder
{
	Market	   *market;
	CoreError  *error;
	Size		memory_limit;
	Size		seat_memory;
	idmap_hash *pools;
	idmap_hash *applicants;
	int32		pool_room;
	int32		applicant_room;
	int32		contract_room;
	int64		last_applicant_id;	/* rows of an applicant mostly come together */
	int32		last_applicant;
	bool		in_order;		/* so far rows came by applicant and choice */
};

MarketBuilder *
market_begin(Size memory_limit, CoreError *error)
{
	MarketBuilder *builder = palloc0(sizeof(MarketBuilder));
	Market	   *market = palloc0(sizeof(Market));

	builder->market = market;
	builder->error = error;
	builder->memory_limit = memory_limit;
	builder->pools = idmap_create(FIRST_ROOM, NULL);
	builder->applicants = idmap_create(FIRST_ROOM, NULL);
	builder->last_applicant = -1;
	builder->in_order = true;
	builder->pool_room = builder->applicant_room = builder->contract_room = FIRST_ROOM;
	market->pool_ids = host_alloc(sizeof(int64) * FIRST_ROOM);
	market->seats = host_alloc(sizeof(int32) * FIRST_ROOM);
	market->applicant_ids = host_alloc(sizeof(int64) * FIRST_ROOM);
	market->owner = host_alloc(sizeof(int32) * FIRST_ROOM);
	market->pool = host_alloc(sizeof(int32) * FIRST_ROOM);
	market->choice = host_alloc(sizeof(int32) * FIRST_ROOM);
	return builder;
}

static void
grow_int32(int32 **array, int32 room)
{
	*array = host_realloc(*array, sizeof(int32) * room);
}

static void
grow_int64(int64 **array, int32 room)
{
	*array = host_realloc(*array, sizeof(int64) * room);
}

/* What numbers of more than 18 digits take until they are ranks, beyond what all numbers take. */
static Size
wide_memory(const NumberColumn *column)
{
	return column->wide ? (Size) column->room * BYTES_PER_WIDE_NUMBER : 0;
}

/* Refuse to grow beyond what the caller allows, before it is taken. */
static bool
check_memory(MarketBuilder *builder)
{
	const Market *market = builder->market;
	Size		estimate = builder->seat_memory +
		(Size) builder->contract_room * BYTES_PER_CONTRACT +
		(Size) builder->applicant_room * BYTES_PER_APPLICANT +
		(Size) builder->pool_room * BYTES_PER_POOL +
		wide_memory(&market->score) + wide_memory(&market->tie);

	if (estimate <= builder->memory_limit)
		return true;
	core_fail(builder->error, CORE_MEMORY,
			  "allocation needs more memory than equity.max_memory allows");
	core_detail(builder->error,
				"%d pools and %d applications of %d applicants need %zu kB; %zu kB are allowed.",
				market->pool_count, market->contract_count, market->applicant_count,
				estimate >> 10, builder->memory_limit >> 10);
	return core_hint(builder->error, "Raise equity.max_memory, if the machine has the memory.");
}

/* ---- pools ---- */

static int64
seats_in_use(const Market *market)
{
	int64		sum = 0;

	for (int32 i = 0; i < market->pool_count; i++)
		sum += market->seats[i];
	return sum;
}

bool
market_add_pool(MarketBuilder *builder, int64 pool_id, int64 seats)
{
	Market	   *market = builder->market;
	bool		found;
	IdEntry    *entry;

	if (seats < 0 || seats > PG_INT32_MAX)
	{
		core_fail(builder->error, CORE_INVALID, "seats of a pool must be 0 to %d", PG_INT32_MAX);
		return core_detail(builder->error, "Pool " INT64_FORMAT " has " INT64_FORMAT " seats.",
						   pool_id, seats);
	}
	entry = idmap_insert(builder->pools, pool_id, &found);
	if (found)
	{
		core_fail(builder->error, CORE_DUPLICATE, "pool comes twice");
		return core_detail(builder->error, "Pool " INT64_FORMAT ".", pool_id);
	}
	if (market->pool_count == builder->pool_room)
	{
		builder->pool_room *= 2;
		if (!check_memory(builder))
			return false;
		grow_int64(&market->pool_ids, builder->pool_room);
		grow_int32(&market->seats, builder->pool_room);
	}
	entry->number = market->pool_count;
	market->pool_ids[market->pool_count] = pool_id;
	market->seats[market->pool_count++] = (int32) seats;
	return true;
}

/* ---- contracts ---- */

static int32
applicant_number(MarketBuilder *builder, int64 applicant_id)
{
	Market	   *market = builder->market;
	IdEntry    *entry;
	bool		found;

	if (builder->last_applicant >= 0 && builder->last_applicant_id == applicant_id)
		return builder->last_applicant;
	entry = idmap_insert(builder->applicants, applicant_id, &found);
	if (!found)
	{
		if (market->applicant_count == builder->applicant_room)
		{
			builder->applicant_room =
				(int32) Min((int64) builder->applicant_room * 2, PG_INT32_MAX);
			grow_int64(&market->applicant_ids, builder->applicant_room);
		}
		entry->number = market->applicant_count;
		market->applicant_ids[market->applicant_count++] = applicant_id;
	}
	else
		builder->in_order = false;
	builder->last_applicant_id = applicant_id;
	builder->last_applicant = entry->number;
	return entry->number;
}

static bool
make_contract_room(MarketBuilder *builder)
{
	Market	   *market = builder->market;

	if (market->contract_count < builder->contract_room)
		return true;
	if (market->contract_count > PG_INT32_MAX / 2)
		return core_fail(builder->error, CORE_MEMORY, "more than %d applications",
						 PG_INT32_MAX / 2);
	builder->contract_room *= 2;
	if (!check_memory(builder))
		return false;
	grow_int32(&market->owner, builder->contract_room);
	grow_int32(&market->pool, builder->contract_room);
	grow_int32(&market->choice, builder->contract_room);
	return true;
}

static bool
add_number(MarketBuilder *builder, NumberColumn *column, ExactNumber number, int64 applicant_id,
		   int64 pool_id)
{
	if (number.is_null)
		numbers_add_null(column);
	else if (!numbers_add(column, number.digits, number.scale))
	{
		core_fail(builder->error, CORE_OUT_OF_RANGE, "numbers need more than %d digits together",
				  NUMBER_MAX_DIGITS);
		core_detail(builder->error, "Applicant " INT64_FORMAT ", pool " INT64_FORMAT ".",
					applicant_id, pool_id);
		return core_hint(builder->error, "Round score and tie to the decimals that matter.");
	}
	return true;
}

static bool
check_contract(MarketBuilder *builder, int64 applicant_id, int64 pool_id, int64 choice,
			   bool pool_found)
{
	if (choice < 0 || choice > PG_INT32_MAX)
	{
		core_fail(builder->error, CORE_INVALID, "choice must be 0 to %d", PG_INT32_MAX);
		return core_detail(builder->error,
						   "Applicant " INT64_FORMAT " has choice " INT64_FORMAT ".", applicant_id,
						   choice);
	}
	if (!pool_found)
	{
		core_fail(builder->error, CORE_UNKNOWN, "application to an unknown pool");
		return core_detail(builder->error,
						   "Applicant " INT64_FORMAT " applies to pool " INT64_FORMAT ".",
						   applicant_id, pool_id);
	}
	return true;
}

bool
market_add_contract(MarketBuilder *builder, int64 applicant_id, int64 pool_id, int64 choice,
					ExactNumber score, const ExactNumber *tie)
{
	Market	   *market = builder->market;
	IdEntry    *pool = idmap_lookup(builder->pools, pool_id);
	int32		at = market->contract_count;

	if (!check_contract(builder, applicant_id, pool_id, choice, pool != NULL) ||
		!make_contract_room(builder))
		return false;
	market->owner[at] = applicant_number(builder, applicant_id);
	market->pool[at] = pool->number;
	market->choice[at] = (int32) choice;
	if (at > 0 && market->owner[at] == market->owner[at - 1] &&
		market->choice[at] <= market->choice[at - 1])
		builder->in_order = false;
	if (!add_number(builder, &market->score, score, applicant_id, pool_id) ||
		(tie && !add_number(builder, &market->tie, *tie, applicant_id, pool_id)))
		return false;
	market->contract_count++;
	return true;
}

/* ---- bringing them in order ---- */

/* Where each applicant's contracts begin. */
static void
count_contracts(Market *market)
{
	market->first = core_alloc_zero(sizeof(int32) * ((Size) market->applicant_count + 1));
	for (int32 i = 0; i < market->contract_count; i++)
	{
		check_interrupts_at(i);
		market->first[market->owner[i] + 1]++;
	}
	for (int32 i = 0; i < market->applicant_count; i++)
		market->first[i + 1] += market->first[i];
}

static int
compare_choices(const void *a, const void *b, void *choice)
{
	int32		left = ((const int32 *) choice)[*(const int32 *) a];
	int32		right = ((const int32 *) choice)[*(const int32 *) b];

	host_check_interrupts();
	return (left > right) - (left < right);
}

/* Lists are short, so mostly by insertion. */
static void
sort_by_choice(int32 *choice, int32 *order, int32 count)
{
	if (count > LONG_LIST)
	{
		qsort_arg(order, count, sizeof(int32), compare_choices, choice);
		return;
	}
	for (int32 i = 1; i < count; i++)
	{
		int32		moved = order[i];
		int32		j = i;

		for (; j > 0 && choice[order[j - 1]] > choice[moved]; j--)
			order[j] = order[j - 1];
		order[j] = moved;
	}
}

static int32 *
contract_order(const Market *market)
{
	int32	   *order = host_alloc(sizeof(int32) * Max(market->contract_count, 1));
	int32	   *next = host_alloc(sizeof(int32) * ((Size) market->applicant_count + 1));

	memcpy(next, market->first, sizeof(int32) * ((Size) market->applicant_count + 1));
	for (int32 i = 0; i < market->contract_count; i++)
	{
		check_interrupts_at(i);
		order[next[market->owner[i]]++] = i;
	}
	pfree(next);
	for (int32 i = 0; i < market->applicant_count; i++)
	{
		check_interrupts_at(i);
		sort_by_choice(market->choice, order + market->first[i],
					   market->first[i + 1] - market->first[i]);
	}
	return order;
}

static void
reorder_int32(int32 **array, const int32 *order, int32 count)
{
	int32	   *result = host_alloc(sizeof(int32) * Max(count, 1));

	for (int32 i = 0; i < count; i++)
	{
		check_interrupts_at(i);
		result[i] = (*array)[order[i]];
	}
	pfree(*array);
	*array = result;
}

static void
reorder_int64(int64 **array, const int32 *order, int32 count)
{
	int64	   *result;

	if (*array == NULL)
		return;
	result = host_alloc(sizeof(int64) * Max(count, 1));
	for (int32 i = 0; i < count; i++)
	{
		check_interrupts_at(i);
		result[i] = (*array)[order[i]];
	}
	pfree(*array);
	*array = result;
}

static void
bring_in_order(Market *market)
{
	int32	   *order = contract_order(market);

	reorder_int32(&market->owner, order, market->contract_count);
	reorder_int32(&market->pool, order, market->contract_count);
	reorder_int32(&market->choice, order, market->contract_count);
	reorder_int64(&market->score.keys, order, market->contract_count);
	reorder_int64(&market->tie.keys, order, market->contract_count);
	pfree(order);
}

/* No choice number and no pool twice in an applicant's list. */
static bool
check_lists(MarketBuilder *builder)
{
	const Market *market = builder->market;
	int32	   *last_owner = host_alloc(sizeof(int32) * Max(market->pool_count, 1));
	bool		result = true;

	memset(last_owner, 0xFF, sizeof(int32) * market->pool_count);
	for (int32 i = 0; i < market->contract_count && result; i++)
	{
		int32		owner = market->owner[i];
		int64		applicant_id = market->applicant_ids[owner];

		check_interrupts_at(i);
		if (last_owner[market->pool[i]] == owner)
		{
			core_fail(builder->error, CORE_DUPLICATE, "applicant applies to a pool twice");
			result =
				core_detail(builder->error, "Applicant " INT64_FORMAT ", pool " INT64_FORMAT ".",
							applicant_id, market->pool_ids[market->pool[i]]);
		}
		else if (i > market->first[owner] && market->choice[i] == market->choice[i - 1])
		{
			core_fail(builder->error, CORE_DUPLICATE, "applicant gives a choice number twice");
			result = core_detail(builder->error, "Applicant " INT64_FORMAT ", choice %d.",
								 applicant_id, market->choice[i]);
		}
		last_owner[market->pool[i]] = owner;
	}
	pfree(last_owner);
	return result;
}

Market *
market_end(MarketBuilder *builder)
{
	Market	   *market = builder->market;

	builder->seat_memory =
		(Size) Min(seats_in_use(market), market->contract_count) * BYTES_PER_SEAT;
	if (!check_memory(builder))
		return NULL;
	idmap_destroy(builder->applicants);
	idmap_destroy(builder->pools);
	numbers_finish(&market->score);
	numbers_finish(&market->tie);
	count_contracts(market);
	if (!builder->in_order)
		bring_in_order(market);
	return check_lists(builder) ? market : NULL;
}
