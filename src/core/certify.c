/*
 * certify.c
 *	  Proving or refuting an allocation, without the allocator.
 *
 * An allocation is right when every placement is an application, nobody has two,
 * no pool holds more than its seats, and no applicant has a reason to complain:
 * for each application that the applicant likes better than the place held, the
 * pool is full and everyone it holds ranks above (no justified envy, no wasted
 * seat; Balinski and Sönmez 1999).  It is enough to compare with the worst of
 * those whom a pool holds.
 *
 * Nothing is shared with allocate.c: rows are sorted and searched, not hashed,
 * and the order of rank is written again.  Time n log n for the sort when rows
 * do not come by applicant and choice, else n log p for p pools; memory 8 bytes
 * an application and 28 a placement.
 */
#include "core/certify.h"

#define NOBODY				(-1)

typedef struct Certifier
{
	const Claim *claim;
	ViolationFunction tell;
	void	   *state;
	CoreError  *error;
	int32	   *pool_order;		/* pools by id */
	int32	   *order;			/* applications by applicant and choice */
	int32	   *placement_order;	/* placements by applicant */
	int32	   *pool_of;		/* by application: index of its pool */
	int32	   *source;			/* by placement: its application, or NOBODY */
	int32	   *held_count;		/* by pool */
	int32	   *worst;			/* by pool: the placement that ranks last, or NOBODY */
} Certifier;

/* ---- sorting and searching ---- */

static int
compare_ids(int64 a, int64 b)
{
	return (a > b) - (a < b);
}

static int
by_pool_id(const void *a, const void *b, void *claim)
{
	const int64 *ids = ((const Claim *) claim)->pool_ids;

	return compare_ids(ids[*(const int32 *) a], ids[*(const int32 *) b]);
}

static int
by_applicant_and_choice(const void *a, const void *b, void *claim)
{
	const Claim *rows = claim;
	int32		left = *(const int32 *) a;
	int32		right = *(const int32 *) b;
	int			order = compare_ids(rows->applicants[left], rows->applicants[right]);

	host_check_interrupts();
	return order ? order : compare_ids(rows->choices[left], rows->choices[right]);
}

static int
by_placed_applicant(const void *a, const void *b, void *claim)
{
	const Claim *rows = claim;
	int32		left = *(const int32 *) a;
	int32		right = *(const int32 *) b;
	int			order = compare_ids(rows->placed_applicants[left],
									rows->placed_applicants[right]);

	host_check_interrupts();
	return order ? order : compare_ids(rows->placed_pools[left], rows->placed_pools[right]);
}

/* Row numbers in an order; nothing is moved when they stand in it already. */
static int32 *
sorted(const Claim *claim, int32 count, qsort_arg_comparator compare)
{
	int32	   *order = host_alloc(sizeof(int32) * Max(count, 1));
	bool		in_order = true;

	for (int32 i = 0; i < count; i++)
	{
		order[i] = i;
		if (i > 0 && in_order)
			in_order = compare(&order[i - 1], &order[i], unconstify(Claim *, claim)) <= 0;
	}
	if (!in_order)
		qsort_arg(order, count, sizeof(int32), compare, unconstify(Claim *, claim));
	return order;
}

/* Where an id stands among ids that are read through an order: the first not below it. */
static int32
lower_bound(const int64 *ids, const int32 *order, int32 count, int64 id)
{
	int32		low = 0;

	while (low < count)
	{
		int32		middle = low + (count - low) / 2;

		if (ids[order[middle]] < id)
			low = middle + 1;
		else
			count = middle;
	}
	return low;
}

static int32
find_pool(const Certifier *certifier, int64 pool_id)
{
	const Claim *claim = certifier->claim;
	int32		at = lower_bound(claim->pool_ids, certifier->pool_order, claim->pool_count,
								 pool_id);

	if (at == claim->pool_count || claim->pool_ids[certifier->pool_order[at]] != pool_id)
		return NOBODY;
	return certifier->pool_order[at];
}

/* ---- telling ---- */

static void
tell(const Certifier *certifier, const char *name, const int64 *applicant_id, int64 pool_id,
	 const int64 *other, const char *detail)
{
	Violation	violation = {name, applicant_id, pool_id, other, detail};

	certifier->tell(certifier->state, &violation);
}

static void
tell_placement(const Certifier *certifier, const char *name, int32 placement, const char *detail)
{
	const Claim *claim = certifier->claim;

	tell(certifier, name, &claim->placed_applicants[placement], claim->placed_pools[placement],
		 NULL, detail);
}

/* ---- rank ---- */

static int64
lottery_number(const Certifier *certifier, int32 application)
{
	const Claim *claim = certifier->claim;

	if (claim->tie_break == TIE_BREAK_LOTTERY_PER_POOL)
		return draw_number_in_pool(claim->draw, claim->applicants[application],
								   claim->pools[application]);
	return draw_number(claim->draw, claim->applicants[application]);
}

/* Does one application rank above another at the same pool? */
static bool
outranks(const Certifier *certifier, int32 application, int32 other)
{
	const Claim *claim = certifier->claim;
	int64		number;
	int64		other_number;

	if (claim->scores.keys[application] != claim->scores.keys[other])
		return claim->scores.keys[application] > claim->scores.keys[other];
	if (claim->ties.keys && claim->ties.keys[application] != claim->ties.keys[other])
		return claim->ties.keys[application] < claim->ties.keys[other];
	if (claim->draw)
	{
		number = lottery_number(certifier, application);
		other_number = lottery_number(certifier, other);
		if (number != other_number)
			return number < other_number;
	}
	return claim->applicants[application] < claim->applicants[other];
}

/* ---- reading the applications ---- */

static bool
check_pools(Certifier *certifier)
{
	const Claim *claim = certifier->claim;

	for (int32 i = 0; i < claim->pool_count; i++)
	{
		int32		pool = certifier->pool_order[i];

		if (claim->pool_seats[pool] < 0)
		{
			core_fail(certifier->error, CORE_INVALID, "seats of a pool must not be negative");
			return core_detail(certifier->error,
							   "Pool " INT64_FORMAT " has " INT64_FORMAT " seats.",
							   claim->pool_ids[pool], claim->pool_seats[pool]);
		}
		if (i > 0 && claim->pool_ids[pool] == claim->pool_ids[certifier->pool_order[i - 1]])
		{
			core_fail(certifier->error, CORE_DUPLICATE, "pool comes twice");
			return core_detail(certifier->error, "Pool " INT64_FORMAT ".", claim->pool_ids[pool]);
		}
	}
	return true;
}

static bool
refuse_application(Certifier *certifier, CoreCode code, const char *what, int32 application)
{
	const Claim *claim = certifier->claim;

	core_fail(certifier->error, code, "%s", what);
	return core_detail(
		certifier->error,
		"Applicant " INT64_FORMAT ", pool " INT64_FORMAT ", choice " INT64_FORMAT ".",
		claim->applicants[application], claim->pools[application], claim->choices[application]);
}

/* Every pool is known, no applicant names a pool or a choice number twice. */
static bool
check_applications(Certifier *certifier)
{
	const Claim *claim = certifier->claim;
	int32	   *seen = host_alloc(sizeof(int32) * Max(claim->pool_count, 1));
	int32		start = 0;		/* of the applicant's rows */

	memset(seen, 0xFF, sizeof(int32) * claim->pool_count);
	for (int32 i = 0; i < claim->application_count; i++)
	{
		int32		row = certifier->order[i];
		int32		before = i > 0 ? certifier->order[i - 1] : row;
		int32		pool = find_pool(certifier, claim->pools[row]);

		check_interrupts_at(i);
		if (claim->applicants[row] != claim->applicants[before])
			start = i;
		if (claim->choices[row] < 0)
			return refuse_application(certifier, CORE_INVALID, "choice must not be negative", row);
		if (pool == NOBODY)
			return refuse_application(certifier, CORE_UNKNOWN, "application to an unknown pool",
									  row);
		if (i > start && claim->choices[row] == claim->choices[before])
			return refuse_application(certifier, CORE_DUPLICATE,
									  "applicant gives a choice number twice", row);
		if (seen[pool] >= start)
			return refuse_application(certifier, CORE_DUPLICATE,
									  "applicant applies to a pool twice", row);
		seen[pool] = i;
		certifier->pool_of[row] = pool;
	}
	pfree(seen);
	return true;
}

/* ---- the placements themselves ---- */

/* The application that a placement grants: that of its applicant to its pool. */
static int32
find_source(const Certifier *certifier, int32 placement)
{
	const Claim *claim = certifier->claim;
	int64		applicant_id = claim->placed_applicants[placement];

	for (int32 i = lower_bound(claim->applicants, certifier->order, claim->application_count,
							   applicant_id);
		 i < claim->application_count && claim->applicants[certifier->order[i]] == applicant_id;
		 i++)
	{
		host_check_interrupts();
		if (claim->pools[certifier->order[i]] == claim->placed_pools[placement])
			return certifier->order[i];
	}
	return NOBODY;
}

static void
check_statement(const Certifier *certifier, int32 placement, int32 source)
{
	const Claim *claim = certifier->claim;

	if (!claim->placed_open[placement])
		tell_placement(certifier, "wrong_tier", placement,
					   "the pool has open seats of tier 0 only");
	if (claim->placed_choices && claim->placed_choices[placement] != claim->choices[source])
		tell_placement(certifier, "wrong_tier", placement,
					   psprintf("choice is " INT64_FORMAT ", not " INT64_FORMAT,
								claim->choices[source], claim->placed_choices[placement]));
	if (claim->placed_scores.count > 0 &&
		!numbers_equal(&claim->placed_scores, claim->placed_scores.keys[placement],
					   &claim->scores, claim->scores.keys[source]))
		tell_placement(certifier, "wrong_tier", placement, "score is not that of the application");
}

static void
check_placements(Certifier *certifier)
{
	const Claim *claim = certifier->claim;

	for (int32 i = 0; i < claim->placement_count; i++)
	{
		int32		placement = certifier->placement_order[i];
		int32		source = find_source(certifier, placement);

		check_interrupts_at(i);
		certifier->source[placement] = source;
		if (source == NOBODY)
			tell_placement(certifier, "unknown_application", placement,
						   "the applicant did not apply to the pool");
		else
			check_statement(certifier, placement, source);
		if (i > 0 && claim->placed_applicants[placement] ==
			claim->placed_applicants[certifier->placement_order[i - 1]])
			tell_placement(certifier, "double_placement", placement,
						   "the applicant has another placement");
	}
}

/* Who holds each pool, and who of them ranks last. */
static void
find_worst_holders(Certifier *certifier)
{
	const Claim *claim = certifier->claim;

	for (int32 i = 0; i < claim->pool_count; i++)
		certifier->worst[i] = NOBODY;
	for (int32 i = 0; i < claim->placement_count; i++)
	{
		int32		source = certifier->source[i];
		int32		pool;

		if (source == NOBODY)
			continue;
		pool = certifier->pool_of[source];
		certifier->held_count[pool]++;
		if (certifier->worst[pool] == NOBODY ||
			outranks(certifier, certifier->source[certifier->worst[pool]], source))
			certifier->worst[pool] = i;
	}
}

static void
check_capacity(const Certifier *certifier)
{
	const Claim *claim = certifier->claim;

	for (int32 i = 0; i < claim->pool_count; i++)
	{
		int32		pool = certifier->pool_order[i];

		if (certifier->held_count[pool] > claim->pool_seats[pool])
			tell(certifier, "over_capacity", NULL, claim->pool_ids[pool], NULL,
				 psprintf("%d hold " INT64_FORMAT " seats", certifier->held_count[pool],
						  claim->pool_seats[pool]));
	}
}

/* ---- complaints ---- */

/* The best choice that an applicant holds by any placement, or one behind all choices. */
static int64
held_choice(const Certifier *certifier, int64 applicant_id)
{
	const Claim *claim = certifier->claim;
	int64		best = PG_INT64_MAX;

	for (int32 i = lower_bound(claim->placed_applicants, certifier->placement_order,
							   claim->placement_count, applicant_id);
		 i < claim->placement_count &&
		 claim->placed_applicants[certifier->placement_order[i]] == applicant_id; i++)
	{
		int32		source = certifier->source[certifier->placement_order[i]];

		if (source != NOBODY)
			best = Min(best, claim->choices[source]);
	}
	return best;
}

/* An application that its applicant likes better than what is held: was it rightly refused? */
static void
check_complaint(const Certifier *certifier, int32 application)
{
	const Claim *claim = certifier->claim;
	int32		pool = certifier->pool_of[application];
	int32		worst = certifier->worst[pool];
	const int64 *applicant_id = &claim->applicants[application];

	if (certifier->held_count[pool] < claim->pool_seats[pool])
		tell(certifier, "wasted_seat", applicant_id, claim->pool_ids[pool], NULL,
			 psprintf("choice " INT64_FORMAT " was refused with %d of " INT64_FORMAT " seats held",
					  claim->choices[application], certifier->held_count[pool],
					  claim->pool_seats[pool]));
	else if (worst != NOBODY && outranks(certifier, application, certifier->source[worst]))
		tell(certifier, "justified_envy", applicant_id, claim->pool_ids[pool],
			 &claim->placed_applicants[worst],
			 psprintf("choice " INT64_FORMAT " was refused to one who ranks above a holder",
					  claim->choices[application]));
}

static void
check_complaints(const Certifier *certifier)
{
	const Claim *claim = certifier->claim;
	int64		held = 0;

	for (int32 i = 0; i < claim->application_count; i++)
	{
		int32		row = certifier->order[i];

		check_interrupts_at(i);
		if (i == 0 || claim->applicants[row] != claim->applicants[certifier->order[i - 1]])
			held = held_choice(certifier, claim->applicants[row]);
		if (claim->choices[row] < held)
			check_complaint(certifier, row);
	}
}

bool
certify(const Claim *claim, ViolationFunction tell_function, void *state, CoreError *error)
{
	Certifier	certifier = {
		.claim = claim, .tell = tell_function, .state = state, .error = error
	};

	certifier.pool_order = sorted(claim, claim->pool_count, by_pool_id);
	certifier.order = sorted(claim, claim->application_count, by_applicant_and_choice);
	certifier.placement_order = sorted(claim, claim->placement_count, by_placed_applicant);
	certifier.pool_of = host_alloc(sizeof(int32) * Max(claim->application_count, 1));
	certifier.source = host_alloc(sizeof(int32) * Max(claim->placement_count, 1));
	certifier.held_count = core_alloc_zero(sizeof(int32) * Max(claim->pool_count, 1));
	certifier.worst = host_alloc(sizeof(int32) * Max(claim->pool_count, 1));

	if (!check_pools(&certifier) || !check_applications(&certifier))
		return false;
	check_placements(&certifier);
	find_worst_holders(&certifier);
	check_capacity(&certifier);
	check_complaints(&certifier);
	return draw_check(claim->draw, error);
}
