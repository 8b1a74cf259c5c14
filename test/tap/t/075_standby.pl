# A standby checks a run as the primary does, with the same rights, and neither locks nor records anything.
use strict;
use warnings;
use Equity;
use PostgreSQL::Test::Utils;
use Test::More;

my $primary = new_node('primary', allows_streaming => 1);
$primary->safe_psql('postgres', 'CREATE EXTENSION equity');
$primary->safe_psql('postgres', '\i test/pgtap/fixture/round.psql');
$primary->safe_psql('postgres', q{
	SELECT make_round(1, 2566::smallint);
	SELECT run_as_far(1, 'allocate');
	CREATE ROLE checker LOGIN;
	SELECT equity.grant_access('checker', 'auditor')});
$primary->backup('base');
my $standby = PostgreSQL::Test::Cluster->new('standby');
$standby->init_from_backup($primary, 'base', has_streaming => 1);
$standby->start;

my $call = 'SELECT count(*) FROM equity.verify_run(1)';
for my $role (undef, 'checker')
{
	my ($status, $out, $err) = $standby->psql('postgres', ($role ? "SET ROLE $role; " : '') . $call);
	is($out, '0', ($role // 'the owner') . ': no violations');
	like($err, qr/NOTICE:  this server is a standby: allocation run 1 is checked, and nothing is locked or recorded/,
		'... and it is said that nothing is recorded');
}
my ($status, $out, $err) = $standby->psql('postgres', 'SELECT * FROM equity.verify_run(99)');
like($err, qr/allocation run 99 does not exist/, 'a run that does not exist is no run without violations');
is($primary->safe_psql('postgres', 'SELECT status FROM equity.allocation_run'), 'draft', 'the run has its status');

$primary->safe_psql('postgres', q{
	UPDATE equity.application SET gpa = 4 WHERE applicant_id = (SELECT min(applicant_id) FROM equity.assessment WHERE NOT eligible)});
$primary->wait_for_catchup($standby, 'replay');
isnt($standby->safe_psql('postgres', $call), '0', 'what was changed since is found there');

$standby->stop;
$primary->stop;
done_testing;
