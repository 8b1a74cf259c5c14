# A market whose applicants may lie on several servers: tables, rows, a card, and what equity.allocate is asked.
package Market;

use strict;
use warnings;
use Exporter 'import';

our @EXPORT = qw(applicant_tables seat_tables applicant_rows card applications literal arguments digest
	measures parts merged %markets);

# The two tables of persons, to be filled by applicant_rows; clause stands behind each.
sub applicant_tables
{
	my ($clause) = @_;
	return qq{
		CREATE TABLE applicant (applicant_id bigint NOT NULL, gpa numeric(3,2), income numeric, groups text[] NOT NULL) $clause;
		CREATE TABLE choice (applicant_id bigint NOT NULL, pool_id bigint NOT NULL, choice integer NOT NULL, fit numeric NOT NULL) $clause};
}

sub applicant_rows
{
	return q{
	CREATE FUNCTION roll(what text, sides integer) RETURNS integer LANGUAGE sql IMMUTABLE
	RETURN abs(hashtextextended(what, 0) % sides);
	INSERT INTO applicant
	SELECT i, CASE WHEN roll('gpa' || i, 40) > 0 THEN 1.5 + roll('gpa' || i, 250) / 100.0 END, 500 + roll('income' || i, 6000),
	       (ARRAY['{poor}', '{far}', '{}', '{poor,far}'])[1 + roll('group' || i, 4)]::text[]
	  FROM generate_series(1, 3000) AS i;
	INSERT INTO choice
	SELECT i, pool_id, row_number() OVER (PARTITION BY i ORDER BY roll('order' || i || '/' || pool_id, 1000), pool_id),
	       roll('fit' || i || '/' || pool_id, 200) / 10.0
	  FROM (SELECT DISTINCT i, 1 + roll('pool' || i || '/' || c, 40) * roll('far' || i || '/' || c, 40) / 40 AS pool_id
	          FROM generate_series(1, 3000) AS i, generate_series(1, 5) AS c) AS w};
}

sub seat_tables
{
	return q{
	CREATE TABLE pool AS
	SELECT i AS pool_id, 15 AS seats, 1 + i % 4 AS cap_id, CASE WHEN i % 3 = 0 THEN 9 END AS min_seats FROM generate_series(1, 40) AS i;
	CREATE TABLE reserve AS
	SELECT pool_id, r.* FROM pool, (VALUES ('poor', 4, 'before_open', '{far,*}'::text[]), ('far', 3, 'after_open', '{*}'),
	                                       ('nobody', 1, 'after_open', '{}')) AS r (reserve, seats, mode, "cascade");
	CREATE TABLE cap AS
	SELECT i AS cap_id, 110 AS seats, 9 AS parent_id FROM generate_series(1, 4) AS i UNION ALL SELECT 9, 380, NULL};
}

sub card
{
	return q('{"code": "R", "scale": 2, "criteria": [
	{"code": "G", "kind": "gate", "field": "gpa", "op": ">=", "value": 1.60, "missing": "reject"},
	{"code": "N", "kind": "band", "field": "income", "bands": [[null, 1500, 20], [1500, 3000, 10], [3000, null, 0]]},
	{"code": "M", "kind": "linear", "field": "gpa", "points": [[2, 0], [4, 15]]}]}');
}

# The applications query, over one schema
sub applications
{
	my ($schema) = @_;
	my $card = card();
	return "SELECT c.applicant_id, c.pool_id, c.choice, equity.score($card, a) + c.fit AS score, a.groups
	          FROM $schema.applicant AS a JOIN $schema.choice AS c USING (applicant_id) WHERE equity.eligible($card, a)";
}

sub literal { my ($text) = @_; return 'NULL' if !defined $text; $text =~ s/'/''/g; return "'$text'" }

# Pools, reserves, caps and how ties are broken
our %markets = (
	plain => [ 'SELECT pool_id, seats FROM pool', undef, undef, 'lottery' ],
	'equal scores' => [ 'SELECT pool_id, seats FROM pool', 'TABLE reserve', undef, 'admit_all' ],
	'reserves and caps' => [ 'SELECT pool_id, seats, cap_id FROM pool', 'TABLE reserve', 'TABLE cap', 'lottery_per_pool' ],
	floors => [ 'SELECT pool_id, seats, min_seats FROM pool', 'TABLE reserve', undef, 'lottery' ]);

sub arguments
{
	my ($applications, @market) = @_;
	return join ', ', map { literal($_) } $applications, @market[ 0 .. 2 ];
}

# How many are admitted, and the digest of the whole result
sub digest
{
	my ($applications, @market) = @_;
	return 'SELECT count(*), encode(sha256(convert_to(string_agg(a::text, chr(10) ORDER BY applicant_id), $$UTF8$$)), $$hex$$) FROM equity.allocate('
	  . arguments($applications, @market) . ", tie_break => '$market[3]', seed => 's') AS a";
}

# Each measure that has parts: the call without _part is the measure itself.
my @part_calls = ('theil_t_part(income)', 'theil_t_part(income, gpa::double precision)', 'theil_l_part(income)', 'atkinson_part(income, 2)',
	'fgt_part(income, 3000, 1)', 'inclusion_error_part(gpa > 3, income < 2000)', 'exclusion_error_part(gpa > 3, income < 2000)',
	'pmt_fit_part(ln(income)::double precision, ARRAY[gpa::double precision])');

# Of all rows of applicant, and from what is in the columns m0, m1 and so on
sub measures { return 'SELECT ' . join(', ', map { 'equity.' . s/_part//r . '::text' } @part_calls) . ' FROM applicant' }
sub parts { return join ', ', map { "equity.$part_calls[$_] AS m$_" } 0 .. $#part_calls }
sub merged { return join ', ', map { 'equity.' . ($part_calls[$_] =~ /^(\w+)_part/)[0] . "_merge(m$_)::text" } 0 .. $#part_calls }

1;
