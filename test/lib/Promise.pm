# Promises about the tree, told as TAP. A promise names the files it reads and a test that returns
# what breaks it in one of them:
#
#   promise('the code does not jump', [files('src/*.c')], lines_like(qr/\bgoto\b/));
#
# It says how many files it read. Where it finds none, it is broken: nothing was looked at.
package Promise;

use strict;
use warnings;
use Exporter 'import';
use Test::More;

our @EXPORT = qw(promise files contents lines_like line_of done_testing);

# The test is called with a file's name and its text, which is in $_ too.
sub promise
{
	my ($name, $files, $broken_by) = @_;
	my @offenders = map { my $file = $_; local $_ = contents($file); $broken_by->($file, $_) } @$files;
	ok(@$files && !@offenders, sprintf('%s (%d files)', $name, scalar @$files))
	  or diag(join "\n", @$files ? @offenders : 'no file was read');
}

# Those that match a pattern of the shell, in a fixed order.
sub files
{
	return map { sort glob } @_;
}

my %contents;

sub contents
{
	my ($file) = @_;
	return $contents{$file} //= do {
		open my $in, '<', $file or die "$file: $!\n";
		local $/;
		<$in> // '';
	};
}

# A test of each line, without its end.
sub lines_like
{
	my ($pattern) = @_;
	return sub {
		my ($file, $text) = @_;
		return () if $text !~ $pattern;
		my $number = 0;
		return map { $number++; /$pattern/ ? "$file:$number: $_" : () } split /\n/, $text;
	};
}

# The number of the line in which a position of the text lies.
sub line_of
{
	my ($text, $position) = @_;
	return 1 + (substr($text, 0, $position) =~ tr/\n//);
}

1;
