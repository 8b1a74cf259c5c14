# The views of reports through the drivers that tools use, with the level of a reader: SQLAlchemy reflects each, with
# types and comments, and ODBC reads Thai. What is not installed is skipped.
use strict;
use warnings;
use Equity;
use File::Temp qw(tempdir);
use Test::More;

my $python = '/usr/bin/python3';
my ($odbc) = grep { -e } map { "$_/odbc/psqlodbcw.so" } glob('/usr/lib/*-linux-gnu'), '/usr/lib64';
my $has_sqlalchemy = -x $python && system("$python -c 'import sqlalchemy, psycopg2' 2>/dev/null") == 0;
my $has_odbc = $odbc && system('isql --version >/dev/null 2>&1') == 0;
plan skip_all => 'neither python3-sqlalchemy with python3-psycopg2 nor odbc-postgresql with unixodbc is installed'
  unless $has_sqlalchemy || $has_odbc;

my $node = new_node('main');
$node->safe_psql('postgres', 'CREATE DATABASE tools');
$node->safe_psql('tools', 'CREATE EXTENSION equity');
make_round($node, 'tools');
$node->safe_psql('tools', q{CREATE ROLE dashboards LOGIN; SELECT equity.grant_access('dashboards', 'reader')});
my $directory = tempdir(CLEANUP => 1);

sub written
{
	my ($name, $text) = @_;
	open my $out, '>', "$directory/$name" or die "$name: $!";
	print $out $text;
	close $out;
	return "$directory/$name";
}

SKIP:
{
	skip 'SQLAlchemy is not installed', 3 unless $has_sqlalchemy;
	my $script = written('reflect.py', <<'END');
import os
from sqlalchemy import MetaData, Table, create_engine, inspect, text

engine = create_engine('postgresql+psycopg2://dashboards@/tools', connect_args={
    'host': os.environ['TOOLS_HOST'], 'port': os.environ['TOOLS_PORT']})
with engine.connect() as connection:
    names = [row[0] for row in connection.execute(text(
        "SELECT relname FROM pg_class WHERE relnamespace = 'equity'::regnamespace AND relkind = 'v'"
        " AND has_table_privilege(oid, 'SELECT') ORDER BY relname"))]
    listed = inspect(engine).get_view_names(schema='equity')
    views = [Table(name, MetaData(), schema='equity', autoload_with=engine) for name in names]
    untold = [f'{view.name}.{column.name}' for view in views for column in view.columns
              if str(column.type) == 'NULL' or not column.comment]
    for view in views:
        connection.execute(view.select().limit(3)).fetchall()
print('listed' if set(names) <= set(listed) else 'not listed')
print(' '.join(untold) or 'all told')
print(len(views))
END
	local $ENV{TOOLS_HOST} = $node->host;
	local $ENV{TOOLS_PORT} = $node->port;
	my @said = split /\n/, qx($python $script 2>&1);
	is($said[0], 'listed', 'SQLAlchemy finds each view that a reader may read');
	is($said[1], 'all told', 'with a type and a comment for each column');
	cmp_ok($said[2] // 0, '>=', 20, 'and reads it');
}

SKIP:
{
	skip 'ODBC is not installed', 1 unless $has_odbc;
	local $ENV{ODBCINI} = written('odbc.ini', "[tools]\nDriver=$odbc\nServername=" . $node->host . "\nPort=" . $node->port
		  . "\nDatabase=tools\nUserName=dashboards\n");
	my $query = written('query.sql', "SELECT 'pool ' || pool_id || ' ' || institution_th AS pool FROM equity.pool_fill ORDER BY pool_id\n");
	like(qx(isql -b tools dashboards none <$query 2>&1), qr/pool 11 วิทยาลัยทดสอบ/, 'ODBC reads a view, in Thai');
}

$node->stop;
done_testing();
