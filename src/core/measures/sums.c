/*
 * sums.c
 *	  Measures of inequality, poverty and targeting from sums: Theil (1967); Atkinson
 *	  (1970); Foster, Greer and Thorbecke (1984).
 *
 * A row's mantissas are rounded to a grid, so coarse that the sums of an order are exact
 * for 2^34 rows: they are the same however the rows were spread, and so is all that is made
 * of them.  Where all values are equal the measure is exactly 0.  What rounding brings below
 * the least value of a measure, or above the greatest, is that value.
 */
#include "core/measures/sums.h"

#include <math.h>

#include "core/measures/doubled.h"

/*
 * Atkinson's index with the aversion e is 1 - (mean of y^a)^(1/a) / mean of y, where
 * a = 1 - e.  Near a = 0, where it turns into the geometric mean, powers lose what
 * tells them from 1: there the sum is of (y^a - 1) / a, whose limit is the logarithm.
 */
#define NEAR_LOGARITHM		0.5

/* Added and taken away it rounds to a multiple of 2^-66. */
#define GRID				0x1.8p-14

#define ZERO_EXPONENT		(-2000)	/* of 0, below all others */
#define EXPONENT_OFFSET		2048
#define EXPONENTS			4096	/* of doubles, and to spare */
#define MOST_ORDERS			1000000

static const Doubled LOGARITHM_OF_2 = {0.69314718055994530942, 2.3190468138462996e-17};

/* ---- orders ---- */

typedef struct Order
{
	int			exponent;		/* of values */
	int			term_exponent;	/* of terms that are powers, when values count by their mantissas */
	int			weight_exponent;
} Order;

static double
order_key(Order order)
{
	return ((double) (order.exponent + EXPONENT_OFFSET) * EXPONENTS +
			(order.term_exponent + EXPONENT_OFFSET)) * EXPONENTS +
		(order.weight_exponent + EXPONENT_OFFSET);
}

static Order
order_of(double key)
{
	int64		number = (int64) key;

	return (Order) {
		(int) (number / (EXPONENTS * EXPONENTS)) - EXPONENT_OFFSET,
			(int) (number / EXPONENTS % EXPONENTS) - EXPONENT_OFFSET,
			(int) (number % EXPONENTS) - EXPONENT_OFFSET
	};
}

static inline double *
order_at(const double *sums, int place)
{
	return unconstify(double *, sums) + SUM_ORDERS + place * ORDER_LENGTH;
}

int
sums_orders(int length)
{
	int			orders = (length - SUM_ORDERS) / ORDER_LENGTH;

	return orders > 0 && orders <= MOST_ORDERS && length == sums_length(orders) ? orders : 0;
}

static bool
is_key(double key)
{
	Order		order;

	if (!(key >= 0 && key < (double) EXPONENTS * EXPONENTS * EXPONENTS) || key != trunc(key))
		return false;
	order = order_of(key);
	return order.exponent >= ZERO_EXPONENT && order.exponent < 1024 &&
		order.term_exponent >= -1100 && order.term_exponent <= 1 &&
		order.weight_exponent >= -1100 && order.weight_exponent < 1024;
}

/* What is left of a sum is less than its last digit. */
static bool
is_order(const double *order)
{
	for (int sum = ORDER_WEIGHT; sum < ORDER_LENGTH; sum += 2)
		if (order[sum] + order[sum + 1] != order[sum])
			return false;
	return is_key(order[ORDER_KEY]) && order[ORDER_WEIGHT] > 0;
}

bool
sums_are_state(const double *sums, int length)
{
	int			orders = sums_orders(length);

	if (orders == 0 || !(sums[SUM_KIND] >= 0 && sums[SUM_KIND] < MEASURE_KINDS) ||
		sums[SUM_KIND] != trunc(sums[SUM_KIND]) || !(sums[SUM_PARAMETER] >= 0))
		return false;
	for (int i = 0; i < orders; i++)
		if (!is_order(order_at(sums, i)) ||
			(i > 0 && order_at(sums, i)[ORDER_KEY] <= order_at(sums, i - 1)[ORDER_KEY]))
			return false;
	return true;
}

bool
sums_are_finite(const double *sums, int length)
{
	return doubled_are_finite(sums, length);
}

bool
sums_find_order(const double *sums, int orders, const SumsRow *row, int *place)
{
	int			low = 0;

	while (low < orders)
	{
		int			middle = low + (orders - low) / 2;
		double		here = order_at(sums, middle)[ORDER_KEY];

		if (here == row->key)
		{
			*place = middle;
			return true;
		}
		if (here < row->key)
			low = middle + 1;
		else
			orders = middle;
	}
	*place = low;
	return false;
}

void
sums_insert_order(double *sums, const double *old, int orders, const SumsRow *row, int place)
{
	double	   *order = order_at(sums, place);
	size_t		before = (size_t) sums_length(place);
	size_t		after = (size_t) sums_length(orders) - before;

	memcpy(sums, old, sizeof(double) * before);
	memset(order, 0, sizeof(double) * ORDER_LENGTH);
	order[ORDER_KEY] = row->key;
	memcpy(order + ORDER_LENGTH, old + before, sizeof(double) * after);
}

/* ---- rows ---- */

static bool
is_mean(MeasureKind kind)
{
	return kind <= MEASURE_EXCLUSION_ERROR;
}

static bool
is_near_logarithm(double power)
{
	return fabs(power) < NEAR_LOGARITHM;
}

/* (y^a - 1) / a by the logarithm of y */
static double
power_term(double power, double logarithm)
{
	return power == 0 ? logarithm : expm1(power * logarithm) / power;
}

/* What a mantissa adds to the sum of terms; a power is given by its mantissa and exponent. */
static double
term_of(MeasureKind kind, double parameter, double mantissa, int *exponent)
{
	double		power = 1 - parameter;

	switch (kind)
	{
		case MEASURE_THEIL_T:
			return mantissa * log(mantissa);
		case MEASURE_THEIL_L:
			return log(mantissa);
		case MEASURE_ATKINSON:
			if (is_near_logarithm(power))
				return power_term(power, log(mantissa));
			return frexp(pow(mantissa, power), exponent);
		default:
			return 0;
	}
}

/* The mantissa, from 1 to 2, and the exponent */
static double
mantissa_of(double value, int *exponent)
{
	double		half = frexp(value, exponent);

	*exponent -= 1;
	return 2 * half;
}

SumsRow
sums_row(MeasureKind kind, double parameter, double value, double weight)
{
	SumsRow		row = {value};
	Order		order = {ZERO_EXPONENT};

	row.weight = mantissa_of(weight, &order.weight_exponent);
	if (value != 0)
	{
		row.mantissa = mantissa_of(value, &order.exponent);
		row.term = term_of(kind, parameter, row.mantissa, &order.term_exponent);
	}
	row.key = order_key(order);
	return row;
}

void
sums_start(double *sums, MeasureKind kind, double parameter, const SumsRow *row)
{
	memset(sums, 0, sizeof(double) * sums_length(1));
	sums[SUM_KIND] = kind;
	sums[SUM_PARAMETER] = parameter;
	sums[SUM_LEAST] = sums[SUM_MOST] = row->value;
	order_at(sums, 0)[ORDER_KEY] = row->key;
}

static inline Doubled
sum_of(const double *order, int sum)
{
	return (Doubled) {order[sum], order[sum + 1]};
}

static inline void
add_to(double *order, int sum, Doubled some)
{
	Doubled		total = doubled_add(sum_of(order, sum), some);

	order[sum] = total.high;
	order[sum + 1] = total.low;
}

/* A product of mantissas on the grid: a large one lies there, but for what is left of it. */
static inline Doubled
product_on_grid(double a, double b)
{
	Doubled		product = doubled_of_product(a, b);

	if (fabs(product.high) < 0x1p-12)
		return (Doubled) {(product.high + GRID) - GRID, 0};
	return (Doubled) {product.high, (product.low + GRID) - GRID};
}

void
sums_add(double *sums, int place, const SumsRow *row)
{
	double	   *order = order_at(sums, place);

	sums[SUM_LEAST] = Min(sums[SUM_LEAST], row->value);
	sums[SUM_MOST] = Max(sums[SUM_MOST], row->value);
	add_to(order, ORDER_WEIGHT, (Doubled) {row->weight, 0});
	add_to(order, ORDER_VALUE, product_on_grid(row->weight, row->mantissa));
	if (row->term != 0)
		add_to(order, ORDER_TERM, product_on_grid(row->weight, row->term));
}

int
sums_combine(double *sums, const double *a, int a_orders, const double *b, int b_orders)
{
	int			count = 0;

	memcpy(sums, a, sizeof(double) * SUM_ORDERS);
	sums[SUM_LEAST] = Min(a[SUM_LEAST], b[SUM_LEAST]);
	sums[SUM_MOST] = Max(a[SUM_MOST], b[SUM_MOST]);
	for (int i = 0, j = 0; i < a_orders || j < b_orders; count++)
	{
		const double *from_a = i < a_orders ? order_at(a, i) : NULL;
		const double *from_b = j < b_orders ? order_at(b, j) : NULL;
		bool		takes_a = from_a && (!from_b || from_a[ORDER_KEY] <= from_b[ORDER_KEY]);
		bool		takes_b = from_b && (!from_a || from_b[ORDER_KEY] <= from_a[ORDER_KEY]);
		double	   *order = order_at(sums, count);

		memcpy(order, takes_a ? from_a : from_b, sizeof(double) * ORDER_LENGTH);
		for (int sum = ORDER_WEIGHT; takes_a && takes_b && sum < ORDER_LENGTH; sum += 2)
			add_to(order, sum, sum_of(from_b, sum));
		i += takes_a;
		j += takes_b;
	}
	return count;
}

/* ---- the measures ---- */

/* The sums over all orders, relative to the largest value and weight that there can be */
typedef struct Totals
{
	Order		largest;
	Doubled		weight;
	Doubled		value;
	double		logarithm_of_mean;	/* and what is left of it */
	double		rest_of_logarithm;
} Totals;

/* How far below the largest an order is */
static Order
order_below(const double *order, const Totals *totals)
{
	Order		one = order_of(order[ORDER_KEY]);

	one.exponent -= totals->largest.exponent;
	one.weight_exponent -= totals->largest.weight_exponent;
	return one;
}

static Totals
total(const double *sums, int orders)
{
	Totals		totals = {order_of(order_at(sums, orders - 1)[ORDER_KEY])};
	Doubled		mean;

	for (int i = 0; i < orders; i++)
	{
		Order		one = order_of(order_at(sums, i)[ORDER_KEY]);

		totals.largest.weight_exponent = Max(totals.largest.weight_exponent, one.weight_exponent);
	}
	for (int i = 0; i < orders; i++)
	{
		const double *order = order_at(sums, i);
		Order		one = order_below(order, &totals);

		totals.weight = doubled_add(totals.weight, doubled_scale(sum_of(order, ORDER_WEIGHT),
																 one.weight_exponent));
		totals.value = doubled_add(totals.value, doubled_scale(sum_of(order, ORDER_VALUE),
															   one.exponent + one.weight_exponent));
	}
	mean = doubled_divide(totals.value, totals.weight);
	totals.logarithm_of_mean = log(mean.high);
	totals.rest_of_logarithm = mean.low / mean.high;
	return totals;
}

/*
 * The sum of terms with logarithms: those of an order are the mantissas' and its exponent
 * times that of 2, which counts for the sum of weights, or for that of values.
 */
static Doubled
sum_logarithms(const double *sums, int orders, const Totals *totals, int counted)
{
	Doubled		sum = {0, 0};

	for (int i = 0; i < orders; i++)
	{
		const double *order = order_at(sums, i);
		Order		one = order_below(order, totals);
		Doubled		shift = doubled_times(LOGARITHM_OF_2, one.exponent);
		Doubled		some = doubled_add(sum_of(order, ORDER_TERM),
									   doubled_multiply(shift, sum_of(order, counted)));
		int			scale = one.weight_exponent + (counted == ORDER_VALUE ? one.exponent : 0);

		sum = doubled_add(sum, doubled_scale(some, scale));
	}
	return sum;
}

static double
theil_t(const double *sums, int orders, const Totals *totals)
{
	Doubled		mean = doubled_divide(sum_logarithms(sums, orders, totals, ORDER_VALUE),
									  totals->value);

	return (mean.high - totals->logarithm_of_mean) + (mean.low - totals->rest_of_logarithm);
}

static double
theil_l(const double *sums, int orders, const Totals *totals)
{
	Doubled		mean = doubled_divide(sum_logarithms(sums, orders, totals, ORDER_WEIGHT),
									  totals->weight);

	return (totals->logarithm_of_mean - mean.high) + (totals->rest_of_logarithm - mean.low);
}

/* The logarithm of what each would need to have, relative to the largest exponent */
static double
near_logarithm(const double *sums, int orders, const Totals *totals, double power)
{
	Doubled		sum = {0, 0};
	double		term;

	for (int i = 0; i < orders; i++)
	{
		const double *order = order_at(sums, i);
		Order		one = order_below(order, totals);
		double		shift = one.exponent * LOGARITHM_OF_2.high;
		bool		is_zero = order_of(order[ORDER_KEY]).exponent == ZERO_EXPONENT;
		double		each = is_zero ? -1 / power : power_term(power, shift);
		Doubled		base = doubled_times(sum_of(order, ORDER_WEIGHT), each);
		Doubled		above = doubled_times(sum_of(order, ORDER_TERM), exp(power * shift));

		sum = doubled_add(sum, doubled_scale(doubled_add(base, above), one.weight_exponent));
	}
	term = doubled_divide(sum, totals->weight).high;
	return power == 0 ? term : log1p(power * term) / power;
}

/*
 * The same by powers.  With a great aversion the least values alone count: powers are taken
 * relative to the least value's order, and where they are too small it is the least value.
 */
static double
power_logarithm(const double *sums, int orders, const Totals *totals, double power)
{
	int			least = order_below(order_at(sums, 0), totals).exponent;
	int			base = power < 0 ? least : 0;
	double		apart = base * LOGARITHM_OF_2.high;
	Doubled		sum = {0, 0};
	double		mean;

	for (int i = 0; i < orders; i++)
	{
		const double *order = order_at(sums, i);
		Order		one = order_below(order, totals);
		double		times = exp2(power * (one.exponent - base) + one.term_exponent);

		sum = doubled_add(sum, doubled_scale(doubled_times(sum_of(order, ORDER_TERM), times),
											 one.weight_exponent));
	}
	mean = doubled_divide(sum, totals->weight).high;
	if (!(mean > 0))
		return log(ldexp(sums[SUM_LEAST], -totals->largest.exponent - base)) + apart;
	return log(mean) / power + apart;
}

static double
atkinson(const double *sums, int orders, const Totals *totals)
{
	double		power = 1 - sums[SUM_PARAMETER];
	double		logarithm;

	if (sums[SUM_LEAST] == 0 && power <= 0)
		return 1;
	logarithm = is_near_logarithm(power) ? near_logarithm(sums, orders, totals, power) :
		power_logarithm(sums, orders, totals, power);
	return Min(-expm1((logarithm - totals->logarithm_of_mean) - totals->rest_of_logarithm), 1);
}

static double
mean_of(const Totals *totals)
{
	return ldexp(doubled_divide(totals->value, totals->weight).high, totals->largest.exponent);
}

double
sums_measure(const double *sums, int orders)
{
	MeasureKind kind = (MeasureKind) sums[SUM_KIND];
	Totals		totals = total(sums, orders);

	if (is_mean(kind))
		return totals.value.high == 0 ? 0 : mean_of(&totals);
	if (!(totals.value.high > 0))
		return NAN;
	if (sums[SUM_LEAST] == sums[SUM_MOST])
		return 0;
	if (kind == MEASURE_ATKINSON)
		return Max(atkinson(sums, orders, &totals), 0);
	return Max(kind == MEASURE_THEIL_T ? theil_t(sums, orders, &totals) :
			   theil_l(sums, orders, &totals), 0);
}

double
fgt_term(double x, double line, double alpha)
{
	double		gap = (line - x) / line;

	if (x >= line)
		return 0;
	if (alpha == 0)
		return 1;
	return alpha == 1 ? gap : alpha == 2 ? gap * gap : pow(gap, alpha);
}
