/*
 * compare_assessment.c
 *	  Comparing what an evaluator came to with a second opinion.
 */
#include "helper/reference_scorecard.h"
#include "helper/tap.h"

#define MOST_NOTES		10

static int	differences;
static int	notes = 0;

static void
compare(const char *what, int64 got, int64 wanted)
{
	if (got == wanted)
		return;
	differences++;
	if (notes++ < MOST_NOTES)
		note("%s: got " INT64_FORMAT ", wanted " INT64_FORMAT, what, got, wanted);
}

static void
compare_criterion(const Criterion *criterion, const Verdict *verdict, const Evaluator *evaluator,
				  int index)
{
	const Judgement *judgement = &evaluator->judgements[index];
	bool		is_section = criterion->kind == KIND_SECTION;

	if (criterion->kind == KIND_DERIVE)
		return;					/* judges nothing */
	if (!is_section)
		compare(criterion->code, judgement->outcome, verdict->outcomes[index]);
	if (is_section ? verdict->scored : judgement->outcome == OUTCOME_PASSED)
		compare(criterion->code, judgement->points, verdict->points[index]);
	compare("reason", is_reason(evaluator, index), verdict->reasons[index]);
}

static void
compare_class(const Verdict *verdict, const Program *program, int class_index)
{
	const char *got = class_index < 0 ? "" : program_class_label(program, class_index);
	const char *wanted = verdict->label ? verdict->label : "";

	if (strcmp(got, wanted) == 0)
		return;
	differences++;
	note("class: got %s, wanted %s", got, wanted);
}

bool
verdict_agrees(const Card *card, const Verdict *verdict, const Evaluator *evaluator,
			   const Assessment *assessment)
{
	differences = 0;
	for (int i = 0; i < card->criterion_count; i++)
		compare_criterion(&card->criteria[i], verdict, evaluator, i);
	compare("eligible", assessment->eligible, verdict->eligible);
	compare("scored", assessment->scored, verdict->scored);
	if (verdict->scored && assessment->scored)
		compare("score", assessment->score, verdict->score);
	compare_class(verdict, evaluator->program, assessment->class_index);
	return differences == 0;
}
