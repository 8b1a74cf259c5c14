/*
 * shortfall.c
 *	  What would reach a cut-off: told for known cards, tried out for random ones.
 */
#include "helper/card_random.h"
#include "helper/card_text.h"
#include "helper/shortfall_check.h"
#include "helper/tap.h"

/* The shortfall of the card's first criterion when x is this and the score must rise by so much. */
static const char *
shortfall_text(const char *criterion, const char *x, int64 gap, bool is_whole)
{
	bool		whole[] = {is_whole};
	Evaluator  *evaluator = evaluator_create(program_of(psprintf(
		"{'code':'T','scale':1,'criteria':[%s]}", criterion)));
	Assessment	assessment;
	Shortfall	shortfall;

	set_field(evaluator, "x", x);
	evaluate(evaluator, FOR_SCORE, &assessment);
	if (!find_shortfall(evaluator, 0, gap, whole, &shortfall))
		return "none";
	return psprintf("%s for %s", shortfall.needed, fixed_text(shortfall.points, 1));
}

typedef struct Case
{
	const char *criterion;
	const char *x;
	int64		gap;			/* tenths of a point */
	const char *shortfall;
} Case;

#define BAND	"{'code':'A','kind':'band','field':'x','bands':[[null,10,5],[10,20,2],[20,30,4],[30,null,9]]}"
#define UPPER	"{'code':'A','kind':'band','field':'x','upper':true,'bands':[[null,10,5],[10,20,2],[20,30,4],[30,null,9]]}"
#define LINEAR	"{'code':'A','kind':'linear','field':'x','points':[[0,0],[10,20],[20,5]]}"
#define ENUM	"{'code':'A','kind':'enum','field':'x','points':{'own':1,'rent':3,'none':8}}"
#define COEF	"{'code':'A','kind':'coef','field':'x','coef':-0.5,'min':0,'max':10}"

static const Case cases[] = {
	{BAND, "19", 10, ">= 20 for 4.0"}, {BAND, "11", 10, "< 10 for 5.0"}, {BAND, "15.1", 20, ">= 20 for 4.0"}, {BAND, "15", 20, "< 10 for 5.0"},
	{BAND, "15", 30, "< 10 for 5.0"}, {BAND, "15", 40, ">= 30 for 9.0"}, {BAND, "15", 80, "none"},
	{BAND, "40", 1, "none"}, {LINEAR, "5", 10, ">= 5.5 for 11.0"}, {LINEAR, "5", 101, "none"},
	{"{'code':'A','kind':'linear','field':'x','points':[[0,20],[10,0],[100,20]]}", "11", 48, "<= 7.5 for 5.0"},
	{"{'code':'A','kind':'linear','field':'x','points':[[0,0],[0.139,193],[0.2,0]]}", "0", 1800, ">= 0.13 for 180.0"},
	{LINEAR, "18", 30, "<= 16 for 11.0"}, {LINEAR, "-5", 10, ">= 0.5 for 1.0"},
	{ENUM, "own", 10, "rent for 3.0"}, {ENUM, "own", 21, "none for 8.0"}, {ENUM, "none", 1, "none"},
	{"{'code':'A','kind':'coef','field':'x','coef':-1,'min':5,'missing':{'points':0}}", "6", 20, "none"},
	{COEF, "6", 10, "<= 4 for -2.0"}, {COEF, "6", 30, "<= 0 for 0.0"}, {COEF, "6", 31, "none"},
	{"{'code':'A','kind':'gate','field':'x','op':'=','value':1}", "2", 1, "none"},
	{BAND, NULL, 1, "none"},
	{UPPER, "20", 10, "> 20 for 4.0"}, {UPPER, "11", 10, "<= 10 for 5.0"}, {UPPER, "10", 10, "> 30 for 9.0"},
	{UPPER, "30.1", 1, "none"}
};

/* Of fields of whole numbers */
#define FINE	"{'code':'A','kind':'band','field':'x','bands':[[null,9.5,5],[9.5,9.8,8],[9.8,20,2],[20,null,9]]}"

static const Case whole_cases[] = {
	{BAND, "19", 10, ">= 20 for 4.0"}, {BAND, "11", 10, "<= 9 for 5.0"}, {BAND, "15", 40, ">= 30 for 9.0"},
	{UPPER, "20", 10, ">= 21 for 4.0"}, {UPPER, "11", 10, "<= 10 for 5.0"}, {UPPER, "10", 10, ">= 31 for 9.0"},
	{FINE, "9", 10, ">= 20 for 9.0"}, {FINE, "10", 10, "<= 9 for 5.0"}, {FINE, "10", 40, ">= 20 for 9.0"},
	{LINEAR, "5", 10, ">= 6 for 11.0"}, {LINEAR, "18", 30, "<= 16 for 11.0"}, {LINEAR, "18", 31, "<= 15 for 11.1"},
	{"{'code':'A','kind':'linear','field':'x','points':[[0,0],[2.5,10],[3,0],[6.5,10],[7,10]]}", "0", 95, ">= 7 for 9.5"},
	{"{'code':'A','kind':'linear','field':'x','points':[[0,0],[2.5,10],[3,0]]}", "0", 95, "none"},
	{"{'code':'A','kind':'linear','field':'x','points':[[0.5,10],[8,0]]}", "8", 95, "<= 0 for 9.5"},
	{COEF, "6", 10, "<= 4 for -2.0"}, {COEF, "6", 11, "<= 3 for -1.9"},
	{"{'code':'A','kind':'coef','field':'x','coef':1,'min':0,'max':10.5}", "6", 45, ">= 11 for 10.5"},
	{"{'code':'A','kind':'coef','field':'x','coef':0.3,'min':-10,'max':10}", "-6", 3, ">= -5 for -1.5"}
};

static void
test_known(void)
{
	for (int i = 0; i < lengthof(cases); i++)
		is_text(shortfall_text(cases[i].criterion, cases[i].x, cases[i].gap, false), cases[i].shortfall, "%s: %d tenths more for %s",
				cases[i].x ? cases[i].x : "NULL", (int) cases[i].gap, cases[i].criterion);
	for (int i = 0; i < lengthof(whole_cases); i++)
	{
		const Case *c = &whole_cases[i];

		is_text(shortfall_text(c->criterion, c->x, c->gap, true), c->shortfall,
				"whole %s: %d tenths more for %s", c->x, (int) c->gap, c->criterion);
	}
}

static void
test_sections(void)
{
	is_text(shortfall_text(BAND ",{'code':'S','kind':'section','members':['A'],'max':4}", "16", 20, false),
			">= 20 for 4.0", "as far as a section's max");
	is_text(shortfall_text(BAND ",{'code':'S','kind':'section','members':['A'],'max':4}", "16", 21, false),
			"none", "not beyond it");
	is_text(shortfall_text(BAND ",{'code':'S','kind':'section','members':['A'],'min':3}", "16", 10, false),
			">= 20 for 4.0", "what lies below its min comes on top");
}

static void
test_random(void)
{
	Random		matter = {50};
	Random		spelling = {51};
	Random		random = {52};
	int			tried = 0;
	int			broken = 0;

	for (int i = 0; i < 3000; i++)
	{
		CoreError	error = {0};
		Card	   *card = read_card_text(card_random(&matter, &spelling), &error);
		Evaluator  *evaluator;

		if (card == NULL)
			continue;
		evaluator = evaluator_create(card_compile(card, &error));
		for (int j = 0; j < 4 && value_fill(evaluator, card, &random); j++)
		{
			int64		gap = 1 + random_below(&random, 2000);
			int			found = count_broken_shortfalls(evaluator, card, gap, &random, &tried);

			if (found > 0)
				note("of %s", card_canonical(card));
			broken += found;
		}
	}
	note("%d shortfalls", tried);
	ok(tried > 3000, "many shortfalls");
	is_int(broken, 0, "each suffices, and none is left out that others find");
}

int
main(void)
{
	test_known();
	test_sections();
	test_random();
	return finish();
}
