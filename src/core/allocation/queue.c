/*
 * queue.c
 *	  Who asks for the seats of each group, in their order.
 *
 * A counting sort brings the contracts of each pool together; then group by group
 * those who can ask are sorted, in memory that serves the next group again.  Time
 * n log n for the contracts of the largest pools; memory 8 bytes a contract and 24
 * for each of the largest pool.
 */
#include "core/allocation/queue.h"

/* A contract with its applicant */
typedef struct Asking
{
	int32		owner;
	int32		contract;
} Asking;

typedef struct ByPool
{
	int32	   *first;			/* by pool, and one after the last */
	Asking	   *asking;			/* pool by pool */
	int32		most;			/* in one pool */
} ByPool;

static inline int
compare_bids(const Bid *a, const Bid *b, const Ranking *ranking)
{
	host_check_interrupts();
	return rank_above(ranking, a, b) ? -1 : a->contract != b->contract;
}

#define ST_SORT				sort_bids
#define ST_ELEMENT_TYPE		Bid
#define ST_COMPARE_ARG_TYPE	const Ranking
#define ST_COMPARE(a, b, ranking)	compare_bids(a, b, ranking)
#define ST_SCOPE			static
#define ST_DEFINE
#include "lib/sort_template.h"

/* ---- the contracts of each pool ---- */

/* Where each pool's contracts begin, and how many the largest has. */
static void
count_asking(const Market *market, ByPool *by_pool)
{
	int32		count = market->seating->pool_count;

	by_pool->first = core_alloc_zero(sizeof(int32) * ((Size) count + 1));
	for (int32 i = 0; i < market->contract_count; i++)
	{
		check_interrupts_at(i);
		by_pool->first[market->pool[i] + 1]++;
	}
	for (int32 i = 0; i < count; i++)
	{
		by_pool->most = Max(by_pool->most, by_pool->first[i + 1]);
		by_pool->first[i + 1] += by_pool->first[i];
	}
}

static void
gather_asking(const Market *market, ByPool *by_pool)
{
	Size		size = sizeof(int32) * ((Size) market->seating->pool_count + 1);
	int32	   *next = host_alloc(size);

	memcpy(next, by_pool->first, size);
	by_pool->asking = host_alloc(sizeof(Asking) * Max(market->contract_count, 1));
	for (int32 i = 0; i < market->applicant_count; i++)
	{
		check_interrupts_at(i);
		for (int32 j = market->first[i]; j < market->first[i + 1]; j++)
			by_pool->asking[next[market->pool[j]]++] = (Asking) {i, j};
	}
	pfree(next);
}

Size
queue_memory(const Market *market)
{
	return (Size) market->contract_count * (sizeof(Asking) + sizeof(Bid)) +
		sizeof(int32) * 3 * (Size) market->seating->pool_count;
}

/* ---- one queue after the other ---- */

typedef struct Walk
{
	const Ranking *ranking;
	ByPool		by_pool;
	Bid		   *bids;
	QueueFunction take;
	void	   *state;
} Walk;

/* Who of a pool can ask for seats of a group, in no order; their count. */
static int32
collect_bids(const Walk *walk, int32 pool, int32 group)
{
	const ByPool *by_pool = &walk->by_pool;
	int32		count = 0;

	for (int32 i = by_pool->first[pool]; i < by_pool->first[pool + 1]; i++)
	{
		check_interrupts_at(i);
		if (rank_bid(walk->ranking, by_pool->asking[i].owner, by_pool->asking[i].contract, group,
					 &walk->bids[count]))
			count++;
	}
	return count;
}

static void
hand_over_pool(const Walk *walk, int32 number)
{
	const Pool *pool = &walk->ranking->market->seating->pools[number];

	for (int32 group = pool->first_group; group < pool[1].first_group; group++)
	{
		Queue		queue = {
			group, group - pool->first_group + 1, collect_bids(walk, number, group), walk->bids
		};

		host_check_interrupts();
		sort_bids(walk->bids, queue.count, walk->ranking);
		walk->take(walk->state, &queue);
	}
}

static int
compare_pool_ids(const void *a, const void *b, void *pools)
{
	int64		left = ((const Pool *) pools)[*(const int32 *) a].id;
	int64		right = ((const Pool *) pools)[*(const int32 *) b].id;

	host_check_interrupts();
	return (left > right) - (left < right);
}

int32 *
queue_pools(const Seating *seating)
{
	int32	   *order = host_alloc(sizeof(int32) * Max(seating->pool_count, 1));

	for (int32 i = 0; i < seating->pool_count; i++)
		order[i] = i;
	qsort_arg(order, seating->pool_count, sizeof(int32), compare_pool_ids, seating->pools);
	return order;
}

void
queue_each(const Ranking *ranking, QueueFunction take, void *state)
{
	Walk		walk = {ranking, .take = take, .state = state};
	int32	   *order = queue_pools(ranking->market->seating);

	count_asking(ranking->market, &walk.by_pool);
	gather_asking(ranking->market, &walk.by_pool);
	walk.bids = host_alloc(sizeof(Bid) * Max(walk.by_pool.most, 1));
	for (int32 i = 0; i < ranking->market->seating->pool_count; i++)
		hand_over_pool(&walk, order[i]);
	pfree(walk.bids);
	pfree(walk.by_pool.asking);
	pfree(walk.by_pool.first);
	pfree(order);
}
