# Runs the blocks of a Markdown document in order, as a reader would, in a database of its own.
#
#   ```sql                 runs in psql, which stops at an error
#   ```sql error=22023     ends with an error of this SQLSTATE
#   ```sql needs=citus     is only to be read: a test of its own runs it where there is Citus (needing)
#   ```text                what the block before it prints; … stands for anything
#   ```json                is a scorecard
#   ```csv file=NAME       is written to a file that the next blocks can read
#   ```sh                  runs in a shell; of make only the goals are looked up
#
# Any other block is only to be read. A document begins with the extension unless it creates it, and
# with the line <!-- goes on from NAME.md --> in the database that this document left.
package Document;

use strict;
use warnings;
use Exporter 'import';
use File::Basename qw(basename);

our @EXPORT = qw(read_document run_document needing);

sub read_document
{
	my ($file) = @_;
	open my $in, '<', $file or die "$file: $!";
	local $/;
	return <$in>;
}

# The fenced blocks: language, attribute, first line and text.
sub blocks
{
	my ($text) = @_;
	my (@blocks, $open);
	my $number = 0;
	for (split /\n/, $text)
	{
		$number++;
		if ($open && /^```\s*$/)
		{
			push @blocks, $open;
			undef $open;
		}
		elsif ($open)
		{
			$open->{text} .= "$_\n";
		}
		elsif (/^```(\w*)\s*(?:(\w+)=(\S+))?\s*$/)
		{
			$open = { language => $1, line => $number, text => '' };
			$open->{$2} = $3 if $2;
		}
	}
	return @blocks;
}

# The texts of a document's blocks that need something.
sub needing
{
	my ($text, $what) = @_;
	return map { $_->{text} } grep { ($_->{needs} // '') eq $what } blocks($text);
}

# Runs a document in a directory for its files. Returns [line, what it is, what is wrong or undef] for each block.
sub run_document
{
	my ($node, $directory, $name, $text) = @_;
	my ($from) = $text =~ /^<!-- goes on from ([\w.]+)\.md -->$/m;
	my $template = $from ? database($from) : $text =~ /CREATE EXTENSION equity/ ? 'template1' : 'with_equity';
	my $database = database($name);
	$node->safe_psql('postgres', qq(CREATE DATABASE "$database" TEMPLATE "$template"));

	my @blocks = grep { !$_->{needs} } blocks($text);
	my @results;
	my $script = "\\pset footer off\n\\pset pager off\n";
	for my $i (0 .. $#blocks)
	{
		my $block = $blocks[$i];
		$block->{result} = [ $block->{line}, $block->{language}, undef ];
		$script .= "\\echo \@\@$i\n\\warn \@\@$i\n" . commands($block, "$directory/$i");
		push @results, $block->{result} if $block->{language} =~ /^(?:sql|json|text|sh|csv)$/;
	}
	$script .= "\\echo \@\@end\n\\warn \@\@end\n";
	write_file("$directory/script.sql", $script);

	local $ENV{PGHOST} = $node->host;
	local $ENV{PGPORT} = $node->port;
	local $ENV{PGDATABASE} = $database;
	local $ENV{PGCLIENTENCODING} = 'UTF8';
	local $ENV{PGOPTIONS} = '-c client_min_messages=warning';
	system("cd '$directory' && psql -X -q -v ON_ERROR_STOP=1 -f script.sql >out 2>err");
	my %out = parts("$directory/out");
	my %err = parts("$directory/err");

	for my $i (0 .. $#blocks)
	{
		my $block = $blocks[$i];
		my $reached = exists $out{ $i + 1 } || exists $out{end} && $i == $#blocks;
		$block->{printed} = $out{$i} // '';
		$block->{result}[2] =
		  !exists $out{$i} ? 'was not reached'
		  : !$reached ? "stopped:\n" . ($err{$i} // '')
		  : $block->{language} eq 'text' ? differs($blocks[ $i - 1 ], $block->{text})
		  : $block->{language} eq 'sh' ? shell_problem($block, "$directory/$i")
		  : $block->{error} ? error_problem($block, $err{$i} // '')
		  : undef;
		$block->{printed} = $err{$i} =~ s/^psql:script\.sql:\d+: //r if $block->{error} && defined $err{$i};
	}
	return @results;
}

sub database { return 'document ' . basename($_[0], '.md') }

# What psql is to do with a block.
sub commands
{
	my ($block, $file) = @_;
	my $language = $block->{language};
	my $body = $block->{text};
	if ($language eq 'sql' && $block->{error})
	{
		return "\\set ON_ERROR_STOP off\n\\set LAST_ERROR_SQLSTATE 00000\n$body\n\\echo state :LAST_ERROR_SQLSTATE\n\\set ON_ERROR_STOP on\n";
	}
	return $body if $language eq 'sql';
	if ($language eq 'json')
	{
		return "SELECT \$card\$$body\$card\$::equity.scorecard IS NULL AS refused \\gset\n";
	}
	if ($language eq 'csv')
	{
		write_file(($file =~ s{/\d+$}{}r) . "/$block->{file}", $body);
	}
	if ($language eq 'sh' && !is_build($body))
	{
		write_file("$file.sh", $body);
		return "\\! bash -e '$file.sh' >'$file.printed' 2>'$file.complaint' && echo done >'$file.done'\n";
	}
	return '';
}

# A block that only builds: its commands are looked at, and not run.
sub is_build
{
	return !grep { !/^(?:\s*#.*|(?:sudo )?make\b.*|git clone .*|cd \w+)?$/ } split /\n/, $_[0];
}

sub shell_problem
{
	my ($block, $file) = @_;
	if (is_build($block->{text}))
	{
		for ($block->{text} =~ /\bmake\b([^#&\n]*)/g)
		{
			my @goals = grep { !/=/ } split;
			my $said = qx(make -n PG_CONFIG='$ENV{PG_CONFIG}' @goals 2>&1);
			return $said if $?;
		}
		return undef;
	}
	$block->{printed} = read_document("$file.printed");
	return -e "$file.done" ? undef : "failed:\n" . read_document("$file.complaint");
}

sub error_problem
{
	my ($block, $complaint) = @_;
	my ($state) = $block->{printed} =~ /^state (\w+)$/m;
	return $state eq $block->{error} ? undef : "ended with $state\n$complaint";
}

# Blanks and rules are as wide as a reader likes.
sub plain
{
	my ($text) = @_;
	$text =~ s/-{2,}/--/g;
	$text =~ s/[ \t]+/ /g;
	$text =~ s/^ | $//mg;
	$text =~ s/\n{3,}/\n\n/g;
	return $text =~ s/\n*\z/\n/r;
}

sub differs
{
	my ($before, $expected) = @_;
	my $printed = plain($before->{printed});
	my $pattern = join '', map { $_ eq '…' ? '.*?' : quotemeta } split /(…)/, plain($expected);
	return $printed =~ /\A$pattern\z/s ? undef : "was printed:\n$before->{printed}";
}

# What was printed after each mark.
sub parts
{
	my ($file) = @_;
	my (undef, @parts) = split /^(?:psql:script\.sql:\d+: )?@@(\w+)\n/m, read_document($file);
	push @parts, '' if @parts % 2;
	return @parts;
}

sub write_file
{
	my ($file, $text) = @_;
	open my $out, '>', $file or die "$file: $!";
	print $out $text;
	close $out;
}

1;
