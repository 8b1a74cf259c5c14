# A new site by nothing but the guides: five roles, each of which logs in for itself; two files as colleges send
# them; a night that goes by itself; and the job in it that failed, found and mended.
use strict;
use warnings;
use Equity;
use PostgreSQL::Test::Utils;
use Test::More;

my $node = new_node('main');
my $database = 'scholarship';
$node->safe_psql('postgres', "CREATE DATABASE $database");
my $place = PostgreSQL::Test::Utils::tempdir();

# What somebody types: the login, and what psql answers, an error included.
sub as
{
	my ($login, $typed) = @_;
	my ($result, $out, $err) = $node->psql($database, $typed, extra_params => [ '-U', $login ], on_error_stop => 0);
	return $out . ($err =~ /(ERROR:.*)/s ? ($out eq '' ? '' : "\n") . $1 : '');
}

sub answers { my ($login, $typed, $answer, $name) = @_; is(as($login, $typed), $answer, $name); return }
sub says { my ($login, $typed, $pattern, $name) = @_; like(as($login, $typed), $pattern, $name); return }

sub write_file
{
	my ($file, $text) = @_;
	open my $out, '>', "$place/$file" or die;
	print $out $text;
	close $out or die;
	return;
}

# ---- doc/access.md: hand it to people ----

my $owner = $node->safe_psql('postgres', 'SELECT current_user');
answers($owner, q{
	CREATE EXTENSION equity;
	CREATE ROLE equity_reader; CREATE ROLE equity_analyst; CREATE ROLE equity_operator; CREATE ROLE equity_auditor;
	SELECT equity.grant_access('equity_reader', 'reader');
	SELECT equity.grant_access('equity_analyst', 'analyst');
	SELECT equity.grant_access('equity_operator', 'operator');
	SELECT equity.grant_access('equity_auditor', 'auditor');
	CREATE ROLE press LOGIN IN ROLE equity_reader; CREATE ROLE scholar LOGIN IN ROLE equity_analyst;
	CREATE ROLE ministry LOGIN IN ROLE equity_operator; CREATE ROLE inspector LOGIN IN ROLE equity_auditor;
	CREATE SCHEMA ministry AUTHORIZATION ministry}, "\n\n\n", 'levels are given to groups, and logins put into them');

# ---- doc/round.md: the call, by the operator ----

answers('ministry', q{
	INSERT INTO equity.scorecard_version (card_code, version, valid_from, card)
	VALUES ('NEED', 1, '2023-05-16', '{"code": "NEED", "as_of": "2023-05-16", "criteria": [
	  {"code": "POOR", "kind": "gate", "field": "monthly_income", "op": "<=", "value": 15000},
	  {"code": "WORK", "kind": "linear", "field": "gpa", "points": [[2, 0], [4, 15]]}]}');
	INSERT INTO equity.round (round_code, academic_year, call_number, name_th, opens_at, closes_at, offer_days)
	VALUES ('2566/1', 2566, 1, 'รอบที่ 1', '2023-05-16', now() + interval '1 hour', 14);
	INSERT INTO equity.round_programme (round_id, programme_code, quota)
	VALUES (equity.round_id('2566/1'), 'innovation_general', 2);
	INSERT INTO equity.institution (institution_code, name_th, province_code, kind, ownership, affiliation)
	VALUES ('1355010001', 'วิทยาลัยน่าน', '55', 'general', 'state', 'ovec');
	INSERT INTO equity.field_of_study (field_code, name_th) VALUES ('20101', 'ช่างยนต์');
	INSERT INTO equity.seat_pool (round_id, programme_code, institution_id, field_code, grant_type, seats)
	SELECT equity.round_id('2566/1'), 'innovation_general', institution_id, '20101', 'two_year', 2 FROM equity.institution},
	'', 'an operator sets up a round');
answers($owner, q{
	CREATE ROLE nan_college;
	SELECT equity.grant_access('nan_college', 'officer', institution_id) FROM equity.institution WHERE institution_code = '1355010001';
	CREATE ROLE malee LOGIN IN ROLE nan_college;
	CREATE SCHEMA nan AUTHORIZATION nan_college}, '', 'and the college has its officer');

# ---- doc/loading.md: the ministry's file, and the college's ----

write_file('ministry.csv', "\x{ef}\x{bb}\x{bf}" . <<'END');
เลขบัตรประชาชน,ชื่อ-สกุล,วันเกิด,เพศ,จังหวัด,วันที่สมัคร,GPAX,สมาชิก,รายได้,อันดับที่ 1
1-1000-00000-01-6,นายสมชาย  ใจดี,1 มี.ค. 2548,ช,กทม.,20/5/2566 10:30,3.10,5,"12,500 บาท",1355010001/20101
๑๕๐๐๐๐๐๐๐๐๐๒๑,น.ส.สมหญิง ใจดี,15/07/2548,ญ,จ.เชียงใหม่,21/5/2566,๒.๗๕,4,8000,1355010001/20101
1960000000036,นายสมศักดิ์ ใจดี,30/02/2547,ช,นราธิวาส,21/5/2566,-,6,-,1355010001/20101
END
write_file('nan.csv', <<'END');
เลขบัตรประชาชน,ชื่อ-สกุล,วันเกิด,เพศ,จังหวัด,วันที่สมัคร,GPAX,สมาชิก,รายได้,อันดับที่ 1
1200000000023,เด็กชายมานะ อดทน,9 ก.ย. 2549,ชาย,น่าน,22/5/2566,3.40,3,"6,000",1355010001/20101
1300000000031,นายปิติ ชูใจ,2 ธ.ค. 2548,ช,น่าน,22/5/2566,5.00,3,-,1355010001/20109
END
my @headings = map { qq("$_") } qw(เลขบัตรประชาชน ชื่อ-สกุล วันเกิด เพศ จังหวัด วันที่สมัคร GPAX สมาชิก รายได้), 'อันดับที่ 1';
my $columns = join(', ', @headings);
my $texts = join(', ', map { "$_ text" } @headings);

sub load
{
	my ($login, $schema, $file, $batch) = @_;
	return as($login, qq{
		CREATE TABLE $schema.staging (line integer GENERATED ALWAYS AS IDENTITY (START WITH 2), $texts);
		\\copy $schema.staging ($columns) FROM '$place/$file' (FORMAT csv, HEADER)
		SELECT rows_read, inserted, updated, unchanged, rejected FROM equity.load_rows('applicant', 'SELECT * FROM $schema.staging', '$batch');
		SELECT rows_read, inserted, updated, unchanged, rejected
		  FROM equity.load_rows('application', \$\$SELECT *, '2566/1' AS round FROM $schema.staging\$\$, '$batch');
		SELECT kind, line, field, masked_value FROM equity.import_reject WHERE batch = '$batch' AND severity = 'error' ORDER BY kind, line, field});
}

is(load('ministry', 'ministry', 'ministry.csv', 'ministry 1'), <<'END' =~ s/\n\z//r, 'the ministry loads its file, and is told what is wrong with it');
3|2|0|0|1
3|2|0|0|1
applicant|4|birth_date|99/99/9999
applicant|4|citizen_id|x-xxxx-xxxxx-03-6
application|4|citizen_id|x-xxxx-xxxxx-03-6
END
is(load('malee', 'nan', 'nan.csv', 'nan 1'), <<'END' =~ s/\n\z//r, 'the college its own');
2|2|0|0|0
2|1|0|0|1
application|3|choice1|1355010001/20109
application|3|gpa|9.99
END
answers('malee', 'SELECT count(*) FROM equity.applicant_identity', '4', 'its officer sees whom it entered, and who chose it');
says('press', 'SELECT * FROM equity.applicant_identity', qr/permission denied/, 'the press office sees no person');
answers('scholar', 'SELECT count(*), max(gpa) FROM equity.application_facts', '3|3.40', 'an analyst the facts');
says('scholar', 'SELECT * FROM equity.applicant_identity', qr/permission denied/, 'without identities');

# ---- doc/jobs.md: the night, and the job that failed ----

answers('ministry', q{UPDATE equity.round SET run_until = 'published' WHERE round_code = '2566/1'}, '', 'the round is to go by itself');
my $night = sub {
	return system('psql', '-XAtq', '-v', 'ON_ERROR_STOP=1', '-U', 'ministry', '-d', $node->connstr($database),
		'-c', 'CALL equity.run_due()') == 0;
};
ok($night->(), 'the line of the crontab runs as the operator');
answers('ministry', 'SELECT step, status, error FROM equity.job_health WHERE round_code IS NOT NULL',
	'open|blocked|its seed is not kept: equity.keep_seed(1)', 'what is missing stands in job_health');
says('ministry', 'SELECT equity.keep_seed(1)', qr/^[0-9a-f]{64}$/, 'and what it says can be typed');
ok($night->(), 'the next night');
says('inspector', 'SELECT step, status, error FROM equity.job_health WHERE round_code IS NOT NULL',
	qr/^open\|failed\|round 1 is not ready to open\nWhat is missing or wrong: .*card.*\nequity\.round_gaps\(1\)/s,
	'the failed job is found, with what is wrong');
says('ministry', 'SELECT * FROM equity.round_gaps(1)', qr/innovation_general/, 'in full by the function that it names');
answers('ministry', q{UPDATE equity.round_programme SET card_code = 'NEED', card_version = 1}, '', 'it is mended');
ok($night->(), 'the night after');
answers('ministry', 'SELECT status FROM equity.round', 'open', 'the round is open');
answers('ministry', q{BEGIN; SELECT equity.amend_round(1, 'letter 3/2566: closes today');
	UPDATE equity.round SET closes_at = now() - interval '1 second'; COMMIT}, '', 'it closes');
ok($night->(), 'the last night');
answers('ministry', 'SELECT status FROM equity.round', 'published', 'closes, scores, allocates, verifies and publishes');
answers('inspector', 'SELECT count(*) FROM equity.job_health WHERE status <> \'done\'', '0', 'and the monitor is quiet');

# ---- afterwards ----

answers('inspector', 'SELECT * FROM equity.audit_check(); SELECT * FROM equity.run_violations(1); SELECT * FROM equity.award_mismatches(1)',
	'', 'the auditor finds nothing');
answers('press', 'SELECT academic_year, programme_code FROM equity.programme_summary WHERE quota = 2', '2566|innovation_general', 'the press office has the report');
says('malee', 'SELECT message FROM equity.explain_application((SELECT min(application_id) FROM equity.application), \'th\')',
	qr/\S/, 'the college prints a letter');
says('malee', 'SELECT * FROM equity.allocate_round(1)', qr/^ERROR:.*HINT:.*operator/s, 'and is told that others allocate');
is($node->safe_psql($database, q{SELECT DISTINCT actor FROM equity.audit_event WHERE operation <> 'grant_access' ORDER BY 1}),
	"malee\nministry", 'the audit trail has who did it');

$node->stop;
done_testing;
