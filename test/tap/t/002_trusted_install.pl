# A role without special rights installs the extension in its database, works with it, lets another
# role read, takes its dump elsewhere, and removes the extension without trace.
use strict;
use warnings;
use Equity;
use Test::More;

my $node = new_node('main');
$node->safe_psql('postgres', q{
	CREATE ROLE office LOGIN;
	CREATE ROLE reader LOGIN;
	CREATE DATABASE work OWNER office;
	CREATE DATABASE copy OWNER office;
});
my @office = (extra_params => [ '-U', 'office' ]);
my @reader = (extra_params => [ '-U', 'reader' ]);

my $before = outside($node, 'work');
$node->safe_psql('work', 'CREATE EXTENSION equity', @office);
my $installed = objects($node, 'work');

is( $node->safe_psql('work', q{
		SELECT string_agg(format('%s %s', c.oid::regclass, p), ', ')
		  FROM pg_class AS c
		 CROSS JOIN unnest(ARRAY['SELECT', 'INSERT', 'UPDATE', 'DELETE', 'TRUNCATE']) AS p
		 WHERE c.relnamespace::regnamespace::text IN ('equity', 'equity_internal') AND c.relkind IN ('r', 'v')
		   AND NOT has_table_privilege('office', c.oid, p || ' WITH GRANT OPTION')}),
	'', 'the installing role may do everything with the rows of each table and view, and let others');
is( $node->safe_psql('work', q{
		SELECT string_agg(c.oid::regclass::text, ', ') FROM pg_class AS c
		 WHERE c.relnamespace::regnamespace::text IN ('equity', 'equity_internal') AND c.relkind IN ('r', 'v')
		   AND has_table_privilege('office', c.oid, 'REFERENCES, TRIGGER')}),
	'', 'but puts neither triggers nor foreign keys on them: those would run as the superuser who owns them');
is( $node->safe_psql('work', q{
		SELECT string_agg(s.sequencename, ', ') FROM pg_sequences AS s
		 WHERE s.schemaname = 'equity'
		   AND NOT has_sequence_privilege('office', 'equity.' || s.sequencename, 'UPDATE WITH GRANT OPTION')}),
	'', 'and with each sequence');
is( $node->safe_psql('work', q{
		SELECT string_agg(p.oid::regprocedure::text, ', ') FROM pg_proc AS p
		 WHERE p.pronamespace::regnamespace::text IN ('equity', 'equity_internal')
		   AND NOT has_function_privilege('office', p.oid, 'EXECUTE WITH GRANT OPTION')}),
	'', 'and with each function');
is( $node->safe_psql('work', q{
		SELECT string_agg(c.oid::regclass::text, ', ') FROM pg_class AS c
		 WHERE c.relnamespace::regnamespace::text IN ('equity', 'equity_internal') AND c.relkind IN ('r', 'v')
		   AND has_table_privilege('reader', c.oid, 'SELECT, INSERT, UPDATE, DELETE, TRUNCATE, REFERENCES, TRIGGER')
		   AND NOT (c.relnamespace = 'equity_internal'::regnamespace
		            AND coalesce('security_invoker=true' = ANY (c.reloptions), false))}),
	'', 'another role may do nothing with any, but for views that have its own rights');

my (undef, undef, $error) = $node->psql('work', "CREATE FUNCTION equity.f() RETURNS int LANGUAGE sql RETURN 1", @office);
like($error, qr/permission denied for schema equity/, 'nobody adds objects to the schema');

# A cascade of a foreign key runs as the owner of the tables, and so would a trigger on what it deletes.
$node->safe_psql('work', 'CREATE SCHEMA office; CREATE FUNCTION office.take_over() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RETURN OLD; END $$', @office);
(undef, undef, $error) = $node->psql('work',
	'CREATE TRIGGER take_over BEFORE DELETE ON equity.criterion FOR EACH ROW EXECUTE FUNCTION office.take_over()', @office);
like($error, qr/permission denied for table criterion/, 'a trigger of the role is refused');
(undef, undef, $error) = $node->psql('work', 'CREATE TABLE office.mine (round_id bigint REFERENCES equity.round)', @office);
like($error, qr/permission denied for table round/, 'and so is a foreign key');
$node->safe_psql('work', 'DROP SCHEMA office CASCADE', @office);

make_round($node, 'work', @office);
cmp_ok($node->safe_psql('work', 'SELECT count(*) FROM equity.award', @office), '>', 0, 'the role publishes a round');
$node->safe_psql('work', "UPDATE equity.province SET name_en = 'Krung Thep' WHERE province_code = '10'", @office);
(undef, undef, $error) = $node->psql('work', 'DELETE FROM equity.audit_event', @office);
like($error, qr/audit events cannot be changed/, 'but not its audit trail');

(undef, undef, $error) = $node->psql('work', 'SELECT * FROM equity.programme_summary', @reader);
like($error, qr/permission denied for view programme_summary/, 'another role reads nothing');
$node->safe_psql('work', 'GRANT SELECT ON equity.programme_summary TO reader', @office);
cmp_ok($node->safe_psql('work', 'SELECT count(*) FROM equity.programme_summary', @reader), '>', 0, 'until it is let');

my $dump = $node->basedir . '/work.sql';
$node->command_ok([ 'pg_dump', '-U', 'office', '-f', $dump, $node->connstr('work') ], 'the role dumps the database');
$node->command_ok([ 'psql', '-X', '-q', '-v', 'ON_ERROR_STOP=1', '-U', 'office', '-f', $dump, $node->connstr('copy') ],
	'and restores it');
is(contents($node, 'copy'), contents($node, 'work'), 'with the same rows');
is(objects($node, 'copy'), objects($node, 'work'), 'and the same rights');

# Levels: an officer brings row security into force, to which the role is subject, though nothing is hidden from it.
$node->safe_psql('postgres', 'CREATE ROLE officer LOGIN; CREATE ROLE operator LOGIN; CREATE DATABASE copy2 OWNER office');
my @officer = (extra_params => [ '-U', 'officer' ]);
$node->safe_psql('work', q{
	INSERT INTO equity.institution (institution_code, name_th, province_code, kind, ownership, affiliation)
	VALUES ('1300000002', 'วิทยาลัย ข', '50', 'general', 'state', 'ovec');
	INSERT INTO equity.award (applicant_id, programme_code, institution_id, academic_year, status)
	SELECT 7, 'innovation_general', institution_id, 2560, 'graduated' FROM equity.institution WHERE institution_code = '1300000002';
	SELECT equity.grant_access('officer', 'officer', institution_id) FROM equity.institution WHERE institution_code = '1300000002';
	SELECT equity.grant_access('operator', 'operator');
}, @office);
is($node->safe_psql('work', 'SELECT applicant_id FROM equity.household', @officer), '7', 'an officer sees the own applicants alone');
is($node->safe_psql('work', 'SELECT count(*) FROM equity.run_violations(1)', @office), '0', 'the role sees all, and verifies');
is($node->safe_psql('work', 'SELECT equity.expire_offers(now())', extra_params => [ '-U', 'operator' ]), '0', 'an operator operates');
(undef, undef, $error) = $node->psql('work', "SELECT equity.grant_access('reader', 'operator')", extra_params => [ '-U', 'operator' ]);
like($error, qr/permission denied for levels of access/, 'and makes no other');
$node->command_fails([ 'pg_dump', '-U', 'office', '-f', "$dump.2", $node->connstr('work') ], 'a dump needs to say that row security is as it is');
$node->command_ok([ 'pg_dump', '-U', 'office', '--enable-row-security', '--inserts', '-f', "$dump.2", $node->connstr('work') ], 'then it is whole');
$node->command_ok([ 'psql', '-X', '-q', '-v', 'ON_ERROR_STOP=1', '-U', 'office', '-f', "$dump.2", $node->connstr('copy2') ], 'and is restored');
is(contents($node, 'copy2'), contents($node, 'work'), 'with the same rows');
is($node->safe_psql('copy2', 'SELECT applicant_id FROM equity.household', @officer), '7', 'and the officer sees no more there');
$node->safe_psql('work', q{
	SELECT equity.revoke_access('officer', 'officer'), equity.revoke_access('operator', 'operator');
}, @office);
is( $node->safe_psql('work', q{
		SELECT count(*) FROM pg_class AS c CROSS JOIN aclexplode(c.relacl) AS a WHERE a.grantee IN ('officer'::regrole, 'operator'::regrole)}),
	'0', 'what the role gave it takes back');

$node->safe_psql('work', q{
	DROP FUNCTION make_round, run_as_far, newest_run;
	DROP EXTENSION equity;
}, @office);
my %before = map { $_ => 1 } split /\n/, $before;
is(join("\n", grep { !$before{$_} } split /\n/, outside($node, 'work')), '', 'dropping the extension leaves nothing behind');
$node->safe_psql('work', 'CREATE EXTENSION equity', @office);
is(objects($node, 'work'), $installed, 'and it installs again');

$node->stop;
done_testing();
