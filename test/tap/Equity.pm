# Databases with equity, and what two of them must have in common.
package Equity;

use strict;
use warnings;
use Exporter 'import';
use PostgreSQL::Test::Cluster;
use Test::More;

our @EXPORT = qw(new_node make_round objects contents outside);

sub new_node
{
	my ($name, %init) = @_;
	my $extra = delete $init{extra} // [];
	my $node = PostgreSQL::Test::Cluster->new($name);
	$node->init(extra => [ '--encoding=UTF8', '--locale=C', @$extra ], %init);
	$node->append_conf('postgresql.conf', "timezone = 'Asia/Bangkok'\nlog_statement = none");
	$node->start;
	return $node;
}

# A published round, as the pgTAP tests have it.
sub make_round
{
	my ($node, $database, %params) = @_;
	$node->safe_psql($database, "\\i test/pgtap/fixture/round.psql", %params);
	$node->safe_psql($database, "SELECT make_round(1, 2566::smallint)", %params);
	$node->safe_psql($database, "SELECT run_as_far(1, 'publish')", %params);
}

# Each object of the extension, with what may be done to it.
sub objects
{
	my ($node, $database) = @_;
	return $node->safe_psql($database, q{
		SELECT i.type, i.identity, c.relacl, p.proacl, n.nspacl
		  FROM pg_depend AS d
		 CROSS JOIN pg_identify_object(d.classid, d.objid, 0) AS i
		  LEFT JOIN pg_class AS c ON d.classid = 'pg_class'::regclass AND c.oid = d.objid
		  LEFT JOIN pg_proc AS p ON d.classid = 'pg_proc'::regclass AND p.oid = d.objid
		  LEFT JOIN pg_namespace AS n ON d.classid = 'pg_namespace'::regclass AND n.oid = d.objid
		 WHERE d.refclassid = 'pg_extension'::regclass
		   AND d.refobjid = (SELECT oid FROM pg_extension WHERE extname = 'equity')
		 ORDER BY 1, 2});
}

# A line for each table with its rows, and for each sequence with its position.
sub contents
{
	my ($node, $database) = @_;
	return $node->safe_psql($database, q{
		SELECT c.relname,
		       md5(query_to_xml(format('SELECT * FROM equity.%I AS t ORDER BY t::text', c.relname), true, false, '')::text)
		  FROM pg_class AS c
		 WHERE c.relnamespace = 'equity'::regnamespace AND c.relkind = 'r'
		UNION ALL
		SELECT s.sequencename, s.last_value::text FROM pg_sequences AS s WHERE s.schemaname = 'equity'
		 ORDER BY 1});
}

# How many rows each catalog has: what an extension that was dropped must leave as it was. Statistics
# come and go, and a session's temporary schema stays.
sub outside
{
	my ($node, $database) = @_;
	return $node->safe_psql($database, q{
		SELECT c.relname,
		       xpath('/table/row/count/text()',
		             query_to_xml(format('SELECT count(*) FROM pg_catalog.%I', c.relname), true, false, ''))
		  FROM pg_class AS c
		 WHERE c.relnamespace = 'pg_catalog'::regnamespace AND c.relkind = 'r' AND NOT c.relisshared
		   AND c.relname NOT IN ('pg_statistic', 'pg_namespace')
		 ORDER BY 1});
}

1;
