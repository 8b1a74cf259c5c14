# pg_upgrade carries the registry to another server: always to one of the same version, which shows that nothing
# of it depends on its place; and to this version from each older one whose programs and headers are installed
# (on Debian postgresql-15 and postgresql-server-dev-15, for example), with an extension built for it.
use strict;
use warnings;
use Cwd;
use Equity;
use File::Basename qw(dirname);
use File::Path qw(make_path);
use PostgreSQL::Test::Utils;
use Test::More;

my $here = PostgreSQL::Test::Utils::tempdir();
my $new_bin = qx(pg_config --bindir);
chomp $new_bin;

sub major { return qx('$_[0]' --version) =~ /^PostgreSQL (\d+)/ ? $1 : 0 }

# The installation of an older server beside this tree's extension, as test/lib/throwaway.bash makes one.
sub build_for
{
	my ($pg_config) = @_;
	my $place = "$here/built";
	make_path($place);
	system('cp', '-r', getcwd(), "$place/src") == 0 or die 'cannot copy the tree';
	local @ENV{qw(THROWAWAY PG_CONFIG)} = ($place, $pg_config);
	system('bash', '-c', '. test/lib/throwaway.bash; locate; make -s -C "$dir/src" clean; build') == 0 or return;
	my $bin = qx('$pg_config' --bindir);
	chomp $bin;
	return "$place/prefix$bin";
}

# What protects the rows: triggers and whether they fire, row security with its policies, what is dumped.
sub protection
{
	my ($node, $database) = @_;
	return $node->safe_psql($database, q{
		SELECT 'trigger', t.tgrelid::regclass, coalesce(k.conname, t.tgname), t.tgfoid::regproc, t.tgenabled
		  FROM pg_trigger AS t LEFT JOIN pg_constraint AS k ON k.oid = t.tgconstraint
		 WHERE t.tgrelid::regclass::text ~ '^equity[.]' AND (NOT t.tgisinternal OR t.tgfoid = 'pg_catalog."RI_FKey_check_ins"'::regproc)
		 ORDER BY t.tgrelid::regclass::text COLLATE "C", 3, 4;
		SELECT 'policy', p.polrelid::regclass, c.relrowsecurity, pg_get_expr(p.polqual, p.polrelid)
		  FROM pg_policy AS p JOIN pg_class AS c ON c.oid = p.polrelid ORDER BY p.polrelid::regclass::text COLLATE "C";
		SELECT 'dumped', c.relname, x.extcondition[array_position(x.extconfig, c.oid)]
		  FROM pg_extension AS x JOIN pg_class AS c ON c.oid = ANY (x.extconfig) WHERE x.extname = 'equity' ORDER BY 2});
}

# What tells why: errors, with the beginning of what they are about.
sub errors { return grep { /error:|ERROR:|^Command was/ } split /^/, $_[0] }

my $number = 0;

sub try_from
{
	my ($name, $old_bin) = @_;
	$number++;
	my @install = $old_bin eq $new_bin ? () : (install_path => dirname($old_bin));
	my $old = PostgreSQL::Test::Cluster->new("old$number", @install);
	my @init = (extra => [ '--encoding=UTF8', '--locale=C' ]);
	$old->init(@init);
	$old->append_conf('postgresql.conf', "timezone = 'Asia/Bangkok'");
	$old->start;
	$old->safe_psql('postgres', 'CREATE EXTENSION equity');
	make_round($old, 'postgres');
	$old->safe_psql('postgres', q{
		UPDATE equity.province SET name_en = 'Krung Thep' WHERE province_code = '10';
		CREATE ROLE officer LOGIN;
		SELECT equity.grant_access('officer', 'officer', institution_id) FROM equity.institution;
		CREATE VIEW public.own AS SELECT * FROM equity.application_facts;
		CREATE TABLE public.scored AS SELECT 1 AS gpa;
		CREATE INDEX ON public.scored (equity.score_fields('{"code":"A","criteria":[{"code":"L","kind":"linear","field":"gpa","points":[[0,0],[4,4]]}]}', gpa))});
	my $contents = contents($old, 'postgres');
	$old->stop;

	my $new = PostgreSQL::Test::Cluster->new("new$number");
	$new->init(@init);
	$new->append_conf('postgresql.conf', "timezone = 'Asia/Bangkok'");
	my ($upgraded, $said) = (0, '');
	{
		my $place = getcwd();
		chdir $here or die;
		$upgraded = IPC::Run::run(
			[ 'pg_upgrade', '--no-sync', '-d', $old->data_dir, '-D', $new->data_dir, '-b', $old_bin, '-B', $new_bin,
				'-s', $new->host, '-p', $old->port, '-P', $new->port ],
			'>&', \$said);
		chdir $place or die;
	}
	ok($upgraded, "$name: pg_upgrade ends well")
	  or diag(map { errors($_) } $said, map { slurp_file($_) } glob($new->data_dir . '/pg_upgrade_output.d/*/log/*'));
	return unless $upgraded;
	$new->start;

	is(contents($new, 'postgres'), $contents, "$name: every row is there");
	my ($recipe) = slurp_file('doc/operating.md') =~ /^## pg_upgrade.*?^```sql\n(.*?)^```/ms;
	$new->safe_psql('postgres', $recipe);
	$new->safe_psql('postgres', 'CREATE DATABASE fresh TEMPLATE template0');
	$new->safe_psql('fresh', 'CREATE EXTENSION equity');
	is(protection($new, 'postgres'), protection($new, 'fresh'), "$name: and what protects them, after the recipe of the guide");
	is($new->safe_psql('postgres', $_), '', "$name: $_ finds nothing")
	  for map { "SELECT * FROM equity.$_" } 'audit_check()', 'key_violations()', 'check_integrity()', 'run_violations(1)', 'award_mismatches(1)';
	is( $new->safe_psql('postgres', 'SELECT equity.replay_run(1) = result_digest FROM equity.allocation_run WHERE run_id = 1'),
		't', "$name: the run repeats");
	is( $new->safe_psql('postgres', 'SELECT count(*) > 0 FROM equity.household', extra_params => [ '-U', 'officer' ]),
		't', "$name: an officer sees the own applicants");
	is( $new->safe_psql('postgres', q{SELECT make_round(2, 2567::smallint); SELECT run_as_far(2, 'publish');
		SELECT status FROM equity.round WHERE round_id = 2}) =~ s/.*\n//sr, 'published', "$name: the next round runs");
	$new->stop;
}

try_from('the same version', $new_bin);

my @older = sort { major($a) <=> major($b) } grep {
	my $include = -x $_ ? qx('$_' --includedir-server 2>/dev/null) : '';
	chomp $include;
	-e "$include/postgres.h" && major($_) < major('pg_config')
} split(/:/, $ENV{OLDER_PG_CONFIG} // ''), glob('/usr/lib/postgresql/*/bin/pg_config');

note('no older server is installed: from one nothing was tried') unless @older;
for my $pg_config (@older)
{
	my $name = 'from ' . major($pg_config);
	my $bin = build_for($pg_config);
	ok($bin, "$name: the extension is built for it") or next;
	try_from($name, $bin);
}
done_testing;
