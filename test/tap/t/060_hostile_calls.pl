# Every public function, aggregate and window function that the catalog has, called with NULLs and with random
# and extreme values of its types. Whatever comes, a call ends with an answer or with an error that says
# what is wrong: no crash, no internal error, and a cancelled call ends within five seconds.
#
# Each run tries others; SEED=… repeats one.
use strict;
use warnings;
use Equity;
use PostgreSQL::Test::Utils;
use Test::More;
use Time::HiRes qw(time);

my $seed = $ENV{SEED} || time * 1000 % 2**31;
my $calls = 25_000;
my $patience = 250;    # ms until a call is cancelled
srand $seed;
note "seed $seed, $calls calls";

my $node = new_node('main');
$node->safe_psql('postgres', 'CREATE EXTENSION equity');
make_round($node, 'postgres');
$node->safe_psql('postgres', q{
	CREATE TABLE public.t AS
	SELECT i AS id, CASE i % 7 WHEN 0 THEN NULL WHEN 1 THEN numeric 'NaN' ELSE i % 5 END AS gpa,
	       CASE i % 5 WHEN 0 THEN float8 'Infinity' ELSE i END AS income, i % 2 = 0 AS card,
	       jsonb_build_object('k', i) AS answers, ARRAY['a', NULL, 'b'] AS tags
	  FROM generate_series(1, 50) AS i});

# ---- values ----

my @words = ('', ' ', 'open', '*', 'th', 'en', 'lottery', 'strict', 'admit_all', 'admit_none', 'lottery_per_pool',
	'deferred_acceptance', 'serial_dictatorship', 'immediate_acceptance', 'top_trading_cycles', 'hamilton', 'dhondt',
	'sainte_lague', 'test-1', 'test seed', 'gpa', 'freeze', 'float', '1112034563562', 'G123456789012', '16 พ.ค. 2566', '๓๑/๑๒/๒๕๖๖',
	'12,500', '-', q{o'brien "x" <b>&amp;</b>}, "\x{202e}กำ", "\x01\x02\x7f", "\x{feff}\x{200b}", '%s%n', 'x' x 5000,
	'SELECT 1', 'SELECT 1 AS applicant_id, 2 AS pool_id, 1 AS choice, 3 AS score', 'SELECT 2::bigint AS pool_id, 1 AS seats',
	q{SELECT 2 AS pool_id, 'open' AS reserve, 1 AS seats}, 'SELECT 1 AS cap_id, -1 AS seats', 'DELETE FROM public.t', 'TABLE public.t', 'SELECT 1/0',
	'COMMIT', 'SELECT 1; SELECT 2', 'SELECT 1 AS applicant_id, 2 AS pool_id, NULL::text AS seat', '{"code":"A","criteria":[]}');
my @numbers = (qw(0 -0.00 1 -1 2.50 NaN Infinity -Infinity 1e131071 -1e131071 1e-16383 0.000000000001), '9' x 40 . '.' . '1' x 30);
my @card = ('{"code":"A","criteria":[{"code":"K","kind":"const","points":1}]}',
	'{"code":"A","scale":6,"criteria":[{"code":"L","kind":"linear","field":"gpa","points":[[0,-100],[4,999999]],"missing":"best"},{"code":"G","kind":"gate","field":"answers.k","op":">","value":3}]}');

sub one { return $_[ int rand @_ ] }
sub quoted { my ($text) = @_; $text =~ s/'/''/g; return "'$text'" }

my %value = (
	text => sub { quoted(one(@words)) },
	bigint => sub { one(0 .. 3, 10 .. 13, -1, '9223372036854775807', '(-9223372036854775808)', int rand 100) },
	integer => sub { one(0 .. 4, -1, 2147483647, '(-2147483648)', 2566, 100) },
	smallint => sub { one(0, 1, -1, 32767, '(-32768)', 2566) },
	numeric => sub { quoted(one(@numbers)) },
	'double precision' => sub { quoted(one(qw(0 -0 1 -1 0.5 NaN Infinity -Infinity 5e-324 1.7976931348623157e308 1e15))) },
	boolean => sub { one('true', 'false') },
	date => sub { quoted(one(qw(2023-05-16 infinity -infinity 5874897-12-31 2566-01-01 2024-02-29), '4713-01-01 BC')) },
	'timestamp with time zone' => sub { quoted(one(qw(2023-05-16 infinity -infinity now 2566-01-01), '4713-01-01 BC')) },
	jsonb => sub { quoted(one('{}', '[]', 'null', '5', '{"seats":2}', '{"seats":{"11":-1},"reserves":"none","caps":false}', '[{"name":"x"}]', '{"a":{"b":[1,null]}}', '"x"')) },
	'equity.scorecard' => sub { quoted(one(@card)) },
	bytea => sub { quoted(one('\x', '\x00', '\xff00ff')) },
	regclass => sub { quoted(one('public.t', 'equity.application', 'pg_class')) },
	oid => sub { one(0, 1, 1259) },
	'"char"' => sub { quoted(one('a', '')) },
);
$value{"$_\[]"} = do {
	my $of = $value{$_};
	my $type = $_;
	sub { my $n = int rand 4; "ARRAY[" . join(', ', map { rand() < 0.2 ? 'NULL' : $of->() . "::$type" } 1 .. $n) . "]::$type\[]" }
} for keys %value;

# An argument; a row or any type is one of the table's.
sub argument
{
	my ($type) = @_;
	return one('t', 't.gpa', 't.answers', "'x'::text", '1') if $type =~ /^any|^"any"/;
	return 't' if $type eq 'record';
	return 'NULL::' . $type if rand() < 0.12 || !$value{$type};
	return $value{$type}->() . "::$type";
}

# ---- functions ----

my @functions = map { [ split /\|/ ] } split /\n/, $node->safe_psql('postgres', q{
	SELECT p.oid::regproc, p.prokind, p.proretset, p.provariadic <> 0,
	       (SELECT string_agg(format_type(t.type, NULL), ';' ORDER BY t.place) FROM unnest(p.proargtypes) WITH ORDINALITY AS t (type, place))
	  FROM pg_proc AS p
	 WHERE p.pronamespace = 'equity'::regnamespace
	   AND p.prokind IN ('f', 'a', 'w')
	   AND NOT 'internal'::regtype = ANY (p.proargtypes)
	   AND p.prorettype NOT IN ('trigger'::regtype, 'internal'::regtype)
	   AND NOT EXISTS (SELECT FROM pg_aggregate AS a WHERE p.oid IN (a.aggtransfn, a.aggfinalfn, a.aggcombinefn, a.aggmtransfn, a.aggminvtransfn))
	   AND NOT EXISTS (SELECT FROM pg_type AS y WHERE p.oid IN (y.typinput, y.typoutput, y.typreceive, y.typsend))
	 ORDER BY p.oid::regprocedure::text COLLATE "C"});
cmp_ok(scalar @functions, '>', 100, 'the catalog has the functions');

sub call
{
	my ($name, $kind, $set, $variadic, $types) = @{ $_[0] };
	my @types = split /;/, $types // '';
	my $arguments = join ', ', map { argument($_) } @types;
	$arguments =~ s/, (\S+)$/, VARIADIC $1/ if $variadic eq 't' && @types && $types[-1] =~ /\[\]$/;
	return "SELECT $name($arguments) OVER (ORDER BY t.id) FROM public.t" if $kind eq 'w';
	return "SELECT $name($arguments) FROM public.t" . one('', ' WHERE false', ' GROUP BY t.id % 3') if $kind eq 'a';
	return "SELECT count(*) FROM (SELECT t.* FROM public.t LIMIT 3) AS t, LATERAL $name($arguments)" if $arguments =~ /\bt\b/ || $set eq 't';
	return "SELECT $name($arguments)";
}

# ---- calls ----

# A call's effects are undone. Answers how it ended: ok, or the SQLSTATE, with the statement where it must
# not end so.
my $setup = q{
	SET client_min_messages = error;
	CREATE FUNCTION pg_temp.try(statement text) RETURNS text LANGUAGE plpgsql AS $$
	BEGIN
	  EXECUTE statement;
	  RAISE EXCEPTION USING ERRCODE = 'XUNDO';
	EXCEPTION
	  WHEN SQLSTATE 'XUNDO' THEN RETURN 'ok';
	  WHEN OTHERS THEN
	    RETURN concat(SQLSTATE, CASE WHEN SQLSTATE LIKE 'XX%' OR SQLERRM ~ 'cache lookup|unrecognized node' THEN format(' %s: %s', SQLERRM, statement) END);
	END $$;
} . "SET statement_timeout = $patience;\n";

my ($done, $batch, %ended) = (0, 2000);
my @wrong;
while ($done < $calls)
{
	my @statements = map { call($functions[ $_ % @functions ]) } $done .. $done + $batch - 1;
	my $file = "$PostgreSQL::Test::Utils::tmp_check/calls.sql";
	open my $out, '>:utf8', $file or die;
	print {$out} $setup;
	for (@statements)
	{
		(my $statement = $_) =~ s/\$\$/\$ \$/g;
		print {$out} "SELECT pg_temp.try(\$\$$statement\$\$);\n";
	}
	close $out;
	my $began = time;
	my ($result, $answers, $errors) = $node->psql('postgres', "\\i $file", on_error_stop => 0);
	for (split /\n/, $answers)
	{
		/^(\w+)$/ ? $ended{$1}++ : push @wrong, $_;
	}
	push @wrong, "the server went away in calls $done to " . ($done + $batch) if $errors =~ /server closed the connection|connection to server was lost/;
	my $cancelled = () = $errors =~ /canceling statement due to statement timeout/g;
	$ended{'57014'} += $cancelled;
	# a cancelled call has five seconds to end
	push @wrong, "calls $done to " . ($done + $batch) . ' took ' . int(time - $began) . ' s' if time - $began > 60 + 5 * $cancelled;
	$done += $batch;
	last if @wrong;
}
is(join("\n", @wrong), '', "$done hostile calls end with an answer or an error of their own (seed $seed)");
note join ', ', map { "$_ $ended{$_}" } sort keys %ended;
cmp_ok($ended{ok}, '>', $done / 5, 'many of them with an answer');
cmp_ok(($ended{'42883'} // 0) + ($ended{'42601'} // 0) + ($ended{'42725'} // 0), '<', $done / 10, 'few because the call itself was none');
is($node->safe_psql('postgres', 'SELECT count(*) FROM equity.audit_check()'), '0', 'and leave the audit trail whole');
is($node->safe_psql('postgres', 'SELECT count(*) FROM equity.run_violations(1)'), '0', 'and the round as it was');

$node->stop;
done_testing;
