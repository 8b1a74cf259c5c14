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
	APPORTION_DEAN,
	APPORTION_HAMILTON_RENEWED	/* Hamilton's among the rows that no bound binds */
} ApportionMethod;

/* The maximum of a row that may have any number of seats */
#define APPORTION_NO_MAXIMUM	PG_INT32_MAX

/* The seats of a row that takes no part */
#define APPORTION_ABSENT		(-1)

/* Bytes that a row takes at the peak: weight, bounds, seats, quota, double, a claim */
#define APPORTION_BYTES_PER_ROW	64

/* True when ORDER BY does not tell two rows apart: a seat tied between them is then an error. */
typedef bool (*PeerFunction) (void *host, int32 a, int32 b);

typedef struct Apportionment
{
	ApportionMethod method;		/* Hamilton's also when it is renewed */
	bool		renewed;
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
	int128		total;			/* of all weights, or of those that quotas are for */
	int32		quota_seats;	/* that quotas share */
	int32	   *quota;			/* of Hamilton: whole seats of the exact share */
	int64		empty;			/* seats that nobody may take */
} Apportionment;

extern bool apportion_method_of(Word word, ApportionMethod *method, CoreError *error);

/*
 * Begin with no rows; add at most room of them, then solve.  Errors go to error,
 * which must live as long; peers is asked with host and two rows' numbers.
 */
extern Apportionment *apportion_begin(ApportionMethod method, int32 seats, int32 room,
									  PeerFunction peers, void *host, CoreError *error);
extern bool apportion_add(Apportionment *rows, ExactNumber weight, int32 minimum, int32 maximum);

/* Find awarded and empty. */
extern bool apportion_solve(Apportionment *rows);

/* The weight of a row, at the scale of the column */
static inline int128
apportion_weight(const Apportionment *rows, int32 row)
{
	return rows->weights.wide ? rows->weights.wide[row] : rows->weights.keys[row];
}

#endif							/* CORE_APPORTIONMENT_APPORTION_H */
