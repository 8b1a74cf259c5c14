/*
 * shortfall_check.c
 *	  Trying out what shortfall promises.
 */
#include "helper/shortfall_check.h"

#include "helper/tap.h"

#define SAMPLES		3

/* Is the criterion the only one that reads its field, and the field a column's? */
static bool
is_alone(const Program *program, int index)
{
	int			field = program_criterion(program, index)->field;
	int			readers = 0;

	if (field < 0 || program_field(program, field)->column < 0)
		return false;
	for (int i = 0; i < program->criterion_count; i++)
		readers += program_criterion(program, i)->field == field ||
			program_criterion(program, i)->than == field;
	for (int i = 0; i < program->field_count; i++)
	{
		const ProgramField *other = program_field(program, i);

		for (int j = 0; j < other->argument_count; j++)
			readers += program_at(program, int32, other->arguments)[j] == field;
	}
	return readers == 1;
}

/* ">= 3.2" as a value that is, "> 3.2" as the next one; a text as itself */
static Value
needed_value(const ProgramCriterion *criterion, const char *needed)
{
	Value		value;

	if (criterion->kind == KIND_ENUM)
		return value_of(VALUE_TEXT, needed);
	value = value_of(VALUE_NUMBER, needed + strcspn(needed, "-0123456789"));
	value.text = NULL;
	if (needed[1] != '=')
		value.number += needed[0] == '<' ? -1 : 1;
	return value;
}

/* A number without its decimals */
static Value
whole_value(Value value)
{
	value.number -= value.number % fixed_power10(VALUE_SCALE);
	value.rest = 0;
	value.text = NULL;
	return value;
}

/* The score when a field has another value; false when there is none. */
static bool
score_with(Evaluator *evaluator, int field, const Value *value, int64 *score)
{
	FieldValue	before = evaluator->values[field];
	Assessment	assessment;
	bool		scored;

	fill_field_value(&evaluator->values[field], program_field(evaluator->program, field), value);
	scored = evaluate(evaluator, FOR_SCORE, &assessment) && assessment.scored;
	*score = assessment.score;
	evaluator->values[field] = before;
	evaluate(evaluator, FOR_SCORE, &assessment);
	return scored;
}

static bool
complain(const Evaluator *evaluator, int index, const char *what, const char *value)
{
	const Program *program = evaluator->program;

	note("criterion %s: %s with %s", program_string(program, program_criterion(program, index)->code),
		 what, value);
	return true;
}

static bool
is_broken(Evaluator *evaluator, const Card *card, int index, int64 wanted, int64 gap,
		  Random *random)
{
	const ProgramCriterion *criterion = program_criterion(evaluator->program, index);
	const ProgramField *field = program_field(evaluator->program, criterion->field);
	const char *name = program_string(evaluator->program, field->name);
	bool	   *whole = palloc(sizeof(bool) * evaluator->program->field_count);
	bool		is_whole = random_below(random, 2);
	Shortfall	shortfall;
	Value		value;
	int64		score;

	memset(whole, is_whole, sizeof(bool) * evaluator->program->field_count);
	if (find_shortfall(evaluator, index, gap, whole, &shortfall))
	{
		value = needed_value(criterion, shortfall.needed);
		if (is_whole && criterion->kind != KIND_ENUM && strchr(shortfall.needed, '.'))
			return complain(evaluator, index, "the number is not whole", shortfall.needed);
		return (!score_with(evaluator, criterion->field, &value, &score) || score < wanted) &&
			complain(evaluator, index, "the score is not reached", shortfall.needed);
	}
	/* what an enum does not list is no shortfall, whatever it gives */
	for (int i = 0; i < SAMPLES && criterion->kind != KIND_ENUM; i++)
	{
		value = value_random(random, card, field, name, VALUE_SCALE);
		if (is_whole)
			value = whole_value(value);
		if (!value.missing && score_with(evaluator, criterion->field, &value, &score) &&
			score >= wanted)
			return complain(evaluator, index, "the score is reached", value.text);
	}
	return false;
}

int
count_broken_shortfalls(Evaluator *evaluator, const Card *card, int64 gap, Random *random,
						int *tried)
{
	const Program *program = evaluator->program;
	Assessment	assessment;
	int			broken = 0;

	if (!evaluate(evaluator, FOR_SCORE, &assessment) || !assessment.scored)
		return 0;
	for (int i = 0; i < program->criterion_count; i++)
	{
		const ProgramCriterion *criterion = program_criterion(program, i);

		if (criterion->kind == KIND_GATE || !is_alone(program, i) ||
			evaluator->values[criterion->field].missing)
			continue;
		(*tried)++;
		broken += is_broken(evaluator, card, i, assessment.score + gap, gap, random);
	}
	return broken;
}
