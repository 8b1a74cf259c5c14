/*
 * card_checks.c
 *	  Whatever is taken as a scorecard keeps its promises.
 *
 * A card that is taken must be written and taken again unchanged, compile to the
 * same bytes, and judge every record as a plain reading of the card does.
 */
#include "card_checks.h"

#include "arena.h"
#include "core/scorecard/lint.h"
#include "mb/pg_wchar.h"
#include "helper/reference_scorecard.h"
#include "helper/shortfall_check.h"
#include "helper/tap.h"

#define RECORDS		4

/* The encoding of the server, as it were */
static int	encoding;

static bool
is_encoded(const char *text)
{
	int			length = (int) strlen(text);

	return pg_encoding_verifymbstr(encoding, text, length) == length;
}

static void
check_error(const CoreError *error)
{
	fuzz_expect(error->message && error->message[0], "a refusal has a message");
	fuzz_expect(is_encoded(error->message), "a message is whole");
	fuzz_expect(!error->detail || is_encoded(error->detail), "a detail is whole");
	fuzz_expect(error->code <= CORE_INTERNAL, "a refusal has a code");
}

/* ---- writing and reading again ---- */

static void
check_same_card(const Card *card, Card **again)
{
	char	   *text = card_canonical(card);
	CoreError	error = {0};

	*again = card_parse(text, (int) strlen(text), encoding, &error);
	fuzz_expect(*again != NULL, "a canonical form is taken");
	fuzz_expect(strcmp(card_canonical(*again), text) == 0, "and is its own canonical form");
}

static void
hear(void *state, LintSeverity severity, const char *criterion, const char *message)
{
	fuzz_expect(is_encoded(message), "what lint says is whole");
}

/* Both compile to the same bytes, or neither does. */
static Program *
compile_both(const Card *card, const Card *again)
{
	CoreError	error = {0};
	CoreError	other_error = {0};
	Program    *program = card_compile(card, &error);
	Program    *other = card_compile(again, &other_error);

	fuzz_expect((program == NULL) == (other == NULL), "a card and its copy compile alike");
	if (program == NULL)
	{
		check_error(&error);
		fuzz_expect(strcmp(error.message, other_error.message) == 0, "or are refused alike");
		return NULL;
	}
	fuzz_expect(program->size == other->size && memcmp(program, other, program->size) == 0,
				"a card and its copy compile to the same bytes");
	for (int i = 0; i < program->criterion_count; i++)
		fuzz_expect(criterion_text(program, i) != NULL, "every criterion has a rule");
	program_lint(program, hear, NULL);
	return program;
}

/* ---- judging ---- */

/* Random values for all columns; false when no type of column could give what a field needs. */
static bool
fill_record(Random *random, const Card *card, const Evaluator *evaluator, Record *record)
{
	const Program *program = evaluator->program;

	record->count = 0;
	for (int i = 0; i < program->field_count; i++)
	{
		const ProgramField *field = program_field(program, i);
		const char *name = program_string(program, field->name);
		Value	   *value = &record->values[record->count];

		if (field->column < 0)
			continue;
		if (value_type(field) == VALUE_NONE)
			return false;
		*value = value_random(random, card, field, name, VALUE_SCALE);
		record->names[record->count++] = name;
		fill_field_value(&evaluator->values[i], field, value);
	}
	return true;
}

static void
check_bounds(const Evaluator *evaluator, int64 score)
{
	ScoreBounds bounds = score_bounds(evaluator);

	fuzz_expect(!bounds.has_low || bounds.low <= score, "the score is not below its bounds");
	fuzz_expect(!bounds.has_high || bounds.high >= score, "the score is not above its bounds");
}

static void
check_purposes(Evaluator *evaluator, const Assessment *both)
{
	Assessment	one = {0};

	fuzz_expect(evaluate(evaluator, FOR_ELIGIBLE, &one) && one.eligible == both->eligible,
				"eligible alone says the same");
	fuzz_expect(evaluate(evaluator, FOR_SCORE, &one) && one.scored == both->scored &&
				(!one.scored || one.score == both->score) && one.class_index == both->class_index,
				"score alone says the same");
}

static void
judge(Evaluator *evaluator, const Card *card, const Record *record, Random *random)
{
	int			tried = 0;
	int64		gap;
	Assessment	assessment = {0};
	ReferenceAssessment reference;
	bool		done = evaluate(evaluator, FOR_ELIGIBLE | FOR_SCORE, &assessment);

	reference_assess(card, record, &reference);
	fuzz_expect(done != reference.too_large, "what is too large is told");
	if (!done)
	{
		check_error(&evaluator->error);
		return;
	}
	fuzz_expect(assessment_agrees(card, &reference, evaluator, &assessment), "program and card agree");
	if (assessment.scored)
		check_bounds(evaluator, assessment.score);
	check_purposes(evaluator, &assessment);
	if (random_below(random, 4))
		return;					/* shortfalls take the most time */
	gap = 1 + random_below(random, 1000);
	fuzz_expect(count_broken_shortfalls(evaluator, card, gap, random, &tried) == 0,
				"what shortfall tells is true");
}

static void
judge_records(const Card *card, const Program *program, Random *random)
{
	Evaluator  *evaluator = evaluator_create(program);
	Record		record;

	record.names = palloc(sizeof(char *) * (program->field_count + 1));
	record.values = palloc(sizeof(Value) * (program->field_count + 1));
	for (int i = 0; i < RECORDS && fill_record(random, card, evaluator, &record); i++)
		judge(evaluator, card, &record, random);
}

void
check_card(const char *text, size_t length, int server_encoding, Random *random)
{
	CoreError	error = {0};
	Card	   *card;
	Card	   *again;
	Program    *program;

	encoding = server_encoding;
	if (pg_encoding_verifymbstr(encoding, text, (int) length) != length)
		return;					/* the server refuses it before we see it */
	card = card_parse(text, (int) length, encoding, &error);
	if (card == NULL)
	{
		check_error(&error);
		return;
	}
	check_same_card(card, &again);
	program = compile_both(card, again);
	if (program)
		judge_records(card, program, random);
}
