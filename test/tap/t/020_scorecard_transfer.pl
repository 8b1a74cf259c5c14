# Scorecards, lottery numbers and digests travel: through binary COPY, where bytes from outside meet
# every check that text does, and into databases of other encodings.
use strict;
use warnings;
use utf8;
use open qw(:std :encoding(UTF-8));
use Encode qw(decode_utf8 encode_utf8);
use Equity;
use PostgreSQL::Test::Utils;
use Test::More;

my $node = new_node('main');
my $dir = PostgreSQL::Test::Utils::tempdir;
$node->safe_psql('postgres', 'CREATE DATABASE utf8; CREATE DATABASE thai ENCODING win874 TEMPLATE template0; CREATE DATABASE bytes ENCODING sql_ascii TEMPLATE template0');
$node->safe_psql($_, 'CREATE EXTENSION equity') for 'utf8', 'thai', 'bytes';
my $card = '{"code":"ทุน","criteria":[{"code":"รายได้","kind":"enum","field":"บ้าน","points":{"เช่า":1.50,"ขอ":2}}]}';

# The first SQLSTATE that a script ends with, or what it prints.
sub outcome
{
	my ($database, $script) = @_;
	my ($status, $out, $err) = $node->psql($database, "\\set VERBOSITY sqlstate\nSET client_encoding = utf8;\n$script");
	return $err =~ /ERROR:\s+(\w{5})/ ? $1 : decode_utf8($out);
}

# A file of binary COPY with one field of these bytes.
sub binary_file
{
	my ($bytes, $name) = @_;
	my $file = "$dir/card" . ($name // '');
	open my $out, '>:raw', $file or die $!;
	print $out "PGCOPY\n\377\r\n\0", pack('N N n N/a n', 0, 0, 1, $bytes, 0xFFFF);
	close $out;
	return $file;
}

sub copied
{
	my ($database, $bytes, $encoding) = @_;
	my $file = binary_file($bytes);
	return outcome($database, "TRUNCATE card;\nCOPY card FROM '$file' WITH (FORMAT binary, ENCODING '" . ($encoding // 'UTF8') . "');\nSELECT card FROM card;");
}

my $canonical = '{"code":"ทุน","criteria":[{"code":"รายได้","field":"บ้าน","kind":"enum","points":{"ขอ":2,"เช่า":1.5}}]}';
for my $database ('utf8', 'thai', 'bytes')
{
	$node->safe_psql($database, 'CREATE TABLE card (card equity.scorecard)');
	is(outcome($database, "SELECT '$card'::equity.scorecard"), $canonical, "$database: the canonical text");
	is( outcome($database, "SELECT equity.digest('$card')"),
		outcome('utf8', "SELECT encode(sha256(convert_to('$canonical', 'UTF8')), 'hex')"),
		"$database: the digest is that of UTF-8");
	is(outcome($database, "SELECT equity.lottery('เมล็ดพันธุ์ 2566', 7, 3)"), '7893866516710705098', "$database: the seed of a lottery is UTF-8");
	is( outcome($database, "SELECT equity.commitment('เมล็ดพันธุ์ 2566')"),
		'4bc3856665f25e5571f6aed34a3e6f1a135f1c72ab40115563b0752cea79c5eb',
		"$database: and its commitment");
	is( outcome($database, "SELECT equity.score('$card', q) FROM (SELECT 'เช่า'::text AS \"บ้าน\") AS q"), '1.5000', "$database: a score");

	# out and in again, in the database's encoding and in UTF-8
	for my $encoding ('UTF8', $database eq 'thai' ? 'WIN874' : 'UTF8')
	{
		is( outcome($database, "TRUNCATE card; INSERT INTO card VALUES ('$card'), (NULL);
			COPY card TO '$dir/out' WITH (FORMAT binary, ENCODING '$encoding');
			CREATE TABLE back (card equity.scorecard); COPY back FROM '$dir/out' WITH (FORMAT binary, ENCODING '$encoding');
			SELECT count(*), bool_and(b.card::text = '$canonical') FROM back AS b; DROP TABLE back;"),
			'2|t', "$database: through binary COPY in $encoding");
	}
}

# bytes from outside: a number of the format, then text
my $utf8 = encode_utf8($card);
is(copied('utf8', pack('n', 1) . $utf8), $canonical, 'format 1 and any card');
is(copied('utf8', pack('n', 1) . " \n $utf8\t"), $canonical, 'with blanks around it');
is(copied('utf8', ''), '08P01', 'no byte');
is(copied('utf8', "\1"), '08P01', 'one byte');
is(copied('utf8', pack('n', $_) . $utf8), '22P03', "format $_") for 0, 2, 256, 65535;
is(copied('utf8', pack('n', 1)), '22P02', 'no text');
is(copied('utf8', pack('n', 1) . '{"code"'), '22P02', 'half a text');
is(copied('utf8', pack('n', 1) . "$utf8}"), '22P02', 'a text and more');
is(copied('utf8', pack('n', 1) . '{"code":"C","criteria":[]}'), '22023', 'a card without sense');
is(copied('utf8', pack('n', 1) . "{\"code\":\"\xff\",\"criteria\":[]}"), '22021', 'bytes that are no text');
is(copied('utf8', pack('n', 1) . "$utf8\0"), '22021', 'a zero byte');
is(copied('utf8', pack('n', 1) . '[' x 500000), '22023', 'depth');
is(copied('utf8', pack('n', 1) . '{"code":"' . 'x' x 2000000 . '"}'), '22023', 'length');
is(copied('thai', pack('n', 1) . encode_utf8('{"code":"漢","criteria":[]}')), '22P05', 'a letter that the encoding lacks');
is(copied('utf8', join '', map { chr(($_ * 167 + 13) % 256) } 1 .. 1000), '22P03', 'noise');

# every prefix of a good value is refused, and every changed byte either refused or harmless
my $good = pack('n', 1) . '{"code":"C","criteria":[{"code":"G","kind":"gate","field":"x","op":"in","value":[1,2]},{"code":"B","kind":"band","field":"x","bands":[[null,1,2],[1,null,3]]}]}';
my $script = '';
my @values = map { substr($good, 0, $_) } 0 .. length($good) - 1;
for my $at (0 .. length($good) - 1)
{
	push @values, map { substr($good, 0, $at) . chr($_) . substr($good, $at + 1) } 0, 34, 44, 45, 48, 91, 123, 255;
}
for my $i (0 .. $#values)
{
	my $file = binary_file($values[$i], $i);
	$script .= "COPY card FROM '$file' WITH (FORMAT binary);\n";
}
my ($status, $out, $err) = $node->psql('utf8', "\\set VERBOSITY sqlstate\nTRUNCATE card;\n$script", on_error_stop => 0);
my %states;
$states{$1}++ while $err =~ /ERROR:\s+(\w{5})/g;
my $kept = $node->safe_psql('utf8', 'SELECT count(*) FROM card WHERE card::text::equity.scorecard::text = card::text');
my $errors = 0;
$errors += $_ for values %states;
is(join(' ', sort keys %states), '08P01 22021 22023 22P02 22P03', 'broken bytes are refused in good order');
is($errors + $kept, scalar @values, 'and what is not refused is a card like any other');
is($node->safe_psql('utf8', 'SELECT 1'), '1', 'the server is up');

$node->stop;
done_testing();
