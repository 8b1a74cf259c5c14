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
compare_criterion(const Criterion *criterion, const ReferenceAssessment *reference,
				  const Evaluator *evaluator, int index)
{
	const Judgement *judgement = &evaluator->judgements[index];
	bool		is_section = criterion->kind == KIND_SECTION;

	if (criterion->kind == KIND_DERIVE)
		return;					/* judges nothing */
	if (!is_section)
		compare(criterion->code, judgement->outcome, reference->outcomes[index]);
	if (is_section ? reference->scored : judgement->outcome == OUTCOME_PASSED)
		compare(criterion->code, judgement->points, reference->points[index]);
	compare("reason", is_reason(evaluator, index), reference->reasons[index]);
}

static void
compare_class(const ReferenceAssessment *reference, const Program *program, int class_index)
{
	const char *got = class_index < 0 ? "" : program_class_label(program, class_index);
	const char *wanted = reference->label ? reference->label : "";

	if (strcmp(got, wanted) == 0)
		return;
	differences++;
	note("class: got %s, wanted %s", got, wanted);
}

bool
assessment_agrees(const Card *card, const ReferenceAssessment *reference,
				  const Evaluator *evaluator, const Assessment *assessment)
{
	differences = 0;
	for (int i = 0; i < card->criterion_count; i++)
		compare_criterion(&card->criteria[i], reference, evaluator, i);
	compare("eligible", assessment->eligible, reference->eligible);
	compare("scored", assessment->scored, reference->scored);
	if (reference->scored && assessment->scored)
		compare("score", assessment->score, reference->score);
	compare_class(reference, evaluator->program, assessment->class_index);
	return differences == 0;
}
