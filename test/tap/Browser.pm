# A headless Chromium that a test talks to over pipes, in the DevTools protocol: no port is opened, and the
# page itself needs no script.
package Browser;

use strict;
use warnings;
use Carp;
use JSON::PP;
use MIME::Base64;
use POSIX qw(dup2);
use Test::More;

my $json = JSON::PP->new->utf8;

# The program, if there is one.
sub program
{
	for my $name (qw(chromium chromium-browser google-chrome))
	{
		for (split /:/, $ENV{PATH}) { return "$_/$name" if -x "$_/$name" }
	}
	return undef;
}

# A browser with one empty page; profile is a directory of its own.
sub start
{
	my ($class, $profile) = @_;
	pipe my $to_read, my $to_write or croak "pipe: $!";
	pipe my $from_read, my $from_write or croak "pipe: $!";
	my $pid = fork // croak "fork: $!";
	if ($pid == 0)
	{
		open STDOUT, '>', "$profile/browser.log";
		open STDERR, '>&', \*STDOUT;
		# the ends may lie on 3 and 4 themselves
		my ($in, $out) = (POSIX::dup(fileno $to_read), POSIX::dup(fileno $from_write));
		dup2($in, 3);
		dup2($out, 4);
		{ exec program(), qw(--headless=new --no-sandbox --disable-gpu --disable-dev-shm-usage --hide-scrollbars
		  --no-first-run --disable-extensions --disable-background-networking --remote-debugging-pipe),
		  "--user-data-dir=$profile", 'about:blank' }
		POSIX::_exit(127);
	}
	close $to_read;
	close $from_write;
	$to_write->autoflush(1);
	my $self = bless { pid => $pid, to => $to_write, from => $from_read, id => 0, events => [], rest => '' }, $class;
	my ($target) = grep { $_->{type} eq 'page' } @{ $self->call('Target.getTargets')->{targetInfos} };
	$self->{session} = $self->call('Target.attachToTarget', targetId => $target->{targetId}, flatten => JSON::PP::true)->{sessionId};
	$self->call("$_.enable") for qw(Page Runtime Log Network Accessibility);
	return $self;
}

sub message
{
	my ($self) = @_;
	my $end;
	while (($end = index $self->{rest}, "\0") < 0)
	{
		sysread $self->{from}, $self->{rest}, 65536, length $self->{rest} or croak 'the browser has gone';
	}
	my $text = substr $self->{rest}, 0, $end + 1, '';
	chop $text;
	return $json->decode($text);
}

# What a command returns; what happens meanwhile is kept in events.
sub call
{
	my ($self, $method, %params) = @_;
	my $id = ++$self->{id};
	my %message = (id => $id, method => $method, params => \%params);
	$message{sessionId} = $self->{session} if $self->{session};
	print { $self->{to} } $json->encode(\%message), "\0" or croak "the browser takes no command: $!";
	while (1)
	{
		my $message = $self->message;
		if (!defined $message->{id}) { push @{ $self->{events} }, $message; next }
		croak "$method: $message->{error}{message}" if $message->{error};
		return $message->{result};
	}
}

# Opens a page at a width and waits until it is there.
sub open
{
	my ($self, $url, $width) = @_;
	$self->call('Emulation.setDeviceMetricsOverride', width => 0 + $width, height => 900, deviceScaleFactor => 1,
		mobile => JSON::PP::false);
	$self->{events} = [];
	$self->call('Page.navigate', url => $url);
	until (grep { $_->{method} eq 'Page.loadEventFired' } @{ $self->{events} })
	{
		push @{ $self->{events} }, $self->message;
	}
}

# What the page or the browser complained of, and every address that was asked for but the page's own.
sub complaints
{
	my ($self, $own) = @_;
	$self->value('1');
	my @found;
	for (@{ $self->{events} })
	{
		my ($method, $p) = @$_{qw(method params)};
		push @found, "log: $p->{entry}{text}" if $method eq 'Log.entryAdded';
		push @found, "console: $p->{type}" if $method eq 'Runtime.consoleAPICalled';
		push @found, "exception: $p->{exceptionDetails}{text}" if $method eq 'Runtime.exceptionThrown';
		push @found, "dialog: $p->{message}" if $method eq 'Page.javascriptDialogOpening';
		push @found, "request: $p->{request}{url}" if $method eq 'Network.requestWillBeSent' && $p->{request}{url} ne $own;
	}
	return @found;
}

# The value of an expression in the page.
sub value
{
	my ($self, $expression) = @_;
	my $result = $self->call('Runtime.evaluate', expression => $expression, returnByValue => JSON::PP::true);
	croak $result->{exceptionDetails}{exception}{description} if $result->{exceptionDetails};
	return $result->{result}{value};
}

# The accessibility tree: role and name of each node that a reader of screens comes by.
sub tree
{
	my ($self) = @_;
	return map { { role => $_->{role}{value}, name => $_->{name}{value} // '',
			map { $_->{name} => $_->{value}{value} } @{ $_->{properties} // [] } } }
	  grep { !$_->{ignored} } @{ $self->call('Accessibility.getFullAXTree')->{nodes} };
}

# A part of the page, or what is printed of it on A4, as a file.
sub picture
{
	my ($self, $file, %clip) = @_;
	my %region = %clip ? (clip => { %clip, scale => 1 }, captureBeyondViewport => JSON::PP::true) : ();
	save($file, $self->call('Page.captureScreenshot', format => 'png', %region)->{data});
}

sub print_a4
{
	my ($self, $file) = @_;
	save($file, $self->call('Page.printToPDF', preferCSSPageSize => JSON::PP::true, printBackground => JSON::PP::true)->{data});
}

sub save
{
	my ($file, $data) = @_;
	CORE::open my $out, '>:raw', $file or croak "$file: $!";
	print $out decode_base64($data);
	close $out;
}

sub stop
{
	my ($self) = @_;
	eval { $self->call('Browser.close') };
	waitpid $self->{pid}, 0;
}

1;
