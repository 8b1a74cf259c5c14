# A database with a published round comes back from its dump as it was: the objects, every row, also
# the shipped rows that somebody edited, and the numbers that the identity columns give next.
use strict;
use warnings;
use Equity;
use Test::More;

my $node = new_node('main');
$node->safe_psql('postgres', 'CREATE DATABASE fresh');
$node->safe_psql('fresh', 'CREATE EXTENSION equity');
make_round($node, 'fresh');
$node->safe_psql('fresh', q{
	UPDATE equity.province SET name_en = 'Krung Thep' WHERE province_code = '10';
	UPDATE equity.programme SET published_quota = published_quota + 1;
	INSERT INTO equity.region (scheme, region_code, name_th, name_en) VALUES ('own', 'one', 'หนึ่ง', 'One');
	UPDATE equity.region_province SET region_code = 'south' WHERE province_code = '63';
	INSERT INTO equity.need_group (group_code, name_th, name_en) VALUES ('own', 'ของเรา', 'Ours');
	SELECT setval('equity.applicant_applicant_id_seq', 1000);
	INSERT INTO equity.applicant DEFAULT VALUES;
	INSERT INTO equity.institution (institution_code, name_th, province_code, kind, ownership, affiliation)
	VALUES ('1300000002', 'วิทยาลัย ข', '50', 'general', 'state', 'ovec');
	INSERT INTO equity.award (applicant_id, programme_code, institution_id, academic_year, status)
	SELECT 7, 'innovation_general', institution_id, 2560, 'graduated' FROM equity.institution WHERE institution_code = '1300000002';
	CREATE ROLE officer LOGIN;
	CREATE ROLE operator LOGIN;
	CREATE ROLE leaving;
	SELECT equity.grant_access('officer', 'officer', institution_id) FROM equity.institution WHERE institution_code = '1300000002';
	SELECT equity.grant_access('operator', 'operator'), equity.grant_access('leaving', 'auditor');
});
my $objects = objects($node, 'fresh');
my $contents = contents($node, 'fresh');
my $dump = $node->basedir . '/fresh';

$node->command_ok([ 'pg_dump', '-f', "$dump.sql", $node->connstr('fresh') ], 'dump as text');
$node->command_ok([ 'pg_dump', '-Fc', '-f', "$dump.dump", $node->connstr('fresh') ], 'dump as archive');

$node->safe_psql('postgres', 'CREATE DATABASE from_text');
$node->command_ok([ 'psql', '-X', '-q', '-v', 'ON_ERROR_STOP=1', '-f', "$dump.sql", $node->connstr('from_text') ],
	'restore the text');
$node->safe_psql('postgres', 'CREATE DATABASE from_archive');
$node->command_ok([ 'pg_restore', '-e', '-d', $node->connstr('from_archive'), "$dump.dump" ],
	'restore the archive');

# Rows in any order: the tables of an extension have their foreign keys from the start, which are not looked at
# where rows are replayed.
{
	local $ENV{PGOPTIONS} = '-c session_replication_role=replica';
	$node->safe_psql('postgres', "CREATE DATABASE $_") for 'from_jobs', 'from_directory';
	$node->command_ok([ 'pg_restore', '-e', '-j', '4', '-d', $node->connstr('from_jobs'), "$dump.dump" ],
		'restore the archive in parallel');
	$node->command_ok([ 'pg_dump', '-Fd', '-j', '2', '-f', "$dump.dir", $node->connstr('fresh') ], 'dump in parallel');
	$node->command_ok([ 'pg_restore', '-e', '-j', '2', '-d', $node->connstr('from_directory'), "$dump.dir" ],
		'restore it in parallel');
}

my @restored = ('from_text', 'from_archive', 'from_jobs', 'from_directory');
for my $database (@restored)
{
	is(objects($node, $database), $objects, "$database: same objects, same rights");
	is(contents($node, $database), $contents, "$database: same rows");
	is( $node->safe_psql($database, 'SELECT applicant_id FROM equity.application_facts UNION ALL SELECT applicant_id FROM equity.household',
			extra_params => [ '-U', 'officer' ]),
		"7\n7", "$database: an officer sees the own applicants alone");
	is( $node->safe_psql($database, 'SELECT equity.expire_offers(now())', extra_params => [ '-U', 'operator' ]),
		'0', "$database: an operator operates");
	is($node->safe_psql($database, $_), '', "$database: $_ finds nothing")
	  for map { "SELECT * FROM equity.$_" } 'audit_check()', 'key_violations()', 'check_integrity()', 'run_violations(1)';
	is( $node->safe_psql($database, q{
			WITH new AS (INSERT INTO equity.applicant DEFAULT VALUES RETURNING applicant_id)
			SELECT new.applicant_id > max(old.applicant_id) FROM new CROSS JOIN equity.applicant AS old
			 GROUP BY new.applicant_id}),
		't', "$database: a new applicant has a new number");
	is( $node->safe_psql($database, q{
			UPDATE equity.round SET name_th = name_th || '!';
			SELECT count(*) FROM equity.verify_run(1)}),
		'0', "$database: the run still verifies");
}

# A role that is gone is of no consequence.
$node->safe_psql($_, 'DROP OWNED BY leaving') for 'fresh', @restored;
$node->safe_psql('postgres', 'DROP ROLE leaving; CREATE DATABASE without_role');
$node->safe_psql('fresh', "SELECT equity.revoke_access('leaving', 'auditor')");
$node->command_ok([ 'pg_restore', '-d', $node->connstr('without_role'), '--no-privileges', "$dump.dump" ], 'restore where a role is gone');
is($node->safe_psql('without_role', "SELECT count(*) FROM equity.access_grant"), '3', 'its level is a row like others');
$node->safe_psql('without_role', 'SELECT equity_internal.renew_access()');
is( $node->safe_psql('without_role', 'SELECT applicant_id FROM equity.household', extra_params => [ '-U', 'officer' ]),
	'7', 'and the rights of the others can be given anew');

$node->stop;
done_testing();
