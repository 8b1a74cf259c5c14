# What the README and the guides show works, in their order, and prints what they say.
use strict;
use warnings;
use Document;
use Equity;
use File::Basename qw(basename);
use PostgreSQL::Test::Utils;
use Test::More;

my $node = new_node('main');
$node->safe_psql('postgres', 'CREATE DATABASE with_equity');
$node->safe_psql('with_equity', 'CREATE EXTENSION equity');

# A role belongs to all databases: each document makes its own.
sub run
{
	my ($name, $text) = @_;
	my @results = run_document($node, PostgreSQL::Test::Utils::tempdir(), $name, $text);
	my @roles = split /\n/, $node->safe_psql('postgres',
		q(SELECT quote_ident(rolname) FROM pg_roles WHERE rolname !~ '^pg_' AND rolname <> current_user));
	my $database = Document::database($name);
	$node->safe_psql($database, "DROP OWNED BY $_ CASCADE; DROP ROLE $_") for @roles;
	return @results;
}

# A document in which every second block is wrong.
my @results = run('broken', <<'END');
```json
{"code": "A", "criteria": [{"code": "G", "kind": "const", "points": 1}]}
```
```sql
SELECT 1 AS one;
```
```text
 one
-----
   2
```
```sql error=22012
SELECT 1 / 0;
```
```sql error=22012
SELECT 1;
```
```csv file=one.csv
1
```
```sql error=22012
SELECT 'x'::integer;
```
```sh
psql -XAt -c 'TABLE pg_am' >one && cat one.csv
```
```sh
false
true
```
```sh
make installcheck
```
```sh
make nothing
```
```sql
SELECT count(*) FROM nowhere;
```
```sql
SELECT 1;
```
END
is_deeply([ map { $_->[2] ? 1 : 0 } @results ], [ 0, 0, 1, 0, 1, 0, 1, 0, 1, 0, 1, 1, 1 ], 'broken blocks are found')
  or diag(map { "$_->[0]: " . ($_->[2] // 'ok') . "\n" } @results);

# A document comes after the one that it goes on from.
my %text = map { basename($_, '.md') => read_document($_) } grep { $_ ne 'doc/reference.md' } 'README.md', glob 'doc/*.md';
my %run;
sub run_once
{
	my ($name) = @_;
	return if $run{$name}++;
	run_once($1) if $text{$name} =~ /^<!-- goes on from ([\w.]+)\.md -->$/m;
	ok(!$_->[2], "$name.md:$_->[0]: $_->[1]") or diag($_->[2]) for run($name, $text{$name});
}
run_once($_) for sort keys %text;

$node->stop;
done_testing();
