/*
 * claim.c
 *	  Claims of rows for seats, and which of two is the stronger.
 *
 * A row of weight w that holds s seats claims the next one with w / d(s), or by
 * Hamilton's method with q - s.  A double stands for the claim; it decides only
 * where its error cannot matter, else products of whole numbers do.
 *
 * d(s) is s + 1 (D'Hondt 1878; Jefferson), 2s + 1 (Sainte-Laguë 1910; Webster),
 * the root of s(s + 1) (Huntington 1921; Hill 1911), s (Adams), and the harmonic
 * mean 2s(s + 1) / (2s + 1) (Dean); see Balinski and Young, Fair Representation
 * (1982).  Where d(0) is 0 the first claim is infinite.
 */
#include "core/apportionment/claim.h"

#include <math.h>

#include "core/base/natural.h"

/*
 * Relative error below which two quotients count as near: a weight turned into
 * a double, a division, and at most five steps more for d, each off by 2^-53.
 */
#define NEAR				(1.0 / (INT64CONST(1) << 45))

/* Five factors below 2^128 at most */
#define PRODUCT_LIMBS		(5 * NATURAL_LIMBS_A_FACTOR)

/* Seats are taken in with so many bits at a time, so that a remainder's product fits 128 bits. */
#define CHUNK_BITS			7
#define SEAT_CHUNKS			5

/* A weight of so many bits times any number of seats fits 128 bits. */
#define SHORT_TOTAL_BITS	96

bool
apportion_method_of(Word word, ApportionMethod *method, CoreError *error)
{
	static const char *const words[] = {"hamilton", "sainte_lague", "dhondt",
										"huntington_hill", "adams", "dean", "hamilton_renewed"};

	for (int i = 0; i < lengthof(words); i++)
		if (words_equal(word, word_of(words[i])))
		{
			*method = (ApportionMethod) i;
			return true;
		}
	core_fail(error, CORE_INVALID, "unrecognized apportionment method \"%.*s\"", word.length, word.text);
	return core_hint(error, "Use hamilton, hamilton_renewed, sainte_lague, dhondt, huntington_hill, adams or dean.");
}

double
claim_divisor(ApportionMethod method, int32 held)
{
	double		s = held;

	switch (method)
	{
		case APPORTION_DHONDT:
			return s + 1;
		case APPORTION_SAINTE_LAGUE:
			return 2 * s + 1;
		case APPORTION_HUNTINGTON_HILL:
			return sqrt(s * (s + 1));
		case APPORTION_ADAMS:
			return s;
		case APPORTION_DEAN:
			return 2 * s * (s + 1) / (2 * s + 1);
		default:
			return 1;
	}
}

/*
 * The number of s with weight / d(s) >= quotient.  The solution s of equality is
 * found and the ones up to it are counted.  Rounding moves the result as a change
 * of quotient by less than NEAR would: where x is small, so that adding to it
 * loses digits, no whole number is close.
 */
int64
claims_above(ApportionMethod method, double weight, double quotient)
{
	double		x = weight / quotient;
	double		count;

	switch (method)
	{
		case APPORTION_DHONDT:
			count = x;
			break;
		case APPORTION_SAINTE_LAGUE:
			count = (x + 1) / 2;
			break;
		case APPORTION_HUNTINGTON_HILL:
			count = sqrt(x * x + 0.25) + 0.5;
			break;
		case APPORTION_ADAMS:
			count = x + 1;
			break;
		default:
			count = (x + sqrt(x * x + 1) + 1) / 2;
			break;
	}
	return count >= PG_INT32_MAX ? PG_INT32_MAX : (int64) count;
}

/* Divide seats * weight by the total, a few bits of the seats at a time: rest stays below 2^128. */
static uint64
divide_in_chunks(uint128 weight, uint32 seats, uint128 total, uint128 *rest)
{
	uint64		quota = 0;

	*rest = 0;
	for (int i = SEAT_CHUNKS - 1; i >= 0; i--)
	{
		uint32		chunk = seats >> (i * CHUNK_BITS) & ((1 << CHUNK_BITS) - 1);
		uint64		part;

		*rest = (*rest << CHUNK_BITS) + weight * chunk;
		part = (uint64) (*rest / total);
		*rest -= part * total;
		quota = (quota << CHUNK_BITS) + part;
	}
	return quota;
}

int32
claim_quota(const Apportionment *rows, int128 weight, int128 *remainder)
{
	uint128		total = rows->total;
	uint128		product = (uint128) weight * (uint32) rows->quota_seats;
	uint128		rest;
	uint64		quota;

	if (total >> SHORT_TOTAL_BITS != 0)
		quota = divide_in_chunks(weight, rows->quota_seats, total, &rest);
	else
	{
		quota = product >> 64 == 0 && total >> 64 == 0 ? (uint64) product / (uint64) total :
			(uint64) (product / total);
		rest = product - quota * total;
	}
	*remainder = rest;
	return (int32) quota;
}

Claim
claim_of(const Apportionment *rows, int32 row, int32 held)
{
	Claim		claim = {.row = row, .held = held};
	int128		remainder;

	if (rows->method != APPORTION_HAMILTON)
	{
		claim.value = (double) apportion_weight(rows, row) / claim_divisor(rows->method, held);
		return claim;
	}
	claim_quota(rows, apportion_weight(rows, row), &remainder);
	claim.value = (double) remainder / (double) rows->total;
	return claim;
}

/* ---- comparing ---- */

static int
compare_weights(const Apportionment *rows, const Claim *a, const Claim *b)
{
	int128		left = apportion_weight(rows, a->row);
	int128		right = apportion_weight(rows, b->row);

	return (left < right) - (left > right);
}

/* Multiply by what stands below the weight, as far as it is a whole number. */
static void
times_divisor(Natural *product, ApportionMethod method, int32 held)
{
	uint64		s = held;

	switch (method)
	{
		case APPORTION_DHONDT:
			natural_times(product, s + 1);
			break;
		case APPORTION_SAINTE_LAGUE:
			natural_times(product, 2 * s + 1);
			break;
		case APPORTION_ADAMS:
			natural_times(product, s);
			break;
		default:
			natural_times(product, s * (s + 1));
			break;
	}
}

/* One side of a cross product: this claim's weight, that one's divisor. */
static Natural
cross_product(const Apportionment *rows, const Claim *mine, const Claim *other, uint64 *limbs)
{
	Natural		product = natural_one(limbs, PRODUCT_LIMBS);
	int128		weight = apportion_weight(rows, mine->row);

	natural_times(&product, weight);
	if (rows->method == APPORTION_HUNTINGTON_HILL)
		natural_times(&product, weight);
	if (rows->method == APPORTION_DEAN)
		natural_times(&product, 2 * (uint64) mine->held + 1);
	times_divisor(&product, rows->method, other->held);
	return product;
}

static int
compare_quotients(const Apportionment *rows, const Claim *a, const Claim *b)
{
	uint64		left_limbs[PRODUCT_LIMBS];
	uint64		right_limbs[PRODUCT_LIMBS];
	Natural		left;
	Natural		right;

	if (fabs(a->value - b->value) > NEAR * Min(a->value, b->value))
		return a->value > b->value ? -1 : 1;
	if (a->held == b->held)		/* also of two that are infinite */
		return compare_weights(rows, a, b);
	left = cross_product(rows, a, b, left_limbs);
	right = cross_product(rows, b, a, right_limbs);
	return natural_compare(&right, &left);
}

static int
compare_remainders(const Apportionment *rows, const Claim *a, const Claim *b)
{
	int64		left_whole = (int64) rows->quota[a->row] - a->held;
	int64		right_whole = (int64) rows->quota[b->row] - b->held;
	int128		left;
	int128		right;

	if (a->held == b->held)		/* the larger weight has the larger quota */
		return compare_weights(rows, a, b);
	if (left_whole != right_whole)
		return left_whole > right_whole ? -1 : 1;
	if (fabs(a->value - b->value) > NEAR)
		return a->value > b->value ? -1 : 1;
	claim_quota(rows, apportion_weight(rows, a->row), &left);
	claim_quota(rows, apportion_weight(rows, b->row), &right);
	return (left < right) - (left > right);
}

int
claim_compare(const Apportionment *rows, const Claim *a, const Claim *b)
{
	return rows->method == APPORTION_HAMILTON ? compare_remainders(rows, a, b) :
		compare_quotients(rows, a, b);
}

bool
claims_equal(const Apportionment *rows, const Claim *a, const Claim *b)
{
	return (isinf(a->value) && isinf(b->value)) || claim_compare(rows, a, b) == 0;
}

bool
claims_tie(const Apportionment *rows, const Claim *a, const Claim *b)
{
	return claim_compare(rows, a, b) == 0 && compare_weights(rows, a, b) == 0;
}

static inline int
compare_claims(const Claim *a, const Claim *b, const Apportionment *rows)
{
	int			order = claim_compare(rows, a, b);

	host_check_interrupts();
	if (order == 0)
		order = compare_weights(rows, a, b);
	return order ? order : (a->row > b->row) - (a->row < b->row);
}

#define ST_SORT				claims_sort
#define ST_ELEMENT_TYPE		Claim
#define ST_COMPARE(a, b, rows)	compare_claims(a, b, rows)
#define ST_COMPARE_ARG_TYPE	Apportionment
#define ST_SCOPE			extern
#define ST_DEFINE
#include "lib/sort_template.h"
