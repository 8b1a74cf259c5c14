# A large market: it can be cancelled at any moment, and it takes no more memory than it was allowed.
use strict;
use warnings;
use Equity;
use Test::More;
use Time::HiRes qw(time);

my $node = new_node('main');
$node->append_conf('postgresql.conf', "shared_buffers = 1MB\nfsync = off\njit = off");
$node->restart;
$node->safe_psql('postgres', q{
	CREATE EXTENSION equity;
	CREATE TABLE pool AS SELECT p AS pool_id, 80 AS seats FROM generate_series(1, 1000) AS p;
	-- numbers of more than 64 bits, in no order
	CREATE UNLOGGED TABLE application AS
	SELECT a * 7919::bigint % 120011 AS applicant_id, 1 + (a * 31 + c * 211) % 1000 AS pool_id, c AS choice, (a * 104729::bigint + c) % 1000003 * 1.00000000000000000001 AS score, a % 50 AS grade
	  FROM generate_series(1, 120000) AS a, generate_series(1, 5) AS c;
	CREATE TABLE placement AS SELECT * FROM equity.allocate('SELECT applicant_id, pool_id, choice, grade AS score FROM application', 'TABLE pool', seed => 'seed')});

# How long a query takes, and how it ends; with a time limit and without.
sub timed
{
	my ($query, $limit) = @_;
	my $begin = time;
	my ($status, $out, $err) = $node->psql('postgres', "\\set VERBOSITY sqlstate\nSET statement_timeout = $limit;\n$query;\nRESET statement_timeout;\nSELECT 'still here'", on_error_stop => 0);
	my ($state) = $err =~ /ERROR:\s+(\w{5})/;
	return (time - $begin, $state // '', $out =~ /still here$/);
}

my %queries = (
	'exact scores, rows in no order' =>
		q{SELECT count(*) FROM equity.allocate('SELECT applicant_id, pool_id, choice, score FROM application ORDER BY score', 'TABLE pool', seed => 'seed')},
	'a lottery in each pool' =>
		q{SELECT count(*) FROM equity.allocate('SELECT applicant_id, pool_id, choice, 1 AS score FROM application', 'TABLE pool', tie_break => 'lottery_per_pool', seed => 'seed')},
	'one applicant with 400,000 choices' =>
		q{SELECT count(*) FROM equity.allocate('SELECT 1 AS applicant_id, i AS pool_id, (i * 7919::bigint % 400009)::integer AS choice, 1 AS score FROM generate_series(1, 400000) AS i',
		                                       'SELECT i AS pool_id, 0 AS seats FROM generate_series(1, 400000) AS i', seed => 'seed')},
	'a million pools' =>
		q{SELECT count(*) FROM equity.allocate('SELECT i AS applicant_id, i * 7919::bigint % 1000000 AS pool_id, 1 AS choice, 1 AS score FROM generate_series(1, 100000) AS i',
		                                       'SELECT i - 1 AS pool_id, 1 AS seats FROM generate_series(1, 1000000) AS i', seed => 'seed')},
	'waitlist' =>
		q{SELECT count(*) FROM equity.waitlist('SELECT applicant_id, pool_id, choice, grade AS score FROM application ORDER BY score', 'TABLE pool', NULL, NULL, 'TABLE placement', seed => 'seed')},
	'verify' =>
		q{SELECT count(*) FROM equity.verify('SELECT applicant_id, pool_id, choice, grade AS score FROM application ORDER BY score', 'TABLE pool', NULL, NULL, 'TABLE placement', seed => 'seed')});
for my $name (sort keys %queries)
{
	# the quicker of two: a machine that is busy only at first would make every limit too late
	my ($whole, $state) = timed($queries{$name}, 0);
	my ($again) = timed($queries{$name}, 0);
	$whole = $again if $again < $whole;
	is($state, '', "$name: runs");
	my ($late, $cancelled, $wrong) = (0, 0, 0);
	for my $part (0.2, 0.4, 0.6, 0.8)
	{
		my $limit = int(1000 * $whole * $part);
		my ($elapsed, $end, $alive) = timed($queries{$name}, $limit);
		$late = $elapsed - $limit / 1000 if $elapsed - $limit / 1000 > $late;
		$cancelled++ if $end eq '57014';
		# what happens to end before its time is no failure
		$wrong++ unless $alive && ($end eq '57014' || $end eq '');
	}
	cmp_ok($late, '<', 1, "$name: cancelled within a second of being asked");
	cmp_ok($cancelled, '>', 1, "$name: while it works");
	is($wrong, 0, "$name: in good order, and the session goes on");
}

# The memory that a market is refused for is what it takes: at the smallest limit that lets it through,
# the process grows by no more than that, give or take what the queries themselves need.
SKIP:
{
	skip 'no /proc', 9 unless -r '/proc/self/status';
	$node->safe_psql('postgres', q{
		CREATE FUNCTION peak_kb() RETURNS bigint LANGUAGE sql AS $$
		  SELECT substring(pg_read_file('/proc/self/status', 0, 100000, true) FROM 'VmHWM:\s*(\d+) kB')::bigint
		$$;
		CREATE FUNCTION least_memory(statement text, applications text, pools text, tie_break text) RETURNS bigint LANGUAGE plpgsql AS $$
		DECLARE
		  allowed bigint := 16384;
		BEGIN
		  LOOP
		    PERFORM set_config('equity.max_memory', allowed || 'kB', false);
		    BEGIN
		      EXECUTE statement USING applications, pools, tie_break;
		      RETURN allowed;
		    EXCEPTION WHEN configuration_limit_exceeded THEN
		      allowed := allowed * 13 / 10;
		    END;
		  END LOOP;
		END $$});
	my @markets = (
		[ 'rows in order', q{'SELECT a AS applicant_id, 1 + (a + c * 7) % 100 AS pool_id, c AS choice, a % 1000 AS score FROM generate_series(1, 100000) AS a, generate_series(1, 3) AS c'}, 100, 'lottery' ],
		[ 'rows in no order', q{'SELECT a * 7919::bigint % 100003 AS applicant_id, 1 + (a + c * 7) % 100 AS pool_id, c AS choice, a % 1000 AS score FROM generate_series(1, 3) AS c, generate_series(1, 100000) AS a'}, 100, 'lottery' ],
		[ 'numbers of more than 64 bits', q{'SELECT a * 7919::bigint % 100003 AS applicant_id, 1 + (a + c * 7) % 100 AS pool_id, c AS choice, a * 1.00000000000000000001 AS score, a * 1.00000000000000000001 AS tie FROM generate_series(1, 3) AS c, generate_series(1, 100000) AS a'}, 100, 'lottery' ],
		[ 'a lottery in each pool', q{'SELECT a AS applicant_id, 1 + (a + c * 7) % 100 AS pool_id, c AS choice, 1 AS score FROM generate_series(1, 100000) AS a, generate_series(1, 3) AS c'}, 100, 'lottery_per_pool' ],
		[ 'one choice each', q{'SELECT a AS applicant_id, 1 + a % 100 AS pool_id, 1 AS choice, 1 AS score FROM generate_series(1, 300000) AS a'}, 100, 'lottery' ],
		[ 'as many pools as applicants', q{'SELECT a AS applicant_id, a AS pool_id, 1 AS choice, 1 AS score FROM generate_series(1, 150000) AS a'}, 150000, 'lottery' ]);
	my $allocate = q{SELECT count(*) FROM equity.allocate($1, $2, tie_break => $3, seed => 'seed')};
	my $waitlist = q{SELECT count(*) FROM equity.waitlist($1, $2, NULL, NULL, 'SELECT 1 AS applicant_id, 1 AS pool_id, ''open'' AS seat WHERE false', $3, 'seed')};
	for my $case ((map { [ $allocate, @$_ ] } @markets), (map { [ $waitlist, "waitlist, $_->[0]", @$_[ 1 .. 3 ] ] } @markets[1 .. 3]))
	{
		my ($statement, $name, $applications, $pools, $tie_break) = @$case;
		my $pool_query = "'SELECT p AS pool_id, 100000 AS seats FROM generate_series(1, $pools) AS p'";
		my $answer = $node->safe_psql('postgres', qq{
			SET work_mem = '1MB';
			SELECT count(*) FROM equity.allocate('SELECT 1 AS applicant_id, 1 AS pool_id, 1 AS choice, 1 AS score', 'SELECT 1 AS pool_id, 1 AS seats', seed => 'seed') \\gset
			SELECT peak_kb() AS before \\gset
			SELECT least_memory(\$\$$statement\$\$, $applications, $pool_query, '$tie_break') AS allowed \\gset
			SELECT :allowed, peak_kb() - :before});
		my ($allowed, $grown) = split /\|/, $answer;
		cmp_ok($grown, '<', $allowed * 1.1 + 8192, sprintf '%s: grows by %d MB where %d MB are enough', $name, $grown / 1024, $allowed / 1024);
	}
}

$node->stop;
done_testing();
