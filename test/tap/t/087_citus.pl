# The same awards and measures on one node and on Citus, as doc/scale-out.md says it, whose statements are run here.
# Skipped where the server has no Citus.
use strict;
use warnings;
use Document;
use Equity;
use Market;
use PostgreSQL::Test::Utils;
use Test::More;

chomp(my $files = qx(pg_config --sharedir));
plan skip_all => 'this server has no Citus' unless -e "$files/extension/citus.control";

# ---- a coordinator and two workers; a database without Citus beside it is the one node ----

my ($coordinator, @workers) = map {
	my $node = PostgreSQL::Test::Cluster->new($_);
	$node->init(extra => [ '--encoding=UTF8', '--locale=C' ]);
	$node->append_conf('postgresql.conf', "shared_preload_libraries = 'citus'\nwal_level = logical\nmax_prepared_transactions = 50
		citus.node_conninfo = 'sslmode=disable'\ncitus.enable_statistics_collection = off");
	$node->start;
	$node->safe_psql('postgres', 'CREATE DATABASE market');
	$node->safe_psql('market', 'CREATE EXTENSION citus');
	$node
} qw(coordinator worker_1 worker_2);
$coordinator->safe_psql('market', "SELECT citus_set_coordinator_host('" . $coordinator->host . "', " . $coordinator->port . ')');
$coordinator->safe_psql('market', "SELECT citus_add_node('" . $_->host . "', " . $_->port . ')') for @workers;
$coordinator->safe_psql('postgres', 'CREATE DATABASE alone');

sub on { my ($database, $text) = @_; return $coordinator->safe_psql($database, $text) }
sub citus { return on('market', $_[0]) }
sub alone { return on('alone', $_[0]) }

sub rows { return "SELECT count(*), md5(string_agg(r::text, chr(10) ORDER BY r::text)) FROM ($_[0]) AS r" }
sub sorted { return join "\n", sort grep { /./ } split /\n/, $_[0] }

sub same
{
	my ($name, @queries) = @_;
	is(join("\n", map { citus($_) } @queries), join("\n", map { alone($_) } @queries), $name);
}

on($_, 'CREATE EXTENSION equity; ' . applicant_tables('') . ';' . applicant_rows() . ';' . seat_tables()
	  . '; ALTER TABLE pool DROP COLUMN min_seats') for qw(alone market);
is($_->safe_psql('market', "SELECT extversion FROM pg_extension WHERE extname = 'equity'"),
	alone("SELECT extversion FROM pg_extension WHERE extname = 'equity'"), $_->name . ' has the extension') for @workers;

# ---- what the guide says ----

my ($distribute, $wish_table, $wishes, $award, $survivors, $cutoffs) = needing(read_document('doc/scale-out.md'), 'citus');
citus($distribute);
cmp_ok($_->safe_psql('market', 'SELECT sum(pg_relation_size(shardid)) FROM (SELECT shard_name::regclass AS shardid FROM citus_shards WHERE nodeport = '
	  . $_->port . q{ AND table_name = 'applicant'::regclass) AS s}), '>', 50_000, $_->name . ' has a part of the applicants') for @workers;
citus($wish_table);
alone('CREATE TABLE wish (applicant_id bigint, pool_id bigint, choice integer, score numeric, groups text[])');
on($_, $wishes) for qw(alone market);
like(citus("EXPLAIN (VERBOSE, COSTS OFF) $wishes"), qr/Query: INSERT INTO public\.wish_\d+[^\n]*equity\.score/, 'the workers score');
same('the scores of one node', rows('SELECT * FROM wish'));
is(citus($award), '', 'awards are proved on Citus');
alone($award);
same('... and are those of one node', rows('SELECT * FROM award'));
is(citus($survivors), '', 'each shard says what survives');
cmp_ok(citus('SELECT count(*) FROM survivor'), '<', citus('SELECT count(*) FROM wish'), '... which is not everything');
is(sorted(citus($cutoffs)), sorted(alone('TABLE award')), 'what survives the cut-offs has the same awards');
cmp_ok(citus('SELECT count(*) FROM survivor'), '<', citus('SELECT count(*) FROM wish') / 2, '... and is less than half');

# ---- all kinds of markets, over a join ----

on($_, 'ALTER TABLE pool ADD COLUMN min_seats integer; UPDATE pool SET min_seats = 9 WHERE pool_id % 3 = 0') for qw(alone market);

sub proof
{
	my (@market) = @_;
	my $placed = 'SELECT * FROM equity.allocate(' . arguments(applications('public'), @market) . ", tie_break => '$market[3]', seed => 's')";
	return 'SELECT * FROM equity.verify(' . arguments(applications('public'), @market) . ', ' . literal($placed) . ", '$market[3]', 's')";
}

sub asked_of_shards
{
	my ($cutoffs, @market) = @_;
	return q{SELECT * FROM run_command_on_colocated_placements('wish', 'survivor', $shard$
		INSERT INTO %2$s SELECT * FROM equity.survivors(} . arguments('TABLE %1$s', @market)
	  . ", tie_break => '$market[3]', seed => 's', cutoffs => " . literal($cutoffs) . ') $shard$) WHERE NOT success';
}

citus('TRUNCATE wish; INSERT INTO wish ' . applications('public'));
for my $name (sort keys %markets)
{
	my @market = @{ $markets{$name} };
	my $whole = alone(digest(applications('public'), @market));
	is(citus(digest(applications('public'), @market)), $whole, "$name: the same awards over distributed tables");
	is(citus(proof(@market)), '', '... proved over them');
	citus('TRUNCATE survivor; DROP TABLE cut');
	is(citus(asked_of_shards(undef, @market)), '', '... each shard says what survives');
	my $held = 'SELECT * FROM equity.allocate(' . arguments('TABLE holder', @market) . ", tie_break => '$market[3]', seed => 's')";
	citus('CREATE TABLE cut AS SELECT * FROM equity.allocation_cutoffs(' . arguments('TABLE holder', @market) . ', ' . literal($held)
		  . ", '$market[3]', 's'); SELECT create_reference_table('cut'); TRUNCATE survivor");
	is(citus(asked_of_shards('TABLE public.cut', @market)), '', '... also after the cut-offs');
	is(citus(digest('TABLE survivor', @market)), $whole, '... and the same awards come from that');
}
like(citus(asked_of_shards(undef, @{ $markets{plain} }[ 0 .. 2 ], 'strict')), qr/cannot be pruned with tie_break admit_none or strict/, 'a shard that refuses is told with its reason');

# ---- what a card says ----

my $card = card();
my $two = q('{"code": "T", "criteria": [{"code": "M", "kind": "linear", "field": "gpa", "points": [[2, 0], [4, 15]]}]}');
on($_, 'CREATE TABLE judged (applicant_id bigint, result equity.assessment_result); CREATE TABLE policy (card equity.scorecard)') for qw(alone market);
citus("SELECT create_distributed_table('judged', 'applicant_id', colocate_with => 'applicant'), create_reference_table('policy')");
on($_, "INSERT INTO policy VALUES ($card); INSERT INTO judged SELECT applicant_id, equity.assess_typed($card, a) FROM applicant AS a") for qw(alone market);
same('results of a card lie in a distributed table', rows('SELECT * FROM judged'));
same('a card beside a distributed table', 'SELECT count((s.r).score), sum((s.r).score) FROM (SELECT equity.assess_typed(p.card, a) AS r FROM applicant AS a, policy AS p OFFSET 0) AS s');
same('a card from a subquery', 'SELECT count((s.r).score) FROM (SELECT equity.assess_typed((SELECT card FROM policy), a) AS r FROM applicant AS a OFFSET 0) AS s');
same('a card as a parameter', "PREPARE p (equity.scorecard) AS SELECT (s.r).eligible, count((s.r).score) FROM (SELECT equity.assess_typed(\$1, a) AS r FROM applicant AS a OFFSET 0) AS s
	GROUP BY 1 ORDER BY 1; EXECUTE p ($card)");
same('scorecards compared', rows("SELECT * FROM equity.compare_scorecards($card, $two, 'applicant', 'groups')"));
same('a card explained', rows("SELECT e.* FROM applicant AS a, equity.explain($card, a) AS e WHERE a.applicant_id < 50"));
on($_, "ALTER TABLE applicant ADD COLUMN points numeric; UPDATE applicant AS a SET points = equity.score($card, a)") for qw(alone market);
same('scores kept', 'SELECT sum(points) FROM applicant');

# ---- measures ----

same('measures are to the last digit those of one node', measures());
like(citus('EXPLAIN (VERBOSE, COSTS OFF) SELECT equity.theil_t(income) FROM applicant'), qr/worker_partial_agg\('equity\.theil_t/, '... and the workers sum up');
same('also by parts', 'SELECT ' . merged() . ' FROM (SELECT ' . parts() . ' FROM applicant) AS q');
same('what needs the whole distribution gathers its rows', 'SELECT equity.gini(income), equity.palma(income) FROM applicant');

# ---- the registry, on the coordinator alone ----

make_round($coordinator, $_) for qw(alone market);
same('a round of the registry beside distributed tables', 'SELECT status, applicants, applications, seats, admitted, violations, result_digest FROM equity.allocation_run',
	rows('SELECT applicant_id, pool_id, choice, seat, tier, score FROM equity.placement'), rows("SELECT * FROM equity.letters(1, 'th')"));
citus(q{UPDATE equity.reason SET text_en = 'Edited' WHERE reason_code = 'CHOSEN'});
my $text = q{equity.reason_text('CHOSEN', 'en')};
isnt(citus("SELECT DISTINCT $text || left(a.groups::text, 0) FROM applicant AS a WHERE applicant_id < 9"), 'Edited', 'a worker answers from its own copy');
is(citus("SELECT DISTINCT (SELECT $text) || left(a.groups::text, 0) FROM applicant AS a WHERE applicant_id < 9"), 'Edited', '... unless the value is fetched before');
is(citus("WITH t AS MATERIALIZED (SELECT $text AS text) SELECT DISTINCT t.text || left(a.groups::text, 0) FROM applicant AS a, t WHERE applicant_id < 9"), 'Edited', '... here or there');

$_->stop for $coordinator, @workers;
done_testing;
