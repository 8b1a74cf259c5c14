# With the settings that the access guide gives, the server's log holds no value of what it refused.
use strict;
use warnings;
use Document;
use Equity;
use PostgreSQL::Test::Utils;
use Test::More;

my ($settings) = read_document('doc/access.md') =~ /^```ini\n(.*?)^```$/ms or die 'the guide gives no settings';

# What a table of one's own refuses, and what of it gets into the log.
sub logged
{
	my ($node) = @_;
	my $from = -s $node->logfile;
	for ("COPY staging FROM stdin;\n1\tsecret\tother\n\\.\n",
		"INSERT INTO staging VALUES (1, 'secret'); INSERT INTO staging VALUES (2, 'secret');",
		"INSERT INTO staging VALUES (NULL, 'secret');",
		"SELECT 'secret', 1 / 0; SELECT 'secret', pg_sleep(0.01);")
	{
		$node->psql('postgres', $_);
	}
	return slurp_file($node->logfile, $from);
}

my $node = new_node('main');
$node->safe_psql('postgres', 'CREATE TABLE staging (line integer NOT NULL, name text UNIQUE)');
my $before = logged($node);
like($before, qr/secret/, 'the log holds values unless it is told otherwise');

$node->safe_psql('postgres', 'TRUNCATE staging');
$node->append_conf('postgresql.conf', $settings);
$node->restart;
my $after = logged($node);
like($after, qr/ERROR:  duplicate key value/, 'errors are logged');
unlike($after, qr/secret/, 'their values are not');

$node->stop;
done_testing();
