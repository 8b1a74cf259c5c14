/*
 * program.c
 *	  What compiling makes of a card: fields and what they are needed for, the
 *	  range of points, and the rules as people read them.
 */
#include "helper/card_text.h"
#include "helper/tap.h"

/* ---- fields ---- */

static const ProgramField *
field_named(const Program *program, const char *name)
{
	for (int i = 0; i < program->field_count; i++)
		if (strcmp(program_string(program, program_field(program, i)->name), name) == 0)
			return program_field(program, i);
	return NULL;
}

static int
purposes_of(const Program *program, const char *name)
{
	return field_named(program, name)->purposes & (FOR_ELIGIBLE | FOR_SCORE);
}

static char *
column_list(const Program *program)
{
	char	   *list = "";

	for (int i = 0; i < program->column_count; i++)
		list = psprintf("%s%s%s", list, i > 0 ? "," : "", program_column(program, i));
	return list;
}

static void
test_columns(void)
{
	const Program *program = program_of(with_criteria(
		"{'code':'A','kind':'gate','field':'h.income.month','op':'<=','value':1},"
		"{'code':'B','kind':'gate','field':'gpa','op':'>','value':2},"
		"{'code':'C','kind':'gate','field':'h.income.year','op':'<=','value':1},"
		"{'code':'D','kind':'derive','fn':'sum','fields':['gpa','h.income.month','z']},"
		"{'code':'E','kind':'coef','field':'D','coef':1,'min':0,'max':1}"));
	const ProgramField *month = field_named(program, "h.income.month");
	const ProgramField *derived = field_named(program, "D");
	const int32 *path = program_at(program, int32, month->path);

	is_text(column_list(program), "h,gpa,z", "columns, once each, in order of first use");
	is_int(program->field_count, 5, "two paths into one column are two fields");
	is_int(month->path_count, 2, "a path has its keys");
	is_text(program_string(program, path[0]), "income", "the first");
	is_text(program_string(program, path[1]), "month", "and the second");
	is_int(month->column, 0, "in its column");
	is_int(derived->column, -1, "a derived field has none");
	is_int(derived->argument_count, 3, "but arguments");
}

static void
test_hiding(void)
{
	const Program *program = program_of(with_criteria(
		"{'code':'G','kind':'gate','field':'income','op':'>','value':0},"
		"{'code':'income','kind':'derive','fn':'max','fields':['income','spouse']},"
		"{'code':'B','kind':'band','field':'income','bands':[[null,null,1]]}"));

	is_text(column_list(program), "income,spouse", "the column is read");
	ok(program_field(program, program_criterion(program, 0)->field)->column == 0, "by the criterion before");
	ok(program_field(program, program_criterion(program, 2)->field)->column == -1,
	   "a derived field hides the column from the criterion behind");
}

static void
test_needs(void)
{
	const Program *program = program_of(with_criteria(
		"{'code':'A','kind':'gate','field':'k','op':'in','value':[1.25,3]},"
		"{'code':'B','kind':'linear','field':'k','points':[[0,0],[1.5,1]]},"
		"{'code':'C','kind':'enum','field':'e','points':{'a':1}},"
		"{'code':'D','kind':'gate','field':'i','op':'overlaps','value':['a']},"
		"{'code':'E','kind':'gate','field':'t','op':'=','value':'a'},"
		"{'code':'F','kind':'gate','field':'d','op':'=','value':'2023-05-16'},"
		"{'code':'G','kind':'gate','field':'b','op':'=','value':true},"
		"{'code':'H','kind':'gate','field':'n','op':'isnull'},"
		"{'code':'I','kind':'band','field':'r','bands':[[null,0.5,1],[0.5,null,2]],'missing':'reject'}"));
	const ProgramField *number = field_named(program, "k");

	is_int(number->needs, NEED_KEY | NEED_WIDE, "a number that is compared and multiplied");
	is_int(number->key_class, CONSTANT_NUMBER, "is compared as a number");
	is_int(number->key_scale, 4, "with the card's decimals");
	is_int(field_named(program, "r")->key_scale, 1, "one that is only compared with those of its finest constant");
	is_int(number->purposes, FOR_ELIGIBLE | FOR_SCORE, "for both purposes");
	is_int(field_named(program, "e")->needs, NEED_LABEL, "an enum needs any value's text");
	is_int(field_named(program, "e")->purposes, FOR_SCORE, "for the score");
	is_int(field_named(program, "i")->needs, NEED_ITEMS, "overlaps needs items");
	is_int(field_named(program, "t")->needs, NEED_TEXT, "a text is compared as it is");
	is_int(field_named(program, "d")->key_class, CONSTANT_DATE, "a date as days");
	is_int(field_named(program, "b")->key_class, CONSTANT_BOOLEAN, "a boolean as a truth");
	is_int(field_named(program, "n")->needs, 0, "isnull needs no value");
	is_int(field_named(program, "n")->purposes, FOR_ELIGIBLE, "gates serve eligibility");
	is_int(field_named(program, "r")->purposes, FOR_ELIGIBLE | FOR_SCORE,
		   "what may reject when missing serves both");
}

/* What a derived field is for, its arguments are for, through any number of steps. */
static void
test_purposes(void)
{
	const Program *program = program_of(
		"{'code':'T','as_of':'2023-05-16','criteria':["
		"{'code':'age','kind':'derive','fn':'age_years','field':'born'},"
		"{'code':'D','kind':'derive','fn':'ratio','fields':['income','age']},"
		"{'code':'E','kind':'derive','fn':'sum','fields':['D','other']},"
		"{'code':'unused','kind':'derive','fn':'sum','fields':['nobody']},"
		"{'code':'G','kind':'gate','field':'D','op':'<','value':5},"
		"{'code':'C','kind':'coef','field':'E','coef':2,'min':0,'max':5}]}");

	is_int(purposes_of(program, "born"), FOR_ELIGIBLE | FOR_SCORE, "the date of birth serves both");
	is_int(purposes_of(program, "income"), FOR_ELIGIBLE | FOR_SCORE, "so does the income");
	is_int(purposes_of(program, "other"), FOR_SCORE, "the other only the score");
	is_int(purposes_of(program, "nobody"), 0, "and one that nobody asks for neither");
	is_int(field_named(program, "nobody")->purposes, FOR_EXPLAIN, "but it is explained");
	is_int(field_named(program, "born")->key_class, CONSTANT_DATE, "ages are of dates");
}

/* ---- the range of points ---- */

static void
is_range(const char *criteria, int index, int64 low, int64 high, const char *what)
{
	const Program *program = program_of(psprintf("{'code':'T','scale':1,'criteria':[%s]}", criteria));
	const ProgramCriterion *criterion = program_criterion(program, index);

	if (!ok(criterion->low == low && criterion->high == high, "range: %s", what))
		note("got " INT64_FORMAT " to " INT64_FORMAT, criterion->low, criterion->high);
}

static void
test_ranges(void)
{
	is_range("{'code':'A','kind':'const','points':-1.5}", 0, -15, -15, "a constant");
	is_range("{'code':'A','kind':'band','field':'x','bands':[[null,1,-2],[1,null,3]],'otherwise':9}",
			 0, -20, 30, "bands without a gap never give otherwise");
	is_range("{'code':'A','kind':'band','field':'x','bands':[[null,1,-2],[2,null,3]],'otherwise':9}",
			 0, -20, 90, "bands with a gap do");
	is_range("{'code':'A','kind':'band','field':'x','bands':[[0,1,2]],'otherwise':-9}", 0, -90, 20, "or with an end");
	is_range("{'code':'A','kind':'linear','field':'x','points':[[0,5],[1,-5],[2,1]]}", 0, -50, 50, "linear");
	is_range("{'code':'A','kind':'enum','field':'x','points':{'a':5,'b':6}}", 0, 50, 60, "enum");
	is_range("{'code':'A','kind':'enum','field':'x','points':{'a':5,'b':6},'otherwise':1}", 0, 10, 60,
			 "enum and otherwise");
	is_range("{'code':'A','kind':'enum','field':'x','points':{'a':5},'missing':{'points':0}}", 0, 0, 50,
			 "enum and missing");
	is_range("{'code':'A','kind':'coef','field':'x','coef':-0.25,'min':1,'max':3}", 0, -8, -3,
			 "a negative coefficient, rounded");
	is_range("{'code':'A','kind':'const','points':7},{'code':'S','kind':'section','members':['A'],'max':5}",
			 1, 50, 50, "a section's max");
	is_range("{'code':'A','kind':'const','points':7},{'code':'S','kind':'section','members':['A'],'min':9}",
			 1, 90, 90, "a section's min");
	is_range("{'code':'A','kind':'enum','field':'x','points':{'a':1,'b':9}},"
			 "{'code':'S','kind':'section','members':['A'],'min':2,'max':5}", 1, 20, 50, "both");
}

static void
test_too_large(void)
{
	char	   *criteria = pstrdup("");

	for (int i = 0; i < 5; i++)
		criteria = psprintf("%s%s{'code':'C%d','kind':'const','points':999999999999.999999}", criteria,
							i > 0 ? "," : "", i);
	is_text(refusal_of(psprintf("{'code':'T','scale':6,'criteria':[%s]}", criteria)),
			"criterion \"C4\": the sum of points can be too large", "a sum that an int64 might not hold");
	is_text(refusal_of(psprintf("{'code':'T','scale':6,'criteria':[{'code':'Z','kind':'gate','field':'x',"
								"'op':'isnull'},%s]}", pnstrdup(criteria, strrchr(criteria, '{') - criteria - 1))),
			NULL, "one less is taken");
	is_text(refusal_of(with_criteria("{'code':'A','kind':'coef','field':'x','coef':100}")), NULL,
			"a coefficient times any value below 10^12");
	is_text(refusal_of(with_criteria("{'code':'A','kind':'coef','field':'x','coef':999999,'max':0}")),
			"criterion \"A\": coefficient times value can be too large", "both ends count");
}

/* ---- a block of memory ---- */

static const char *const every_kind =
"{'code':'T','as_of':'2023-05-16','classes':[[null,1,'a'],[1,null,'b']],'criteria':["
"{'code':'D','kind':'derive','fn':'age_years','field':'born'},"
"{'code':'G1','kind':'gate','group':'g','field':'x','op':'between','value':[-0.5,2.25],'reason':'R'},"
"{'code':'G2','kind':'gate','group':'g','field':'t','op':'notin','value':['b','a']},"
"{'code':'G3','kind':'gate','field':'d','op':'>=','value':'2020-02-29'},"
"{'code':'G4','kind':'gate','field':'b','op':'<>','value':true},"
"{'code':'G5','kind':'gate','field':'n','op':'notnull'},"
"{'code':'G6','kind':'gate','field':'i','op':'contains','value':['ก','a']},"
"{'code':'G7','kind':'gate','field':'x','op':'in','value':[3,-1.5,2]},"
"{'code':'B1','kind':'band','field':'x','bands':[[null,1000,20],[1000,2000,12.5],[2000,null,-4]]},"
"{'code':'B2','kind':'band','field':'x','bands':[[0,1,2],[3,4,5]],'otherwise':0},"
"{'code':'L','kind':'linear','field':'x','points':[[2.00,0],[4.00,15]]},"
"{'code':'E','kind':'enum','field':'e','points':{'rent':6,'none':10},'otherwise':0},"
"{'code':'C','kind':'coef','field':'x','coef':-0.1183,'min':-2,'max':3.5},"
"{'code':'K','kind':'const','points':8.41},"
"{'code':'S','kind':'section','members':['B1','E'],'min':-1,'max':25},"
"{'code':'R','kind':'derive','fn':'ratio','fields':['x','D']},"
"{'code':'T','kind':'derive','fn':'age_years_thai','field':'born'},"
"{'code':'G8','kind':'gate','field':'x','op':'<=','than':'R'},"
"{'code':'G9','kind':'gate','field':'i','op':'disjoint','value':['ก','a']},"
"{'code':'B3','kind':'band','field':'x','upper':true,'bands':[[null,-1.5,20],[-1.5,0,12.5],[0,null,-4]]}]}";

static const char *const rules[] = {
	"age_years(born) @ 2023-05-16", "x between -0.5 and 2.25", "t not in (a, b)", "d >= 2020-02-29",
	"b <> true", "n is not null", "i contains (a, ก)", "x in (-1.5, 2, 3)",
	"< 1000: 20; >= 1000 < 2000: 12.5; >= 2000: -4",
	"< 0: 0; >= 0 < 1: 2; >= 1 < 3: 0; >= 3 < 4: 5; >= 4: 0", "2: 0 -- 4: 15",
	"none: 10; rent: 6; *: 0", "-0.1183 * x >= -2 <= 3.5", "8.41", "B1 + E >= -1 <= 25", "ratio(x, D)",
	"age_years_thai(born) @ 2023-05-16", "x <= R", "i disjoint (a, ก)",
	"<= -1.5: 20; > -1.5 <= 0: 12.5; > 0: -4"
};

static void
test_rules(void)
{
	const Program *program = program_of(every_kind);

	is_int(program->criterion_count, lengthof(rules), "every kind of criterion");
	for (int i = 0; i < lengthof(rules); i++)
		is_text(criterion_text(program, i), rules[i], "rule of %s",
				program_string(program, program_criterion(program, i)->code));
}

/* A program is the same bytes each time, and works wherever it lies. */
static void
test_block(void)
{
	const Program *program = program_of(every_kind);
	const Program *again = program_of(every_kind);
	Program    *moved = palloc(program->size);

	is_int(again->size, program->size, "compiled twice, one size");
	ok(memcmp(again, program, program->size) == 0, "and the same bytes");
	memcpy(moved, program, program->size);
	is_text(criterion_text(moved, 1), rules[1], "a copy elsewhere is as good");
	is_text(program_string(moved, program_criterion(moved, 1)->reason), "R", "a reason");
	is_text(program_string(moved, program_criterion(moved, 2)->reason), "G2", "is the code when none is given");
	is_text(program_string(moved, program_criterion(moved, 1)->group_name), "g", "a group's name");
	is_int(moved->group_count, 1, "two gates of one group");
	is_int(moved->class_count, 2, "two classes");
}

int
main(void)
{
	test_columns();
	test_hiding();
	test_needs();
	test_purposes();
	test_ranges();
	test_too_large();
	test_rules();
	test_block();
	return finish();
}
