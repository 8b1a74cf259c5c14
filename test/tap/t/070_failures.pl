# What breaks in the middle of an operation leaves nothing behind, and the operation done again ends as if nothing
# had been: a round that is broken off at every step is held against a twin that never is.
#
# A trigger on each table that operations write counts its statements and falls asleep at one of them, which the
# seed chooses; the fault comes while it sleeps. SEED=n chooses others.
use strict;
use warnings;
use Equity;
use PostgreSQL::Test::Utils;
use Test::More;
use Time::HiRes qw(usleep);

my $seed = $ENV{SEED} || 2566;
srand($seed);
note("seed $seed");

# small segments, so that a limit on the size of files meets tables before the log
my $node = new_node('main', allows_streaming => 1, extra => ['--wal-segsize=1']);
$node->append_conf('postgresql.conf', "restart_after_crash = on\nclient_connection_check_interval = 50ms");
$node->restart;
my $database = 'postgres';
my %faults;

sub sql { return $node->safe_psql($database, @_) }

# ---- the round, and its twin ----

sql('CREATE EXTENSION equity');
sql('\i test/pgtap/fixture/round.psql');
sql(q{
	CREATE FUNCTION public.stumble() RETURNS trigger LANGUAGE plpgsql AS $$
	DECLARE
	  statements integer := coalesce(nullif(current_setting('stumble.statements', true), ''), '0')::integer + 1;
	BEGIN
	  PERFORM set_config('stumble.statements', statements::text, false);
	  IF statements = nullif(current_setting('stumble.at', true), '')::integer THEN
	    PERFORM pg_sleep(600);
	  END IF;
	  RETURN NULL;
	END $$;
	DO $$
	DECLARE
	  written regclass;
	BEGIN
	  FOR written IN SELECT c.oid FROM pg_class AS c WHERE c.relnamespace = 'equity'::regnamespace AND c.relkind = 'r' LOOP
	    EXECUTE format('CREATE TRIGGER stumble AFTER INSERT OR UPDATE OR DELETE ON %s
	                      FOR EACH STATEMENT EXECUTE FUNCTION public.stumble()', written);
	  END LOOP;
	END $$;
	SELECT make_round(1, 2566::smallint);
	SELECT run_as_far(1, 'close')});

my $of_first = 'applicant_id IN (SELECT applicant_id FROM equity.award ORDER BY applicant_id LIMIT 1)';
my @steps = (
	[ score => 'SELECT equity.score_round(1)' ],
	[ allocate => 'SELECT equity.allocate_round(1)' ],
	[ verify => 'SELECT equity.verify_run(newest_run(1))' ],
	[ publish => 'SELECT equity.publish_run(newest_run(1))' ],
	[ accept => "SELECT equity.accept_award(award_id, 'float') FROM equity.award WHERE $of_first" ],
	[ expire => 'SELECT equity.expire_offers(now())' ],
	[ refill => 'SELECT equity.refill_round(1)' ],
	[ enrol => "INSERT INTO equity.award_event (award_id, event)
	            SELECT award_id, 'enrolled' FROM equity.award WHERE status = 'accepted' ORDER BY award_id" ],
	[ plan => 'SELECT equity.plan_payments(1)' ],
	[ open => 'SELECT equity.open_batch(1)' ],
	[ approve => 'SELECT equity.approve_batch(max(batch_id)) FROM equity.payment_batch' ],
	[ pay => "SELECT equity.pay_batch(max(batch_id), 'KTB 1', '2023-06-01') FROM equity.payment_batch" ],
	[ return => "SELECT equity.return_payment(min(payment_id), 'closed') FROM equity.payment WHERE status = 'paid'" ],
	[ renew => 'SELECT equity.renew_term(1)' ],
	[ insert => 'SELECT make_round(2, 2567::smallint)' ],
	[ copy => q{SELECT equity.copy_round(1, 'copy', 2568)} ],
	[ call => q{SELECT equity.open_round(3, equity.commitment('test seed'))} ],
	[ close => q{SELECT equity.close_round(3, 'test seed')} ],
	[ load => q{SELECT equity.load_rows('applicant', $$SELECT 'K' || n AS source_key, '1/1/2550' AS birth_date FROM generate_series(1, 50) AS n$$, 'file')} ],
	[ forget => q{SELECT equity.forget_applicant(min(applicant_id), 'asked for it') FROM equity.applicant WHERE applicant_id >= 600} ]);
my %before = (
	copy => q{SELECT setval('equity.round_round_id_seq', 100), setval('equity.seat_pool_pool_id_seq', 1000)},
	call => 'SELECT make_round(3, 2569::smallint)',
	load => q{SELECT setval('equity.applicant_applicant_id_seq', 1000)},
	forget => q{INSERT INTO equity.applicant (applicant_id) OVERRIDING SYSTEM VALUE VALUES (600);
	            INSERT INTO equity.applicant_identity (applicant_id, identity_kind, identity) VALUES (600, 'passport', 'AA600')},
	expire => q{
		UPDATE equity.award SET offered_at = now() - interval '8 days', offer_expires_at = now() - interval '1 day'
		 WHERE applicant_id IN (SELECT applicant_id FROM equity.award WHERE status = 'offered' ORDER BY applicant_id LIMIT 3)},
	enrol => q{
		INSERT INTO equity.award_event (award_id, event)
		SELECT award_id, 'accepted' FROM equity.award WHERE status = 'offered' ORDER BY award_id},
	plan => q{
		INSERT INTO equity.academic_term (term_id, affiliation, academic_year, term, opens, closes)
		OVERRIDING SYSTEM VALUE VALUES (1, 'ovec', 2566, 1, '2023-05-16', '2023-10-10');
		INSERT INTO equity.rate_item (programme_code, item, period, amount, valid_from)
		SELECT programme_code, 'living', 'month', 7500, '2023-01-01' FROM equity.programme;
		INSERT INTO equity.term_result (award_id, term_id, enrolled, gpa)
		SELECT award_id, 1, true, applicant_id % 4 FROM equity.award WHERE status = 'studying'},
	approve => q{UPDATE equity.payment_batch SET opened_by = 'somebody else'},
	renew => q{
		INSERT INTO equity.scorecard_version (card_code, version, card) VALUES ('renew', 1,
		  '{"code": "renew", "scale": 0, "criteria": [{"code": "G", "kind": "band", "field": "gpa",
		    "bands": [[null, 2, 0], [2, null, 1]]}], "classes": [[null, 1, "suspend"], [1, null, "continue"]]}');
		SELECT equity.seal_scorecard('renew', 1, 'equity.term_facts');
		INSERT INTO equity.programme_policy (purpose, from_year, card_code, card_version)
		VALUES ('renewal', 2566, 'renew', 1)});

# All rows of all tables: sequences may run ahead.
sub state_of_all { return join("\n", grep { !/_seq\|/ } split(/\n/, contents($node, $database))) }

# What two rounds have in common that came to the same end: neither times nor numbers given by sequences.
sub outcome
{
	my ($in) = @_;
	return $node->safe_psql($in, q{
		SELECT 'run', round_id, kind, status, result_digest FROM equity.allocation_run ORDER BY run_id;
		SELECT 'award', w.applicant_id, w.pool_id, w.status, w.decision, array_agg(e.event ORDER BY e.event_number)
		  FROM equity.award AS w JOIN equity.award_event AS e USING (award_id) GROUP BY w.award_id ORDER BY w.applicant_id;
		SELECT 'payment', applicant_id, item, period, kind, amount, status FROM equity.payment ORDER BY applicant_id, period, payment_id;
		SELECT 'batch', programme_code, status, payments, total, reference FROM equity.payment_batch ORDER BY batch_id;
		SELECT 'renewal', w.applicant_id, r.outcome, r.score FROM equity.renewal AS r JOIN equity.award AS w USING (award_id)
		 ORDER BY w.applicant_id;
		SELECT 'audit', operation, CASE WHEN round_id < 100 THEN round_id END FROM equity.audit_event ORDER BY event_id;
		SELECT 'rows', (SELECT count(*) FROM equity.applicant), (SELECT count(*) FROM equity.application),
		       (SELECT count(*) FROM equity.assessment), (SELECT count(*) FROM equity.placement),
		       (SELECT count(*) FROM equity.refill_move), (SELECT count(*) FROM equity.run_ranking),
		       (SELECT count(*) FROM equity.applicant_identity)});
}

# What is wrong by the database's own judgement.
sub problems
{
	my ($in) = @_;
	return $in->safe_psql($database, q{
		SELECT 'audit', a.* FROM equity.audit_check() AS a;
		SELECT 'batch', b.batch_id FROM equity.payment_batch AS b CROSS JOIN LATERAL equity_internal.batch_content(b.batch_id) AS c
		 WHERE b.status = 'paid' AND c.digest <> b.digest AND NOT EXISTS (
		   SELECT FROM equity.payment AS p WHERE p.batch_id = b.batch_id AND p.status = 'returned');
		SELECT 'balance', r.term_id, r.institution_id FROM equity.payment_reconciliation AS r WHERE r.balance <> 0;
		SELECT 'violation', v.* FROM equity.round AS r CROSS JOIN LATERAL equity.run_violations(r.published_run_id) AS v
		 WHERE r.published_run_id IS NOT NULL;
		SELECT 'mismatch', m.* FROM equity.round AS r CROSS JOIN LATERAL equity.award_mismatches(r.published_run_id) AS m
		 WHERE r.published_run_id IS NOT NULL});
}

# ---- faults ----

sub start_victim
{
	my ($statement, @settings) = @_;
	my %victim = (out => '', err => '');
	local $ENV{PGAPPNAME} = 'victim';
	$victim{handle} = IPC::Run::start(
		[ $node->installed_command('psql'), '-XAtq', '-v', 'VERBOSITY=sqlstate', '-d', $node->connstr($database),
			(map { ('-c', "SET $_") } @settings), '-c', $statement ],
		'>', \$victim{out}, '2>', \$victim{err});
	return \%victim;
}

# The process of a victim that sleeps
sub sleeper
{
	my ($victim) = @_;
	my $asleep = q{application_name = 'victim' AND wait_event = 'PgSleep'};
	$node->poll_query_until($database, "SELECT EXISTS (SELECT FROM pg_stat_activity WHERE $asleep)")
	  or die "the victim does not sleep: $victim->{err}";
	return sql("SELECT pid FROM pg_stat_activity WHERE $asleep");
}

# Asks until the answer is yes; a server that is not up yet has none.
sub until_true
{
	my ($question) = @_;
	for (1 .. 1800)
	{
		my ($answer, $error) = ('', '');
		IPC::Run::run([ $node->installed_command('psql'), '-XAtq', '-d', $node->connstr($database), '-c', $question ],
			'<', \'', '>', \$answer, '2>', \$error);
		return if $answer eq "t\n";
		usleep(100_000);
	}
	die "it never is so: $question";
}

sub checkpointer { return sql(q{SELECT pid FROM pg_stat_activity WHERE backend_type = 'checkpointer'}) }

# Kills a process of the server, and waits until the server has started anew.
sub crash
{
	my ($pid) = @_;
	my $server = checkpointer();
	kill('KILL', $pid) or return 0;
	until_true("SELECT pid <> $server FROM pg_stat_activity WHERE backend_type = 'checkpointer'");
	return 1;
}

# Each breaks an operation off at a statement of its, and tells what the client must see.
my %break = (
	'kill -9' => sub {
		my $victim = start_victim($_[0], "stumble.at = $_[1]");
		crash(sleeper($victim));
		return ($victim, qr/server closed the connection/);
	},
	'stop of the server' => sub {
		my $victim = start_victim($_[0], "stumble.at = $_[1]");
		sleeper($victim);
		$node->stop('immediate');
		$node->start;
		return ($victim, qr/57P0\d|server closed the connection/);
	},
	cancel => sub {
		my $victim = start_victim($_[0], "stumble.at = $_[1]");
		sql('SELECT pg_cancel_backend(' . sleeper($victim) . ')');
		return ($victim, qr/57014/);
	},
	'end of the session' => sub {
		my $victim = start_victim($_[0], "stumble.at = $_[1]");
		sql('SELECT pg_terminate_backend(' . sleeper($victim) . ')');
		return ($victim, qr/57P01/);
	},
	'lost connection' => sub {
		my $victim = start_victim($_[0], "stumble.at = $_[1]");
		my $pid = sleeper($victim);
		$victim->{handle}->kill_kill;
		$node->poll_query_until($database, "SELECT NOT EXISTS (SELECT FROM pg_stat_activity WHERE pid = $pid)");
		return ($victim, qr/^$/);
	},
	statement_timeout => sub {
		return (start_victim($_[0], "stumble.at = $_[1]", 'statement_timeout = 500'), qr/57014/);
	});

sub finish
{
	my ($victim) = @_;
	eval { $victim->{handle}->finish };
	until_true(q{SELECT NOT EXISTS (SELECT FROM pg_stat_activity WHERE application_name = 'victim')});
	return;
}

sub break_off
{
	my ($step, $statement, $fault, $at) = @_;
	my $before = state_of_all();
	my ($victim, $seen) = $break{$fault}->($statement, $at);
	finish($victim);
	$faults{$fault}++;
	like($victim->{err}, $seen, "$step, $fault at statement $at: it is broken off");
	is(state_of_all(), $before, '... and nothing is half-written');
	return;
}

# ---- every operation, at statements that the seed chooses ----

$node->safe_psql('template1', 'CREATE DATABASE twin TEMPLATE postgres');
my @soft = ('cancel', 'end of the session', 'lost connection', 'statement_timeout');
my %stopped = map { $_ => 1 } qw(allocate publish pay load);
for (@steps)
{
	my ($step, $statement) = @$_;
	for my $prepared ($database, 'twin')
	{
		$node->safe_psql($prepared, $before{$step}) if $before{$step};
	}
	my $statements = $node->safe_psql('twin', "$statement; SELECT current_setting('stumble.statements')") =~ s/.*\n//sr;
	break_off($step, $statement, $_, 1 + int(rand($statements)))
	  for 'kill -9', splice(@{ [ sort { rand() <=> 0.5 } @soft ] }, 0, 2), $stopped{$step} ? 'stop of the server' : ();
	sql($statement);
}
is(outcome($database), outcome('twin'), 'broken off at every step, round, money and renewal end as their twins that never were');
is(problems($node), '', 'and is sound');

# ---- locks, and snapshots that are too old ----

my $state = state_of_all();
my $holder = $node->background_psql($database);
$holder->query_safe('BEGIN; SELECT FROM equity.audit_lock FOR UPDATE');
my $late = start_victim("SELECT equity.open_round(2, equity.commitment('test seed'))", 'lock_timeout = 100');
finish($late);
like($late->{err}, qr/55P03/, 'who waits too long for the audit trail gives up');
$holder->query_safe('ROLLBACK');
is(state_of_all(), $state, '... and nothing is half-written');
$holder->query_safe('BEGIN; SELECT FROM equity.round WHERE round_id = 1 FOR UPDATE');
$late = start_victim('SELECT equity.refill_round(1)');
finish($late);
like($late->{err}, qr/55P03/, 'who comes while another operation is at work does not wait');
$holder->query_safe('ROLLBACK; BEGIN ISOLATION LEVEL REPEATABLE READ; SELECT FROM equity.round');
sql('UPDATE equity.round SET name_th = name_th');
my $error = eval { $holder->query_safe("SELECT equity.open_round(2, equity.commitment('test seed'))"); '' } // $@;
like($holder->{stderr} . $error, qr/could not serialize access/, 'a snapshot that is too old is refused');
eval { $holder->quit };
is(state_of_all(), $state, '... and nothing is half-written');
$holder = $node->background_psql($database);
sql(q{SELECT setval('equity.applicant_applicant_id_seq', max(applicant_id)) FROM equity.applicant});
$holder->query_safe(q{BEGIN; SELECT equity.load_rows('applicant', $$SELECT 'left open' AS source_key$$)});
my ($result, $out, $err) = $node->psql($database,
	q{SET lock_timeout = 100; SELECT equity.load_rows('applicant', $$SELECT 'late' AS source_key$$)});
like($err, qr/NOTICE:  waiting until another load has ended\n.*process \d+ of role.*ERROR:  another load has not ended within lock_timeout.*DETAIL.*process \d+ of role.*HINT.*pg_terminate_backend/s,
	'who waits for a load that was left open is told for whom, and what to do');
$holder->query_safe('ROLLBACK');
eval { $holder->quit };
is(state_of_all(), $state, '... and nothing is half-written');
$faults{'lock_timeout, busy, serialization'} += 4;

# ---- a job, at any moment ----

sql(q{UPDATE equity.round SET opens_at = now() - interval '2 days', closes_at = now() + interval '1 day', run_until = 'published' WHERE round_id = 2;
      SELECT run_as_far(2, 'open')});
sql(q{SELECT equity.keep_seed(2, 'test seed')});
sql(q{BEGIN; SELECT equity.amend_round(2, 'test'); UPDATE equity.round SET closes_at = now() - interval '1 second' WHERE round_id = 2; COMMIT});
my $killed = 0;
for (1 .. 5)
{
	my $job = start_victim('CALL equity.run_due()');
	my $pid;
	for (1 .. 100)
	{
		last if $pid = sql(q{SELECT pid FROM pg_stat_activity WHERE application_name = 'victim' AND state = 'active'});
	}
	usleep(int(rand(60_000)));
	$killed += crash($pid) if $pid;
	finish($job);
	is(problems($node), '', 'a job that is killed at any moment leaves a sound database');
}
$faults{'kill -9 of a job'} += $killed;
sql('CALL equity.run_due()');
is( sql('SELECT status FROM equity.round WHERE round_id = 2'), 'published', 'and the next call finishes');
is( sql(q{SELECT step, count(*) FROM equity.job_run WHERE status = 'done' AND round_id = 2 GROUP BY step ORDER BY min(job_run_id)}),
	join("\n", map { "$_|1" } qw(close score allocate verify publish)), 'with each step done once');

# ---- a full disk: no file may grow beyond a limit, which is what the server meets there ----

sub limit_files
{
	my ($bytes) = @_;
	return system('prlimit', "--fsize=$bytes:", '--pid', $node->{_pid}) == 0;
}

SKIP:
{
	skip 'prlimit is not installed', 4 if system('prlimit --version >/dev/null 2>&1') != 0;
	my $load = 'INSERT INTO equity.applicant (applicant_id) SELECT n FROM generate_series(100001, 200000) AS n';
	$state = state_of_all();
	ok(limit_files(3_000_000), 'no file grows beyond 3 MB');
	my $full = start_victim($load);
	finish($full);
	limit_files('unlimited');
	like($full->{err}, qr/ERROR/, 'a load that fills the disk fails');
	is(state_of_all(), $state, '... and nothing is half-written');

	sql($load);
	is(sql('SELECT count(*) FROM equity.applicant WHERE applicant_id > 100000'), '100000', 'with room again the load ends well');
	$faults{'full disk'}++;
}

# ---- a standby, and its promotion ----

$node->backup('base');
my $standby = PostgreSQL::Test::Cluster->new('standby');
$standby->init_from_backup($node, 'base', has_streaming => 1);
$standby->start;
sql(qq{SELECT equity.decline_award(award_id) FROM equity.award WHERE round_id = 2 AND status = 'offered' ORDER BY award_id LIMIT 1});
$node->wait_for_catchup($standby, 'replay');
is(problems($standby), '', 'a standby checks awards, runs and the audit trail');
my $read = q{
	SELECT equity.replay_run(r.published_run_id) = a.result_digest FROM equity.round AS r
	  JOIN equity.allocation_run AS a ON a.run_id = r.published_run_id ORDER BY r.round_id;
	SELECT string_agg(l::text, E'\n') FROM equity.explain_application((SELECT min(application_id) FROM equity.application), 'en') AS l;
	SELECT count(*), sum(admitted) FROM equity.pool_cutoff;
	SELECT step, blocked FROM equity.due_steps()};
is($standby->safe_psql($database, $read), sql($read), 'replays runs, and has the same reports and letters');
($result, $out, $err) = $standby->psql($database, 'CALL equity.run_due()');
like($err, qr/read-only transaction/, 'a job on a standby says that it is none');
$node->stop('immediate');
$standby->promote;
$standby->safe_psql($database, "UPDATE equity.round SET run_until = 'refilled' WHERE round_id = 2; CALL equity.run_due()");
is($standby->safe_psql($database, q{SELECT status, result ->> 'vacated' FROM equity.job_run WHERE step = 'refill'}),
	'done|1', 'promoted it goes on with what is due');
is(problems($standby), '', 'and is sound');
$faults{'loss of the primary'}++;
$standby->stop;

my $count = 0;
$count += $_ for values %faults;
note("$count faults: ", join(', ', map { "$faults{$_} $_" } sort keys %faults));
done_testing;
