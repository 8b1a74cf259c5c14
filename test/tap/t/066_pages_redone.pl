# The statements and commands that a page shows as proof give what it says.
use strict;
use warnings;
use Equity;
use PostgreSQL::Test::Utils;
use Test::More;

my $node = new_node('main');
$node->safe_psql('postgres', 'CREATE EXTENSION equity');
$node->safe_psql('postgres', q{
	\i test/pgtap/fixture/round.psql
	SELECT make_round(1, 2566::smallint);
	SELECT equity.open_round(1, equity.commitment($$it's "drawn" by $(lot) \ & <b>$$));
	SELECT equity.close_round(1, $$it's "drawn" by $(lot) \ & <b>$$);
	SELECT equity.score_round(1);
	SELECT equity.allocate_round(1);
	SELECT equity.verify_round(1);
	SELECT equity.publish_round(1);
});
my %proof;
@proof{qw(seed_commitment pools_digest)} =
  split /\|/, $node->safe_psql('postgres', 'SELECT seed_commitment, pools_digest FROM equity.run_proof');
my $lottery = $node->safe_psql('postgres', 'SELECT equity.lottery(seed, 7) FROM equity.run_proof');

for my $lang (qw(th en))
{
	my $page = $node->safe_psql('postgres', "SELECT equity.round_report(1, '$lang')");
	my %character = (lt => '<', gt => '>', amp => '&', quot => '"', '#39' => "'");
	my ($statements, $commands) = map { s/&([^;]+);/$character{$1}/gr } $page =~ m{<pre[^>]*>(.*?)</pre>}sg;

	my ($violations, $replay) = grep { /^SELECT/ } split /\n/, $statements;
	is($node->safe_psql('postgres', $violations), '', "$lang: the check finds nothing");
	is($node->safe_psql('postgres', $replay), 't', "$lang: allocated again, the result is the same");

	my ($commitment, $draw, $pools) = grep { !/^#/ } split /\n/, $commands;
	local $ENV{PGHOST} = $node->host;
	local $ENV{PGPORT} = $node->port;
	local $ENV{PGDATABASE} = 'postgres';
	like(qx{$commitment}, qr/\b$proof{seed_commitment}$/m, "$lang: the seed is the one that was committed to");
	like(qx{$pools}, qr/\b$proof{pools_digest}$/m, "$lang: the digest of the pools");
	$draw =~ s/APPLICANT_ID/7/;
	my ($high, $low) = qx{$draw} =~ /\b([0-9a-f]{8})([0-9a-f]{8})[0-9a-f]{48}$/m;
	is(((hex $high) * 2**31) + (hex($low) >> 1), $lottery, "$lang: the number of an applicant");
}

$node->stop;
done_testing();
