# The Thai helpers read characters, whatever encoding the database keeps them in.
use strict;
use warnings;
use Equity;
use Test::More;

my $node = new_node('main');

sub ask
{
	my ($database, $query) = @_;
	my ($status, $out, $err) = $node->psql($database, "\\set VERBOSITY sqlstate\nSET client_encoding = 'UTF8';\n$query", on_error_stop => 0);
	return $err =~ /ERROR:\s+(\w{5})/ ? $1 : $out;
}

for my $encoding (qw(UTF8 SQL_ASCII WIN874))
{
	$node->safe_psql('postgres', "CREATE DATABASE d_$encoding ENCODING '$encoding' LOCALE 'C' TEMPLATE template0");
	$node->safe_psql(lc "d_$encoding", "CREATE EXTENSION equity");
	is(ask(lc "d_$encoding", "SELECT equity.citizen_id_valid('1-1120-34563-56-2'), equity.citizen_id_mask('1112034563562'), equity.thai_normal(' a  b '), equity.parse_date_be('16/5/2566')"),
		't|x-xxxx-xxxxx-56-2|a b|2023-05-16', "$encoding: plain text");
}
for my $database (qw(d_utf8 d_sql_ascii d_win874))
{
	is(ask($database, "SELECT equity.citizen_id_normal('๑-๑๑๒๐-๓๔๕๖๓-๕๖-๒'), equity.thai_normal('เเม่นํ้า'), equity.parse_date_be('๑๖ พ.ค. ๖๖')"),
		'1112034563562|แม่น้ำ|2023-05-16', "$database: Thai digits, marks and months");
	is(ask($database, "SELECT equity.parse_date_be('๓๑ เม.ย. ๖๖')"), '22008', "$database: errors likewise");
}
is(ask('d_sql_ascii', "SELECT equity.thai_normal(E'\\xff')"), '22021', 'bytes of a database without an encoding must be UTF-8');

# the rows that the extension ships are Thai
my $bangkok = "SELECT name_th FROM equity.province WHERE province_code = '10'";
is(ask('d_win874', $bangkok), 'กรุงเทพมหานคร', 'shipped names are kept in the encoding of the database');
is(ask('d_win874', "SELECT octet_length(name_th) FROM equity.province WHERE province_code = '10'"), '13', 'a byte a character');
is(ask('d_win874', "SELECT concat_ws(equity_internal.sentence_separator(), 'ก', 'ข')"), 'ก - ข', 'what letters print is there too');
$node->safe_psql('postgres', q{CREATE DATABASE d_latin1 ENCODING 'LATIN1' LOCALE 'C' TEMPLATE template0});
is(ask('d_latin1', 'CREATE EXTENSION equity'), '22P05', 'an encoding without Thai cannot keep them');

done_testing();
