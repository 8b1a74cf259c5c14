# The archive that make dist makes is whole: what is unpacked from it, in a place without git, builds and
# installs all files that this tree installs.
use strict;
use warnings;
use File::Basename;
use File::Path qw(make_path);
use File::Temp qw(tempdir);
use IO::Uncompress::Unzip qw($UnzipError);
use PostgreSQL::Test::Utils;
use Test::More;

plan skip_all => 'git is not installed' if system('command -v git >/dev/null') != 0;

my $folder = tempdir(CLEANUP => 1);

# The tree as a clone would have it, without what was built here.
my $clone = "$folder/clone";
system("mkdir $clone && cp -r . $clone && cd $clone && git init -q && git add . && "
	  . "git -c user.name=test -c user.email=test commit -q -m test") == 0 or die;
command_ok([ 'make', '-s', '-C', $clone, 'dist' ], 'make dist');
my ($archive) = glob "$clone/equity-*.zip";
like($archive, qr/equity-\d+\.\d+\.\d+\.zip$/, 'the archive has the name that PGXN asks for');
my $name = basename($archive, '.zip');

# Modes are lost, as some who unpack lose them.
my $zip = IO::Uncompress::Unzip->new($archive) or die $UnzipError;
my $more = 1;
while ($more > 0)
{
	my $file = $zip->getHeaderInfo->{Name};
	like($file, qr/^\Q$name\E\//, "$file is in the archive's folder") if $file !~ /^\Q$name\E\//;
	make_path("$folder/" . dirname($file));
	if ($file !~ /\/$/)
	{
		open my $out, '>', "$folder/$file" or die "$file: $!";
		while ($zip->read(my $block) > 0) { print $out $block }
		close $out;
	}
	$more = $zip->nextStream;
}
ok(!-e "$folder/$name/.editorconfig", 'what only developers need is left out');

sub files_of
{
	my ($root, @folders) = @_;
	return join "\n", sort split /\n/, qx(cd '$root' && find @folders -type f ! -name '*.o' ! -name '*.bc');
}

sub installed_from
{
	my ($tree, $prefix) = @_;
	system_or_bail('make', '-s', '-C', $tree, 'install', "DESTDIR=$prefix", 'with_llvm=no');
	return files_of($prefix, '.');
}

my @shipped = qw(Makefile equity.control META.json LICENSE *.md doc src sql expected test);
is(files_of("$folder/$name", @shipped), files_of('.', @shipped), 'the archive has every file');

# What was compiled from these sources is compiled: only its age tells.
for my $object (split /\n/, qx(find src -name '*.o'))
{
	system_or_bail('cp', $object, "$folder/$name/$object");
}
my $files = installed_from("$folder/$name", "$folder/from_archive");
like($files, qr/equity\.so.*equity--[\d.]+\.sql.*equity\.control/s, 'library, script and control file are installed');
is($files, installed_from('.', "$folder/from_tree"), 'the archive installs what the tree installs');

done_testing();
