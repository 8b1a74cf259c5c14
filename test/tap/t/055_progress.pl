# What other sessions see of long work while it runs, and that nothing is left of it.
use strict;
use warnings;
use Equity;
use PostgreSQL::Test::Utils;
use Test::More;

my $node = new_node('main');
my $database = 'postgres';

sub sql { return $node->safe_psql($database, @_) }

sql('CREATE EXTENSION equity');
sql('\i test/pgtap/fixture/levels.psql');
sql("SELECT make_levels(); SELECT run_as_far(1, 'close'); ALTER ROLE regress_operator LOGIN; ALTER ROLE regress_reader LOGIN");

# Starts a statement in a session of its own that says what it is called, and waits until it waits for a lock.
sub start_waiting
{
	my ($statement) = @_;
	my %session = (out => '', err => '');
	local $ENV{PGAPPNAME} = 'the session';
	$session{handle} = IPC::Run::start(
		[ $node->installed_command('psql'), '-XAtq', '-d', $node->connstr($database), '-c', $statement ],
		'>', \$session{out}, '2>', \$session{err});
	$node->poll_query_until($database, q{
		SELECT EXISTS (SELECT FROM pg_stat_activity WHERE application_name = 'the session' AND wait_event_type = 'Lock')})
	  or die "it does not wait: $session{err}";
	return \%session;
}

my $holder = $node->background_psql($database);

# ---- rows ----

my $allocate = q{
	SELECT count(*) FROM equity.allocate($$
		SELECT g AS applicant_id, 1 AS pool_id, 1 AS choice, g % 100 AS score,
		       CASE WHEN g = 250000 THEN pg_advisory_xact_lock(7)::text END AS _wait
		  FROM generate_series(1, 300000) AS g$$,
		'SELECT 1 AS pool_id, 10 AS seats', seed => 's')};
$holder->query_safe('SELECT pg_advisory_lock(7)');
my $session = start_waiting($allocate);
is( sql(q{SELECT operation, round_id, phase, done, total, rate > 0, time_left > '0', started_at < clock_timestamp()
            FROM equity.progress WHERE pid <> pg_backend_pid()}),
	'allocate||reading applications|200000|300000|t|t|t', 'another session sees how many rows were read, of how many');
is(sql(q{SELECT count(*) FROM equity.progress}, extra_params => [ '-U', 'regress_operator' ]), '1', 'an operator does');
my ($result, $out, $err) = $node->psql($database, 'TABLE equity.progress', extra_params => [ '-U', 'regress_reader' ]);
like($err, qr/permission denied for view progress/, 'a reader does not');
($result, $out, $err) = $node->psql($database, 'SELECT * FROM equity_internal.progress_slots()', extra_params => [ '-U', 'regress_reader' ]);
like($err, qr/permission denied for function progress_slots/, 'nor behind the view');
$node->safe_psql('template1', 'CREATE EXTENSION equity');
is($node->safe_psql('template1', 'SELECT count(*) FROM equity.progress'), '0', 'nor who is in another database');
$holder->query_safe('SELECT pg_advisory_unlock(7)');
$session->{handle}->finish;
is($session->{out}, "10\n", 'the work ends well');
is(sql('TABLE equity.progress'), '', 'and is gone from the view');

# ---- a load ----

$holder->query_safe('SELECT pg_advisory_lock(7)');
$session = start_waiting(q{
	SELECT * FROM equity.load_rows('applicant', $$
		SELECT g AS citizen_id, CASE WHEN g = 250000 THEN pg_advisory_xact_lock(7)::text END AS _wait
		  FROM generate_series(1, 300000) AS g$$)});
is( sql(q{SELECT operation, round_id, phase, done, total FROM equity.progress WHERE pid <> pg_backend_pid()}),
	'load_rows||reading source|200000|300000', 'a load says how much of its source it has read');
sql('SELECT pg_cancel_backend(pid) FROM equity.progress');
$session->{handle}->finish;
$holder->query_safe('SELECT pg_advisory_unlock(7)');
$holder->query_safe('BEGIN; LOCK TABLE equity.import_batch IN SHARE MODE');
$session = start_waiting(q{SELECT * FROM equity.load_rows('applicant', 'SELECT 1 AS citizen_id')});
is( sql(q{SELECT operation, phase FROM equity.progress WHERE pid <> pg_backend_pid()}),
	'load_rows|waiting for other loads', 'and that it waits for another');
$holder->query_safe('ROLLBACK');
$session->{handle}->finish;

# ---- an operation, which is cancelled ----

$holder->query_safe('BEGIN; LOCK TABLE equity.assessment IN EXCLUSIVE MODE');
$session = start_waiting('SELECT * FROM equity.score_round(1)');
is(sql('SELECT operation, round_id, phase, done FROM equity.progress'), 'score_round|1|preparing|0', 'an operation says its round');
sql('SELECT pg_cancel_backend(pid) FROM equity.progress');
$session->{handle}->finish;
like($session->{err}, qr/canceling statement/, 'it is cancelled by what the view tells');
is(sql('TABLE equity.progress'), '', 'and is gone');
$holder->query_safe('ROLLBACK');
$holder->quit;

# ---- within a session ----

is( sql(q{
	BEGIN;
	SET application_name = 'mine';
	DO $$ BEGIN PERFORM equity.score_round(1); END $$;
	SELECT count(*) FROM equity.progress;
	SELECT count(*) FROM pg_stat_activity WHERE pid = pg_backend_pid() AND application_name = 'mine';
	COMMIT}),
	"0\n1", 'what was done earlier in a transaction is not under way, and the application keeps its name');
my @phases = map { s/^psql:\S+ //r } grep { /NOTICE/ } split /\n/, do {
	($result, $out, $err) = $node->psql($database, 'SET equity.progress_notices = on; SELECT * FROM equity.allocate_round(1)');
	$err;
};
is_deeply(\@phases, ['NOTICE:  allocate_round: comparing with the newest run, 0 done'],
	'a client that asks is told, not more often than each second');
($result, $out, $err) = $node->psql($database, 'SELECT * FROM equity.verify_run(1)');
is($err, '', 'and who does not ask is not');

$node->stop;
done_testing;
