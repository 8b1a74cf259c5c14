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

for my $database ('from_text', 'from_archive')
{
	is(objects($node, $database), $objects, "$database: same objects, same rights");
	is(contents($node, $database), $contents, "$database: same rows");
	is( $node->safe_psql($database, 'SELECT * FROM equity.audit_check()'),
		'', "$database: the audit trail holds");
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

$node->stop;
done_testing();
