# The registry on another server by logical replication: rows that both sides ship do not collide when the tables
# are emptied first, as doc/operating.md says.
use strict;
use warnings;
use Equity;
use PostgreSQL::Test::Utils;
use Test::More;

my $here = new_node('here', allows_streaming => 'logical');
my $there = new_node('there');

$here->safe_psql('postgres', 'CREATE EXTENSION equity');
$here->safe_psql('postgres', '\i test/pgtap/fixture/round.psql');
$here->safe_psql('postgres', q{
	SELECT make_round(1, 2566::smallint);
	SELECT run_as_far(1, 'publish');
	UPDATE equity.reason SET text_en = 'EDITED' WHERE reason_code = 'CHOSEN';
	CREATE PUBLICATION registry FOR TABLES IN SCHEMA equity});

$there->safe_psql('postgres', 'CREATE EXTENSION equity');
$there->safe_psql('postgres', q{
	SET session_replication_role = replica;
	SELECT format('DELETE FROM %s', c.oid::regclass)
	  FROM pg_class AS c
	 WHERE c.relnamespace = 'equity'::regnamespace AND c.relkind = 'r' AND c.relname <> 'audit_event' \gexec});
$there->safe_psql('postgres',
	'CREATE SUBSCRIPTION registry CONNECTION $$' . $here->connstr('postgres') . '$$ PUBLICATION registry');
$there->wait_for_subscription_sync($here, 'registry');

sub rows_of
{
	my ($node) = @_;
	return $node->safe_psql('postgres', q{
		SELECT format('SELECT %L, count(*), md5(string_agg(t::text, %L ORDER BY t::text COLLATE "C")) FROM %s AS t',
		              c.relname, chr(10), c.oid::regclass)
		  FROM pg_class AS c
		 WHERE c.relnamespace = 'equity'::regnamespace AND c.relkind = 'r'
		 ORDER BY c.relname \gexec});
}

is(rows_of($there), rows_of($here), 'every table has the same rows there');
is($there->safe_psql('postgres', "SELECT text_en FROM equity.reason WHERE reason_code = 'CHOSEN'"),
	'EDITED', 'edited rows of the extension come too');

$here->safe_psql('postgres', 'SELECT equity.accept_award(min(award_id)) FROM equity.award');
$here->wait_for_catchup('registry');
is(rows_of($there), rows_of($here), 'what is done here arrives there');
is($there->safe_psql('postgres', 'SELECT * FROM equity.audit_check()'), '', 'the audit trail holds there');
is($there->safe_psql('postgres', 'SELECT * FROM equity.run_violations(1)'), '', 'the run is proved there');

$there->stop;
$here->stop;
done_testing();
