/*
 * eval.c
 *	  Judging records: comparisons at their thresholds, truth with three values,
 *	  points, derived numbers, sections and classes.
 */
#include "helper/card_text.h"
#include "helper/random.h"
#include "helper/tap.h"
#include "helper/values.h"

#define BOTH	(FOR_ELIGIBLE | FOR_SCORE)

/* passed, failed or undetermined, as a letter */
static char
letter(Outcome outcome)
{
	return outcome == OUTCOME_PASSED ? 't' : outcome == OUTCOME_FAILED ? 'f' : 'u';
}

static Evaluator *
evaluator_of(const char *criteria)
{
	return evaluator_create(program_of(with_criteria(criteria)));
}

/* The score of a card whose only field is x: with all decimals, or a word. */
static const char *
score_text(Evaluator *evaluator)
{
	Assessment	assessment;

	if (!evaluate(evaluator, BOTH, &assessment))
		return evaluator->error.message;
	return assessment.scored ? fixed_text(assessment.score, evaluator->program->scale) : "undetermined";
}

static const char *
score_at(Evaluator *evaluator, const char *x)
{
	set_field(evaluator, "x", x);
	return score_text(evaluator);
}

static char
eligible(Evaluator *evaluator)
{
	Assessment	assessment;

	return evaluate(evaluator, FOR_ELIGIBLE, &assessment) ? letter(assessment.eligible) : '!';
}

/* ---- thresholds ---- */

typedef struct GateCase
{
	const char *gate;			/* op and value */
	const char *passing;		/* values, apart by blanks */
	const char *failing;
} GateCase;

static const GateCase gates[] = {
	{"'op':'>=','value':2.00", "2 2.0 2.000000000000000000000000 2.0000000000000000000000000001 999999999999 1000000000000",
	"1.999999999999999999999999 1.99999999999999999999999999999999 0 -2 -1000000000000"},
	{"'op':'>','value':2", "2.000000000000000000000001 2.00000000000000000000000000000001 3",
	"2 2.0 1.99999999999999999999999999999999"},
	{"'op':'<=','value':3000", "3000 3000.000000000000000000000000 2999.99999999999999999999999999 -5",
	"3000.000000000001 3000.0000000000000000000000000000000001 1000000000000"},
	{"'op':'<','value':-0.5", "-0.500000000000000000000001 -0.5000000000000000000000000001 -1 -1000000000000",
	"-0.5 -0.50 -0.49999999999999999999999999999 0"},
	{"'op':'=','value':0.1", "0.1 0.10 0.1000000000000000000000000",
	"0.1000000000000000000000001 0.09999999999999999999999999999 0.10000000000000000000000000000001 -0.1 1000000000000"},
	{"'op':'<>','value':-7", "7 -7.00000000000000000000000000001 -6.9999999999999999999999999 -1000000000000", "-7 -7.000"},
	{"'op':'between','value':[-1,1.5]", "-1 -1.0 0 1.5 1.4999999999999999999999999999",
	"-1.00000000000000000000000000001 1.50000000000000000000000000001 2 1000000000000"},
	{"'op':'in','value':[5,-2,0.25]", "5 -2.0 0.250", "0.2500000000000000000000000001 4 0 -1.99999999999999999999999999"},
	{"'op':'notin','value':[5,-2,0.25]", "0.2500000000000000000000000001 4 0", "5 -2.0 0.250"},
	{"'op':'=','value':0", "0 -0 0.000 -0.0", "0.0000000000000000000000000001 -0.0000000000000000000000000001"},
	{"'op':'<=','value':0", "0 -0.0000000000000000000000000001", "0.0000000000000000000000000001"},
	{"'op':'<=','value':999999999999", "999999999999 -1000000000000", "999999999999.0000000000000000000001 1000000000000"},
	{"'op':'>=','value':0.000000000001", "0.000000000001 123456 999999.999999999999 999999999999",
	"0.00000000000099999999999999999999999999 0 -999999999999"}
};

static void
check_gate(Evaluator *evaluator, const char *gate, const char *values, char wanted)
{
	char	   *copy = pstrdup(values);

	for (char *value = strtok(copy, " "); value; value = strtok(NULL, " "))
	{
		set_field(evaluator, "x", value);
		ok(eligible(evaluator) == wanted, "%s %s %s", value, wanted == 't' ? "passes" : "fails", gate);
	}
}

static void
test_thresholds(void)
{
	for (int i = 0; i < lengthof(gates); i++)
	{
		Evaluator  *evaluator = evaluator_of(psprintf("{'code':'A','kind':'gate','field':'x',%s}", gates[i].gate));

		check_gate(evaluator, gates[i].gate, gates[i].passing, 't');
		check_gate(evaluator, gates[i].gate, gates[i].failing, 'f');
	}
}

/* What is cut off behind the last digit decides only beside a threshold. */
static void
test_sticky_digits(void)
{
	Evaluator  *evaluator = evaluator_of("{'code':'A','kind':'gate','field':'x','op':'=','value':12.5}");
	const ProgramField *field = program_field(evaluator->program, 0);
	FieldValue	value = {0};

	field_value_set_number(&value, field, 125, 1, 0);
	is_int(value.key, 250, "a number of the field's scale is twice itself");
	field_value_set_number(&value, field, 125, 1, 1);
	is_int(value.key, 251, "more digits behind make it odd");
	field_value_set_number(&value, field, -125, 1, 0);
	is_int(value.key, -250, "below zero too");
	field_value_set_number(&value, field, -125, 1, -1);
	is_int(value.key, -251, "there they make it less");
	field_value_set_number(&value, field, 1259, 2, 0);
	is_int(value.key, 251, "digits beyond the scale are such digits");
	field_value_set_number(&value, field, -1251, 2, 0);
	is_int(value.key, -251, "below zero too");
	field_value_set_number(&value, field, -1259, 2, -1);
	is_int(value.key, -251, "with yet more behind");
	field_value_set_number(&value, field, 0, 0, -1);
	is_int(value.key, -1, "just below zero");
	field_value_set_number(&value, field, 0, 24, 1);
	is_int(value.key, 1, "just above");
	field_value_set_number(&value, field, fixed_power10(36) - 1, 24, 1);
	ok(value.beyond == 0 && value.key == INT64CONST(19999999999999), "the greatest that counts");
	field_value_set_number(&value, field, fixed_power10(36), 24, 0);
	is_int(value.beyond, 1, "10^12 is beyond");
	field_value_set_number(&value, field, -fixed_power10(12), 0, 0);
	is_int(value.beyond, -1, "as is its opposite");
}

static void
test_other_types(void)
{
	static const char *const cases[][3] = {
		{"'op':'>=','value':'2023-05-16'", "2023-05-16 2023-05-17 9999-12-31", "2023-05-15 0001-01-01"},
		{"'op':'between','value':['2000-02-29','2000-03-01']", "2000-02-29 2000-03-01", "2000-02-28 2000-03-02"},
		{"'op':'in','value':['2000-01-01','1999-12-31']", "2000-01-01 1999-12-31", "2000-01-02 1999-12-30"},
		{"'op':'=','value':true", "true", "false"},
		{"'op':'<>','value':true", "false", "true"},
		{"'op':'in','value':[false]", "false", "true"},
		{"'op':'=','value':'rent'", "rent", "ren rents Rent rens เช่า"},
		{"'op':'<','value':'b'", "a aaaa B ab", "b ba ก"},
		{"'op':'between','value':['a','ab']", "a aa ab", "abc b A"},
		{"'op':'in','value':['ก','b','a']", "ก a b", "c ข ab"},
		{"'op':'notin','value':['ก','b','a']", "c ข ab", "ก a b"},
		{"'op':'overlaps','value':['a','b']", "{a} {b,c} {x,y,a}", "{} {c} {A,B} {ab}"},
		{"'op':'disjoint','value':['a','b']", "{} {c} {A,B} {ab}", "{a} {b,c} {x,y,a}"},
		{"'op':'contains','value':['a','b']", "{a,b} {b,x,a}", "{} {a} {b,b} {ab}"}
	};

	for (int i = 0; i < lengthof(cases); i++)
	{
		Evaluator  *evaluator = evaluator_of(psprintf("{'code':'A','kind':'gate','field':'x',%s}", cases[i][0]));

		check_gate(evaluator, cases[i][0], cases[i][1], 't');
		check_gate(evaluator, cases[i][0], cases[i][2], 'f');
	}
}

/* ---- three values ---- */

static void
set_truth(Evaluator *evaluator, const char *name, char truth)
{
	set_field(evaluator, name, truth == 'u' ? NULL : truth == 't' ? "true" : "false");
}

#define ASK(code, field, group) \
	"{'code':'" code "','kind':'gate','field':'" field "','op':'=','value':true" group "}"
#define G1	",'group':'g1'"
#define G2	",'group':'g2'"

static void
test_truth_tables(void)
{
	static const char *const tables[][4] = {
		/* a, b, both, either */
		{"t", "t", "t", "t"}, {"t", "f", "f", "t"}, {"t", "u", "u", "t"},
		{"f", "t", "f", "t"}, {"f", "f", "f", "f"}, {"f", "u", "f", "u"},
		{"u", "t", "u", "t"}, {"u", "f", "f", "u"}, {"u", "u", "u", "u"}
	};
	Evaluator  *both = evaluator_of(ASK("A", "a", "") "," ASK("B", "b", ""));
	Evaluator  *either = evaluator_of(ASK("A", "a", G1) "," ASK("B", "b", G1));

	for (int i = 0; i < lengthof(tables); i++)
	{
		set_truth(both, "a", tables[i][0][0]);
		set_truth(both, "b", tables[i][1][0]);
		set_truth(either, "a", tables[i][0][0]);
		set_truth(either, "b", tables[i][1][0]);
		ok(eligible(both) == tables[i][2][0], "%s and %s is %s", tables[i][0], tables[i][1], tables[i][2]);
		ok(eligible(either) == tables[i][3][0], "%s or %s is %s", tables[i][0], tables[i][1], tables[i][3]);
	}
}

/* Two groups of two and a lone gate, all combinations, by counting. */
static void
test_groups(void)
{
	static const char *const fields[] = {"a", "b", "c", "d", "e"};
	Evaluator  *evaluator = evaluator_of(ASK("A", "a", G1) "," ASK("B", "b", G2) "," ASK("C", "c", "") ","
										 ASK("D", "d", G1) "," ASK("E", "e", G2));
	int			wrong = 0;

	for (int mix = 0; mix < 243; mix++)
	{
		int			truths[5];	/* 0 no, 1 unknown, 2 yes: or is the greater, and the lesser */
		int			rest = mix;
		int			wanted;

		for (int i = 0; i < 5; i++, rest /= 3)
		{
			truths[i] = rest % 3;
			set_truth(evaluator, fields[i], "fut"[truths[i]]);
		}
		wanted = Min(Min(Max(truths[0], truths[3]), Max(truths[1], truths[4])), truths[2]);
		wrong += eligible(evaluator) != "fut"[wanted];
	}
	is_int(wrong, 0, "any of each group and all lone gates");
}

static void
test_missing_gates(void)
{
	static const char policies[][2][16] = {
		{"undetermined", "u"}, {"reject", "f"}, {"worst", "f"}, {"best", "t"}
	};
	Evaluator  *null_gate = evaluator_of("{'code':'A','kind':'gate','field':'x','op':'isnull'},"
										 "{'code':'B','kind':'gate','field':'y','op':'notnull'}");

	for (int i = 0; i < lengthof(policies); i++)
	{
		Evaluator  *evaluator = evaluator_of(psprintf(
			"{'code':'A','kind':'gate','field':'x','op':'<>','value':1,'missing':'%s'}", policies[i][0]));

		set_field(evaluator, "x", NULL);
		ok(eligible(evaluator) == policies[i][1][0], "a missing value is %s: %s", policies[i][0], policies[i][1]);
		set_field(evaluator, "x", "1");
		ok(eligible(evaluator) == 'f', "a value that is there is judged");
	}
	set_field(null_gate, "x", NULL);
	set_field(null_gate, "y", "a");
	ok(eligible(null_gate) == 't', "isnull and notnull are never undetermined");
	set_field(null_gate, "x", "a");
	ok(eligible(null_gate) == 'f', "isnull fails");
	set_field(null_gate, "x", NULL);
	set_field(null_gate, "y", NULL);
	ok(eligible(null_gate) == 'f', "notnull fails");
}

/* ---- points ---- */

typedef struct ScoreCase
{
	const char *criterion;
	const char *x;
	const char *score;
} ScoreCase;

#define BAND	"{'code':'A','kind':'band','field':'x','bands':[[null,1000,20],[1000,2000,12.5],[2000,null,-4]]"
#define GAPS	"{'code':'A','kind':'band','field':'x','bands':[[0,1,5],[2,3,7]],'otherwise':-1}"
#define LINEAR	"{'code':'A','kind':'linear','field':'x','points':[[2,0],[3,10],[4,-5]]}"
#define ENUM	"{'code':'A','kind':'enum','field':'x','points':{'3.00':3,'rent':6,'true':1}"
#define COEF	"{'code':'A','kind':'coef','field':'x','coef':-0.1183"

static const ScoreCase scores[] = {
	{BAND "}", "999.99999999999999999999999999", "20.0000"}, {BAND "}", "1000", "12.5000"},
	{BAND "}", "1999.99999999999999999999999999", "12.5000"}, {BAND "}", "2000.00", "-4.0000"},
	{BAND "}", "1000000000000", "-4.0000"}, {BAND "}", "-1000000000000", "20.0000"},
	{BAND "}", NULL, "undetermined"}, {BAND ",'missing':{'points':3}}", NULL, "3.0000"},
	{BAND ",'missing':'worst'}", NULL, "-4.0000"}, {BAND ",'missing':'best'}", NULL, "20.0000"},
	{BAND ",'missing':'reject'}", NULL, "undetermined"},
	{GAPS, "-0.00000000000000000000000000001", "-1.0000"}, {GAPS, "0", "5.0000"}, {GAPS, "1", "-1.0000"},
	{GAPS, "1.99999999999999999999999999999", "-1.0000"}, {GAPS, "2", "7.0000"}, {GAPS, "3", "-1.0000"},
	{LINEAR, "1", "0.0000"}, {LINEAR, "2", "0.0000"}, {LINEAR, "2.5", "5.0000"}, {LINEAR, "2.000005", "0.0001"},
	{LINEAR, "2.0000049", "0.0000"}, {LINEAR, "3", "10.0000"}, {LINEAR, "3.5", "2.5000"}, {LINEAR, "4", "-5.0000"},
	{LINEAR, "5", "-5.0000"}, {LINEAR, "-1000000000000", "0.0000"}, {LINEAR, "1000000000000", "-5.0000"},
	{LINEAR, "999999999999.999999999999999999999999", "-5.0000"}, {LINEAR, NULL, "undetermined"},
	{ENUM "}", "3", "3.0000"}, {ENUM "}", "3.0", "3.0000"}, {ENUM "}", "3.1", "undetermined"},
	{ENUM "}", "rent", "6.0000"}, {ENUM "}", "true", "1.0000"}, {ENUM "}", "Rent", "undetermined"},
	{ENUM "}", "", "undetermined"}, {ENUM ",'otherwise':-2}", "other", "-2.0000"},
	{ENUM ",'otherwise':-2}", NULL, "undetermined"}, {ENUM ",'missing':'best'}", "other", "6.0000"},
	{ENUM ",'otherwise':9,'missing':'best'}", NULL, "9.0000"}, {ENUM ",'missing':'worst'}", NULL, "1.0000"},
	{COEF "}", "3", "-0.3549"}, {COEF "}", "0.5", "-0.0592"}, {COEF "}", "-0.5", "0.0592"}, {COEF "}", "0", "0.0000"},
	{COEF ",'max':3}", "1000000000000", "-0.3549"}, {COEF ",'max':3}", "3.01", "-0.3549"},
	{COEF ",'min':-1}", "-1.00000000000000001", "0.1183"},
	{COEF "}", "1000000000000", "value of field \"x\" is too large for criterion \"A\""},
	{COEF ",'max':3}", "-1000000000000", "value of field \"x\" is too large for criterion \"A\""},
	{COEF ",'max':3,'min':1,'missing':'best'}", NULL, "-0.1183"},
	{COEF ",'max':3,'missing':'worst'}", NULL, "-0.3549"}, {COEF ",'min':1,'missing':'best'}", NULL, "-0.1183"},
	{COEF ",'max':3,'min':1,'missing':'worst'}", NULL, "-0.3549"},
	{"{'code':'A','kind':'band','field':'x','bands':[[null,null,0]]},{'code':'K','kind':'const','points':8.41}", "1", "8.4100"}
};

static void
test_points(void)
{
	for (int i = 0; i < lengthof(scores); i++)
		is_text(score_at(evaluator_of(scores[i].criterion), scores[i].x), scores[i].score, "%s of %s",
				scores[i].x ? scores[i].x : "NULL", scores[i].criterion);
}

static void
test_rounding(void)
{
	static const char *const cases[][4] = {
		/* x, half up, half even, down */
		{"0.5", "1", "0", "0"}, {"1.5", "2", "2", "1"}, {"2.5", "3", "2", "2"}, {"2.499999999999", "2", "2", "2"},
		{"2.500000000001", "3", "3", "2"}, {"0.500000000000000000000001", "1", "1", "0"},
		{"0.499999999999999999999999", "0", "0", "0"}, {"-0.500000000000000000000001", "-1", "-1", "0"},
		{"-1.999999999999999999999999", "-2", "-2", "-1"}, {"-0.5", "-1", "0", "0"}, {"-1.5", "-2", "-2", "-1"}, {"-2.5", "-3", "-2", "-2"}
	};
	static const char *const criteria[] = {
		"{'code':'A','kind':'coef','field':'x','coef':1}",
		"{'code':'A','kind':'linear','field':'x','points':[[-10,-10],[10,10]]}"
	};

	for (int i = 0; i < lengthof(cases); i++)
		for (int rounding = 0; rounding < 3; rounding++)
			for (int j = 0; j < lengthof(criteria); j++)
			{
				Evaluator  *evaluator = evaluator_create(program_of(psprintf(
					"{'code':'T','scale':0,'rounding':'%s','criteria':[%s]}", rounding_names[rounding], criteria[j])));

				is_text(score_at(evaluator, cases[i][0]), cases[i][1 + rounding], "%s %s by %s", j ? "linear" : "coef",
						cases[i][0], rounding_names[rounding]);
			}
}

/* Digits behind the twelfth decimal count when a number is multiplied. */
static void
test_fine_digits(void)
{
	static const ScoreCase cases[] = {
		{"{'code':'A','kind':'coef','field':'x','coef':3}", "0.1666666666666667", "1"},
		{"{'code':'A','kind':'coef','field':'x','coef':3}", "0.1666666666666666", "0"},
		{"{'code':'A','kind':'coef','field':'x','coef':-3}", "0.1666666666666667", "-1"},
		{"{'code':'A','kind':'coef','field':'x','coef':1,'max':0.5}", "0.4999999999999999", "0"},
		{"{'code':'A','kind':'coef','field':'x','coef':1,'max':0.4}", "0.5", "0"},
		{"{'code':'A','kind':'linear','field':'x','points':[[0,10],[10,0]]}", "0.5", "10"},
		{"{'code':'A','kind':'linear','field':'x','points':[[0,10],[10,0]]}", "0.5000000000001", "9"},
		{"{'code':'A','kind':'linear','field':'x','points':[[-10,-1],[0,0]]}", "-5.0000000000001", "-1"},
		{"{'code':'A','kind':'linear','field':'x','points':[[-10,-1],[0,0]]}", "-4.9999999999999", "0"}
	};

	for (int i = 0; i < lengthof(cases); i++)
	{
		Evaluator  *evaluator = evaluator_create(program_of(psprintf(
			"{'code':'T','scale':0,'criteria':[%s]}", cases[i].criterion)));

		is_text(score_at(evaluator, cases[i].x), cases[i].score, "%s of %s", cases[i].x, cases[i].criterion);
	}
}

/* ---- derived numbers ---- */

static const char *
derived_score(const char *function, const char *a, const char *b)
{
	Evaluator  *evaluator = evaluator_of(psprintf(
		"{'code':'D','kind':'derive','fn':'%s','fields':['a','b']},"
		"{'code':'C','kind':'coef','field':'D','coef':1}", function));

	set_field(evaluator, "a", a);
	set_field(evaluator, "b", b);
	return score_text(evaluator);
}

static void
test_derive(void)
{
	static const char *const cases[][4] = {
		{"sum", "1.5", "-0.25", "1.2500"}, {"min", "1.5", "-0.25", "-0.2500"}, {"max", "1.5", "-0.25", "1.5000"},
		{"max", "-3", "-2", "-2.0000"}, {"min", "3", "2", "2.0000"}, {"count_true", "1", "0", "1.0000"},
		{"count_true", "7", "1", "2.0000"}, {"ratio", "1", "3", "0.3333"}, {"ratio", "2", "3", "0.6667"},
		{"ratio", "-2", "3", "-0.6667"}, {"ratio", "2", "-3", "-0.6667"}, {"ratio", "-2", "-3", "0.6667"},
		{"ratio", "1", "0", "undetermined"}, {"ratio", "0", "5", "0.0000"}, {"sum", NULL, "1", "undetermined"},
		{"sum", "1", NULL, "undetermined"}, {"sum", "999999999999", "0.9999", "999999999999.9999"},
		{"sum", "999999999999", "1", "value of field \"D\" is too large for criterion \"C\""},
		{"ratio", "999999999999", "0.1", "value of field \"D\" is too large for criterion \"C\""},
		{"sum", "1000000000000", "1", "value of field \"a\" is too large for the derived field \"D\""}
	};

	for (int i = 0; i < lengthof(cases); i++)
		is_text(derived_score(cases[i][0], cases[i][1], cases[i][2]), cases[i][3], "%s(%s, %s)", cases[i][0],
				cases[i][1] ? cases[i][1] : "NULL", cases[i][2] ? cases[i][2] : "NULL");
}

/* A quotient that never ends is still compared exactly. */
static void
test_exact_ratio(void)
{
	static const char *const ops[] = {"<", "=", ">"};
	static const char *const cases[][4] = {
		/* a, b, threshold, which of < = > passes */
		{"1", "3", "0.333333333333", ">"}, {"-1", "3", "-0.333333333333", "<"}, {"2", "3", "0.666666666667", "<"},
		{"1", "-3", "-0.333333333333", "<"}, {"1", "8", "0.125", "="}, {"-1", "8", "-0.125", "="},
		{"9000", "3", "3000", "="}, {"9000.01", "3", "3000", ">"}, {"0.000000000001", "3", "0", ">"},
		{"-0.000000000001", "3", "0", "<"}, {"999999999999", "0.000000000001", "5", ">"}
	};

	for (int i = 0; i < lengthof(cases); i++)
		for (int j = 0; j < lengthof(ops); j++)
		{
			Evaluator  *evaluator = evaluator_of(psprintf(
				"{'code':'D','kind':'derive','fn':'ratio','fields':['a','b']},"
				"{'code':'G','kind':'gate','field':'D','op':'%s','value':%s}", ops[j], cases[i][2]));

			set_field(evaluator, "a", cases[i][0]);
			set_field(evaluator, "b", cases[i][1]);
			ok(eligible(evaluator) == (strcmp(ops[j], cases[i][3]) == 0 ? 't' : 'f'), "%s / %s %s %s",
			   cases[i][0], cases[i][1], ops[j], cases[i][2]);
		}
}

/* So do they behind the twelfth decimal of what a derived number is made of. */
static void
test_fine_arguments(void)
{
	static const char *const functions[] = {"sum", "min", "max"};
	static const char *const cases[][2] = {
		{"3000.0000000000001", "f"}, {"3000", "t"}, {"2999.9999999999999", "t"},
		{"3000.000000000000000000000001", "f"}
	};

	for (int i = 0; i < lengthof(functions); i++)
		for (int j = 0; j < lengthof(cases); j++)
		{
			Evaluator  *evaluator = evaluator_of(psprintf(
				"{'code':'D','kind':'derive','fn':'%s','fields':['x']},"
				"{'code':'G','kind':'gate','field':'D','op':'<=','value':3000}", functions[i]));

			set_field(evaluator, "x", cases[j][0]);
			ok(eligible(evaluator) == cases[j][1][0], "%s(%s) <= 3000", functions[i], cases[j][0]);
		}
}

static void
test_age(void)
{
	static const char *const births[] = {"2008-05-16", "2008-05-17", "2008-05-15"};
	static const char truths[] = "tft";

	for (int i = 0; i < lengthof(births); i++)
	{
		Evaluator  *evaluator = evaluator_create(program_of(
			"{'code':'T','as_of':'2023-05-16','criteria':["
			"{'code':'age','kind':'derive','fn':'age_years','field':'born'},"
			"{'code':'G','kind':'gate','field':'age','op':'>=','value':15}]}"));

		set_field(evaluator, "born", births[i]);
		ok(eligible(evaluator) == truths[i], "born on %s", births[i]);
		set_field(evaluator, "born", NULL);
		ok(eligible(evaluator) == 'u', "not known when");
	}
}

/* ---- sections and classes ---- */

static const char *
section_score(const char *limits, const char *a, const char *b)
{
	Evaluator  *evaluator = evaluator_of(psprintf(
		"{'code':'S','kind':'section','members':['A','B'],%s},"
		"{'code':'A','kind':'coef','field':'a','coef':1,'min':-50,'max':50},"
		"{'code':'B','kind':'coef','field':'b','coef':1,'min':-50,'max':50},"
		"{'code':'K','kind':'const','points':100}", limits));

	set_field(evaluator, "a", a);
	set_field(evaluator, "b", b);
	return score_text(evaluator);
}

static void
test_sections(void)
{
	is_text(section_score("'max':25", "10", "15"), "125.0000", "a sum at the max");
	is_text(section_score("'max':25", "10", "15.0001"), "125.0000", "above it");
	is_text(section_score("'max':25", "30", "-10"), "120.0000", "members are not limited one by one");
	is_text(section_score("'min':-5", "-10", "-15"), "95.0000", "a sum below the min");
	is_text(section_score("'min':-5,'max':5", "0", "0"), "100.0000", "between both");
	is_text(section_score("'max':25", NULL, "40"), "undetermined", "a missing member leaves it open");
	is_text(section_score("'min':500", "0", "0"), "600.0000", "a min that no member reaches");
	is_text(section_score("'max':-500", "0", "0"), "-400.0000", "a max below all that members give");
}

static const char *
class_at(const char *x)
{
	Evaluator  *evaluator = evaluator_create(program_of(
		"{'code':'T','scale':2,'classes':[[null,20,'NON_POOR'],[20,40.05,'POOR'],[40.05,null,'EXTREME']],"
		"'criteria':[{'code':'A','kind':'coef','field':'x','coef':1}]}"));
	Assessment	assessment;

	set_field(evaluator, "x", x);
	evaluate(evaluator, BOTH, &assessment);
	if (assessment.class_index < 0)
		return "none";
	return program_class_label(evaluator->program, assessment.class_index);
}

static void
test_classes(void)
{
	is_text(class_at("-1000"), "NON_POOR", "below all ends");
	is_text(class_at("19.99"), "NON_POOR", "just below an end");
	is_text(class_at("20"), "POOR", "at it");
	is_text(class_at("40.04"), "POOR", "just below the next");
	is_text(class_at("40.045"), "EXTREME", "rounded to the next");
	is_text(class_at("1000"), "EXTREME", "above all");
	is_text(class_at(NULL), "none", "no score, no class");
}

/* ---- reasons ---- */

static char *
reasons_of(Evaluator *evaluator)
{
	const Program *program = evaluator->program;
	Assessment	assessment;
	char	   *list = "";

	evaluate(evaluator, BOTH, &assessment);
	for (int i = 0; i < program->criterion_count; i++)
		if (is_reason(evaluator, i))
			list = psprintf("%s%s ", list,
							program_string(program, program_criterion(program, i)->reason));
	return list;
}

static void
test_reasons(void)
{
	Evaluator  *evaluator = evaluator_of(
		ASK("A", "a", ",'reason':'LONE'") "," ASK("B", "b", G1) "," ASK("C", "c", G1) ","
		"{'code':'P','kind':'band','field':'x','bands':[[null,null,1]]},"
		"{'code':'R','kind':'band','field':'x','bands':[[null,null,1]],'missing':'reject'},"
		"{'code':'S','kind':'section','members':['P'],'max':1}");

	set_field(evaluator, "a", "true");
	set_field(evaluator, "b", "true");
	set_field(evaluator, "c", "false");
	set_field(evaluator, "x", "1");
	is_text(reasons_of(evaluator), "", "a gate that failed is no reason when its group has passed");
	set_field(evaluator, "b", NULL);
	is_text(reasons_of(evaluator), "B C ", "the whole group is, when it may fail");
	set_field(evaluator, "a", "false");
	set_field(evaluator, "b", "true");
	is_text(reasons_of(evaluator), "LONE ", "a lone gate");
	set_field(evaluator, "x", NULL);
	is_text(reasons_of(evaluator), "LONE P R ", "what is missing, but not the section of it");
}

/* An evaluator remembers nothing of the record before. */
static void
test_reuse(void)
{
	Evaluator  *evaluator = evaluator_of(
		"{'code':'A','kind':'coef','field':'x','coef':1,'max':5},"
		"{'code':'S','kind':'section','members':['A'],'max':3}");

	is_text(score_at(evaluator, "2"), "2.0000", "a record");
	is_text(score_at(evaluator, NULL), "undetermined", "one with a value missing");
	is_text(score_at(evaluator, "1000000000000"), "3.0000", "one that is beyond");
	is_text(score_at(evaluator, "2"), "2.0000", "the first again");

	evaluator = evaluator_create(program_of(
		"{'code':'T','scale':6,'rounding':'down','criteria':["
		"{'code':'A','kind':'coef','field':'x','coef':0.124,'min':-2.2,'max':1.5}]}"));
	is_text(score_at(evaluator, "-1.0000000000001"), "-0.124000", "one with many digits");
	is_text(score_at(evaluator, "-1000000000000"), "-0.272800", "leaves none to one that is beyond");
	is_text(score_at(evaluator, "1.0000000000001"), "0.124000", "one with many digits");
	is_text(score_at(evaluator, "1000000000000"), "0.186000", "leaves none to one that is beyond above");
}

/* ---- two fields ---- */

typedef struct PairCase
{
	const char *x;
	const char *y;
	int			order;			/* of x to y; 2: cannot be told */
} PairCase;

static const PairCase pairs[] = {
	{"1", "1.000", 0}, {"-1", "1", -1}, {"0.000000000001", "0", 1}, {"-0.000000000001", "0", -1},
	{"3.000000000000000000000001", "3", 1}, {"-3.000000000000000000000001", "-3", -1},
	{"3.0000000000000000000000000001", "3", 1}, {"-3.0000000000000000000000000001", "-3", -1},
	{"3.0000000000000000000000000001", "3.000000000000000000000001", -1},
	{"999999999999.999999999999", "1000000000000", -1}, {"-999999999999", "-1000000000000", 1},
	{"1000000000000", "-1000000000000", 1}, {"1000000000000", "1000000000000", 2},
	{"-1000000000000", "-1000000000001", 2}
};

/* Set a field by its index to a value of a type. */
static void
set_value(Evaluator *evaluator, int field, ValueType type, const char *text)
{
	Value		value = value_of(type, text);

	fill_field_value(&evaluator->values[field], program_field(evaluator->program, field), &value);
}

/* x op y on a card of its own, in values of a type; '!' for an error */
static char
compare_pair(const char *op, ValueType type, const char *x, const char *y)
{
	Evaluator  *evaluator = evaluator_of(psprintf(
		"{'code':'A','kind':'gate','field':'x','op':'%s','than':'y'}", op));

	set_value(evaluator, 0, type, x);
	set_value(evaluator, 1, type, y);
	return eligible(evaluator);
}

static char
wanted_of(const char *op, int order)
{
	if (order == 2)
		return '!';
	return (order < 0 && strchr(op, '<')) || (order == 0 && strchr(op, '=')) ||
		(order > 0 && strchr(op, '>')) ? 't' : 'f';
}

static void
test_two_fields(void)
{
	static const char *const ops[] = {"=", "<>", "<", "<=", ">", ">="};

	for (int i = 0; i < lengthof(pairs); i++)
		for (int j = 0; j < lengthof(ops); j++)
		{
			const PairCase *pair = &pairs[i];
			int			back = pair->order == 2 ? 2 : -pair->order;

			ok(compare_pair(ops[j], VALUE_NUMBER, pair->x, pair->y) ==
			   wanted_of(ops[j], pair->order), "%s %s %s", pair->x, ops[j], pair->y);
			ok(compare_pair(ops[j], VALUE_NUMBER, pair->y, pair->x) == wanted_of(ops[j], back),
			   "%s %s %s", pair->y, ops[j], pair->x);
		}
	ok(compare_pair("<", VALUE_DATE, "2023-05-16", "2023-05-17") == 't', "days in order");
	ok(compare_pair("<", VALUE_DATE, "2023-05-16", "2023-05-16") == 'f', "a day and itself");
	ok(compare_pair("<", VALUE_TEXT, "Z", "a") == 't', "texts in byte order");
	ok(compare_pair("=", VALUE_TEXT, "ก", "ก") == 't', "equal texts");
	ok(compare_pair("<", VALUE_TEXT, "a", "ab") == 't', "the shorter first");
	ok(compare_pair("=", VALUE_TRUTH, "true", "true") == 't', "equal truths");
	ok(compare_pair("<>", VALUE_TRUTH, "true", "false") == 't', "different ones");
	ok(compare_pair("<", VALUE_TRUTH, "false", "true") == '!', "they have no order");
	ok(compare_pair("=", VALUE_NUMBER, NULL, "1") == 'u', "missing on the left");
	ok(compare_pair("=", VALUE_NUMBER, "1", NULL) == 'u', "on the right");
}

static void
test_two_kinds(void)
{
	Evaluator  *evaluator = evaluator_of("{'code':'A','kind':'gate','field':'x','op':'=','than':'y'}");

	set_value(evaluator, 0, VALUE_NUMBER, "1");
	set_value(evaluator, 1, VALUE_TEXT, "1");
	ok(eligible(evaluator) == '!', "a number and a text are not compared");
	is_text(evaluator->error.message, "criterion \"A\" cannot compare field \"x\" with field \"y\"", "the fields are named");
	is_text(evaluator->error.detail, "The one is a number, the other a text.", "and what they are");
	is_int(evaluator->error.code, CORE_TYPE, "as a matter of types");
}

static void
test_days_as_texts(void)
{
	Evaluator  *evaluator = evaluator_of("{'code':'A','kind':'gate','field':'x','op':'<','than':'y'}");

	set_value(evaluator, 0, VALUE_DATE, "2023-05-16");
	set_value(evaluator, 1, VALUE_TEXT, "2023-05-17");
	ok(eligible(evaluator) == 't', "a text beside a date is one");
	set_value(evaluator, 1, VALUE_TEXT, "2023-05-16");
	ok(eligible(evaluator) == 'f', "and is compared as one");
	set_value(evaluator, 1, VALUE_TEXT, "16/05/2566");
	ok(eligible(evaluator) == '!', "unless it is none");
	is_text(evaluator->error.message, "field \"y\" holds a text that is not a date", "which is said");
	is_int(evaluator->error.code, CORE_DATE, "as of a date");
}

/* A limit by size of the household, as a derived field */
static void
test_derived_limit(void)
{
	Evaluator  *evaluator = evaluator_of(
		"{'code':'LIMIT','kind':'derive','fn':'min','fields':['x','cap']},"
		"{'code':'A','kind':'gate','field':'income','op':'<=','than':'LIMIT','missing':'reject'}");

	set_value(evaluator, 3, VALUE_NUMBER, "3000");
	set_field(evaluator, "x", "4000");
	set_field(evaluator, "cap", "3000");
	ok(eligible(evaluator) == 't', "at the limit");
	set_field(evaluator, "cap", "2999.99");
	ok(eligible(evaluator) == 'f', "above it");
	set_field(evaluator, "cap", NULL);
	ok(eligible(evaluator) == 'f', "without it, missing as the card says");
}

/* ---- bands that hold their high ends ---- */

static void
test_upper(void)
{
	static const char *const below[] = {"-100", "-1.5", "-1.50000000000000000000000001"};
	static const char *const between[] = {"-1.499999999999999999999999", "-1.4999999999999999999999999999", "0", "1000", "999.9999"};
	static const char *const above[] = {"1000.0000000000000000000000000001", "1000.000000000001", "1001", "1000000000000"};
	Evaluator  *evaluator = evaluator_of(
		"{'code':'A','kind':'band','field':'x','upper':true,'bands':[[null,-1.5,20],[-1.5,1000,12],[1000,null,4]]}");
	Evaluator  *gap = evaluator_of(
		"{'code':'A','kind':'band','field':'x','upper':true,'bands':[[0,10,1],[20,30,2]],'otherwise':7}");

	for (int i = 0; i < lengthof(below); i++)
		is_text(score_at(evaluator, below[i]), "20.0000", "%s is in the first band", below[i]);
	for (int i = 0; i < lengthof(between); i++)
		is_text(score_at(evaluator, between[i]), "12.0000", "%s in the second", between[i]);
	for (int i = 0; i < lengthof(above); i++)
		is_text(score_at(evaluator, above[i]), "4.0000", "%s in the third", above[i]);
	is_text(score_at(gap, "0"), "7.0000", "the low end is not in its band");
	is_text(score_at(gap, "10"), "1.0000", "the high end is");
	is_text(score_at(gap, "20"), "7.0000", "the gap ends with a low end");
	is_text(score_at(gap, "20.0001"), "2.0000", "above it the next band begins");
	is_text(score_at(gap, "30"), "2.0000", "and holds its high end");
	is_text(score_at(gap, "30.0001"), "7.0000", "and no more");
}

int
main(void)
{
	test_thresholds();
	test_sticky_digits();
	test_other_types();
	test_truth_tables();
	test_groups();
	test_missing_gates();
	test_points();
	test_rounding();
	test_fine_digits();
	test_derive();
	test_exact_ratio();
	test_fine_arguments();
	test_age();
	test_sections();
	test_classes();
	test_reasons();
	test_reuse();
	test_two_fields();
	test_two_kinds();
	test_days_as_texts();
	test_derived_limit();
	test_upper();
	return finish();
}
