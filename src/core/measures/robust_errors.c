/*
 * robust_errors.c
 *	  Standard errors that allow for unequal spread (White 1980): B·M·B with
 *	  B the inverse of the cross products and M the sum of w²·e²·x·x' over the
 *	  rows, e being what is left.
 *
 * HC1 and HC3 as MacKinnon and White (1985) have them.  What a row adds is a double; the
 * sums have twice its digits, so that they do not depend on how the rows are divided.
 */
#include "core/measures/robust_errors.h"

#include <math.h>

#include "core/measures/doubled.h"

/* At this leverage what is left is rounding. */
#define FULL_LEVERAGE		(1 - 1e-10)

/* Where the numbers of a state are */
enum
{
	STATE_KIND,
	STATE_COUNT,
	STATE_MODEL_ROWS,
	STATE_COEFFICIENTS			/* then the inverse, the rows, and the upper half of M, doubled */
};

static int
model_length(int count)
{
	return STATE_COEFFICIENTS + count + count * count;
}

int
robust_errors_state_length(int count)
{
	return model_length(count) + 1 + count * (count + 1);
}

int
robust_errors_count(const double *state)
{
	return (int) state[STATE_COUNT];
}

static const double *
inverse_of(const double *state)
{
	return state + STATE_COEFFICIENTS + robust_errors_count(state);
}

void
robust_errors_start(double *state, const RobustErrorsModel *model)
{
	int			count = model->count;

	memset(state, 0, sizeof(double) * robust_errors_state_length(count));
	state[STATE_KIND] = model->kind;
	state[STATE_COUNT] = count;
	state[STATE_MODEL_ROWS] = model->rows;
	memcpy(state + STATE_COEFFICIENTS, model->coefficients, sizeof(double) * count);
	memcpy(state + STATE_COEFFICIENTS + count, model->inverse, sizeof(double) * count * count);
}

bool
robust_errors_is_state(const double *state, int length)
{
	return length > STATE_COEFFICIENTS &&
		(state[STATE_KIND] == ROBUST_ERRORS_HC1 || state[STATE_KIND] == ROBUST_ERRORS_HC3) &&
		state[STATE_COUNT] >= 1 && state[STATE_COUNT] <= length &&
		state[STATE_COUNT] == (int) state[STATE_COUNT] &&
		length < 1 << 24 && state[STATE_COUNT] < 1 << 12 &&
		length == robust_errors_state_length((int) state[STATE_COUNT]);
}

bool
robust_errors_is_finite(const double *state, int length)
{
	double		rows = state[model_length(robust_errors_count(state))];

	return doubled_are_finite(state, length) && rows >= 0 && rows < 0x1p62;
}

static double
leverage(const double *inverse, const double *row, int count)
{
	double		sum = 0;

	for (int i = 0; i < count; i++)
		for (int j = 0; j < count; j++)
			sum += row[i] * inverse[i * count + j] * row[j];
	return sum;
}

bool
robust_errors_add(double *state, const double *row, double weight)
{
	int			count = robust_errors_count(state);
	double	   *at = state + model_length(count);
	double		left = row[count];

	for (int i = 0; i < count; i++)
		left -= state[STATE_COEFFICIENTS + i] * row[i];
	if (state[STATE_KIND] == ROBUST_ERRORS_HC3)
	{
		double		share = weight * leverage(inverse_of(state), row, count);

		if (share > FULL_LEVERAGE)
			return false;
		left /= 1 - share;
	}
	*at++ += 1;
	for (int i = 0; i < count; i++)
		for (int j = i; j < count; j++, at += 2)
			doubled_add_at(at, (Doubled) {weight * weight * left * left * row[i] * row[j], 0});
	return true;
}

bool
robust_errors_combine(double *state, const double *other)
{
	int			length = robust_errors_state_length(robust_errors_count(state));
	int			shared = model_length(robust_errors_count(state));

	if (memcmp(state, other, sizeof(double) * shared) != 0)
		return false;
	state[shared] += other[shared];
	for (int i = shared + 1; i < length; i += 2)
		doubled_add_at(state + i, (Doubled) {other[i], other[i + 1]});
	return true;
}

/* A row of B, M, and the row again */
static double
product(const double *b, const double *m, int count)
{
	double		sum = 0;

	for (int i = 0; i < count; i++)
		for (int j = i; j < count; j++, m += 2)
			sum += (i == j ? 1 : 2) * b[i] * *m * b[j];
	return sum;
}

bool
robust_errors_solve(const double *state, double *errors)
{
	int			count = robust_errors_count(state);
	double		rows = state[model_length(count)];
	double		scale = state[STATE_KIND] == ROBUST_ERRORS_HC1 ? rows / (rows - count) : 1;

	if (rows != state[STATE_MODEL_ROWS] || rows <= count)
		return false;
	for (int i = 0; i < count; i++)
	{
		host_check_interrupts();
		errors[i] = sqrt(scale * product(inverse_of(state) + i * count,
										 state + model_length(count) + 1, count));
	}
	return true;
}
