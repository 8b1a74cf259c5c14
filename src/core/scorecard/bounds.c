/*
 * bounds.c
 *	  What a score can be, whatever the missing fields are.
 *
 * A criterion whose field is missing can give anything from its lowest to its
 * highest points; one whose field is there gives what it gave.  The sums are
 * bounds, not always reached: a field that several criteria read counts in each
 * by itself.
 */
#include "core/scorecard/eval.h"

typedef struct Interval
{
	bool		has_low;
	bool		has_high;
	int128		low;
	int128		high;
} Interval;

static const Interval NOTHING = {true, true, 0, 0};

static Interval
add_intervals(Interval a, Interval b)
{
	return (Interval) {a.has_low && b.has_low, a.has_high && b.has_high, a.low + b.low,
					  a.high + b.high};
}

/* The points that a criterion gave, or all that it can give when its field is missing. */
static Interval
criterion_interval(const Evaluator *evaluator, int index)
{
	const ProgramCriterion *criterion = program_criterion(evaluator->program, index);
	const Judgement *judgement = &evaluator->judgements[index];
	bool		is_missing = criterion->field >= 0 && evaluator->values[criterion->field].missing;

	if (judgement->outcome == OUTCOME_PASSED && !is_missing)
		return (Interval) {true, true, judgement->points, judgement->points};
	return (Interval) {!criterion->low_unbounded, !criterion->high_unbounded, criterion->low,
					  criterion->high};
}

/* The sum of the members' intervals, held between the section's limits. */
static Interval
section_interval(const Evaluator *evaluator, int section)
{
	const ProgramCriterion *limits = program_criterion(evaluator->program, section);
	Interval	sum = NOTHING;

	for (int i = 0; i < evaluator->program->criterion_count; i++)
		if (program_criterion(evaluator->program, i)->section == section)
			sum = add_intervals(sum, criterion_interval(evaluator, i));
	sum.low = sum.has_low ? Min(Max(sum.low, limits->min), limits->max) : limits->min;
	sum.high = sum.has_high ? Min(Max(sum.high, limits->min), limits->max) : limits->max;
	sum.has_low |= limits->has_min;
	sum.has_high |= limits->has_max;
	return sum;
}

ScoreBounds
score_bounds(const Evaluator *evaluator)
{
	Interval	sum = NOTHING;

	for (int i = 0; i < evaluator->program->criterion_count; i++)
	{
		const ProgramCriterion *criterion = program_criterion(evaluator->program, i);

		if (criterion->kind == KIND_SECTION)
			sum = add_intervals(sum, section_interval(evaluator, i));
		else if (criterion->kind != KIND_GATE && criterion->kind != KIND_DERIVE &&
				 criterion->section < 0)
			sum = add_intervals(sum, criterion_interval(evaluator, i));
	}
	return (ScoreBounds) {sum.has_low, sum.has_high, (int64) sum.low, (int64) sum.high};
}
