# Upgrades: a database that was upgraded has the catalog of a fresh one and gives the answers that it
# gave before, with rows, and with views, indexes and generated columns of its owner that depend on the
# extension. Tried from each released version, and with a migration that is made up here: a new column,
# a changed function, a changed view, a dropped internal function, a new trigger.
use strict;
use warnings;
use Equity;
use File::Temp qw(tempdir);
use PostgreSQL::Test::Utils;
use Test::More;

my $extensions = qx(pg_config --sharedir);
chomp $extensions;
$extensions .= '/extension';
my @installed;
END { unlink @installed }

sub install
{
	for (@_)
	{
		system('cp', $_, $extensions) == 0 or die;
		push @installed, $extensions . '/' . s{.*/}{}r;
	}
}

sub write_file
{
	my ($file, $text) = @_;
	open my $out, '>', $file or die "$file: $!";
	print $out $text;
	close $out or die;
}

my $node = new_node('main');
@ENV{qw(PGHOST PGPORT PGUSER)} = ($node->host, $node->port, getpwuid($<) . '');

# A query for the digest of the rows of each table and view, in the columns that it has now; of reference
# tables those that are not shipped, because a version may ship more.
sub questions
{
	my ($database) = @_;
	return $node->safe_psql($database, q{
		SELECT string_agg(format('SELECT %L AS name, md5(query_to_xml(%L, true, false, %L)::text)', r.name,
		                         format('SELECT %1$s FROM %2$s %3$s ORDER BY ROW(%1$s)::text', r.columns, r.name, r.own), ''),
		                  ' UNION ALL ') || ' ORDER BY name'
		  FROM (SELECT c.oid::regclass::text AS name,
		               string_agg(quote_ident(a.attname), ', ' ORDER BY a.attnum) AS columns,
		               max('WHERE NOT shipped') FILTER (WHERE a.attname = 'shipped') AS own
		          FROM pg_class AS c
		          JOIN pg_attribute AS a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped
		         WHERE c.relnamespace IN ('equity'::regnamespace, 'equity_internal'::regnamespace, 'public'::regnamespace)
		           AND c.relkind IN ('r', 'v', 'm')
		           -- until 1.4 who had declined counted as refused
		           AND NOT (c.relname = 'pool_cutoff' AND a.attname IN ('highest_refused_score', 'highest_refused'))
		           -- these two have rows only for who has asked
		           AND c.relname NOT IN ('shard_market', 'shard_survivor')
		           -- these say what a version has, its facts, the rights on its tables, what it loads, and its words
		           AND c.relname NOT IN ('fact_column', 'sensitive_field', 'level_right', 'import_kind', 'import_field',
		                                 'import_reader', 'import_word', 'import_reason', 'reason_dictionary')
		         GROUP BY c.oid) AS r});
}

# Another round, with what a run can read: a tie field, reserves, ceilings, a floor, and a refill.
sub make_refilled_round
{
	my ($node, $database) = @_;
	$node->safe_psql($database, q{
		SELECT make_round(2, 2567::smallint);
		UPDATE equity.round SET tie_field = 'income_per_head' WHERE round_id = 2;
		UPDATE equity.applicant SET sex = CASE applicant_id % 2 WHEN 0 THEN 'female' END;
		INSERT INTO equity.applicant_group (applicant_id, group_code, verified)
		SELECT applicant_id, 'stateless', applicant_id % 3 = 0 FROM equity.applicant WHERE applicant_id < 40;
		INSERT INTO equity.seat_cap (cap_id, round_id, cap_code, name_th, seats) OVERRIDING SYSTEM VALUE
		VALUES (7, 2, 'college', 'วิทยาลัย', 9);
		UPDATE equity.seat_pool SET cap_id = CASE WHEN pool_id < 23 THEN 7 END, min_seats = CASE WHEN pool_id = 22 THEN 2 END WHERE round_id = 2;
		INSERT INTO equity.pool_reserve (pool_id, reserve, seats, mode, cascade, position)
		VALUES (21, 'stateless', 2, 'before_open', '{female,*}', 2), (23, 'female', 1, 'after_open', '{*}', 1);
		SELECT run_as_far(2, 'publish');
		SELECT equity.decline_award(award_id) FROM equity.award WHERE round_id = 2 AND applicant_id % 4 = 0;
		SELECT equity.refill_round(2)});
}

# The definition of a version, without an update.
my %fresh;
sub fresh { return $fresh{ $_[0] } //= qx(test/lib/definition '$_[0]') }

sub check_upgrade
{
	my ($from, $to) = @_;
	(my $database = "upgrade_from_$from") =~ s/\W/_/g;

	my $fresh = fresh($to);
	my $upgraded = qx(test/lib/definition '$from' '$to');
	ok($fresh =~ /CREATE FUNCTION/ && $fresh eq $upgraded, "$from to $to: the catalog of a fresh $to") or do {
		write_file("$database.fresh", $fresh);
		write_file("$database.upgraded", $upgraded);
		diag(qx(diff $database.fresh $database.upgraded | head -n 40));
	};

	$node->safe_psql('postgres', "CREATE DATABASE $database");
	$node->safe_psql($database, "CREATE EXTENSION equity VERSION '$from'");
	make_round($node, $database);
	make_refilled_round($node, $database);
	my $card = q('{"code": "c", "criteria": [{"code": "M", "kind": "linear", "field": "gpa", "points": [[0, 0], [4, 40]]}]}'::equity.scorecard);
	$node->safe_psql($database, qq{
		CREATE TABLE person (id integer, gpa numeric, score numeric GENERATED ALWAYS AS (equity.score_fields($card, gpa)) STORED);
		INSERT INTO person SELECT n, n % 5 FROM generate_series(1, 1000) AS n;
		CREATE INDEX person_score ON person (equity.score_fields($card, gpa));
		CREATE VIEW seat AS
		  SELECT p.pool_id, p.seats, i.institution_code, equity.lottery('seed', p.pool_id) AS number
		    FROM equity.seat_pool AS p JOIN equity.institution AS i USING (institution_id);
		CREATE VIEW summary AS SELECT * FROM equity.programme_summary;
		CREATE MATERIALIZED VIEW mean AS SELECT equity.gini(score) AS gini FROM person;
	});
	is($node->safe_psql($database, 'SELECT count(*) FROM equity.verify_run(1)'), '0', "$from: the run verifies with the library of $to");
	my $manifests = $node->safe_psql($database, 'SELECT equity.run_manifest(run_id) FROM equity.allocation_run ORDER BY run_id');
	# before 1.3 the status of an award was set by hand; from then on an event moves it
	$node->safe_psql($database, q{
		UPDATE equity.award SET status = 'studying'
		 WHERE award_id = (SELECT max(award_id) FROM equity.award WHERE status = 'offered')}) if $from lt '1.3';
	my $questions = questions($database);
	my $answers = $node->safe_psql($database, $questions);
	like($answers, qr/equity\.placement\|.*^summary\|/ms, "$from: there are answers");

	$node->safe_psql($database, "ALTER EXTENSION equity UPDATE TO '$to'");
	is($node->safe_psql($database, $questions), $answers, "$from to $to: the same answers");
	is($node->safe_psql($database, 'SELECT count(*) FROM equity.run_violations(1)'), '0', "$from to $to: the run still verifies");
	is( $node->safe_psql($database, q{
			SELECT string_agg(a.kind, ' ' ORDER BY a.run_id), count(equity.replay_run(a.run_id)),
			       (SELECT count(*) FROM equity.allocation_run AS r, equity.verify_run(r.run_id))
			  FROM equity.allocation_run AS a}),
		'main main refill|3|0', "$from to $to: each published run verifies and is repeated to the same digests");
	is($node->safe_psql($database, 'SELECT equity.run_manifest(run_id) FROM equity.allocation_run ORDER BY run_id'),
		$manifests, "$from to $to: their manifests are as published");
	is($node->safe_psql($database, 'SELECT count(*) FROM equity.audit_check()'), '0', "$from to $to: the audit trail holds");
	is( $node->safe_psql($database, qq{
			SET enable_seqscan = off;
			INSERT INTO person VALUES (1001, 3.5);
			REFRESH MATERIALIZED VIEW mean;
			SELECT score FROM person WHERE equity.score_fields($card, gpa) = 35}),
		'35.0000', "$from to $to: index and generated column go on");
	return $database;
}

# The made-up migration. Its first version is the newest with a piece more.
my $old_piece = <<'END';
CREATE FUNCTION equity_internal.trial_helper(amount numeric) RETURNS numeric
  LANGUAGE sql IMMUTABLE PARALLEL SAFE
RETURN amount * 2;
CREATE FUNCTION equity.trial(amount numeric) RETURNS numeric
  LANGUAGE sql IMMUTABLE PARALLEL SAFE
RETURN equity_internal.trial_helper(amount);
CREATE VIEW equity.trial_institution AS
  SELECT i.institution_id, equity.trial(i.institution_id) AS twice FROM equity.institution AS i;
END
my $new_piece = <<'END';
CREATE FUNCTION equity.trial(amount numeric) RETURNS numeric
  LANGUAGE sql IMMUTABLE PARALLEL SAFE
RETURN amount + amount;
CREATE VIEW equity.trial_institution AS
  SELECT i.institution_id, equity.trial(i.institution_id) AS twice, i.trial_note FROM equity.institution AS i;
CREATE FUNCTION equity_internal.trial_note() RETURNS trigger
  LANGUAGE plpgsql
  SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
  NEW.trial_note := COALESCE(NEW.trial_note, 'none; '';');
  RETURN NEW;
END;
$$;
CREATE TRIGGER trial_note BEFORE UPDATE ON equity.institution
  FOR EACH ROW EXECUTE FUNCTION equity_internal.trial_note();
CREATE CONSTRAINT TRIGGER trial_late AFTER UPDATE ON equity.institution
  DEFERRABLE FOR EACH ROW EXECUTE FUNCTION equity_internal.trial_note();
COMMENT ON COLUMN equity.institution.trial_note IS 'What CASE END; BEGIN ATOMIC means.';
END
my $changes = <<'END';
ALTER TABLE equity.institution ADD COLUMN trial_note text;
-- RE-CREATE
DROP FUNCTION equity_internal.trial_helper(numeric);
END

# make_version VERSION PIECE GOAL…: scripts of a version, as make writes them from a copy of the tree.
my $tree = tempdir(CLEANUP => 1);
system("cp Makefile equity.control $tree && mkdir $tree/sql && cp -r sql/extension $tree/sql") == 0 or die;

sub make_version
{
	my ($version, $piece, @goals) = @_;
	write_file("$tree/sql/extension/3-operations/98-trial.sql", $piece);
	system_or_bail('sed', '-i', "s/^default_version.*/default_version = '$version'/", "$tree/equity.control");
	system_or_bail('make', '-s', '-C', $tree, @goals);
	install(map { "$tree/$_" } @goals);
}

make_version('trial1', $old_piece, 'equity--trial1.sql');
mkdir "$tree/sql/extension/changes";
write_file("$tree/sql/extension/changes/trial1--trial2.sql", $changes);
my ($registry) = grep { slurp_file($_) =~ /^CREATE TABLE equity\.institution /m } glob "$tree/sql/extension/2-registry/*.sql";
write_file($registry, slurp_file($registry) =~ s/^(CREATE TABLE equity\.institution \(.*?)\n\);/$1,\n  trial_note text\n);/msr);
make_version('trial2', $new_piece, 'equity--trial2.sql', 'equity--trial1--trial2.sql');

my $database = check_upgrade('trial1', 'trial2');
is( $node->safe_psql($database, q{
		UPDATE equity.institution SET name_en = 'x' WHERE institution_code = '1300000001';
		SELECT twice > 0, trial_note FROM equity.trial_institution}),
	q(t|none; ';), 'the new trigger, view and column are at work');
is( $node->safe_psql($database, q{SELECT to_regproc('equity_internal.trial_helper') IS NULL}),
	't', 'the internal function is gone');

my ($current) = slurp_file('equity.control') =~ /^default_version = '(.*)'/m;
for (glob 'sql/extension/released/equity--*.sql')
{
	my ($released) = /equity--(.*)\.sql/;
	next if $released eq $current;
	install($_);
	my $database = check_upgrade($released, $current);
	next if $released ge '1.3';
	is( $node->safe_psql($database, q{
			SELECT equity.record_event(award_id, 'graduated') > 0 FROM equity.award WHERE status = 'studying';
			SELECT equity.record_event(min(award_id), 'withdrawn', note => 'test') > 0 FROM equity.award WHERE status = 'offered'}),
		"t\nt", "$released to $current: events move awards, also those whose status was set by hand");
}

$node->stop;
done_testing();
