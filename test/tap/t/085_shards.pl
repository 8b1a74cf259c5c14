# The same awards and measures on one node and over three foreign shards, as doc/scale-out.md says it: scoring,
# allocation, verification, pruning, measures. Each shard is a database of its own.
use strict;
use warnings;
use Equity;
use Market;
use PostgreSQL::Test::Utils;
use Test::More;

my $node = new_node('main');
my @shards = map { "shard_$_" } 0 .. 2;
my $servers = join ',', @shards;

sub sql { return $node->safe_psql('postgres', $_[0]) }
sub on_shards { my ($text) = @_; $node->safe_psql($_, $text) for @shards }

# ---- a market, whole here and in parts there ----

for my $shard (@shards)
{
	sql("CREATE DATABASE $shard");
	$node->safe_psql($shard, 'CREATE EXTENSION equity;' . applicant_tables(''));
}
sql('CREATE EXTENSION equity; CREATE EXTENSION postgres_fdw;'
	  . applicant_tables('') . ';CREATE SCHEMA far; SET search_path = far;' . applicant_tables('PARTITION BY HASH (applicant_id)'));
for my $i (0 .. 2)
{
	my ($host, $port) = ($node->host, $node->port);
	sql(qq{
		CREATE SERVER $shards[$i] FOREIGN DATA WRAPPER postgres_fdw
		  OPTIONS (host '$host', port '$port', dbname '$shards[$i]', extensions 'equity', async_capable 'true');
		CREATE USER MAPPING FOR CURRENT_USER SERVER $shards[$i] OPTIONS (password_required 'false')});
	sql(qq{
		CREATE FOREIGN TABLE far.${_}_$i PARTITION OF far.$_ FOR VALUES WITH (MODULUS 3, REMAINDER $i)
		  SERVER $shards[$i] OPTIONS (schema_name 'public', table_name '$_')}) for qw(applicant choice);
}
sql(applicant_rows() . '; INSERT INTO far.applicant TABLE applicant; INSERT INTO far.choice TABLE choice;' . seat_tables() . '; ANALYZE');
on_shards('ANALYZE');
cmp_ok($node->safe_psql($_, 'SELECT count(*) FROM applicant'), '>', 900, "$_ has a third of the applicants") for @shards;

my $card = card();
my %whole = map { $_ => sql(digest(applications('public'), @{ $markets{$_} })) } keys %markets;
is(scalar(grep { /^(\d+)\|/ && $1 > 300 } values %whole), 4, 'each market admits hundreds');

sub explained { my ($query, @settings) = @_; return sql(join '; ', @settings, 'EXPLAIN (VERBOSE, COSTS OFF) ' . $query =~ s/\s+/ /gr) }

# ---- applications pulled from all shards ----

for my $name (sort keys %markets)
{
	my @market = @{ $markets{$name} };
	is(sql(digest(applications('far'), @market)), $whole{$name}, "$name: the same awards over foreign tables");
	is(sql("SELECT * FROM equity.verify(" . arguments(applications('far'), @market) . ', '
		  . literal("SELECT * FROM equity.allocate(" . arguments(applications('public'), @market) . ", tie_break => '$market[3]', seed => 's')")
		  . ", '$market[3]', 's')"), '', '... proved over them');
}

# ---- scored where the rows are ----

on_shards('CREATE VIEW wish AS ' . applications('public'));
sql('CREATE TABLE wish (applicant_id bigint, pool_id bigint, choice integer, score numeric, groups text[])');
sql("SELECT * FROM equity.prepare_shards('{$servers}', 'far', '{public.wish}') \\gexec");
is(sql(digest('TABLE public.wish', @{ $markets{$_} })), $whole{$_}, "$_: the same awards over views that score on the shards") for sort keys %markets;
like(explained('TABLE wish'), qr/Remote SQL: SELECT applicant_id, pool_id, choice, score, groups FROM public\.wish/, 'which send nothing else');

# ---- settings, each with what shows that it works ----

like(explained(applications('far')), qr/Remote SQL: SELECT [^\n]*equity\.eligible_fields\(/, 'extensions: a shard looks who is eligible');
like(explained('TABLE wish'), qr/Append.*Async Foreign Scan.*Async Foreign Scan.*Async Foreign Scan/s, 'async_capable: shards work at the same time');
my $grouped = 'SELECT applicant_id, count(*) FROM far.choice GROUP BY applicant_id';
unlike(explained($grouped), qr/Aggregate on/, 'without enable_partitionwise_aggregate groups are made here');
like(explained($grouped, 'SET enable_partitionwise_aggregate = on'), qr/Foreign Scan.*Relations: Aggregate on \(far\.choice_0/s,
	'... and with it on the shards');

# A session of postgres_fdw begins when it is asked first, with the settings of then.
sql("ALTER DATABASE shard_0 SET log_statement = 'all'");
my $log = -s $node->logfile;
sql('SELECT count(score) FROM far.wish_1');
like(slurp_file($node->logfile, $log), qr/FETCH 10000 FROM c1/, 'fetch_size: the log of the shard tells how many rows a journey has');
sql('ALTER DATABASE shard_0 RESET log_statement');

sql("CREATE FOREIGN TABLE far.setting (name text, setting text) SERVER shard_0 OPTIONS (schema_name 'pg_catalog', table_name 'pg_settings');
     ALTER SERVER shard_0 OPTIONS (ADD options '-c cursor_tuple_fraction=1')");
is(sql("SELECT setting FROM far.setting WHERE name = 'cursor_tuple_fraction'"), '1', 'cursor_tuple_fraction reaches the shard');
my ($joined) = ('EXPLAIN (COSTS OFF) DECLARE c CURSOR FOR SELECT * FROM applicant JOIN choice USING (applicant_id)');
$node->safe_psql('shard_0', 'CREATE INDEX ON choice (applicant_id); CREATE INDEX ON applicant (applicant_id); ANALYZE');
unlike($node->safe_psql('shard_0', $joined), qr/Hash Join/, '... where the plan is one for the first tenth of the rows');
like($node->safe_psql('shard_0', "SET cursor_tuple_fraction = 1; $joined"), qr/Hash Join/, '... and with it for all');

sub rows_expected { return sql("EXPLAIN $_[0]") =~ /rows=(\d+)/ ? $1 : 0 }
my $rare = "SELECT * FROM far.applicant_1 WHERE gpa = 3.30 AND groups = '{poor}'";
my ($rare_rows) = $node->safe_psql('shard_1', 'EXPLAIN ' . $rare =~ s/far\.applicant_1/applicant/r) =~ /rows=(\d+)/;
sql('ALTER FOREIGN TABLE far.applicant_1 OPTIONS (ADD use_remote_estimate $$true$$)');
is(rows_expected($rare), $rare_rows, 'use_remote_estimate: as many rows are expected as the shard expects');
sql('CREATE FOREIGN TABLE far.unknown () INHERITS (public.applicant) SERVER shard_2 OPTIONS (schema_name $$public$$, table_name $$applicant$$)');
my $unknown = rows_expected('SELECT * FROM far.unknown');
sql('ANALYZE far.unknown');
is(rows_expected('SELECT * FROM far.unknown'), sql('SELECT count(*) FROM far.unknown'), 'ANALYZE by name: as many rows are expected as there are');
isnt($unknown, sql('SELECT count(*) FROM far.unknown'), '... and some other number before');
sql('DROP FOREIGN TABLE far.unknown');

# A row without a named type cannot be a column of a shard's view.
on_shards("CREATE VIEW assessed AS SELECT applicant_id, equity.assess_typed($card, a) AS result FROM applicant AS a");
sql("CREATE FOREIGN TABLE far.assessed_$_ (applicant_id bigint, result equity.assessment_result) SERVER shard_$_
       OPTIONS (schema_name 'public', table_name 'assessed')") for 0 .. 2;
is(sql('SELECT md5(string_agg(applicant_id || result::text, chr(10) ORDER BY applicant_id)), count((result).class) FROM ('
	  . join(' UNION ALL ', map { "TABLE far.assessed_$_" } 0 .. 2) . ') AS q'),
	sql("SELECT md5(string_agg(applicant_id || equity.assess($card, a)::text, chr(10) ORDER BY applicant_id)), count((equity.assess($card, a)).class) FROM applicant AS a"),
	'what a card says of each comes from the shards whole');

# ---- pruned on the shards ----

sub pruning
{
	my ($applications, @market) = @_;
	return "CALL equity.prune_shards('{$servers}', " . arguments($applications, @market) . ", '$market[3]', 's')";
}

my $all = sql('SELECT count(*) FROM (' . applications('public') . ') AS q');
for my $name (sort keys %markets)
{
	my @market = @{ $markets{$name} };
	my $text = sql(pruning(applications('public'), @market) . "; SELECT count(*) FROM survivor;\n" . digest('TABLE survivor', @market));
	my ($counts, $rows, $digest) = split /\n/, $text;
	is($digest, $whole{$name}, "$name: the same awards from what survives");
	my ($holders, $cutoffs, $pulled) = split /\|/, $counts;
	ok($pulled == $rows && $cutoffs > 0, '... the counts are told');
	cmp_ok($pulled, '<', $all * 3 / 4, "... $pulled of $all rows are left, after $holders holders and $cutoffs cut-offs");
}

is(sql(pruning(applications('public'), @{ $markets{plain} }) . "; SELECT count(*) FROM pg_class WHERE relname ~ '^equity_' AND relnamespace = pg_my_temp_schema()")
	  =~ s/.*\n//r, '0', 'only the table of survivors is left');
my ($status, $out, $err);

sub refused
{
	my ($statement, $why, $name) = @_;
	($status, $out, $err) = $node->psql('postgres', $statement);
	like($err, $why, $name);
}
my $seats = "'SELECT pool_id, seats FROM pool', seed => 's'";
refused("CALL equity.prune_shards('{nowhere}', 'TABLE public.wish', $seats)", qr/"nowhere" is no server of postgres_fdw/, 'an unknown server');
refused("CALL equity.prune_shards('{shard_0,shard_0}', 'TABLE public.wish', $seats)", qr/a server is given twice/, 'one server twice');
refused("CALL equity.prune_shards('{}', 'TABLE public.wish', $seats)", qr/no servers are given/, 'no server');
refused("CALL equity.prune_shards('{shard_0}', 'TABLE wish', $seats)", qr/relation "wish" does not exist/, 'a name without its schema');
refused("CALL equity.prune_shards('{nowhere}', 'TABLE public.wish', 'SELECT pool_id, seats AS seat FROM pool', seed => 's')",
	qr/no column "seats"/, 'wrong seats are told before any server is asked');
refused("SELECT equity.prepare_shards('{shard_0}', 'far', '{public.applicant}')", qr/table public\.applicant has rows of its own/,
	'a table with rows here is not spread');
refused("SELECT equity.prepare_shards('{shard_0}', 'far', '{public.nowhere}')", qr/relation "public\.nowhere" does not exist/, 'nor one that is not here');
refused('TABLE equity.shard_survivor', qr/this transaction was not told of a market/, 'a shard that was not asked says so');

# ---- measures ----

my ($whole, $list, $merge) = (sql(measures()), parts(), merged());

# A view of its parts on each shard
on_shards("CREATE VIEW measure AS SELECT $list FROM applicant");
my $types = join ', ', map { "$_ bytea" } $list =~ /(m\d+)/g;
sql("CREATE FOREIGN TABLE far.measure_$_ ($types) SERVER shard_$_ OPTIONS (schema_name 'public', table_name 'measure')") for 0 .. 2;
is(sql("SELECT $merge FROM (" . join(' UNION ALL ', map { "TABLE far.measure_$_" } 0 .. 2) . ') AS q'), $whole,
	'measures of all shards are to the last digit those of one node');
# Or no view: postgres_fdw sends the aggregate.
my $sent = 'SELECT ' . $merge . ' FROM (' . join(' UNION ALL ', map { "SELECT $list FROM far.applicant_$_" } 0 .. 2) . ') AS q';
is(sql($sent), $whole, 'also where the parts are asked of foreign tables');
like(sql("EXPLAIN (VERBOSE, COSTS OFF) $sent"), qr/Remote SQL: SELECT equity\.theil_t_part\(/, '... which the shards sum up themselves');
my $robust = 'equity.pmt_robust_errors_part(' . literal(sql('SELECT equity.pmt_fit(ln(income)::double precision, ARRAY[gpa::double precision]) FROM applicant'))
  . '::equity.pmt_model, ln(income)::double precision, ARRAY[gpa::double precision])';
$sent = 'SELECT equity.pmt_robust_errors_merge(p) FROM (' . join(' UNION ALL ', map { "SELECT $robust AS p FROM far.applicant_$_" } 0 .. 2) . ') AS q';
is(sql($sent), sql('SELECT ' . $robust =~ s/_part//r . ' FROM applicant'), 'the errors of a model, too, which goes to the shards');
like(sql("EXPLAIN (VERBOSE, COSTS OFF) $sent"), qr/Remote SQL: SELECT equity\.pmt_robust_errors_part\(/, '... and comes back as parts');
like(sql('EXPLAIN (VERBOSE, COSTS OFF) SELECT equity.gini(income) FROM far.applicant'), qr/Remote SQL: SELECT income FROM/,
	'what needs the whole distribution gathers its rows');

$node->stop;
done_testing();
