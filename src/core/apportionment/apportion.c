/*
 * apportion.c
 *	  Seats for rows in proportion to their weights.
 *
 * Each row begins with its minimum; the next seat goes to the strongest claim
 * of a row below its maximum.  A row's claims only weaken, so the seats go to
 * the strongest claims of all rows together, whatever the order of award, and it
 * is enough to find these: no seat is awarded by itself.
 *
 * 1. A threshold is narrowed from both sides by counting, for all rows at once,
 *    the claims at or above it (Dorfleitner and Klein 1999 begin so): at the
 *    upper end not more claims than seats, at the lower end not fewer.
 *    Counts by doubles may be a little off, as if the threshold were; so the ends
 *    are moved apart by more than that.  Then what is above the upper end is
 *    awarded for certain, and what is below the lower end is not.  Hamilton's
 *    claims are counted at whole thresholds, exactly.
 * 2. The claims between the ends, of which there are not more than rows, are
 *    sorted by exact comparison and the strongest get the seats that are left.
 *
 * Infinite claims go before all others and are settled alike: all of them, or by
 * a sort.  Rows of equal weight have equal claims, so a tie between peers matters
 * just when it stands between the last claim that is honoured and the next one,
 * and both are among those sorted.
 *
 * n rows take some ten counts and one sort of at most n claims, whatever the
 * number of seats.
 */
#include "core/apportionment/claim.h"

#include <math.h>

/* By what the ends of the bracket are moved, so that counting errors lie within. */
#define MARGIN				(1.0 / (INT64CONST(1) << 43))

/* At this ratio of the ends a row has at most one claim between them, having below 2^31 seats. */
#define NARROW				(1.0 + 1.0 / (INT64CONST(1) << 38))

/* Claims between the ends that are worth a sort at once; each count allows twice as many. */
#define FIRST_PATIENCE		64

/* Remainders are sorted roughly into so many slots; neighbours may be exchanged by rounding. */
#define REMAINDER_SLOTS		4096

/* Exact shares are reckoned with remainders below this. */
#define MAX_TOTAL_DIGITS	36

/* The ends of the threshold, with the seats of all rows that claims above them make */
typedef struct Bracket
{
	double		high;
	double		low;
	int64		at_high;		/* not above the seats */
	int64		at_low;			/* not below them */
} Bracket;

/* ---- rows ---- */

Apportionment *
apportion_begin(ApportionMethod method, int32 seats, int32 room, PeerFunction peers, void *host,
				CoreError *error)
{
	Apportionment *rows = palloc0(sizeof(Apportionment));
	Size		size = sizeof(int32) * Max(room, 1);

	rows->renewed = method == APPORTION_HAMILTON_RENEWED;
	rows->method = rows->renewed ? APPORTION_HAMILTON : method;
	rows->seats = seats;
	rows->room = room;
	rows->minimum = host_alloc(size);
	rows->maximum = host_alloc(size);
	rows->awarded = host_alloc(size);
	rows->peers = peers;
	rows->host = host;
	rows->error = error;
	return rows;
}

static bool
refuse_row(Apportionment *rows, CoreCode code, const char *message)
{
	core_fail(rows->error, code, "%s", message);
	return core_detail(rows->error, "This is row %d in the given order.", rows->count + 1);
}

static bool
check_row(Apportionment *rows, ExactNumber weight, int32 minimum, int32 maximum)
{
	if (weight.is_null)
		return true;
	if (weight.digits < 0)
		return refuse_row(rows, CORE_INVALID, "weight must not be negative");
	if (minimum < 0)
		return refuse_row(rows, CORE_INVALID, "minimum must not be negative");
	if (minimum > maximum)
	{
		core_fail(rows->error, CORE_INVALID, "minimum must not be above maximum");
		return core_detail(rows->error,
						   "Row %d in the given order has minimum %d and maximum %d.",
						   rows->count + 1, minimum, maximum);
	}
	return true;
}

bool
apportion_add(Apportionment *rows, ExactNumber weight, int32 minimum, int32 maximum)
{
	bool		takes_part = !weight.is_null;
	bool		may_grow = takes_part && weight.digits > 0;

	Assert(rows->count < rows->room);
	if (!check_row(rows, weight, minimum, maximum))
		return false;
	if (!numbers_add(&rows->weights, takes_part ? weight.digits : 0, may_grow ? weight.scale : 0))
	{
		refuse_row(rows, CORE_OUT_OF_RANGE, "weights need more than 36 digits together");
		return core_hint(rows->error, "Round the weights to the decimals that matter.");
	}
	rows->minimum[rows->count] = takes_part ? minimum : 0;
	rows->maximum[rows->count] = may_grow ? maximum : rows->minimum[rows->count];
	rows->awarded[rows->count] = takes_part ? rows->minimum[rows->count] : APPORTION_ABSENT;
	rows->count++;
	return true;
}

static int64
sum_seats(const int32 *seats, int32 count)
{
	int64		sum = 0;

	for (int32 i = 0; i < count; i++)
		sum += Max(seats[i], 0);
	return sum;
}

static inline int32
clamp_seats(const Apportionment *rows, int32 row, int64 seats)
{
	return (int32) Min(Max(seats, rows->minimum[row]), rows->maximum[row]);
}

/* ---- claims that are settled by a sort ---- */

static bool
refuse_tie(Apportionment *rows, const Claim *last, const Claim *next)
{
	core_fail(rows->error, CORE_INVALID, "a seat is tied between rows that ORDER BY does not tell apart");
	core_detail(rows->error,
				"Rows %d and %d have equal weights and equal claims to seat %d, and are peers.",
				last->row + 1, next->row + 1, rows->seats);
	return core_hint(rows->error,
					 "Order by something that differs in each row, such as a lottery number or an id.");
}

/*
 * Of many remainders, honour those far above the last that gets a seat, drop those
 * far below it, and keep the others: so few are left to be sorted.
 */
static void
trim_remainders(Apportionment *rows, Claim *claims, int64 *count, int64 *seats)
{
	int64		slots[REMAINDER_SLOTS] = {0};
	int			last = REMAINDER_SLOTS - 1;
	int64		above = 0;
	int64		kept = 0;

	if (*count <= REMAINDER_SLOTS || *seats == 0)
		return;
	for (int64 i = 0; i < *count; i++)
		slots[(int) (claims[i].value * (REMAINDER_SLOTS - 1))]++;
	while (above + slots[last] < *seats)
		above += slots[last--];
	for (int64 i = 0; i < *count; i++)
	{
		int			slot = (int) (claims[i].value * (REMAINDER_SLOTS - 1));

		check_interrupts_at(i);
		if (slot > last + 1)
		{
			rows->awarded[claims[i].row]++;
			(*seats)--;
		}
		else if (slot >= last - 1)
			claims[kept++] = claims[i];
	}
	*count = kept;
}

/* Give the strongest of some claims a seat each. */
static bool
honour_claims(Apportionment *rows, Claim *claims, int64 count, int64 seats)
{
	claims_sort(claims, count, rows);
	for (int64 i = 0; i < seats; i++)
		rows->awarded[claims[i].row]++;
	if (seats > 0 && seats < count && claims_tie(rows, &claims[seats - 1], &claims[seats]) &&
		rows->peers(rows->host, claims[seats - 1].row, claims[seats].row))
		return refuse_tie(rows, &claims[seats - 1], &claims[seats]);
	return true;
}

/* All claims from lower to upper seats of each row. */
static Claim *
list_claims(const Apportionment *rows, const int32 *lower, const int32 *upper, int64 *count)
{
	Claim	   *claims = NULL;
	int64		listed = 0;

	*count = 0;
	for (int32 i = 0; i < rows->count; i++)
		*count += Max(upper[i] - lower[i], 0);
	claims = host_alloc(sizeof(Claim) * Max(*count, 1));
	for (int32 i = 0; i < rows->count; i++)
		for (int32 held = lower[i]; held < upper[i]; held++)
		{
			check_interrupts_at(listed);
			claims[listed++] = claim_of(rows, i, held);
		}
	return claims;
}

/* Rows hold what is certain; give out the rest among the claims up to upper. */
static bool
settle(Apportionment *rows, const int32 *upper)
{
	int64		left = rows->seats - sum_seats(rows->awarded, rows->count);
	int64		count;
	Claim	   *claims = list_claims(rows, rows->awarded, upper, &count);
	bool		result;

	Assert(left >= 0 && left <= count);
	if (rows->method == APPORTION_HAMILTON)
		trim_remainders(rows, claims, &count, &left);
	result = honour_claims(rows, claims, count, left);
	pfree(claims);
	return result;
}

/* ---- divisor methods ---- */

/* The seats of a row when all claims at or above a threshold are honoured, about */
static inline int32
seats_above(const Apportionment *rows, int32 row, double threshold)
{
	return clamp_seats(rows, row, claims_above(rows->method, rows->near[row], threshold));
}

static int64
count_above(const Apportionment *rows, double threshold)
{
	int64		sum = 0;

	for (int32 i = 0; i < rows->count; i++)
	{
		check_interrupts_at(i);
		sum += seats_above(rows, i, threshold);
	}
	return sum;
}

static void
approximate_weights(Apportionment *rows)
{
	rows->near = host_alloc(sizeof(double) * Max(rows->count, 1));
	for (int32 i = 0; i < rows->count; i++)
	{
		check_interrupts_at(i);
		rows->near[i] = (double) apportion_weight(rows, i);
	}
}

/* Ends that certainly hold the threshold: every finite claim is above low and below high. */
static Bracket
widest_bracket(const Apportionment *rows)
{
	double		most = 0;
	double		least = INFINITY;
	Bracket		bracket;

	for (int32 i = 0; i < rows->count; i++)
	{
		most = Max(most, rows->near[i]);
		if (rows->near[i] > 0)
			least = Min(least, rows->near[i]);
	}
	bracket.high = most * 4;
	bracket.low = least / ((int64) PG_INT32_MAX * 8);
	bracket.at_high = count_above(rows, bracket.high);
	bracket.at_low = count_above(rows, bracket.low);
	return bracket;
}

/*
 * A threshold between the ends: claims grow about as its inverse, which leads
 * quickly to the seats where it is so; each third time the middle of the
 * logarithms, which leads there in any case.  What is aimed at lies beyond the
 * seats as seen from the nearer end, by half of what a sort may have, so that the
 * farther end comes near too.
 */
static double
next_threshold(const Bracket *bracket, int64 seats, int64 patience, int turn)
{
	bool		low_is_nearer = bracket->at_low - seats < seats - bracket->at_high;
	int64		aim = low_is_nearer ? seats - patience / 2 : seats + patience / 2;
	double		share = (double) (aim - bracket->at_high) / (bracket->at_low - bracket->at_high);
	double		inverse =
		1 / bracket->high + share * (1 / bracket->low - 1 / bracket->high);
	double		threshold = 1 / inverse;

	if (turn % 3 == 2 || threshold <= bracket->low || threshold >= bracket->high)
		threshold = sqrt(bracket->high) * sqrt(bracket->low);
	return threshold;
}

static Bracket
narrow_bracket(const Apportionment *rows)
{
	Bracket		bracket = widest_bracket(rows);
	int64		patience = FIRST_PATIENCE;

	for (int turn = 0; bracket.at_low - bracket.at_high > patience &&
		 bracket.high > bracket.low * NARROW; turn++)
	{
		double		threshold = next_threshold(&bracket, rows->seats, patience, turn);
		int64		count = count_above(rows, threshold);

		if (count <= rows->seats)
			bracket = (Bracket) {threshold, bracket.low, count, bracket.at_low};
		else
			bracket = (Bracket) {bracket.high, threshold, bracket.at_high, count};
		patience = Min(patience * 2, rows->count);
	}
	return bracket;
}

/* Infinite claims: one of each row that holds nothing.  Done when no seat is left after them. */
static bool
settle_infinite(Apportionment *rows, bool *done)
{
	int32	   *upper = host_alloc(sizeof(int32) * Max(rows->count, 1));
	int64		claims = 0;
	bool		result = true;

	for (int32 i = 0; i < rows->count; i++)
	{
		upper[i] = rows->awarded[i] == 0 && rows->maximum[i] > 0 ? 1 : rows->awarded[i];
		claims += upper[i] != rows->awarded[i];
	}
	*done = claims >= rows->seats - sum_seats(rows->awarded, rows->count);
	if (*done)
		result = settle(rows, upper);
	else
		memcpy(rows->awarded, upper, sizeof(int32) * rows->count);
	pfree(upper);
	return result;
}

static bool
solve_by_divisor(Apportionment *rows)
{
	Bracket		bracket;
	int32	   *upper;
	bool		done = false;
	bool		result;

	if (claim_divisor(rows->method, 0) == 0 && !settle_infinite(rows, &done))
		return false;
	if (done)
		return true;
	approximate_weights(rows);
	bracket = narrow_bracket(rows);
	upper = host_alloc(sizeof(int32) * rows->count);
	for (int32 i = 0; i < rows->count; i++)
	{
		check_interrupts_at(i);
		upper[i] = rows->awarded[i];
		if (rows->maximum[i] <= rows->minimum[i])
			continue;
		upper[i] = seats_above(rows, i, bracket.low * (1 - MARGIN));
		rows->awarded[i] = seats_above(rows, i, bracket.high * (1 + MARGIN));
	}
	pfree(rows->near);
	result = settle(rows, upper);
	pfree(upper);
	return result;
}

/* ---- Hamilton's method ---- */

static bool
add_up(Apportionment *rows)
{
	for (int32 i = 0; i < rows->count; i++)
	{
		rows->total += apportion_weight(rows, i);
		if (rows->total >= fixed_power10(MAX_TOTAL_DIGITS))
		{
			core_fail(rows->error, CORE_OUT_OF_RANGE,
					  "the sum of the weights has more than %d digits", MAX_TOTAL_DIGITS);
			return core_hint(rows->error, "Round the weights to the decimals that matter.");
		}
	}
	return true;
}

/* The seats of a row when all claims of at least a whole remainder are honoured */
static inline int32
seats_with(const Apportionment *rows, int32 row, int64 remainder)
{
	return clamp_seats(rows, row, rows->quota[row] - remainder + 1);
}

static int64
count_at(const Apportionment *rows, int64 remainder)
{
	int64		sum = 0;

	for (int32 i = 0; i < rows->count; i++)
	{
		check_interrupts_at(i);
		sum += seats_with(rows, i, remainder);
	}
	return sum;
}

/* The least whole remainder at which there are not more claims than seats */
static int64
least_remainder(const Apportionment *rows)
{
	int64		low = -(int64) PG_INT32_MAX;
	int64		high = (int64) PG_INT32_MAX + 1;

	/* mostly 1: each row has its whole quota */
	if (count_at(rows, 1) <= rows->seats)
		high = 1;
	else
		low = 1;
	if (high == 1 && count_at(rows, 0) > rows->seats)
		low = 0;
	while (high - low > 1)
	{
		int64		middle = low + (high - low) / 2;

		if (count_at(rows, middle) <= rows->seats)
			high = middle;
		else
			low = middle;
	}
	return high;
}

/* A row is free until its bounds leave it no choice. */
static bool
is_free(const Apportionment *rows, int32 row)
{
	return rows->minimum[row] < rows->maximum[row];
}

/* Which bound a row's quota is beyond: -1 below the minimum, 1 above the maximum, else 0 */
static int
bound_broken(const Apportionment *rows, int32 row)
{
	int128		rest;
	int32		quota = claim_quota(rows, apportion_weight(rows, row), &rest);

	if (quota < rows->minimum[row])
		return -1;
	return quota > rows->maximum[row] || (quota == rows->maximum[row] && rest > 0);
}

/* The row has the seats of its bound; the others share out what is left. */
static void
bind_row(Apportionment *rows, int32 row, int32 seats)
{
	rows->minimum[row] = rows->maximum[row] = rows->awarded[row] = seats;
	rows->total -= apportion_weight(rows, row);
	rows->quota_seats -= seats;
}

/*
 * Bind rows whose quota is beyond a bound: those below their minima when they lack
 * more than the others have too much, else those above their maxima.  These are
 * bound in the end too, whatever the others get.  False when no bound is broken.
 */
static bool
bind_rows(Apportionment *rows)
{
	int128		weight = 0;
	int64		seats = 0;
	int128		rest;
	int32		quota;
	bool		bind_below;
	bool		bind_above;
	int8	   *broken = core_alloc_zero(Max(rows->count, 1));

	for (int32 i = 0; i < rows->count; i++)
	{
		check_interrupts_at(i);
		if (!is_free(rows, i))
			continue;
		broken[i] = (int8) bound_broken(rows, i);
		if (broken[i] == 0)
			continue;
		weight += apportion_weight(rows, i);
		seats += broken[i] < 0 ? rows->minimum[i] : rows->maximum[i];
	}
	/* their bounds against their quotas together */
	quota = claim_quota(rows, weight, &rest);
	bind_below = seats > quota || (seats == quota && rest == 0);
	bind_above = seats <= quota;
	for (int32 i = 0; i < rows->count; i++)
		if (broken[i] < 0 && bind_below)
			bind_row(rows, i, rows->minimum[i]);
		else if (broken[i] > 0 && bind_above)
			bind_row(rows, i, rows->maximum[i]);
	pfree(broken);
	return weight > 0;
}

/* The whole quotas of the rows that share them; without any weight nobody has a claim. */
static void
reckon_quotas(Apportionment *rows)
{
	for (int32 i = 0; i < rows->count; i++)
	{
		int128		rest;

		check_interrupts_at(i);
		rows->quota[i] = rows->total > 0 && is_free(rows, i) ?
			claim_quota(rows, apportion_weight(rows, i), &rest) : 0;
	}
}

static bool
begin_quotas(Apportionment *rows)
{
	if (!add_up(rows))
		return false;
	rows->quota_seats = rows->seats;
	rows->quota = host_alloc(sizeof(int32) * Max(rows->count, 1));
	reckon_quotas(rows);
	return true;
}

/* Take rows without a choice out of the quotas, then those that a bound binds. */
static void
renew_quotas(Apportionment *rows)
{
	for (int32 i = 0; i < rows->count; i++)
		if (!is_free(rows, i) && rows->awarded[i] != APPORTION_ABSENT)
			bind_row(rows, i, rows->minimum[i]);
	while (rows->total > 0 && bind_rows(rows))
		host_check_interrupts();
	reckon_quotas(rows);
}

static bool
solve_by_quota(Apportionment *rows)
{
	int32	   *upper = host_alloc(sizeof(int32) * rows->count);
	int64		remainder;
	bool		result;

	remainder = least_remainder(rows);
	for (int32 i = 0; i < rows->count; i++)
	{
		upper[i] = rows->awarded[i];
		if (rows->maximum[i] <= rows->minimum[i])
			continue;
		upper[i] = seats_with(rows, i, remainder - 1);
		rows->awarded[i] = seats_with(rows, i, remainder);
	}
	result = settle(rows, upper);
	pfree(upper);
	return result;
}

/* ---- all of them ---- */

static bool
check_minima(Apportionment *rows)
{
	int64		sum = sum_seats(rows->minimum, rows->count);

	if (sum <= rows->seats)
		return true;
	core_fail(rows->error, CORE_INVALID, "minima exceed the seats");
	core_detail(rows->error, "The minima add up to " INT64_FORMAT "; there are %d seats.", sum,
				rows->seats);
	return core_hint(rows->error, "Give equity.apportion lower minima or more seats.");
}

bool
apportion_solve(Apportionment *rows)
{
	if (!check_minima(rows) || (rows->method == APPORTION_HAMILTON && !begin_quotas(rows)))
		return false;
	rows->empty = Max(rows->seats - sum_seats(rows->maximum, rows->count), 0);
	if (sum_seats(rows->maximum, rows->count) <= rows->seats)
	{
		for (int32 i = 0; i < rows->count; i++)
			if (rows->awarded[i] != APPORTION_ABSENT)
				rows->awarded[i] = rows->maximum[i];
		return true;
	}
	if (rows->renewed)
		renew_quotas(rows);
	if (rows->method == APPORTION_HAMILTON)
		return solve_by_quota(rows);
	return solve_by_divisor(rows);
}

Claim *
apportion_awards(const Apportionment *rows, int64 *honoured, int64 *count)
{
	int32	   *upper = host_alloc(sizeof(int32) * Max(rows->count, 1));
	Claim	   *claims;

	for (int32 i = 0; i < rows->count; i++)
		upper[i] = rows->awarded[i] + (rows->awarded[i] < rows->maximum[i]);
	claims = list_claims(rows, rows->minimum, upper, count);
	*honoured = sum_seats(rows->awarded, rows->count) - sum_seats(rows->minimum, rows->count);
	claims_sort(claims, *count, unconstify(Apportionment *, rows));
	pfree(upper);
	return claims;
}
