# What CALL equity.run_due() does by itself: a round from its opening to its refill, each step once and in a
# transaction of its own, whatever fails, is cut off, or is called twice.
use strict;
use warnings;
use Equity;
use PostgreSQL::Test::Utils;
use Test::More;

my $node = new_node('main');
my $database = 'postgres';

sub sql { return $node->safe_psql($database, @_) }

sub run_due
{
	my ($result, $out, $err) = $node->psql($database, 'CALL equity.run_due()');
	is($err =~ s/^.*NOTICE:.*\n?//mgr, '', 'run_due ends well');
	return;
}

sub at_once
{
	my @calls = map { { out => '', err => '' } } 1 .. $_[0];
	for my $call (@calls)
	{
		$call->{handle} = IPC::Run::start(
			[ $node->installed_command('psql'), '-XAtq', '-d', $node->connstr($database), '-c', 'CALL equity.run_due()' ],
			'>', \$call->{out}, '2>', \$call->{err});
	}
	$_->{handle}->finish for @calls;
	is(join('', map { $_->{err} =~ s/^NOTICE:.*\n//mgr } @calls), '', "$_[0] calls at once end well");
	return;
}

# The day on which applications close comes.
sub let_close
{
	my ($round) = @_;
	sql(qq{BEGIN;
	       SELECT equity.amend_round($round, 'test');
	       UPDATE equity.round SET closes_at = now() - interval '1 second' WHERE round_id = $round;
	       COMMIT});
	return;
}

sub status { return sql("SELECT status FROM equity.round WHERE round_id = $_[0]") }
sub steps { return sql("SELECT step, status, attempts FROM equity.job_run WHERE round_id = $_[0] ORDER BY job_run_id") }

sql('CREATE EXTENSION equity');
sql('\i test/pgtap/fixture/round.psql');
sql("SELECT make_round(n, (2565 + n)::smallint) FROM generate_series(1, 4) AS n");
sql(q{UPDATE equity.round SET opens_at = now() - interval '2 days', closes_at = now() + interval '1 day'});

# ---- nothing happens that nobody asked for ----

run_due();
is(sql('SELECT step, status, result FROM equity.job_run'), 'run_due|done|{"steps": 0}', 'only the call itself is recorded');
is(status(1), 'draft', 'a round that does not say run_until stays as it is');

# ---- a round by itself ----

sql(q{UPDATE equity.round SET run_until = 'refilled' WHERE round_id = 1});
is(sql('SELECT step, blocked FROM equity.due_steps()'), 'open|its seed is not kept: equity.keep_seed(1)', 'a round without a seed is blocked');
is(sql(q{SELECT step, status, error FROM equity.job_health WHERE round_id = 1}),
	'open|blocked|its seed is not kept: equity.keep_seed(1)', 'which a monitor sees');
run_due();
is(status(1), 'draft', 'and is not opened');

my $commitment = sql('SELECT equity.keep_seed(1)');
like($commitment, qr/^[0-9a-f]{64}$/, 'keep_seed chooses a seed and tells its commitment');
run_due();
is(sql('SELECT status, seed_commitment FROM equity.round WHERE round_id = 1'), "open|$commitment", 'the round opens with it');
run_due();
is(steps(1), 'open|done|1', 'a second call does nothing');

let_close(1);
run_due();
is(status(1), 'published', 'after closes_at one call closes, scores, allocates, verifies and publishes');
is(steps(1), join("\n", map { "$_|done|1" } qw(open close score allocate verify publish)), 'each a step');
is(sql('SELECT count(*) FROM equity.kept_seed'), '0', 'the seed is no longer kept');
is(sql(q{SELECT result ->> 'offers' FROM equity.job_run WHERE step = 'publish'}), sql('SELECT count(*) FROM equity.award'), 'counts are recorded');
is(sql(q{SELECT count(DISTINCT xmin::text) FROM equity.job_run WHERE round_id = 1}), '6', 'each in a transaction of its own');

sql(q{UPDATE equity.award SET offered_at = now() - interval '8 days', offer_expires_at = now() - interval '1 day' WHERE award_id <= 3});
run_due();
is(sql(q{SELECT result FROM equity.job_run WHERE step = 'expire'}), '{"offers": 3}', 'offers expire');
is(sql(q{SELECT result ->> 'vacated' FROM equity.job_run WHERE step = 'refill'}), '3', 'and their seats go on');
run_due();
is(sql(q{SELECT count(*) FROM equity.job_run WHERE step IN ('expire', 'refill')}), '2', 'once');

# ---- as far as the round says, and no farther ----

sql(q{UPDATE equity.round SET run_until = 'verified' WHERE round_id = 2; SELECT equity.keep_seed(2, 'a seed')});
run_due();
let_close(2);
run_due();
is(status(2), 'verified', 'a round that says verified is left for a person to publish');

# ---- a step that fails ----

sql(q{UPDATE equity.round SET run_until = 'open' WHERE round_id IN (3, 4);
      UPDATE equity.round_programme SET card_code = NULL, card_version = NULL WHERE round_id = 3;
      SELECT equity.keep_seed(3, 'third'), equity.keep_seed(4, 'fourth')});
run_due();
is(status(3), 'draft', 'a round that cannot open does not');
is(status(4), 'open', 'the next one does all the same');
run_due();
is(steps(3), 'open|failed|2', 'the same failure again is counted on its row');
my $health = sql(q{SELECT failures_in_a_row, error_code, error FROM equity.job_health WHERE round_id = 3});
like($health, qr/^2\|55000\|round 3 is not ready to open\nWhat is missing or wrong: .*\nequity\.round_gaps\(3\)/, 'job_health tells what is wrong and what to do');
sql(q{UPDATE equity.round_programme SET card_code = 'test', card_version = 1 WHERE round_id = 3});
run_due();
is(steps(3), "open|failed|2\nopen|done|1", 'once it is mended the next call does it');
is(sql(q{SELECT status, error FROM equity.job_health WHERE round_id = 3}), 'done|', 'and the monitor is quiet');

# ---- twice at once, and while somebody is at work ----

sql(q{UPDATE equity.round SET run_until = 'published' WHERE round_id = 4});
let_close(4);
my $holder = $node->background_psql($database);
$holder->query_safe('BEGIN; SELECT status FROM equity.round WHERE round_id = 4 FOR NO KEY UPDATE');
run_due();
is(steps(4), 'open|done|1', 'a round at which another operation is at work is left alone');
$holder->query_safe('ROLLBACK');
$holder->quit;

at_once(3);
run_due();
is(steps(4), join("\n", map { "$_|done|1" } qw(open close score allocate verify publish)), 'and have done the work once');

# ---- cut off ----

sql(q{SELECT make_round(5, 2570::smallint);
      UPDATE equity.round SET opens_at = now() - interval '2 days', closes_at = now() + interval '1 day' WHERE round_id = 5;
      SELECT run_as_far(5, 'open');
      SELECT equity.keep_seed(5, 'test seed');
      UPDATE equity.round SET run_until = 'closed' WHERE round_id = 5});
let_close(5);
$holder = $node->background_psql($database);
$holder->query_safe('BEGIN; LOCK TABLE equity.application IN EXCLUSIVE MODE');
my ($out, $err) = ('', '');
my $call = IPC::Run::start(
	[ $node->installed_command('psql'), '-XAtq', '-d', $node->connstr($database), '-c', 'CALL equity.run_due()' ],
	'>', \$out, '2>', \$err);
ok($node->poll_query_until($database, q{
	SELECT EXISTS (SELECT FROM pg_stat_activity WHERE query = 'CALL equity.run_due()' AND wait_event_type = 'Lock')}), 'a call is closing a round');
$node->stop('immediate');
$call->finish;
eval { $holder->quit };
$node->start;
is(status(5) . ' ' . sql('SELECT seed FROM equity.kept_seed WHERE round_id = 5'), 'open test seed', 'after a crash nothing of the step is there');
is(steps(5), 'close|running|1', 'but its row');
run_due();
is(steps(5), "close|interrupted|1\nclose|done|1", 'the next call marks it and does the step');
is(status(5), 'closed', 'to its end');
is(sql('SELECT count(*) FROM equity.audit_check()'), '0', 'the audit trail is whole');

# ---- refusals ----

sub refused
{
	my ($statement, $message, $name) = @_;
	my ($result, $stdout, $stderr) = $node->psql($database, $statement);
	like($stderr, $message, $name);
	return;
}

refused('BEGIN; CALL equity.run_due(); COMMIT', qr/invalid transaction termination/, 'run_due is for outside a transaction block');
refused(q{CALL equity.run_due('3000-01-01')}, qr/run_due cannot be done at a time in the future/, 'at is not in the future');
refused('SELECT equity.keep_seed(1)', qr/round 1 is published/, 'a seed is of no use once the round is closed');
refused(q{SELECT equity.keep_seed(3, 'another')}, qr/seed does not match the commitment of round 3/, 'nor another seed once it is open');
refused(q{SELECT equity.keep_seed(3, '')}, qr/the seed is empty/, 'nor none');
refused('SELECT equity.schedule_with_pg_cron()', qr/extension pg_cron is not in this database.*schedule_in_database/s, 'without pg_cron the error says where to go');

# ---- pg_cron itself ----

SKIP:
{
	skip 'pg_cron is not installed', 4
	  if sql(q{SELECT count(*) FROM pg_available_extensions WHERE name = 'pg_cron'}) eq '0';
	$node->append_conf('postgresql.conf', "shared_preload_libraries = 'pg_cron'\ncron.database_name = '$database'\n"
		  . "cron.host = '" . $node->host . "'\ncron.timezone = 'Asia/Bangkok'\n");
	$node->restart;
	sql('CREATE EXTENSION pg_cron');
	sql(q{UPDATE equity.round SET run_until = 'published' WHERE round_id = 5});
	like(sql(q{SELECT equity.schedule_with_pg_cron('* * * * *')}), qr/^\d+$/, 'pg_cron has a job');
	sql(q{SELECT equity.schedule_with_pg_cron('* * * * *')});
	is(sql('SELECT count(*), min(command) FROM cron.job'), '1|CALL equity.run_due()', 'one, however often it is scheduled');
	ok($node->poll_query_until($database, q{SELECT status = 'published' FROM equity.round WHERE round_id = 5}), 'the minute comes and the round is published');
	ok($node->poll_query_until($database, q{SELECT EXISTS (SELECT FROM cron.job_run_details WHERE status = 'succeeded')}), 'and pg_cron says so');
	sql(q{SELECT cron.unschedule('equity')});
}

# ---- persons who need not be kept, and checkpoints of the audit trail ----

sub job_runs { return sql("SELECT step, status, result FROM equity.job_run WHERE step = '$_[0]' ORDER BY job_run_id") }

my $today = q{(now() AT TIME ZONE 'Asia/Bangkok')::date};
sql(q{UPDATE equity.round SET run_until = 'published'});
let_close(3);
run_due();
is(sql('SELECT DISTINCT status FROM equity.round'), 'published', 'all rounds are published');
is(sql('SELECT step FROM equity.due_steps()'), '', 'nothing is due');
is( sql(q{SELECT step, due_since = (SELECT min(at) + interval '1 day' FROM equity.audit_event) FROM equity.due_steps(now() + interval '2 days') WHERE step = 'checkpoint'}),
	'checkpoint|t', 'a checkpoint is, a day after the first event');
sql(qq{UPDATE equity.round SET retain_until = $today + 1});
run_due();
is(job_runs('forget'), '', 'on the day before nobody is forgotten');
sql(qq{UPDATE equity.round SET retain_until = $today - 3});
is( sql(qq{SELECT round_id, step, due_since = ($today - 3)::timestamp AT TIME ZONE 'Asia/Bangkok', blocked FROM equity.due_steps()}),
	'|forget|t|', 'on the day they are due');
my $due = sql(q{SELECT count(*) FROM equity.applicant AS p WHERE forgotten_at IS NULL AND EXISTS (SELECT FROM equity.application AS a WHERE a.applicant_id = p.applicant_id)
	AND NOT EXISTS (SELECT FROM equity_internal.why_needed(ARRAY[p.applicant_id]))});
cmp_ok($due, '>', 0, 'and are some');
at_once(3);
is(job_runs('forget'), qq(forget|done|{"applicants": $due}), 'three calls at once forget them once');
is(sql('SELECT count(*) FROM equity.applicant WHERE forgotten_at IS NOT NULL'), $due, 'them, and nobody else');
run_due();
is(sql(q{SELECT count(*) FROM equity.job_run WHERE step = 'forget'}), '1', 'once a day');
is( sql(qq{SELECT status, next_due = ($today + 1)::timestamp AT TIME ZONE 'Asia/Bangkok' FROM equity.job_health WHERE step = 'forget'}),
	'done|t', 'and job_health tells when next');
sql(q{UPDATE equity.job_run SET finished_at = finished_at - interval '1 day', started_at = started_at - interval '1 day' WHERE step = 'forget'});
$holder = $node->background_psql($database);
$holder->query_safe('BEGIN; SELECT status FROM equity.round WHERE round_id = 2 FOR NO KEY UPDATE');
run_due();
is(sql(q{SELECT count(*) FROM equity.job_run WHERE step = 'forget'}), '1', 'while one of the rounds is taken nobody is');
$holder->query_safe('ROLLBACK');
$holder->quit;
run_due();
is(job_runs('forget') =~ s/.*\n//r, 'forget|done|{"applicants": 0}', 'the next day it looks again');

sub age_checkpoint { return sql(q{UPDATE equity.audit_checkpoint SET checked_at = checked_at - interval '25 hours'}) }

sql('SELECT equity.audit_checkpoint()');
age_checkpoint();
at_once(3);
is(job_runs('checkpoint') =~ s/\d+/N/r, 'checkpoint|done|{"event_id": N}', 'a checkpoint is made a day after the last, once');
is(sql('SELECT count(*) FROM equity.audit_checkpoint'), '2', 'by itself');
age_checkpoint() for 1 .. 2;
run_due();
is(sql('SELECT count(*) FROM equity.audit_checkpoint'), '3', 'again when something came since');
$node->safe_psql($database, 'SET session_replication_role = replica; ' . q{UPDATE equity.audit_checkpoint SET checked_at = checked_at - interval '25 hours'});
run_due();
is(sql('SELECT count(*) FROM equity.audit_checkpoint'), '3', 'and not when nothing did');
sql(q{UPDATE equity.audit_checkpoint SET checked_at = now();
      SELECT count(equity.audit_append('test', NULL, NULL, NULL)) FROM generate_series(1, 10000)});
is(sql('SELECT step FROM equity.due_steps()'), 'checkpoint', 'ten thousand events do not wait for a day');
$node->safe_psql($database, q{SET session_replication_role = replica;
	ALTER TABLE equity.audit_event DISABLE TRIGGER USER;
	UPDATE equity.audit_event SET operation = 'forged' WHERE event_id = (SELECT max(event_id) - 5 FROM equity.audit_event);
	ALTER TABLE equity.audit_event ENABLE TRIGGER USER; ALTER TABLE equity.audit_event ENABLE ALWAYS TRIGGER audit_event_append_only});
run_due();
like( sql(q{SELECT status, error_code, error FROM equity.job_health WHERE step = 'checkpoint'}),
	qr/^failed\|55000\|the audit trail does not hold\nAmong others: event \d+: hash does not match the row/, 'a monitor sees that the trail does not hold');

$node->stop;
done_testing;
