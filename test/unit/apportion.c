/*
 * apportion.c
 *	  Apportionment against the rule carried out seat by seat, with quotients
 *	  compared with schoolbook arithmetic; for many seats against what the last
 *	  seat and the next one must be.
 */
#include "helper/schoolbook.h"
#include "core/apportionment/claim.h"
#include "helper/random.h"
#include "helper/tap.h"

#include <math.h>

#define MAX_ROWS	400

typedef struct House
{
	ApportionMethod method;
	int			count;
	int32		seats;
	int128		weight[MAX_ROWS];
	int			scale[MAX_ROWS];
	int32		minimum[MAX_ROWS];
	int32		maximum[MAX_ROWS];
	int			peer_group[MAX_ROWS];

	/* for schoolbook arithmetic */
	LongNumber	paper[MAX_ROWS]; /* weights at one scale */
	LongNumber	total;
	int32		awarded[MAX_ROWS];
	int64		empty;
	bool		tie;
} House;

static bool
same_group(void *host, int32 a, int32 b)
{
	const House *house = host;

	return house->peer_group[a] == house->peer_group[b];
}

/* ---- schoolbook arithmetic ---- */

static int
sign_of(LongNumber number)
{
	return number.count == 0 ? 0 : number.negative ? -1 : 1;
}

/* The divisor as a fraction: of the weight, or of its square for huntington_hill */
static void
divisor(ApportionMethod method, int64 s, int64 *numerator, int64 *denominator)
{
	*denominator = 1;
	switch (method)
	{
		case APPORTION_DHONDT:
			*numerator = s + 1;
			break;
		case APPORTION_SAINTE_LAGUE:
			*numerator = 2 * s + 1;
			break;
		case APPORTION_HUNTINGTON_HILL:
			*numerator = s * (s + 1);
			break;
		case APPORTION_ADAMS:
			*numerator = s;
			break;
		default:
			*numerator = 2 * s * (s + 1);
			*denominator = 2 * s + 1;
			break;
	}
}

/* Above 0 when row a, holding s seats, has a stronger claim than row b, holding t. */
static int
claim_order(const House *house, int a, int64 s, int b, int64 t)
{
	LongNumber	left = house->paper[a];
	LongNumber	right = house->paper[b];
	int64		above[2];
	int64		below[2];

	if (house->method == APPORTION_HAMILTON)
	{
		left = schoolbook_minus(schoolbook_times(left, schoolbook_of(house->seats)),
						   schoolbook_times(house->total, schoolbook_of(s)));
		right = schoolbook_minus(schoolbook_times(right, schoolbook_of(house->seats)),
							schoolbook_times(house->total, schoolbook_of(t)));
		return sign_of(schoolbook_minus(left, right));
	}
	divisor(house->method, s, &above[0], &below[0]);
	divisor(house->method, t, &above[1], &below[1]);
	if (above[0] == 0 || above[1] == 0)
		return (above[0] == 0) - (above[1] == 0);
	if (house->method == APPORTION_HUNTINGTON_HILL)
	{
		left = schoolbook_times(left, left);
		right = schoolbook_times(right, right);
	}
	left = schoolbook_times(schoolbook_times(left, schoolbook_of(below[0])),
							schoolbook_of(above[1]));
	right = schoolbook_times(schoolbook_times(right, schoolbook_of(below[1])),
							 schoolbook_of(above[0]));
	return sign_of(schoolbook_minus(left, right));
}

static int
weight_order(const House *house, int a, int b)
{
	return sign_of(schoolbook_minus(house->paper[a], house->paper[b]));
}

static bool
may_grow(const House *house, int row)
{
	return house->weight[row] > 0 && house->awarded[row] < house->maximum[row];
}

static int
best_row(const House *house)
{
	int			best = -1;

	for (int i = 0; i < house->count; i++)
	{
		int			order;

		if (!may_grow(house, i))
			continue;
		order = best < 0 ? 1 : claim_order(house, i, house->awarded[i], best, house->awarded[best]);
		if (order > 0 || (order == 0 && weight_order(house, i, best) > 0))
			best = i;
	}
	return best;
}

static void
set_down(House *house)
{
	int			finest = 0;

	for (int i = 0; i < house->count; i++)
		finest = Max(finest, house->scale[i]);
	house->total = schoolbook_of(0);
	for (int i = 0; i < house->count; i++)
	{
		house->paper[i] =
			schoolbook_times(schoolbook_of(house->weight[i]),
						schoolbook_of(fixed_power10(finest - house->scale[i])));
		house->total = schoolbook_add(house->total, house->paper[i]);
	}
}

/* Seat by seat; the tie is that of the last seat with a peer that is still waiting. */
static void
award_by_hand(House *house)
{
	int32		left = house->seats;
	int			last = -1;
	int32		held = 0;

	set_down(house);
	for (int i = 0; i < house->count; i++)
	{
		house->awarded[i] = house->minimum[i];
		left -= house->minimum[i];
	}
	for (; left > 0 && best_row(house) >= 0; left--)
	{
		last = best_row(house);
		held = house->awarded[last]++;
	}
	house->empty = left;
	house->tie = false;
	for (int i = 0; i < house->count && last >= 0; i++)
		if (i != last && may_grow(house, i) && weight_order(house, i, last) == 0 &&
			claim_order(house, i, house->awarded[i], last, held) == 0 &&
			house->peer_group[i] == house->peer_group[last])
			house->tie = true;
}

/* ---- cases ---- */

static int128
roll_weight(Random *random, int kind)
{
	int128		weight;

	if (kind == 0)
		return random_below(random, 6);
	if (kind == 1)
		return 1 + random_below(random, 30);
	weight = random_digits(random, kind == 2 ? 9 : 30);
	return weight < 0 ? -weight : weight;
}

static House
roll_house(Random *random, int rows, int32 seats)
{
	House		house = {.method = (ApportionMethod) random_below(random, 6),
						 .count = 1 + random_below(random, rows)};
	int			kind = random_below(random, 4);
	int			group = 0;
	bool		bounded = random_below(random, 2) == 0;

	house.seats = random_below(random, seats + 1);
	for (int i = 0; i < house.count; i++)
	{
		house.weight[i] = roll_weight(random, kind);
		house.scale[i] = kind == 3 ? 0 : random_below(random, 3);
		house.minimum[i] = bounded ? random_below(random, seats / (2 * rows) + 2) : 0;
		house.maximum[i] = bounded && random_below(random, 2) ?
			house.minimum[i] + random_below(random, seats / 4 + 1) : APPORTION_NO_MAXIMUM;
		house.peer_group[i] = group += random_below(random, 2);
	}
	return house;
}

static Apportionment *
fill(House *house, CoreError *error)
{
	Apportionment *rows =
		apportion_begin(house->method, house->seats, house->count, same_group, house, error);

	for (int i = 0; i < house->count; i++)
		apportion_add(rows, (ExactNumber) {.digits = house->weight[i], .scale = house->scale[i]},
					  house->minimum[i], house->maximum[i]);
	return rows;
}

static int64
sum_of(const int32 *numbers, int count)
{
	int64		sum = 0;

	for (int i = 0; i < count; i++)
		sum += numbers[i];
	return sum;
}

static bool
agrees(House *house)
{
	CoreError	error = {0};
	Apportionment *rows = fill(house, &error);
	bool		solved = apportion_solve(rows);

	if (sum_of(house->minimum, house->count) > house->seats)
		return !solved && error.code == CORE_INVALID;
	award_by_hand(house);
	if (house->tie)
		return !solved && strstr(error.message, "tied");
	return solved && rows->empty == house->empty &&
		memcmp(rows->awarded, house->awarded, sizeof(int32) * house->count) == 0;
}

static void
test_seat_by_seat(void)
{
	Random		random = {1};
	int			wrong = 0;
	int			ties = 0;
	int			empty = 0;

	for (int i = 0; i < 6000; i++)
	{
		House		house = roll_house(&random, 8, i % 3 == 0 ? 60 : 12);

		wrong += !agrees(&house);
		ties += house.tie;
		empty += house.empty > 0;
	}
	is_int(wrong, 0, "6000 small houses, seat by seat");
	ok(ties > 30 && empty > 100, "of them %d with a tie of peers, %d with empty seats", ties, empty);
}

/* ---- large houses: nobody's next claim goes before anybody's last ---- */

static bool
goes_before(const House *house, int a, int64 s, int b, int64 t)
{
	int			order = claim_order(house, a, s, b, t);

	if (order == 0)
		order = weight_order(house, a, b);
	return order > 0 || (order == 0 && a < b);
}

static bool
is_stable(House *house, const int32 *awarded)
{
	int			last = -1;
	int			next = -1;

	for (int i = 0; i < house->count; i++)
	{
		if (awarded[i] < house->minimum[i] || awarded[i] > house->maximum[i])
			return false;
		if (awarded[i] > house->minimum[i] &&
			(last < 0 || goes_before(house, last, awarded[last] - 1, i, awarded[i] - 1)))
			last = i;
		if (house->weight[i] > 0 && awarded[i] < house->maximum[i] &&
			(next < 0 || goes_before(house, i, awarded[i], next, awarded[next])))
			next = i;
	}
	return last < 0 || next < 0 || last == next ||
		goes_before(house, last, awarded[last] - 1, next, awarded[next]);
}

static void
test_large_houses(void)
{
	Random		random = {2};
	int			wrong = 0;

	for (int i = 0; i < 600; i++)
	{
		House		house = roll_house(&random, MAX_ROWS, i % 2 ? 1000000000 : 5000);
		CoreError	error = {0};
		Apportionment *rows;

		for (int j = 0; j < house.count; j++)
			house.peer_group[j] = j;
		rows = fill(&house, &error);
		if (sum_of(house.minimum, house.count) > house.seats)
			continue;
		set_down(&house);
		wrong += !apportion_solve(rows) || !is_stable(&house, rows->awarded) ||
			sum_of(rows->awarded, house.count) + rows->empty != house.seats;
	}
	is_int(wrong, 0, "houses of up to 400 rows and a billion seats");
}

/* Equal weights, and weights that differ in the last of thirty digits */
static void
test_equal_weights(void)
{
	for (int method = 0; method < 6; method++)
	{
		House		house = {.method = (ApportionMethod) method, .count = MAX_ROWS,
							 .seats = 1000000001};
		CoreError	error = {0};
		Apportionment *rows;
		int			wrong = 0;

		for (int i = 0; i < house.count; i++)
		{
			house.weight[i] = fixed_power10(30) - 1 - (i == 7);
			house.maximum[i] = APPORTION_NO_MAXIMUM;
			house.peer_group[i] = i;
		}
		rows = fill(&house, &error);
		apportion_solve(rows);
		for (int i = 0; i < house.count; i++)
			wrong += rows->awarded[i] != 2500000 + (i == 0);
		is_int(wrong, 0, "a billion and one seats for rows that are equal but for one digit, method %d", method);
	}
}

/* Weights of every size together, so that the threshold may be anywhere */
static void
test_wide_range(void)
{
	Random		random = {3};
	int			wrong = 0;

	for (int method = 1; method < 6; method++)
		for (int i = 0; i < 36; i++)
		{
			House		house = {.method = (ApportionMethod) method, .count = 36};
			CoreError	error = {0};
			Apportionment *rows;

			house.seats = 1 + random_below(&random, 1 << (i % 30));
			for (int j = 0; j < house.count; j++)
			{
				house.weight[j] = fixed_power10(j % (i + 1));
				house.maximum[j] = i % 2 ? 1 + house.seats / 5 : APPORTION_NO_MAXIMUM;
				house.peer_group[j] = j;
			}
			rows = fill(&house, &error);
			set_down(&house);
			wrong += !apportion_solve(rows) || !is_stable(&house, rows->awarded);
		}
	is_int(wrong, 0, "weights from 1 to 10^35 together");
}

/* The order of award is that of the seats given one by one. */
static void
test_order_of_award(void)
{
	Random		random = {4};
	int			wrong = 0;

	for (int i = 0; i < 1000; i++)
	{
		House		house = roll_house(&random, 8, 40);
		CoreError	error = {0};
		Apportionment *rows = fill(&house, &error);
		Claim	   *claims;
		int64		honoured;
		int64		count;

		for (int j = 0; j < house.count; j++)
			house.peer_group[j] = j;
		if (!apportion_solve(rows))
			continue;
		claims = apportion_awards(rows, &honoured, &count);
		set_down(&house);
		memcpy(house.awarded, house.minimum, sizeof(house.awarded));
		for (int64 k = 0; k < honoured; k++)
		{
			int			row = best_row(&house);

			wrong += claims[k].row != row || claims[k].held != house.awarded[row];
			house.awarded[row]++;
		}
		for (int j = 0; j < house.count; j++)
			wrong += house.awarded[j] != rows->awarded[j];
		wrong += count > honoured && claims[honoured].row != best_row(&house);
	}
	is_int(wrong, 0, "a thousand orders of award");
}

static void
test_refusals(void)
{
	CoreError	error = {0};
	House		house = {.count = 2};
	Apportionment *rows =
		apportion_begin(APPORTION_HAMILTON, 5, 9, same_group, &house, &error);
	ExactNumber large = {.digits = fixed_power10(36) - 1};
	ExactNumber fine = {.digits = 1, .scale = 1};
	ExactNumber below = {.digits = -1};
	ApportionMethod method;

	ok(!apportion_add(rows, below, 0, 1) && error.code == CORE_INVALID, "a negative weight");
	ok(!apportion_add(rows, fine, 2, 1) && error.code == CORE_INVALID, "a minimum above the maximum");
	ok(!apportion_add(rows, fine, -1, 1) && error.code == CORE_INVALID, "a negative minimum");
	apportion_add(rows, large, 0, 9);
	ok(!apportion_add(rows, fine, 0, 1) && error.code == CORE_OUT_OF_RANGE, "weights of too many digits together");
	apportion_add(rows, large, 0, 9);
	ok(!apportion_solve(rows) && error.code == CORE_OUT_OF_RANGE, "a sum of too many digits");
	ok(!apportion_method_of(word_of("webster"), &method, &error) && error.code == CORE_INVALID, "an unknown method");
	ok(apportion_method_of(word_of("dean"), &method, &error) && method == APPORTION_DEAN, "a known method");
}

/* ---- renewed quotas ---- */

/* The share of a row among those that are not bound, as a double */
static double
share_of(const House *house, const int *bound, int row, double weight, int32 seats)
{
	return bound[row] ? -1 : (double) house->weight[row] * seats / weight;
}

/*
 * Bind rows one step at a time to the bound that their share is beyond, those below
 * first when they lack more, then give out by largest remainder; false when
 * remainders are too near to be told apart by doubles.
 */
static bool
renew_by_hand(House *house)
{
	int			bound[MAX_ROWS] = {0};
	int32		seats = house->seats;
	double		weight = 0;
	bool		changed = true;

	for (int i = 0; i < house->count; i++)
		weight += (double) house->weight[i];
	while (changed && weight > 0)
	{
		double		lack = 0;
		double		surplus = 0;

		changed = false;
		for (int i = 0; i < house->count; i++)
		{
			double		share = share_of(house, bound, i, weight, seats);

			if (bound[i])
				continue;
			lack += fmax(house->minimum[i] - share, 0);
			surplus += fmax(share - house->maximum[i], 0);
		}
		if (fabs(lack - surplus) < 1e-9 && lack > 1e-9)
			return false;
		for (int i = 0, unbound = 1; i < house->count && unbound; i++)
		{
			double		share = share_of(house, bound, i, weight, seats);
			bool		below = !bound[i] && share < house->minimum[i] - 1e-9 && lack > surplus;
			bool		above = !bound[i] && share > house->maximum[i] + 1e-9 && surplus > lack;

			if (!below && !above)
				continue;
			bound[i] = 1;
			house->awarded[i] = below ? house->minimum[i] : house->maximum[i];
			seats -= house->awarded[i];
			weight -= (double) house->weight[i];
			changed = true;
			unbound = 0;
		}
	}
	for (int i = 0; i < house->count; i++)
		if (!bound[i])
			house->awarded[i] = (int32) (share_of(house, bound, i, weight, seats) + 1e-9);
	for (int i = 0; i < house->count; i++)
		seats -= bound[i] ? 0 : house->awarded[i];
	for (; seats > 0; seats--)
	{
		double		most = -1;
		double		second = -1;
		int			best = 0;
		double		free_weight = 0;
		int32		free_seats = house->seats;

		for (int i = 0; i < house->count; i++)
			if (bound[i] == 1)
				free_seats -= house->awarded[i];
			else
				free_weight += (double) house->weight[i];
		for (int i = 0; i < house->count; i++)
		{
			double		rest = (double) house->weight[i] * free_seats / free_weight -
				house->awarded[i];

			if (bound[i])
				continue;
			second = fmax(second, fmin(rest, most));
			if (rest > most)
			{
				most = rest;
				best = i;
			}
		}
		if (most - second < 1e-9)
			return false;
		house->awarded[best]++;
	}
	return true;
}

static void
test_renewed(void)
{
	Random		random = {11};
	int			wrong = 0;
	int			checked = 0;
	CoreError	error;

	for (int turn = 0; turn < 20000; turn++)
	{
		House		house = {
			.method = APPORTION_HAMILTON_RENEWED, .count = 2 + random_below(&random, 8)
		};
		int64		least = 0;
		int64		most = 0;
		Apportionment *rows;

		for (int i = 0; i < house.count; i++)
		{
			house.weight[i] = 1 + random_below(&random, random_below(&random, 2) ? 1000 : 30);
			house.minimum[i] = random_below(&random, 2) ? 0 : random_below(&random, 6);
			house.maximum[i] = random_below(&random, 3) ? 1000 :
				house.minimum[i] + random_below(&random, 8);
			house.peer_group[i] = i;
			least += house.minimum[i];
			most += house.maximum[i];
		}
		house.seats = (int32) Min(least + random_below(&random, 40), most);
		rows = apportion_begin(house.method, house.seats, house.count, same_group, &house, &error);
		for (int i = 0; i < house.count; i++)
			apportion_add(rows, (ExactNumber) {.digits = house.weight[i]}, house.minimum[i],
						  house.maximum[i]);
		if (!apportion_solve(rows))
			wrong++;
		if (!renew_by_hand(&house))
			continue;
		checked++;
		for (int i = 0; i < house.count; i++)
			wrong += rows->awarded[i] != house.awarded[i];
	}
	is_int(wrong, 0, "renewed quotas give what binding row after row does");
	ok(checked > 15000, "in %d cases without equal remainders", checked);
}

int
main(void)
{
	test_seat_by_seat();
	test_large_houses();
	test_equal_weights();
	test_wide_range();
	test_order_of_award();
	test_refusals();
	test_renewed();
	return finish();
}
