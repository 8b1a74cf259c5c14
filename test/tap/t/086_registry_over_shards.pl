# A round of the registry whose applicants lie on three shards, as equity.prepare_shards spreads it: the same digests,
# awards, letters and reports as on one node.
use strict;
use warnings;
use Equity;
use PostgreSQL::Test::Utils;
use Test::More;

my $node = new_node('main');
my @personal = qw(applicant applicant_group applicant_disability application choice household household_member dwelling);
my @shards = map { "shard_$_" } 1 .. 3;
my $servers = join ',', @shards;

sub on { my ($database, $text) = @_; return $node->safe_psql($database, $text) }

# The same round everywhere; then each shard keeps its applicants alone, and the coordinator none.
sub keep
{
	my ($database, $condition) = @_;
	on($database, join ';', 'SET session_replication_role = replica', map { "DELETE FROM ONLY equity.$_ WHERE NOT ($condition)" } reverse @personal);
}

for my $database ('whole', 'coordinator', @shards)
{
	on('postgres', "CREATE DATABASE $database");
	on($database, 'CREATE EXTENSION equity');
	on($database, '\i test/pgtap/fixture/round.psql');
	on($database, q{
		SET session_replication_role = replica;
		SELECT make_round(1, 2566::smallint);
		INSERT INTO equity.applicant_group (applicant_id, group_code, verified)
		SELECT n, (SELECT min(group_code) FROM equity.need_group), true FROM generate_series(1, 60, 4) AS n;
		INSERT INTO equity.pool_reserve (pool_id, reserve, seats)
		SELECT 11, min(group_code), 2 FROM equity.need_group;
		UPDATE equity.application SET application_id = 1000 + applicant_id});
}
keep($shards[$_], "mod(applicant_id, 3) = $_") for 0 .. 2;

my ($host, $port) = ($node->host, $node->port);
on('coordinator', "CREATE EXTENSION postgres_fdw;" . join ';', map { "
	CREATE SERVER $_ FOREIGN DATA WRAPPER postgres_fdw OPTIONS (host '$host', port '$port', dbname '$_');
	CREATE USER MAPPING FOR CURRENT_USER SERVER $_ OPTIONS (password_required 'false')" } @shards);

my ($status, $out, $err) = $node->psql('coordinator', "SELECT * FROM equity.prepare_shards('{$servers}')");
like($err, qr/table equity.applicant has rows of its own/, 'rows here would count beside those of the shards');
keep('coordinator', 'false');
on('coordinator', "SELECT * FROM equity.prepare_shards('{$servers}') \\gexec");
is(on('coordinator', 'SELECT count(*) FROM equity.applicant'), '60', 'the registry has the applicants of all shards');
like(on('coordinator', "SELECT srvoptions::text FROM pg_foreign_server WHERE srvname = 'shard_1'"), qr/extensions=equity.*async_capable=true|async_capable=true.*extensions=equity/,
	'servers have the options that they lacked');
is(on('coordinator', q{SELECT count(*) FROM pg_class WHERE relnamespace = 'shard'::regnamespace AND reltuples < 0}), '0', 'each foreign table is analysed');
is(on('coordinator', "SELECT count(*) FROM equity.prepare_shards('{$servers}') AS s (statement) WHERE statement LIKE 'ALTER%'"), '0',
	'nothing is left to alter');

# ---- a round, step by step ----

my @digests = ('SELECT status, applicants, applications, seats, admitted, violations, input_digest, result_digest
                  FROM (SELECT a.*, (SELECT md5(string_agg(i::text, chr(10) ORDER BY i::text)) FROM equity.run_input AS i WHERE i.run_id = a.run_id) AS input_digest
                          FROM equity.allocation_run AS a) AS a ORDER BY run_id',
	'SELECT applicant_id, pool_id, choice, seat, tier, score FROM equity.placement ORDER BY run_id, applicant_id');
my @reports = map { "SELECT count(*), md5(string_agg(r::text, chr(10) ORDER BY r::text)) FROM equity.$_ AS r" }
  qw(application_facts allocation_input pool_cutoff pool_fill programme_summary equity_gap targeting province_coverage application_funnel);

sub same
{
	my ($name, @queries) = @_;
	is(join("\n", map { on('coordinator', $_) } @queries), join("\n", map { on('whole', $_) } @queries), $name);
}

sub both { my ($statement) = @_; on($_, $statement) for qw(whole coordinator) }

same('what cards read', 'SELECT count(*), md5(string_agg(f::text, chr(10) ORDER BY f::text)) FROM equity.application_facts AS f');
both(q{SELECT run_as_far(1, 'allocate')});
same('the same awards, with the same digests', @digests);
is(on('coordinator', 'SELECT * FROM equity.verify_run(newest_run(1))'), '', 'proved over the shards');
on('whole', 'SELECT * FROM equity.verify_run(newest_run(1))');
is(on('coordinator', 'SELECT equity.replay_run(newest_run(1))'), on('whole', 'SELECT equity.replay_run(newest_run(1))'), 'replayed');
both('SELECT equity.publish_run(newest_run(1))');
same('the same reports', @reports);
same('the same letters', q{SELECT md5(string_agg(l::text, chr(10) ORDER BY l::text)) FROM equity.letters(1, 'th') AS l},
	q{SELECT md5(string_agg(e::text, chr(10) ORDER BY e::text)) FROM equity.application AS a, equity.explain_application(a.application_id, 'en') AS e});
both(q{SELECT equity.accept_award(award_id) FROM equity.award WHERE applicant_id % 2 = 0});
both(q{SELECT equity.decline_award(award_id) FROM equity.award WHERE applicant_id % 5 = 0 AND status = 'offered'});
both('SELECT * FROM equity.refill_round(1)');
same('the same after a refill', @digests, @reports);
is(on('coordinator', 'SELECT * FROM equity.check_integrity()'), '', 'nothing refers to nothing');
is(on('coordinator', 'SELECT sum(n) FROM (' . join(' UNION ALL ', map { "SELECT count(*) AS n FROM ONLY equity.$_" } @personal) . ') AS q'), '0',
	'and no row of a person came here');

$node->stop;
done_testing;
