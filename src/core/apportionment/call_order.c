/*
 * call_order.c
 *	  The order of a waiting list that keeps a minimum share of each group.
 *
 * Whatever the number k of calls turns out to be, of the first k candidates at
 * least ceil(percent * k / 100) are members of each group, as long as members
 * are left and shares do not conflict: the guarantee that the French admission
 * system gives to holders of scholarships (algorithms of Parcoursup, 2018 to
 * 2023).  Rounded down, a group has its place where its share makes up a whole
 * one, as on India's roster of posts (Department of Personnel and Training, 1997).
 *
 * For position k a group is due when fewer of it are called; among those left the
 * members of each due group are kept, the group with the smaller position first,
 * but for a group that would leave none; of those kept the one with the smallest
 * (rank, applicant id) is called.
 *
 * A pool's candidates are sorted once.  For each set of groups that must hold at
 * once there is a place in this list before which nobody is left who belongs to
 * all of them; it only moves on.  So n candidates take n log n for the sort and
 * n steps for each set that occurs: as a rule one for each group, and at most
 * two to the power of the groups.  The counts are compared as exact integers.
 */
#include "core/apportionment/call_order.h"

#include "core/base/idmap.h"

#define FIRST_ROOM			1024
#define FIRST_SETS			16

/* With more decimals a share times a position could overflow. */
#define MAX_PERCENT_SCALE	24

/* A candidate, its place in the order, its mark */
#define BYTES_PER_CANDIDATE	(sizeof(Candidate) + sizeof(int32) + sizeof(bool))
#define BYTES_PER_SET		(4 * sizeof(IdEntry))

typedef struct Share
{
	int64		pool_id;
	int64		position;
	Word		reserve;
	int128		required;		/* of whole in each call */
	int128		whole;
	int64		called;			/* members called so far */
} Share;

struct CallOrder
{
	CallRounding rounding;
	CoreError  *error;
	Size		memory_limit;
	idmap_hash *pools;			/* the first share of a pool */
	Share	   *shares;
	int32		share_count;
	int32		share_room;
	Size		name_bytes;		/* of the shares' reserves */
	Candidate  *candidates;
	int32		candidate_count;
	int32		candidate_room;
	int64		set_count;		/* over all pools */
};

/* The waiting list of a pool while its candidates are called */
typedef struct PoolCall
{
	CallOrder  *order;
	const Candidate *candidates;	/* the one to be called first, first */
	int32		count;
	bool	   *called;
	Share	   *shares;
	int			share_count;
	idmap_hash *next;			/* by set of groups: nobody before is left in all of them */
} PoolCall;

static inline int
compare_keys(int64 a, int64 b)
{
	return (a > b) - (a < b);
}

static inline int
compare_by_applicant(const Candidate *a, const Candidate *b)
{
	int			order = compare_keys(a->pool_id, b->pool_id);

	host_check_interrupts();
	return order ? order : compare_keys(a->applicant_id, b->applicant_id);
}

static inline int
compare_by_rank(const Candidate *a, const Candidate *b)
{
	int			order = compare_keys(a->rank, b->rank);

	host_check_interrupts();
	return order ? order : compare_keys(a->applicant_id, b->applicant_id);
}

#define ST_SORT				sort_by_applicant
#define ST_ELEMENT_TYPE		Candidate
#define ST_COMPARE(a, b)	compare_by_applicant(a, b)
#define ST_SCOPE			static
#define ST_DEFINE
#include "lib/sort_template.h"

#define ST_SORT				sort_by_rank
#define ST_ELEMENT_TYPE		Candidate
#define ST_COMPARE(a, b)	compare_by_rank(a, b)
#define ST_SCOPE			static
#define ST_DEFINE
#include "lib/sort_template.h"

bool
call_rounding_of(Word word, CallRounding *rounding, CoreError *error)
{
	*rounding = words_equal(word, word_of("down")) ? CALL_ROUND_DOWN : CALL_ROUND_UP;
	if (*rounding == CALL_ROUND_DOWN || words_equal(word, word_of("up")))
		return true;
	core_fail(error, CORE_INVALID, "unrecognized rounding \"%.*s\"", word.length, word.text);
	return core_hint(error, "Use up or down.");
}

CallOrder *
call_order_begin(CallRounding rounding, Size memory_limit, CoreError *error)
{
	CallOrder  *order = palloc0(sizeof(CallOrder));

	order->rounding = rounding;
	order->error = error;
	order->memory_limit = memory_limit;
	order->pools = idmap_create(FIRST_SETS, NULL);
	order->share_room = FIRST_SETS;
	order->shares = host_alloc(sizeof(Share) * order->share_room);
	order->candidate_room = FIRST_ROOM;
	order->candidates = host_alloc(sizeof(Candidate) * order->candidate_room);
	return order;
}

static bool
check_memory(const CallOrder *order)
{
	Size		needed = order->candidate_room * BYTES_PER_CANDIDATE +
		order->share_room * sizeof(Share) + order->name_bytes + order->set_count * BYTES_PER_SET;

	return core_check_memory(order->error, "a call order", needed, order->memory_limit);
}

/* ---- shares ---- */

static bool
refuse_percent(CallOrder *order, CoreCode code, const char *message, int64 pool_id, Word reserve)
{
	core_fail(order->error, code, "%s", message);
	return core_detail(order->error, "It is the share of reserve \"%.*s\" in pool " INT64_FORMAT ".",
					   reserve.length, reserve.text, pool_id);
}

static bool
check_percent(CallOrder *order, int64 pool_id, Word reserve, ExactNumber percent)
{
	if (percent.scale > MAX_PERCENT_SCALE)
		return refuse_percent(order, CORE_OUT_OF_RANGE, "min_percent has more than 24 decimals",
							  pool_id, reserve);
	if (percent.digits < 0 || percent.digits > 100 * fixed_power10(percent.scale))
		return refuse_percent(order, CORE_INVALID, "min_percent must be 0 to 100", pool_id,
							  reserve);
	return true;
}

static bool
make_room_for_share(CallOrder *order)
{
	if (order->share_count < order->share_room)
		return check_memory(order);
	order->share_room *= 2;
	if (!check_memory(order))
		return false;
	order->shares = host_realloc(order->shares, sizeof(Share) * order->share_room);
	return true;
}

bool
call_order_add_share(CallOrder *order, int64 pool_id, Word reserve, ExactNumber percent,
					 int64 position)
{
	if (!check_percent(order, pool_id, reserve, percent))
		return false;
	order->name_bytes += word_copy_memory(reserve);
	if (!make_room_for_share(order))
		return false;
	order->shares[order->share_count++] = (Share) {
		.pool_id = pool_id, .position = position, .reserve = word_copy(reserve),
		.required = percent.digits, .whole = 100 * fixed_power10(percent.scale)};
	return true;
}

/* Order shares by pool, and in a pool the one that wins a conflict first. */
static int
compare_shares(const void *a, const void *b)
{
	const Share *left = a;
	const Share *right = b;

	if (left->pool_id != right->pool_id)
		return left->pool_id < right->pool_id ? -1 : 1;
	if (left->position != right->position)
		return left->position < right->position ? -1 : 1;
	return words_compare(left->reserve, right->reserve);
}

/* The number of shares of one pool, of which the first is given. */
static int32
count_shares(const CallOrder *order, int32 first)
{
	int32		end = first;

	while (end < order->share_count && order->shares[end].pool_id == order->shares[first].pool_id)
		end++;
	return end - first;
}

static bool
check_pool_shares(CallOrder *order, const Share *shares, int32 count)
{
	if (count > CALL_MAX_SHARES)
	{
		core_fail(order->error, CORE_UNSUPPORTED, "pool " INT64_FORMAT " has more than %d shares",
				  shares->pool_id, CALL_MAX_SHARES);
		return core_detail(order->error, "It has %d.", count);
	}
	for (int32 i = 0; i < count; i++)
		for (int32 j = 0; j < i; j++)
			if (words_equal(shares[i].reserve, shares[j].reserve))
				return core_fail(order->error, CORE_DUPLICATE,
								 "duplicate share of reserve \"%.*s\" in pool " INT64_FORMAT,
								 shares[i].reserve.length, shares[i].reserve.text,
								 shares[i].pool_id);
	return true;
}

bool
call_order_end_shares(CallOrder *order)
{
	int32		count;
	bool		found;

	qsort(order->shares, order->share_count, sizeof(Share), compare_shares);
	for (int32 first = 0; first < order->share_count; first += count)
	{
		count = count_shares(order, first);
		if (!check_pool_shares(order, &order->shares[first], count))
			return false;
		idmap_insert(order->pools, order->shares[first].pool_id, &found)->number = first;
	}
	return true;
}

/* ---- candidates ---- */

/* The set of those groups that have a share in the pool, a bit each. */
static uint64
group_set(const CallOrder *order, int64 pool_id, const Word *groups, int group_count)
{
	IdEntry    *entry = group_count > 0 ? idmap_lookup(order->pools, pool_id) : NULL;
	uint64		set = 0;
	int32		first;

	if (entry == NULL)
		return 0;
	first = entry->number;
	for (int32 i = 0; i < count_shares(order, first); i++)
		for (int j = 0; j < group_count; j++)
			if (words_equal(order->shares[first + i].reserve, groups[j]))
				set |= UINT64CONST(1) << i;
	return set;
}

bool
call_order_add_candidate(CallOrder *order, int64 pool_id, int64 applicant_id, int64 rank,
						 const Word *groups, int group_count)
{
	if (order->candidate_count == order->candidate_room)
	{
		if (order->candidate_room > PG_INT32_MAX / 2)
			return core_fail(order->error, CORE_MEMORY, "more than %d candidates",
							 order->candidate_room);
		order->candidate_room *= 2;
		if (!check_memory(order))
			return false;
		order->candidates =
			host_realloc(order->candidates, sizeof(Candidate) * order->candidate_room);
	}
	order->candidates[order->candidate_count++] = (Candidate) {
		pool_id, applicant_id, rank, group_set(order, pool_id, groups, group_count)};
	return true;
}

/* False when somebody is in a pool twice; the candidates are sorted. */
static bool
check_candidates(CallOrder *order)
{
	for (int32 i = 1; i < order->candidate_count; i++)
	{
		const Candidate *a = &order->candidates[i - 1];
		const Candidate *b = &order->candidates[i];

		check_interrupts_at(i);
		if (a->pool_id != b->pool_id || a->applicant_id != b->applicant_id)
			continue;
		return core_fail(order->error, CORE_DUPLICATE,
						 "duplicate applicant " INT64_FORMAT " in pool " INT64_FORMAT,
						 b->applicant_id, b->pool_id);
	}
	return true;
}

/* ---- calling ---- */

/* The first candidate left who belongs to all groups of a set, or the number of candidates. */
static int32
next_in(PoolCall *line, uint64 set)
{
	bool		found;
	IdEntry    *entry = idmap_insert(line->next, (int64) set, &found);
	int32		at = found ? entry->number : 0;

	line->order->set_count += !found;
	while (at < line->count &&
		   (line->called[at] || (line->candidates[at].groups & set) != set))
	{
		check_interrupts_at(at);
		at++;
	}
	entry->number = at;
	return at;
}

/* Compare the members called with percent * position / 100, rounded up or down. */
static bool
is_due(const Share *share, int32 position, CallRounding rounding)
{
	if (rounding == CALL_ROUND_DOWN)
		return (share->called + 1) * share->whole <= share->required * position;
	return share->called * share->whole < share->required * position;
}

static int32
choose(PoolCall *line, int32 position)
{
	uint64		kept = 0;

	for (int i = 0; i < line->share_count; i++)
	{
		uint64		narrower = kept | UINT64CONST(1) << i;

		if (is_due(&line->shares[i], position, line->order->rounding) &&
			next_in(line, narrower) < line->count)
			kept = narrower;
	}
	return next_in(line, kept);
}

static bool
call_line(PoolCall *line, int32 offset, int32 *called)
{
	for (int32 position = 1; position <= line->count; position++)
	{
		int32		chosen = choose(line, position);

		check_interrupts_at(position);
		if (!check_memory(line->order))
			return false;
		line->called[chosen] = true;
		for (int i = 0; i < line->share_count; i++)
			line->shares[i].called += line->candidates[chosen].groups >> i & 1;
		called[position - 1] = offset + chosen;
	}
	return true;
}

/* Call the candidates of a pool, who stand together from first on. */
static bool
call_pool(CallOrder *order, int32 first, int32 count, bool *marks, int32 *called)
{
	IdEntry    *entry = idmap_lookup(order->pools, order->candidates[first].pool_id);
	PoolCall	line = {.order = order, .candidates = order->candidates + first, .count = count,
						.called = marks};
	bool		result;

	sort_by_rank(order->candidates + first, count);
	if (entry == NULL)
	{
		for (int32 i = 0; i < count; i++)
			called[i] = first + i;
		return true;
	}
	line.shares = &order->shares[entry->number];
	line.share_count = count_shares(order, entry->number);
	line.next = idmap_create(FIRST_SETS, NULL);
	memset(marks, 0, count);
	result = call_line(&line, first, called);
	order->set_count -= line.next->members;
	idmap_destroy(line.next);
	return result;
}

static int32
pool_end(const CallOrder *order, int32 first)
{
	int32		end = first;

	while (end < order->candidate_count &&
		   order->candidates[end].pool_id == order->candidates[first].pool_id)
		end++;
	return end;
}

bool
call_order_solve(CallOrder *order, const Candidate **candidates, int32 **called, int32 *count)
{
	bool	   *marks = host_alloc(sizeof(bool) * order->candidate_room);
	int32		end;

	*candidates = order->candidates;
	*called = host_alloc(sizeof(int32) * order->candidate_room);
	*count = order->candidate_count;
	if (!check_memory(order))
		return false;
	sort_by_applicant(order->candidates, order->candidate_count);
	if (!check_candidates(order))
		return false;
	for (int32 first = 0; first < order->candidate_count; first = end)
	{
		host_check_interrupts();
		end = pool_end(order, first);
		if (!call_pool(order, first, end - first, marks, *called + first))
			return false;
	}
	pfree(marks);
	return true;
}
