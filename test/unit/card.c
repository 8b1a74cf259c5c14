/*
 * card.c
 *	  From text to card and back: the canonical form, and what is refused.
 */
#include "helper/card_random.h"
#include "helper/card_text.h"
#include "lib/stringinfo.h"
#include "mb/pg_wchar.h"
#include "helper/tap.h"

/* ---- canonical form ---- */

/* The card of the design, as an author writes it. */
static const char *const design =
"{'code': 'HVIS-2566', 'scale': 4, 'rounding': 'half_up', 'as_of': '2023-05-16',\n"
" 'criteria': [\n"
"  {'code':'G1','kind':'gate','field':'gpa','op':'>=','value':2.00,'missing':'reject','reason':'GPA_BELOW'},\n"
"  {'code':'G2','kind':'gate','group':'need','field':'income_per_head','op':'<=','value':3000},\n"
"  {'code':'G3','kind':'gate','group':'need','field':'welfare_card','op':'=','value':true,'missing':'reject'},\n"
"  {'code':'N1','kind':'band','field':'income_per_head','bands':[[2000,null,4],[null,1000,20],[1000,2000,12]],"
"'missing':{'points':0}},\n"
"  {'code':'M1','kind':'linear','field':'gpa','points':[[2.00,0],[4.00,15]],'missing':'undetermined'},\n"
"  {'code':'H1','kind':'enum','field':'dwelling','points':{'rent':6,'none':10},'otherwise':0,'missing':'worst'},\n"
"  {'code':'V1','kind':'coef','field':'vehicles','coef':-0.1183,'max':3},\n"
"  {'code':'K0','kind':'const','points':8.41},\n"
"  {'code':'SEC','kind':'section','members':['N1','H1'],'max':25}],\n"
" 'classes': [[40,null,'EXTREME'],[null,20,'NON_POOR'],[20,40,'POOR']]}\n";

static const char *const design_canonical =
"{'as_of':'2023-05-16','classes':[[null,20,'NON_POOR'],[20,40,'POOR'],[40,null,'EXTREME']],"
"'code':'HVIS-2566','criteria':["
"{'code':'G1','field':'gpa','kind':'gate','missing':'reject','op':'>=','reason':'GPA_BELOW','value':2},"
"{'code':'G2','field':'income_per_head','group':'need','kind':'gate','op':'<=','value':3000},"
"{'code':'G3','field':'welfare_card','group':'need','kind':'gate','missing':'reject','op':'=','value':true},"
"{'bands':[[null,1000,20],[1000,2000,12],[2000,null,4]],'code':'N1','field':'income_per_head','kind':'band',"
"'missing':{'points':0}},"
"{'code':'M1','field':'gpa','kind':'linear','points':[[2,0],[4,15]]},"
"{'code':'H1','field':'dwelling','kind':'enum','missing':'worst','otherwise':0,'points':{'none':10,'rent':6}},"
"{'code':'V1','coef':-0.1183,'field':'vehicles','kind':'coef','max':3},"
"{'code':'K0','kind':'const','points':8.41},"
"{'code':'SEC','kind':'section','max':25,'members':['N1','H1']}]}";

typedef struct Pair
{
	const char *written;
	const char *canonical;
} Pair;

static const Pair criteria[] = {
	{"{'points':1.50,'kind':'const','code':'A'}", "{'code':'A','kind':'const','points':1.5}"},
	{"{'code':'A','kind':'const','points':-0.000}", "{'code':'A','kind':'const','points':0}"},
	{"{'code':'A','kind':'const','points':12e-1}", "{'code':'A','kind':'const','points':1.2}"},
	{"{'code':'A','kind':'const','points':1e11}", "{'code':'A','kind':'const','points':100000000000}"},
	{"{'code':'A','kind':'gate','field':'x','op':'in','value':[3,1.0,2]}",
	"{'code':'A','field':'x','kind':'gate','op':'in','value':[3,1,2]}"},
	{"{'code':'A','kind':'gate','field':'x','op':'isnull','reason':'A'}",
	"{'code':'A','field':'x','kind':'gate','op':'isnull'}"},
	{"{'code':'A','kind':'gate','field':'x','op':'between','value':['2023-01-01','2023-12-31']}",
	"{'code':'A','field':'x','kind':'gate','op':'between','value':['2023-01-01','2023-12-31']}"},
	{"{'code':'A','kind':'gate','field':'x','op':'=','value':'\\u0e17\\u0e38\\u0e19\\n\\u0001\\\"\\/'}",
	"{'code':'A','field':'x','kind':'gate','op':'=','value':'ทุน\\n\\u0001\\'/'}"},
	{"{'code':'A','kind':'gate','field':'x','op':'overlaps','value':['b','a']}",
	"{'code':'A','field':'x','kind':'gate','op':'overlaps','value':['b','a']}"},
	{"{'code':'A','kind':'gate','op':'disjoint','field':'x','value':['b']}",
	"{'code':'A','field':'x','kind':'gate','op':'disjoint','value':['b']}"},
	{"{'code':'A','than':'y','kind':'gate','op':'<=','field':'x','reason':'R','missing':'reject'}",
	"{'code':'A','field':'x','kind':'gate','missing':'reject','op':'<=','reason':'R','than':'y'}"},
	{"{'code':'A','kind':'band','upper':true,'field':'x','bands':[[1,null,2],[null,1.0,1]],'reason':'R'}",
	"{'bands':[[null,1,1],[1,null,2]],'code':'A','field':'x','kind':'band','reason':'R','upper':true}"},
	{"{'code':'A','kind':'band','upper':false,'field':'x','bands':[[null,null,1]]}",
	"{'bands':[[null,null,1]],'code':'A','field':'x','kind':'band'}"},
	{"{'code':'A','kind':'gate','op':'<=','field':'x','value':'9999-12-31'}",
	"{'code':'A','field':'x','kind':'gate','op':'<=','value':'9999-12-31'}"},
	{"{'code':'A','kind':'gate','op':'in','field':'x','value':['2566-05-16','other']}",
	"{'code':'A','field':'x','kind':'gate','op':'in','value':['2566-05-16','other']}"},
	{"{'code':'A','kind':'enum','field':'x','points':{'3.00':1,'-0.50':2,'10':3,'3.x':4,'0.0':5}}",
	"{'code':'A','field':'x','kind':'enum','points':{'-0.5':2,'0':5,'10':3,'3':1,'3.x':4}}"},
	{"{'code':'A','kind':'enum','field':'x','points':{'b':1,'a':2,'ก':3,'B':4}}",
	"{'code':'A','field':'x','kind':'enum','points':{'B':4,'a':2,'b':1,'ก':3}}"},
	{"{'code':'A','kind':'coef','field':'x','coef':0.500000000001,'min':-1.0,'max':1e3}",
	"{'code':'A','coef':0.500000000001,'field':'x','kind':'coef','max':1000,'min':-1}"},
	{"{'code':'A','kind':'derive','fn':'sum','fields':['x','y']}",
	"{'code':'A','fields':['x','y'],'fn':'sum','kind':'derive'}"},
	{"{'code':'A','kind':'const','points':1},{'code':'S','kind':'section','min':1.00,'members':['A']}",
	"{'code':'A','kind':'const','points':1},{'code':'S','kind':'section','members':['A'],'min':1}"},
	{"{'code':'A','kind':'linear','field':'j.a.b','points':[[0,0],[1,1]],'missing':{'points':0.10}}",
	"{'code':'A','field':'j.a.b','kind':'linear','missing':{'points':0.1},'points':[[0,0],[1,1]]}"}
};

static void
test_canonical(void)
{
	is_text(canonical_of(design), design_canonical, "the card of the design");
	is_text(canonical_of(design_canonical), design_canonical, "and again");
	for (int i = 0; i < lengthof(criteria); i++)
	{
		char	   *wanted = with_criteria(criteria[i].canonical);
		char	   *got = canonical_of(with_criteria(criteria[i].written));

		is_text(got, wanted, "canonical form %d", i + 1);
	}
}

static void
test_head(void)
{
	static const char *const k = "'criteria':[{'code':'A','kind':'const','points':1}]";

	is_text(canonical_of(psprintf("{'scale':4,'rounding':'half_up',%s,'code':'T'}", k)),
			psprintf("{'code':'T',%s}", k), "defaults are left out");
	is_text(canonical_of(psprintf("{'scale':2.0,'rounding':'down',%s,'code':'T','as_of':'2024-02-29'}", k)),
			psprintf("{'as_of':'2024-02-29','code':'T',%s,'rounding':'down','scale':2}", k),
			"what differs from them is kept");
	is_text(canonical_of(psprintf("{'scale':0,'rounding':'half_even',%s,'code':'ทุน'}", k)),
			psprintf("{'code':'ทุน',%s,'rounding':'half_even','scale':0}", k), "scale 0");
}

/* However a card is spelled, its canonical form is one, and is its own. */
static void
test_random_cards(void)
{
	Random		matter = {10};
	Random		spelling = {11};
	int			taken = 0;
	int			different = 0;
	int			changed = 0;

	for (int i = 0; i < 2000; i++)
	{
		CoreError	error = {0};
		Random		same = matter;
		Card	   *card = read_card_text(card_random(&matter, &spelling), &error);
		Card	   *twin = read_card_text(card_random(&same, &spelling), &error);
		char	   *canonical;
		Card	   *again;

		different += (card == NULL) != (twin == NULL);
		if (card == NULL || twin == NULL)
			continue;
		taken++;
		canonical = card_canonical(card);
		different += strcmp(canonical, card_canonical(twin)) != 0;
		again = read_card_text(canonical, &error);
		changed += again == NULL || strcmp(card_canonical(again), canonical) != 0;
	}
	ok(taken > 500, "many random cards are taken");
	is_int(different, 0, "two spellings of a card have one canonical form");
	is_int(changed, 0, "a canonical form read again is itself");
}

/* ---- refusals ---- */

typedef struct Refusal
{
	const char *criteria;
	const char *message;
} Refusal;

#define GATE	"{'code':'A','kind':'gate','field':'x',"
#define BAND	"{'code':'A','kind':'band','field':'x',"
#define LINEAR	"{'code':'A','kind':'linear','field':'x',"
#define ENUM	"{'code':'A','kind':'enum','field':'x',"
#define COEF	"{'code':'A','kind':'coef','field':'x',"
#define CONST	"{'code':'K','kind':'const','points':1},"
#define SECTION	CONST "{'code':'A','kind':'section',"
#define DERIVE	"{'code':'A','kind':'derive',"
#define A		"criterion \"A\": "

static const Refusal refusals[] = {
	/* what every criterion has */
	{"", "scorecard: 1 to 1000 criteria are possible"},
	{"1", "criterion 1: the criterion must be an object"},
	{CONST "null", "criterion 2: the criterion must be an object"},
	{"{}", "criterion 1: \"code\" and \"kind\" are needed"},
	{"{'code':'A'}", "criterion 1: \"code\" and \"kind\" are needed"},
	{"{'kind':'const','points':1}", "criterion 1: \"code\" and \"kind\" are needed"},
	{"{'code':1,'kind':'const','points':1}", "criterion 1: code must be a string"},
	{"{'code':'','kind':'const','points':1}", "criterion 1: code is empty"},
	{"{'code':'A','kind':'magic'}", A "unrecognized kind \"magic\""},
	{"{'code':'A','kind':7}", A "kind must be a string"},
	{"{'code':'A','kind':'const','points':1,'point':2}", A "unrecognized key \"point\""},
	{"{'code':'A','kind':'const','points':1,'missing':'best'}", A "unrecognized key \"missing\""},
	{"{'code':'A','kind':'const','points':1,'':2}", A "unrecognized key \"\""},
	{"{'code':'A','kind':'const','points':1,'code kind':2}", A "unrecognized key \"code kind\""},
	{"{'code':'A','kind':'const','points':1,'|':2}", A "unrecognized key \"|\""},
	{"{'code':'A','kind':'const'}", A "\"points\" is missing"},
	{"{'code':'A','kind':'const','points':1,'points':1}", A "duplicate key \"points\""},
	{CONST CONST "{'code':'B','kind':'const','points':1}", "duplicate criterion \"K\""},
	{GATE "'op':'=','value':1,'reason':''}", A "reason is empty"},
	{GATE "'op':'=','value':1,'reason':1}", A "reason must be a string"},

	/* fields */
	{"{'code':'A','kind':'gate','field':'','op':'isnull'}", A "field is empty"},
	{"{'code':'A','kind':'gate','field':1,'op':'isnull'}", A "field must be a string"},
	{"{'code':'A','kind':'gate','field':'.','op':'isnull'}", A "\"field\" is not a path of names"},
	{"{'code':'A','kind':'gate','field':'a..b','op':'isnull'}", A "\"field\" is not a path of names"},
	{"{'code':'A','kind':'gate','field':'a.','op':'isnull'}", A "\"field\" is not a path of names"},
	{"{'code':'A','kind':'gate','field':'.a','op':'isnull'}", A "\"field\" is not a path of names"},
	{GATE "'op':'=','value':1}," "{'code':'B','kind':'gate','field':'x','op':'=','value':true}",
	"criterion \"B\": its field is compared with values of another kind elsewhere"},
	{GATE "'op':'=','value':'2023-05-16'}," "{'code':'B','kind':'linear','field':'x','points':[[0,0],[1,1]]}",
	"criterion \"B\": its field is compared with values of another kind elsewhere"},

	/* numbers */
	{"{'code':'A','kind':'const','points':'1'}", A "points must be a number"},
	{"{'code':'A','kind':'const','points':null}", A "points must be a number"},
	{"{'code':'A','kind':'const','points':0.00001}", A "points is beyond the numbers of a scorecard"},
	{"{'code':'A','kind':'const','points':1e18}", A "points is beyond the numbers of a scorecard"},
	{"{'code':'A','kind':'const','points':1e12}", A "points must be below 10^12"},
	{"{'code':'A','kind':'const','points':-1000000000000}", A "points must be below 10^12"},
	{GATE "'op':'=','value':0.0000000000001}", A "value is beyond the numbers of a scorecard"},
	{GATE "'op':'in','value':[1000000,0.000000000001]}", A "the numbers of its field need more than 18 digits together"},

	/* gates */
	{GATE "'op':'=='}", A "unrecognized op \"==\""},
	{GATE "'op':'='}", A "\"value\" is missing"},
	{GATE "'op':'=','value':null}", A "value must be a number, a string or a boolean"},
	{GATE "'op':'=','value':{}}", A "value must be a number, a string or a boolean"},
	{GATE "'op':'=','value':[1]}", A "value must be one value"},
	{GATE "'op':'<','value':true}", A "booleans have no order"},
	{GATE "'op':'between','value':1}", A "between takes [low, high]"},
	{GATE "'op':'between','value':[1,2,3]}", A "between takes [low, high]"},
	{GATE "'op':'between','value':[]}", A "between takes [low, high]"},
	{GATE "'op':'between','value':[false,true]}", A "between takes [low, high]"},
	{GATE "'op':'between','value':[2,1.999]}", A "the low end of between is above its high end"},
	{GATE "'op':'between','value':['2023-02-01','2023-01-31']}", A "the low end of between is above its high end"},
	{GATE "'op':'between','value':['b','a']}", A "the low end of between is above its high end"},
	{GATE "'op':'in','value':[]}", A "value must be an array that is not empty"},
	{GATE "'op':'notin','value':1}", A "value must be an array that is not empty"},
	{GATE "'op':'in','value':[1,'a']}", A "values are of different kinds"},
	{GATE "'op':'in','value':[1,true]}", A "values are of different kinds"},
	{GATE "'op':'overlaps','value':[1,2]}", A "overlaps, contains and disjoint take strings"},
	{GATE "'op':'contains','value':'a'}", A "value must be an array that is not empty"},
	{GATE "'op':'isnull','value':1}", A "isnull and notnull take no value, than or missing"},
	{GATE "'op':'notnull','missing':'best'}", A "isnull and notnull take no value, than or missing"},
	{GATE "'op':'=','value':1,'group':''}", A "group is empty"},

	/* missing */
	{GATE "'op':'=','value':1,'missing':'never'}", A "unrecognized missing \"never\""},
	{GATE "'op':'=','value':1,'missing':0}", A "missing must be a string"},
	{GATE "'op':'=','value':1,'missing':{'points':1}}", A "a gate gives no points when missing"},
	{BAND "'bands':[[null,null,1]],'missing':'points'}", A "points when missing are written {\"points\": n}"},
	{BAND "'bands':[[null,null,1]],'missing':{}}", A "\"points\" is missing"},
	{BAND "'bands':[[null,null,1]],'missing':{'points':1,'x':1}}", A "unrecognized key \"x\""},
	{BAND "'bands':[[null,null,1]],'missing':{'points':1,'points':1}}", A "duplicate key \"points\""},
	{COEF "'coef':1,'missing':'worst'}", A "without min and max there is no worst and no best"},
	{COEF "'coef':-1,'min':0,'missing':'worst'}", A "without min and max there is no worst and no best"},
	{COEF "'coef':1,'min':0,'missing':'best'}", A "without min and max there is no worst and no best"},

	/* another field */
	{GATE "'op':'<=','than':'y','value':1}", A "a gate has \"value\" or \"than\", not both"},
	{GATE "'op':'<=','than':1}", A "than must be a string"},
	{GATE "'op':'<=','than':''}", A "than is empty"},
	{GATE "'op':'<=','than':'x'}", A "a field cannot be compared with itself"},
	{GATE "'op':'in','than':'y'}", A "\"than\" goes with =, <>, <, <=, > and >= only"},
	{GATE "'op':'disjoint','than':'y'}", A "\"than\" goes with =, <>, <, <=, > and >= only"},
	{GATE "'op':'isnull','than':'y'}", A "isnull and notnull take no value, than or missing"},
	{GATE "'op':'<=','than':'y..z'}", A "\"field\" is not a path of names"},
	{BAND "'bands':[[null,null,1]],'than':'y'}", A "unrecognized key \"than\""},

	/* years of the Buddhist era */
	{GATE "'op':'<=','value':'2566-05-16'}", A "the date 2566-05-16 is in a year of the Buddhist era"},
	{GATE "'op':'in','value':['2023-05-16','2400-01-01']}", A "the date 2400-01-01 is in a year of the Buddhist era"},
	{GATE "'op':'<=','value':'2700-12-31'}", A "the date 2700-12-31 is in a year of the Buddhist era"},
	{GATE "'op':'<=','value':'2399-12-31'}", NULL},

	/* bands */
	{BAND "'bands':[[null,null,1]],'upper':1}", A "upper must be a boolean"},
	{BAND "'bands':[[null,1,1],[2,null,1]],'upper':true}", A "gap between 1 and 2, and no otherwise"},
	{GATE "'op':'=','value':1,'upper':true}", A "unrecognized key \"upper\""},
	{BAND "'bands':{}}", A "bands must be an array"},
	{BAND "'bands':[]}", A "bands is empty"},
	{BAND "'bands':[1]}", A "a band must be an array"},
	{BAND "'bands':[[null,null]]}", A "a band is [low, high, points]"},
	{BAND "'bands':[['a',null,1]]}", A "a low end must be a number"},
	{BAND "'bands':[[null,'a',1]]}", A "a high end must be a number"},
	{BAND "'bands':[[null,null,'a']]}", A "the points of a band must be a number"},
	{BAND "'bands':[[1,1,1]],'otherwise':0}", A "a low end is not below its high end"},
	{BAND "'bands':[[null,2,1],[1,null,2]]}", A "bands overlap at 1"},
	{BAND "'bands':[[null,2,1],[null,null,2]]}", A "bands overlap at the low end"},
	{BAND "'bands':[[null,null,1],[5,null,2]]}", A "bands overlap at 5"},
	{BAND "'bands':[[0,2,1],[1.5,3,2]],'otherwise':0}", A "bands overlap at 1.5"},
	{BAND "'bands':[[null,1,1],[2,null,2]]}", A "gap between 1 and 2, and no otherwise"},
	{BAND "'bands':[[1,null,1]]}", A "gap below 1, and no otherwise"},
	{BAND "'bands':[[null,1,1]]}", A "gap above 1, and no otherwise"},

	/* linear */
	{LINEAR "'points':{}}", A "points must be an array"},
	{LINEAR "'points':[[1,1]]}", A "linear needs at least two points"},
	{LINEAR "'points':[[1,1],[2]]}", A "a point is [value, points]"},
	{LINEAR "'points':[[1,1],2]}", A "a point must be an array"},
	{LINEAR "'points':[[1,1],['a',2]]}", A "the value of a point must be a number"},
	{LINEAR "'points':[[1,1],[2,'a']]}", A "the points of a point must be a number"},
	{LINEAR "'points':[[1,1],[1.0,2]]}", A "the values of linear must rise"},
	{LINEAR "'points':[[-99999999999,0],[99999999999,99999999999]]}",
	A "its values and points are too large to be multiplied"},

	/* enum */
	{ENUM "'points':[]}", A "points must be an object"},
	{ENUM "'points':{}}", A "points is empty"},
	{ENUM "'points':{'a':'b'}}", A "the value of key \"a\" must be a number"},
	{ENUM "'points':{'a':1,'a':2}}", A "duplicate key \"a\""},
	{ENUM "'points':{'3':1,'3.0':2}}", A "duplicate key \"3\""},
	{ENUM "'points':{'a':1},'otherwise':null}", A "otherwise must be a number"},

	/* coef */
	{COEF "'coef':'1'}", A "coef must be a number"},
	{COEF "'coef':1,'min':2,'max':1}", A "min is above max"},
	{COEF "'coef':999999999999}", A "coefficient times value can be too large"},

	/* sections */
	{SECTION "'members':[],'max':1}", A "members is empty"},
	{SECTION "'members':'K','max':1}", A "members must be an array"},
	{SECTION "'members':[1],'max':1}", A "members must be a string"},
	{SECTION "'members':['K']}", A "a section has a min, a max or both"},
	{SECTION "'members':['K'],'min':2,'max':1}", A "min is above max"},
	{SECTION "'members':['Z'],'max':1}", A "member \"Z\" is not a criterion that gives points"},
	{SECTION "'members':['A'],'max':1}", A "member \"A\" is not a criterion that gives points"},
	{SECTION "'members':['K','K'],'max':1}", A "member \"K\" is in a section already"},
	{SECTION "'members':['K'],'max':1},{'code':'B','kind':'section','members':['K'],'max':1}",
	"criterion \"B\": member \"K\" is in a section already"},
	{GATE "'op':'isnull'},{'code':'B','kind':'section','members':['A'],'max':1}",
	"criterion \"B\": member \"A\" is not a criterion that gives points"},

	/* derive */
	{DERIVE "'fn':'mean','fields':['x']}", A "unrecognized fn \"mean\""},
	{DERIVE "'fn':'sum'}", A "this fn reads \"fields\""},
	{DERIVE "'fn':'sum','field':'x'}", A "this fn reads \"fields\""},
	{DERIVE "'fn':'sum','fields':[]}", A "fields is empty"},
	{DERIVE "'fn':'ratio','fields':['x']}", A "ratio reads two fields"},
	{DERIVE "'fn':'age_years','fields':['x']}", A "age_years reads one \"field\""},
	{DERIVE "'fn':'age_years','field':'x'}", A "age_years needs the \"as_of\" of the scorecard"},
	{DERIVE "'fn':'sum','fields':['x']},{'code':'B','kind':'gate','field':'A','op':'=','value':'a'}",
	"criterion \"B\": a derived field is a number, not a text"},
	{DERIVE "'fn':'sum','fields':['x']},{'code':'B','kind':'gate','field':'A','op':'=','value':true}",
	"criterion \"B\": a derived field is a number"}
};

static void
test_refusals(void)
{
	for (int i = 0; i < lengthof(refusals); i++)
		is_text(refusal_of(with_criteria(refusals[i].criteria)), refusals[i].message, "refused: %s",
				refusals[i].criteria);
}

static const Refusal card_refusals[] = {
	{"[]", "scorecard: the card must be an object"},
	{"{'criteria':[]}", "scorecard: \"code\" is missing"},
	{"{'code':'T'}", "scorecard: \"criteria\" is missing"},
	{"{'code':'T','criteria':{}}", "scorecard: criteria must be an array"},
	{"{'code':'','criteria':[]}", "scorecard: code is empty"},
	{"{'code':'T','code':'T','criteria':[]}", "scorecard: duplicate key \"code\""},
	{"{'code':'T','criteria':[],'title':'x'}", "scorecard: unrecognized key \"title\""},
	{"{'code':'T','scale':7,'criteria':[]}", "scorecard: scale must be 0 to 6"},
	{"{'code':'T','scale':-1,'criteria':[]}", "scorecard: scale must be 0 to 6"},
	{"{'code':'T','scale':'4','criteria':[]}", "scorecard: scale must be a number"},
	{"{'code':'T','scale':1.5,'criteria':[]}", "scorecard: scale is beyond the numbers of a scorecard"},
	{"{'code':'T','rounding':'up','criteria':[]}", "scorecard: unrecognized rounding \"up\""},
	{"{'code':'T','as_of':'2023-02-29','criteria':[]}", "scorecard: as_of must be a date, YYYY-MM-DD"},
	{"{'code':'T','as_of':20230516,'criteria':[]}", "scorecard: as_of must be a string"},
	{"{'code':'T','classes':[],'criteria':[1]}", "scorecard: classes is empty"},
	{"{'code':'T','classes':[[null,null,1]],'criteria':[1]}", "scorecard: a class label must be a string"},
	{"{'code':'T','classes':[[null,1,'a'],[2,null,'b']],'criteria':[1]}",
	"scorecard: classes leave a gap between 1 and 2"},
	{"{'code':'T','classes':[[0,null,'a']],'criteria':[1]}", "scorecard: classes leave a gap below 0"},
	{"{'code':'T','classes':[[null,1,'a'],[0,null,'b']],'criteria':[1]}", "scorecard: classes overlap at 0"},
	{"{'code':'T','scale':1,'classes':[[null,0.25,'a'],[0.25,null,'b']],"
	"'criteria':[{'code':'A','kind':'const','points':1}]}", "class \"a\": its end has more decimals than the scale"},
	{"{'code':'T','scale':1,'criteria':[{'code':'A','kind':'const','points':0.25}]}",
	"criterion \"A\": points is beyond the numbers of a scorecard"},
	{"{'code':'T'", "invalid JSON in scorecard"}
};

static void
test_card_refusals(void)
{
	for (int i = 0; i < lengthof(card_refusals); i++)
		is_text(refusal_of(card_refusals[i].criteria), card_refusals[i].message, "refused: %s",
				card_refusals[i].criteria);
}

/* ---- limits ---- */

static char *
many_constants(int count)
{
	StringInfoData out;

	initStringInfo(&out);
	for (int i = 0; i < count; i++)
		appendStringInfo(&out, "%s{'code':'C%d','kind':'const','points':1}", i > 0 ? "," : "", i);
	return with_criteria(out.data);
}

static void
test_limits(void)
{
	CoreError	error = {0};
	char	   *blank = palloc(CARD_MAX_LENGTH + 2);
	const char *text = json_of(many_constants(1));
	Card	   *card;

	memset(blank, ' ', CARD_MAX_LENGTH + 1);
	memcpy(blank, text, strlen(text));
	ok(card_parse(blank, CARD_MAX_LENGTH, PG_UTF8, &error) != NULL, "a card of a megabyte");
	ok(card_parse(blank, CARD_MAX_LENGTH + 1, PG_UTF8, &error) == NULL, "a byte more is refused");
	is_text(error.message, "scorecard is longer than 1048576 bytes", "by its length");
	is_text(refusal_of(many_constants(1000)), NULL, "a thousand criteria are taken");
	is_text(refusal_of(many_constants(1001)), "scorecard: 1 to 1000 criteria are possible", "one more is not");
	is_text(refusal_of(with_criteria(GATE "'op':'in','value':[100000,0.000000000001]}")), NULL,
			"18 digits together");

	/* 5 bytes that become 13 */
	blank[0] = '\0';
	for (int i = 0; i < 150000; i++)
		memcpy(blank + 5 * i, ",1e11", 6);
	text = json_of(with_criteria(psprintf(GATE "'op':'in','value':[1%s]}", blank)));
	card = card_parse(text, (int) strlen(text), PG_UTF8, &error);
	text = card ? card_canonical(card) : "";
	ok(card == NULL || card_parse(text, (int) strlen(text), PG_UTF8, &error) != NULL,
	   "what is taken can be written and taken again");
}

/* An excerpt of the input in a message ends with a whole character. */
static void
test_long_messages(void)
{
	char	   *long_name = palloc0(3 * 1000 + 4);
	const char *message;
	int			length;

	for (int shift = 0; shift < 3; shift++)
	{
		memset(long_name, 'x', shift);
		for (int i = 0; i < 1000; i++)
			memcpy(long_name + shift + 3 * i, "ท", 4);
		message = refusal_of(with_criteria(psprintf("{'code':'%s','kind':'magic'}", long_name)));
		length = (int) strlen(message);
		is_int(pg_encoding_verifymbstr(PG_UTF8, message, length), length,
			   "a message about a long name is UTF-8, %d", shift);
	}
}

int
main(void)
{
	test_canonical();
	test_head();
	test_random_cards();
	test_refusals();
	test_card_refusals();
	test_limits();
	test_long_messages();
	return finish();
}
