/*
 * top_trading_cycles.c
 *	  Top trading cycles with many seats a pool.
 *
 * Abdulkadiroğlu and Sönmez 2003: each applicant points to the best pool on the
 * own list that has a seat left, each pool to the applicant left who ranks first
 * there among those who ask for it.  Everybody on a cycle gets the seat pointed
 * to, and leaves; so does who has no pool left to point to.  It does not matter
 * which cycle goes first.
 *
 * A chain of pointers is followed until it closes; the cycle at its end is cut
 * off, and the rest goes on from there.  Pointers only move forward, so after
 * sorting each pool's contracts the time is linear.  Memory 12 bytes a contract
 * and 12 an applicant.
 */
#include "core/allocation/solver.h"

#include "core/base/fixed.h"
#include "core/base/market_errors.h"

typedef struct Trade
{
	const Ranking *ranking;
	const Market *market;
	int32	   *owner;			/* by contract */
	int32	   *queue;			/* contracts, pool by pool, the first in rank first */
	int32	   *first;			/* by pool, and one after the last: in the queue */
	int32	   *top;			/* by pool: the first in the queue who is left */
	int32	   *seats_left;		/* by pool */
	int32	   *wish;			/* by applicant: the contract pointed to */
	bool	   *is_gone;		/* by applicant */
	bool	   *is_in_chain;	/* by applicant */
	int32	   *chain;
	int32		length;
	Seat	   *seats;
} Trade;

/* ---- each pool's queue ---- */

static Bid
bid_of(const Trade *trade, int32 contract)
{
	Bid			bid;

	rank_bid(trade->ranking, trade->owner[contract], contract, trade->market->pool[contract], &bid);
	return bid;
}

static int
by_rank(const void *a, const void *b, void *state)
{
	const Trade *trade = state;
	Bid			left = bid_of(trade, *(const int32 *) a);
	Bid			right = bid_of(trade, *(const int32 *) b);

	host_check_interrupts();
	if (left.contract == right.contract)
		return 0;
	return rank_above(trade->ranking, &left, &right) ? -1 : 1;
}

/* Sort the contracts of each pool by rank, into its part of the queue. */
static void
line_up(Trade *trade)
{
	const Market *market = trade->market;
	int32		pool_count = market->seating->pool_count;
	int32	   *next = trade->top;

	for (int32 i = 0; i < market->applicant_count; i++)
		for (int32 j = market->first[i]; j < market->first[i + 1]; j++)
		{
			check_interrupts_at(j);
			trade->owner[j] = i;
			trade->first[market->pool[j] + 1]++;
		}
	for (int32 i = 0; i < pool_count; i++)
	{
		trade->first[i + 1] += trade->first[i];
		next[i] = trade->first[i];
		trade->seats_left[i] = market->seating->pools[i].seats;
	}
	for (int32 i = 0; i < market->contract_count; i++)
	{
		check_interrupts_at(i);
		trade->queue[next[market->pool[i]]++] = i;
	}
	for (int32 i = 0; i < pool_count; i++)
	{
		qsort_arg(trade->queue + trade->first[i], trade->first[i + 1] - trade->first[i],
				  sizeof(int32), by_rank, trade);
		trade->top[i] = trade->first[i];
	}
}

/* ---- chains and cycles ---- */

/* The pool that an applicant points to, or NONE at the end of the list */
static int32
wanted_pool(Trade *trade, int32 applicant)
{
	const Market *market = trade->market;
	int32	   *wish = &trade->wish[applicant];

	while (*wish < market->first[applicant + 1] && trade->seats_left[market->pool[*wish]] == 0)
		(*wish)++;
	return *wish < market->first[applicant + 1] ? market->pool[*wish] : NONE;
}

/* The applicant whom a pool points to: there is one, since somebody points to the pool. */
static int32
first_in_queue(Trade *trade, int32 pool)
{
	int32	   *top = &trade->top[pool];

	while (trade->is_gone[trade->owner[trade->queue[*top]]])
		(*top)++;
	return trade->owner[trade->queue[*top]];
}

/* Let an applicant, who is the last of the chain, go with a seat or none. */
static void
leave(Trade *trade, int32 applicant, Seat seat)
{
	trade->is_gone[applicant] = true;
	trade->seats[applicant] = seat;
	trade->length--;
}

/* The chain has come back to an applicant: everybody from there on gets the seat wanted. */
static void
close_cycle(Trade *trade, int32 start)
{
	int32		applicant;

	do
	{
		int32		contract;
		int32		pool;

		applicant = trade->chain[trade->length - 1];
		contract = trade->wish[applicant];
		pool = trade->market->pool[contract];
		trade->seats_left[pool]--;
		leave(trade, applicant, (Seat) {contract, pool});
	} while (applicant != start);
}

/* Follow the pointers from an applicant until everybody on the chain has left. */
static void
follow_chain(Trade *trade, int32 start)
{
	trade->chain[trade->length++] = start;
	trade->is_in_chain[start] = true;
	while (trade->length > 0)
	{
		int32		last = trade->chain[trade->length - 1];
		int32		pool = wanted_pool(trade, last);
		int32		next;

		host_check_interrupts();
		if (pool == NONE)
		{
			leave(trade, last, (Seat) {NONE, NONE});
			continue;
		}
		next = first_in_queue(trade, pool);
		if (trade->is_in_chain[next])
			close_cycle(trade, next);
		else
		{
			trade->chain[trade->length++] = next;
			trade->is_in_chain[next] = true;
		}
	}
}

/* ---- strict ---- */

/* In a queue, those who are tied stand together: do some of them have a seat there, some not? */
static bool
check_queue(const Trade *trade, int32 pool, CoreError *error)
{
	const Market *market = trade->market;
	bool		admits = false;
	bool		refuses = false;

	for (int32 i = trade->first[pool]; i < trade->first[pool + 1]; i++)
	{
		Bid			bid = bid_of(trade, trade->queue[i]);
		Bid			before = bid_of(trade, trade->queue[Max(i - 1, trade->first[pool])]);
		int32		held = trade->seats[bid.owner].contract;

		check_interrupts_at(i);
		if (!rank_tied(trade->ranking, &bid, &before))
			admits = refuses = false;
		admits |= held == bid.contract;
		refuses |= held == NONE || held > bid.contract;
		if (!admits || !refuses)
			continue;
		return refuse_pool_tie(market->seating->pools[pool].id,
							   fixed_text(numbers_value(&market->score, bid.score),
										  market->score.scale),
							   error);
	}
	return true;
}

static bool
check_queues(const Trade *trade, CoreError *error)
{
	for (int32 i = 0; i < trade->market->seating->pool_count; i++)
		if (!check_queue(trade, i, error))
			return false;
	return true;
}

/* ---- all of it ---- */

static Trade
open_trade(const Ranking *ranking, Seat *seats)
{
	const Market *market = ranking->market;
	Size		contracts = Max(market->contract_count, 1);
	Size		applicants = Max(market->applicant_count, 1);
	Size		pools = (Size) market->seating->pool_count + 1;
	Trade		trade = {ranking, market, .seats = seats};

	trade.owner = host_alloc(sizeof(int32) * contracts);
	trade.queue = host_alloc(sizeof(int32) * contracts);
	trade.first = core_alloc_zero(sizeof(int32) * pools);
	trade.top = host_alloc(sizeof(int32) * pools);
	trade.seats_left = host_alloc(sizeof(int32) * pools);
	trade.wish = host_alloc(sizeof(int32) * applicants);
	trade.is_gone = core_alloc_zero(applicants);
	trade.is_in_chain = core_alloc_zero(applicants);
	trade.chain = host_alloc(sizeof(int32) * applicants);
	memcpy(trade.wish, market->first, sizeof(int32) * market->applicant_count);
	return trade;
}

static void
close_trade(Trade *trade)
{
	pfree(trade->owner);
	pfree(trade->queue);
	pfree(trade->first);
	pfree(trade->top);
	pfree(trade->seats_left);
	pfree(trade->wish);
	pfree(trade->is_gone);
	pfree(trade->is_in_chain);
	pfree(trade->chain);
}

bool
top_trading_cycles(const Ranking *ranking, Seat *seats, CoreError *error)
{
	Trade		trade = open_trade(ranking, seats);
	bool		result = true;

	line_up(&trade);
	for (int32 i = 0; i < trade.market->applicant_count; i++)
		if (!trade.is_gone[i])
			follow_chain(&trade, i);
	if (ranking->rules.tie_break == TIE_BREAK_STRICT)
		result = check_queues(&trade, error);
	close_trade(&trade);
	return result;
}
