/*
 * eval_random.c
 *	  Random cards over random records: the program and a plain reading of the
 *	  card must agree in every outcome, point, reason and class.
 */
#include "helper/card_random.h"
#include "helper/card_text.h"
#include "helper/reference_scorecard.h"
#include "helper/tap.h"

#define CARDS		3000
#define RECORDS		12

static Random matter = {3};
static Random spelling = {4};
static Random values = {5};

static int	compiled = 0;
static int	judged = 0;
static int	too_large = 0;
static int	scored = 0;
static int	wrong = 0;
static int	split = 0;
static int	completed = 0;
static int	outside = 0;

/* Values for all columns, at and beside what the card compares them with. */
static void
fill_record(const Card *card, const Evaluator *evaluator, Record *record)
{
	const Program *program = evaluator->program;

	record->count = 0;
	for (int i = 0; i < program->field_count; i++)
	{
		const ProgramField *field = program_field(program, i);
		const char *name = program_string(program, field->name);

		if (field->column < 0)
			continue;
		record->names[record->count] = name;
		record->values[record->count] = value_random(&values, card, field, name, VALUE_SCALE);
		fill_field_value(&evaluator->values[i], field, &record->values[record->count++]);
	}
}

static bool
can_be_filled(const Program *program)
{
	for (int i = 0; i < program->field_count; i++)
	{
		const ProgramField *field = program_field(program, i);

		if (field->column >= 0 && value_type(field) == VALUE_NONE)
			return false;
	}
	return true;
}

/* What is asked for alone must be what comes of asking for both. */
static void
check_purposes(Evaluator *evaluator, const Assessment *both)
{
	Assessment	one = {0};

	if (!evaluate(evaluator, FOR_ELIGIBLE, &one) || one.eligible != both->eligible)
		split++;
	if (!evaluate(evaluator, FOR_SCORE, &one) || one.scored != both->scored ||
		(one.scored && (one.score != both->score || one.class_index != both->class_index)))
		split++;
}

/* Give values to the fields that have none; true when any had none. */
static bool
complete_record(const Card *card, const Evaluator *evaluator)
{
	const Program *program = evaluator->program;
	bool		any = false;

	for (int i = 0; i < program->field_count; i++)
	{
		const ProgramField *field = program_field(program, i);
		const char *name = program_string(program, field->name);
		Value		value = {.missing = true};

		if (field->column < 0 || !evaluator->values[i].missing)
			continue;
		while (value.missing)
			value = value_random(&values, card, field, name, VALUE_SCALE);
		fill_field_value(&evaluator->values[i], field, &value);
		any = true;
	}
	return any;
}

static void
check_within(ScoreBounds bounds, const Assessment *assessment, const Card *card)
{
	if ((!bounds.has_low || assessment->score >= bounds.low) &&
		(!bounds.has_high || assessment->score <= bounds.high))
		return;
	if (outside++ < 3)
		note("score " INT64_FORMAT ", bounds " INT64_FORMAT " to " INT64_FORMAT " of %s",
			 assessment->score, bounds.low, bounds.high, card_canonical(card));
}

/* Whatever the missing values are, the score stays within its bounds. */
static void
check_bounds(const Card *card, Evaluator *evaluator)
{
	Assessment	assessment;
	ScoreBounds bounds;

	if (!evaluate(evaluator, FOR_SCORE, &assessment))
		return;
	bounds = score_bounds(evaluator);
	if (assessment.scored)
		check_within(bounds, &assessment, card);
	if (complete_record(card, evaluator) && evaluate(evaluator, FOR_SCORE, &assessment) &&
		assessment.scored)
	{
		completed++;
		check_within(bounds, &assessment, card);
	}
}

static void
judge_records(const Card *card, const Program *program, const char *text)
{
	Evaluator  *evaluator = evaluator_create(program);
	Record		record;

	record.names = palloc(sizeof(char *) * (program->field_count + 1));
	record.values = palloc(sizeof(Value) * (program->field_count + 1));
	for (int i = 0; i < RECORDS; i++)
	{
		ReferenceAssessment reference;
		Assessment	assessment;
		bool		done;

		fill_record(card, evaluator, &record);
		reference_assess(card, &record, &reference);
		done = evaluate(evaluator, FOR_ELIGIBLE | FOR_SCORE, &assessment);
		judged++;
		too_large += !done;
		scored += done && assessment.scored;
		if (done == reference.too_large ||
			(done && !assessment_agrees(card, &reference, evaluator, &assessment)))
		{
			if (wrong++ < 3)
				note("of %s", text);
			for (int j = 0; j < record.count && wrong <= 3; j++)
				note("%s = %s", record.names[j], record.values[j].missing ? "NULL" : record.values[j].text);
		}
		else if (done)
		{
			check_purposes(evaluator, &assessment);
			check_bounds(card, evaluator);
		}
	}
}

int
main(void)
{
	for (int i = 0; i < CARDS; i++)
	{
		CoreError	error = {0};
		char	   *text = card_random(&matter, &spelling);
		Card	   *card = read_card_text(text, &error);
		Program    *program;

		if (card == NULL)
			continue;
		program = card_compile(card, &error);
		compiled++;
		if (can_be_filled(program))
			judge_records(card, program, card_canonical(card));
	}
	note("%d cards, %d records, %d of them scored, %d too large", compiled, judged, scored, too_large);
	ok(compiled > CARDS / 4, "many cards are taken");
	ok(scored > judged / 10, "many records are scored");
	is_int(wrong, 0, "program and card agree on every record");
	is_int(split, 0, "eligible and score alone say the same as both together");
	ok(completed > judged / 20, "many records are completed");
	is_int(outside, 0, "no score leaves the bounds that it had before");
	return finish();
}
