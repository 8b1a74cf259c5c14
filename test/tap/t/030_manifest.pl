# Every digest of a run's manifest, computed by an outsider: from the rows of the tables, which psql writes
# as text, and with Perl's sha256. No function of the extension takes part.
use strict;
use warnings;
use Digest::SHA qw(sha256_hex);
use Equity;
use JSON::PP;
use Test::More;

my $node = new_node('main');
$node->safe_psql('postgres', 'CREATE EXTENSION equity');
$node->safe_psql('postgres', '\i test/pgtap/fixture/round.psql');
$node->safe_psql('postgres', q{
	SELECT make_round(1, 2566::smallint);
	UPDATE equity.round SET tie_field = 'gpa';
	UPDATE equity.applicant SET sex = CASE applicant_id % 2 WHEN 0 THEN 'female' END;
	INSERT INTO equity.applicant_group (applicant_id, group_code, verified)
	SELECT applicant_id, 'stateless', applicant_id % 3 = 0 FROM equity.applicant WHERE applicant_id < 40;
	INSERT INTO equity.seat_cap (cap_id, round_id, cap_code, name_th, seats, min_seats, parent_id) OVERRIDING SYSTEM VALUE
	VALUES (7, 1, 'nation', 'ประเทศ', 16, 2, NULL), (8, 1, 'college', 'วิทยาลัย', 9, NULL, 7);
	UPDATE equity.seat_pool SET cap_id = CASE WHEN pool_id < 13 THEN 8 ELSE 7 END;
	UPDATE equity.seat_pool SET min_seats = 2 WHERE pool_id = 12;
	INSERT INTO equity.pool_reserve (pool_id, reserve, seats, mode, cascade, position)
	VALUES (11, 'stateless', 2, 'before_open', '{female,*}', 2), (11, 'female', 1, 'after_open', '{}', NULL), (13, 'female', 1, 'after_open', '{*}', 1);
	SELECT run_as_far(1, 'verify');
	-- and a second run, in which somebody has a standing
	INSERT INTO equity.allocation_run (round_id, kind, parent_run_id, mechanism, tie_break, tie_field, seed, equity_version)
	SELECT round_id, 'refill', run_id, mechanism, tie_break, tie_field, seed, equity_version FROM equity.allocation_run;
	INSERT INTO equity.run_standing (run_id, applicant_id, decision, pool_id, seat, choice, score)
	SELECT 2, applicant_id, CASE applicant_id % 3 WHEN 0 THEN 'freeze' WHEN 1 THEN 'float' ELSE 'out' END, pool_id, seat, choice, score FROM equity.placement;
	SELECT equity_internal.complete_run(2);
	SELECT equity.verify_run(2)});
is($node->safe_psql('postgres', q{SELECT status, violations FROM equity.allocation_run ORDER BY run_id}), "verified|0\nverified|0", 'both runs are verified');

# rows of a query, NULL as undef
sub rows
{
	my ($query) = @_;
	my @rows = split /\n/, $node->safe_psql('postgres', $query, extra_params => [ '-P', 'null=~' ]);
	return map { [ map { $_ eq '~' ? undef : $_ } split /\|/, $_, -1 ] } @rows;
}

sub line { return join(',', map { defined $_ ? $_ : '' } @_) . "\n" }
sub text { my ($text) = @_; return defined $text ? "\"$text\"" : undef }     # no text of this test needs an escape
sub list { my ($array) = @_; $array =~ s/^\{|\}$//g; return '[' . join(',', map { text($_) } split /,/, $array) . ']' }

# lines by their first field, which has a digest of its own
sub two_levels
{
	my (@lines) = @_;
	my %page;
	$page{ $_->[0] } .= $_->[1] for @lines;
	return sha256_hex(join '', map { line($_, sha256_hex($page{$_})) } sort { $a <=> $b } keys %page);
}

my %group = map { $_->[0] => $_->[1] } rows(q{
	SELECT a.applicant_id, array_to_string(array_remove(ARRAY[
	         CASE WHEN a.sex = 'female' THEN 'female' END,
	         (SELECT 'stateless' FROM equity.applicant_group AS g WHERE g.applicant_id = a.applicant_id AND g.verified)], NULL), ',')
	  FROM equity.applicant AS a});
my @asked = rows(q{
	SELECT c.pool_id, c.applicant_id, c.choice, s.score, a.gpa
	  FROM equity.choice AS c
	  JOIN equity.seat_pool AS p USING (pool_id)
	  JOIN equity.application AS a USING (applicant_id)
	  JOIN equity.assessment AS s ON s.applicant_id = c.applicant_id AND s.programme_code = p.programme_code
	 WHERE s.eligible AND s.score IS NOT NULL AND a.status = 'submitted'
	 ORDER BY c.pool_id, c.applicant_id});
my %digest = (
	applications => two_levels(map { [ $_->[0], line(@$_[ 1 .. 3 ], $_->[4] == 0 ? '0.00' : "-$_->[4]", list("{$group{$_->[1]}}")) ] } @asked),
	pools => sha256_hex(join '', map { line(@$_[ 0 .. 3 ], text($_->[4]), $_->[5], map { text($_) } @$_[ 6, 7 ]) }
		  rows('SELECT pool_id, seats, min_seats, cap_id, programme_code, institution_id, field_code, grant_type FROM equity.seat_pool ORDER BY pool_id')),
	quotas => sha256_hex(join '', map { line(@$_) } rows('SELECT programme_code, quota FROM equity.round_programme ORDER BY programme_code')),
	reserves => sha256_hex(join '', map { line($_->[0], text($_->[1]), $_->[2], text($_->[3]), list($_->[4]), $_->[5]) }
		  rows('SELECT pool_id, reserve, seats, mode, cascade, position FROM equity.pool_reserve ORDER BY pool_id, reserve')),
	caps => sha256_hex(join '', map { line(@$_) } rows('SELECT cap_id, seats, min_seats, parent_id FROM equity.seat_cap ORDER BY cap_id')),
	cards => sha256_hex(join '', map { line(@$_) } rows(q{
		SELECT rp.programme_code, encode(sha256(convert_to(v.card::text, 'UTF8')), 'hex')
		  FROM equity.round_programme AS rp JOIN equity.scorecard_version AS v ON v.card_code = rp.card_code AND v.version = rp.card_version
		 ORDER BY rp.programme_code})),
	seed => sha256_hex('test seed'));
for my $run (1, 2)
{
	$digest{standing} = two_levels(map { [ $_->[0], line($_->[1], text($_->[2]), text($_->[3]), @$_[ 4, 5 ]) ] }
		  rows("SELECT pool_id, applicant_id, decision, seat, choice, score FROM equity.run_standing WHERE run_id = $run ORDER BY applicant_id"));
	$digest{placements} = two_levels(map { [ $_->[0], line(@$_[ 1, 2 ], text($_->[3]), @$_[ 4, 5 ]) ] }
		  rows("SELECT pool_id, applicant_id, choice, seat, tier, score FROM equity.placement WHERE run_id = $run ORDER BY applicant_id"));
	my $manifest = decode_json($node->safe_psql('postgres', "SELECT equity.run_manifest($run)"));
	is_deeply($manifest->{digests}, \%digest, "each digest of run $run");
}
cmp_ok($node->safe_psql('postgres', 'SELECT count(*) FROM equity.run_standing'), '>', 10, 'with standings to digest');
$node->stop;
done_testing();
