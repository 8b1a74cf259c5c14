/*
 * fuzz_part.c
 *	  Any bytes as the part of a measure that another server sent.
 *
 * What is taken for a state can be added to, put together with itself and told, and is a
 * state after that as long as its numbers are finite.
 */
#include "arena.h"
#include "core/measures/least_squares.h"
#include "core/measures/part.h"
#include "core/measures/sums.h"

static double *
numbers_of(const uint8 *data, int count)
{
	double	   *numbers = palloc(sizeof(double) * Max(count, 1));

	part_read(data, count, numbers);
	return numbers;
}

static void
check_sums(const double *sums, int length)
{
	int			orders = sums_orders(length);
	MeasureKind kind = (MeasureKind) sums[SUM_KIND];
	SumsRow		row = sums_row(kind, sums[SUM_PARAMETER], 3000.5, 0.3);
	double	   *wider = palloc(sizeof(double) * sums_length(orders + 1));
	double	   *both = palloc(sizeof(double) * sums_length(2 * orders + 1));
	int			place;

	sums_measure(sums, orders);
	if (sums_find_order(sums, orders, &row, &place))
		memcpy(wider, sums, sizeof(double) * length);
	else
		sums_insert_order(wider, sums, orders++, &row, place);
	sums_add(wider, place, &row);
	sums_measure(wider, orders);
	orders = sums_combine(both, wider, orders, sums, sums_orders(length));
	fuzz_expect(!sums_are_finite(both, sums_length(orders)) ||
				sums_are_state(both, sums_length(orders)), "two states are a state");
	sums_measure(both, orders);
}

static void
check_fit(double *state)
{
	int			columns = least_squares_columns(state);
	double	   *row = palloc(sizeof(double) * least_squares_row_length(columns));
	int		   *singular = palloc(sizeof(int) * (columns + 1));
	LeastSquaresFactors factors;
	LeastSquaresFit fit;

	for (int i = 0; i < least_squares_row_length(columns); i++)
		row[i] = i + 1;
	least_squares_add(state, row, 0.5);
	least_squares_combine(state, state);
	factors = least_squares_factor(state);
	least_squares_singular(&factors, singular);
	least_squares_solve(&factors, &fit);
}

int
LLVMFuzzerTestOneInput(const uint8 *data, size_t size)
{
	int			count;
	int			kind = part_kind(data, size, &count);

	if (kind >= 0)
	{
		double	   *numbers = numbers_of(data, count);
		uint8	   *again = palloc(size);

		part_write((uint8) kind, numbers, count, again);
		fuzz_expect(memcmp(data, again, size) == 0, "a part is written as it was read");
		if (sums_are_state(numbers, count) && sums_are_finite(numbers, count))
			check_sums(numbers, count);
		if (least_squares_is_state(numbers, count) && least_squares_is_finite(numbers, count))
			check_fit(numbers);
	}
	arena_reset();
	return 0;
}
