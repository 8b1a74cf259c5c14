/*
 * apportion.h
 *	  Seats for rows in proportion to their weights.
 */
#ifndef CORE_APPORTIONMENT_APPORTION_H
#define CORE_APPORTIONMENT_APPORTION_H

#include "core/base/numbers.h"
#include "core/base/words.h"

typedef enum ApportionMethod
{
	APPORTION_HAMILTON,
	APPORTION_SAINTE_LAGUE,
	APPORTION_DHONDT,
	APPORTION_HUNTINGTON_HILL,
	APPORTION_ADAMS,
	APPORTION_DEAN
} ApportionMethod;

/* A row without a bound of its own */
#define APPORTION_NO_MAXIMUM	PG_INT32_MAX

/* The seats of a row that takes no part */
#define APPORTION_ABSENT		(-1)

/* What a row takes at the peak: weight, bounds, seats, double, a claim */
#define APPORTION_BYTES_PER_ROW	56

/* Whether nothing but their position tells two rows apart. */
typedef bool (*PeerFunction) (void *host, int32 a, int32 b);

typedef struct Apportionment
{
	ApportionMethod method;
	int32		seats;
	int32		count;			/* rows, in their order */
	int32		room;
	NumberColumn weights;		/* 0 for a row that takes no part */
	int32	   *minimum;
	int32	   *maximum;
	int32	   *awarded;		/* in the end: the seats, or APPORTION_ABSENT */
	PeerFunction peers;
	void	   *host;
	CoreError  *error;

	/* found on the way */
	double	   *near;			/* weights as doubles, while claims are counted */
	int128		total;			/* of all weights */
	int32	   *quota;			/* of Hamilton: whole seats of the exact share */
	int64		empty;			/* seats that nobody may take */
} Apportionment;

/* A row's wish for one seat more than it holds */
typedef struct Claim
{
	double		value;			/* near the quotient, or the quota's remainder */
	int32		row;
	int32		held;
} Claim;

extern bool apportion_method_of(Word word, ApportionMethod *method, CoreError *error);

extern Apportionment *apportion_begin(ApportionMethod method, int32 seats, int32 room,
									  PeerFunction peers, void *host, CoreError *error);
extern bool apportion_add(Apportionment *rows, ExactNumber weight, int32 minimum, int32 maximum);
extern bool apportion_solve(Apportionment *rows);

/*
 * After solving: the claims beyond the minima in order of award.  The first
 * *honoured were, behind them comes what each row would have claimed next.
 */
extern Claim *apportion_awards(const Apportionment *rows, int64 *honoured, int64 *count);

/* The weight of a row, at the scale of the column */
static inline int128
apportion_weight(const Apportionment *rows, int32 row)
{
	return rows->weights.wide ? rows->weights.wide[row] : rows->weights.keys[row];
}

/* ---- claims (claim.c) ---- */

/* s(s+1), 2s+1 and so on: by what a weight is divided for a row that holds so many seats, about */
extern double claim_divisor(ApportionMethod method, int32 held);

/* How many claims of a weight are at or above a quotient, or one a little off. */
extern int64 claims_above(ApportionMethod method, double weight, double quotient);

/* Hamilton: seats * weight / total, its whole part; puts the remainder, below total. */
extern int32 claim_quota(const Apportionment *rows, int32 row, int128 *remainder);

extern Claim claim_of(const Apportionment *rows, int32 row, int32 held);

/* Below 0 when a is stronger, 0 when they are equal; exact. */
extern int	claim_compare(const Apportionment *rows, const Claim *a, const Claim *b);

/* Sort by strength; equal claims by weight, then the earlier row. */
extern void claims_sort(Claim *claims, size_t count, Apportionment *rows);

/* Whether two claims are equal, as infinite ones are. */
extern bool claims_equal(const Apportionment *rows, const Claim *a, const Claim *b);

/* Whether they are, and of equal weight. */
extern bool claims_tie(const Apportionment *rows, const Claim *a, const Claim *b);

#endif							/* CORE_APPORTIONMENT_APPORTION_H */
