/*
 * lint.c
 *	  What is said of cards whose authors may mean something else.
 */
#include "helper/card_random.h"
#include "helper/card_text.h"
#include "core/scorecard/lint.h"
#include "helper/tap.h"
#include "helper/values.h"

static void
append(void *state, LintSeverity severity, const char *criterion, const char *message)
{
	char	  **list = state;

	*list = psprintf("%s%s%s %s: %s", *list, **list ? "\n" : "", lint_severity_names[severity],
					 criterion ? criterion : "card", message);
}

static char *
lint_of(const Program *program)
{
	char	   *list = "";

	program_lint(program, append, &list);
	return list;
}

typedef struct Case
{
	const char *criteria;
	const char *said;
} Case;

#define GATE(code, rest)	"{'code':'" code "','kind':'gate','field':'x'," rest "}"
#define CONST	"{'code':'K','kind':'const','points':5}"

static const Case cases[] = {
	{CONST, ""},
	{GATE("A", "'op':'>','value':2"), ""},
	{GATE("A", "'op':'>','value':2,'group':'g'"),
	"warning A: it is the only gate of group \"g\", so there is no alternative"},
	{GATE("A", "'op':'>','value':2,'group':'g'") "," GATE("B", "'op':'<','value':1,'group':'g'"), ""},
	{GATE("A", "'op':'>','value':2") "," GATE("B", "'op':'<','value':2"), "warning B: nobody can pass both this gate and \"A\""},
	{GATE("A", "'op':'>=','value':2") "," GATE("B", "'op':'<=','value':2"), ""},
	{GATE("A", "'op':'>=','value':2") "," GATE("B", "'op':'<','value':2.0"), "warning B: nobody can pass both this gate and \"A\""},
	{GATE("A", "'op':'=','value':2") "," GATE("B", "'op':'between','value':[2.01,3]"),
	"warning B: nobody can pass both this gate and \"A\""},
	{GATE("A", "'op':'=','value':2") "," GATE("B", "'op':'<>','value':2"), ""},
	{"{'code':'A','kind':'band','field':'x','bands':[[null,1,5],[1,null,5]]}",
	"warning A: it gives everybody the same points"},
	{"{'code':'A','kind':'band','field':'x','bands':[[null,1,5],[1,null,6]],'missing':'reject'}",
	"info A: who has no value is not eligible and has no score"},
	{"{'code':'A','kind':'enum','field':'x','points':{'a':1,'b':2}}",
	"info A: a value that it does not list counts as missing"},
	{"{'code':'A','kind':'coef','field':'x','coef':2,'min':0}",
	"warning A: without min and max one value outweighs all other criteria"},
	{GATE("A", "'op':'<=','than':'limit'"), ""},
	{"{'code':'L','kind':'derive','fn':'sum','fields':['x','y']},{'code':'A','kind':'gate','field':'x','op':'<=','than':'L'}", ""},
	{GATE("A", "'op':'in','value':['2549','2549-01-01']"), ""},
	{GATE("A", "'op':'>=','value':2549"), ""},
	{CONST ",{'code':'S','kind':'section','members':['K'],'max':5}", "warning S: its members never reach its max"},
	{CONST ",{'code':'S','kind':'section','members':['K'],'min':5}", "warning S: its members never fall below its min"},
	{CONST ",{'code':'S','kind':'section','members':['K'],'max':4.9}", ""},
	{"{'code':'D','kind':'derive','fn':'sum','fields':['x']}", "warning D: no criterion reads the field that it makes"},
	{"{'code':'D','kind':'derive','fn':'sum','fields':['x']}," "{'code':'G','kind':'gate','field':'D','op':'isnull'}", ""}
};

static void
test_known(void)
{
	for (int i = 0; i < lengthof(cases); i++)
		is_text(lint_of(program_of(with_criteria(cases[i].criteria))), cases[i].said, "of %s",
				cases[i].criteria);
	is_text(lint_of(program_of("{'code':'T','classes':[[null,5,'A'],[5,6,'B'],[6,null,'C']],'criteria':[" CONST "]}")),
			"warning card: no score reaches class \"A\"\nwarning card: no score reaches class \"C\"",
			"classes out of reach");
}

/* Two gates that nobody can pass are found, and none that somebody passes. */
static void
test_contradictions(void)
{
	static const char *const ops[] = {"=", "<", "<=", ">", ">="};
	int			wrong = 0;

	for (int mix = 0; mix < 5 * 5 * 3; mix++)
	{
		Evaluator  *evaluator = evaluator_create(program_of(with_criteria(psprintf(
			"{'code':'A','kind':'gate','field':'x','op':'%s','value':1},"
			"{'code':'B','kind':'gate','field':'x','op':'%s','value':%d}", ops[mix % 5], ops[mix / 5 % 5], mix / 25))));
		bool		passed = false;
		Assessment	assessment;

		for (int halves = -1; halves <= 5; halves++)
		{
			set_field(evaluator, "x", psprintf("%s.%d", halves < 0 ? "-0" : halves < 2 ? "0" : halves < 4 ? "1" : "2",
											  halves % 2 ? 5 : 0));
			evaluate(evaluator, FOR_ELIGIBLE, &assessment);
			passed |= assessment.eligible == OUTCOME_PASSED;
		}
		wrong += passed == (lint_of(evaluator->program)[0] != '\0');
	}
	is_int(wrong, 0, "gates that contradict each other");
}

/* No class is called out of reach that a random record reaches. */
static void
test_reach(void)
{
	Random		matter = {60};
	Random		spelling = {61};
	Random		random = {62};
	int			wrong = 0;
	int			reached = 0;

	for (int i = 0; i < 2000; i++)
	{
		CoreError	error = {0};
		Card	   *card = read_card_text(card_random(&matter, &spelling), &error);
		Evaluator  *evaluator;
		Assessment	assessment;
		char	   *said;

		if (card == NULL || card->class_count < 2)
			continue;
		evaluator = evaluator_create(card_compile(card, &error));
		said = lint_of(evaluator->program);
		for (int j = 0; j < 5 && value_fill(evaluator, card, &random); j++)
		{
			const char *label;

			if (!evaluate(evaluator, FOR_SCORE, &assessment) || !assessment.scored)
				continue;
			label = program_class_label(evaluator->program, assessment.class_index);
			reached++;
			wrong += strstr(said, psprintf("no score reaches class \"%s\"", label)) != NULL;
		}
	}
	ok(reached > 500, "many classes are reached");
	is_int(wrong, 0, "none that was said to be out of reach");
}

int
main(void)
{
	test_known();
	test_contradictions();
	test_reach();
	return finish();
}
