# Pages of reports as people get them: in a browser, on a screen and a telephone, read aloud and printed.
use strict;
use warnings;
use Browser;
use Equity;
use PostgreSQL::Test::Utils;
use Test::More;

plan skip_all => 'there is no chromium (Debian: chromium, fonts-thai-tlwg)' unless Browser::program();

# A round with a name that would be a program, a second one to compare it with, and scholars of years before.
my $node = new_node('main');
$node->safe_psql('postgres', 'CREATE EXTENSION equity');
make_round($node, 'postgres');
$node->safe_psql('postgres', q{
	UPDATE equity.applicant SET sex = CASE WHEN applicant_id % 3 = 0 THEN 'male' ELSE 'female' END,
	       province_code = CASE WHEN applicant_id % 2 = 0 THEN '10' ELSE '50' END;
	UPDATE equity.institution
	   SET name_th = '<img src=x onerror=console.log(1)><script>console.log(2)</script>', name_en = '"onload="console.log(3)';
	UPDATE equity.programme SET name_en = name_en || repeat(' and a name without end', 20) || repeat('x', 400);
	SELECT make_round(2, 2567::smallint);
	INSERT INTO equity.pool_reserve (pool_id, reserve, seats) VALUES (21, 'male', 2);
	SELECT run_as_far(2, 'publish');
	INSERT INTO equity.award (applicant_id, programme_code, academic_year, status)
	SELECT n, 'innovation_general', 2563 + n % 3, CASE n % 4 WHEN 0 THEN 'studying' ELSE 'graduated' END
	  FROM generate_series(1, 60) AS n;
});

my $folder = PostgreSQL::Test::Utils::tempdir();
mkdir "$folder/profile";
my $browser = Browser->start("$folder/profile");

sub page
{
	my ($name, $query) = @_;
	my $file = "$folder/$name.html";
	append_to_file($file, $node->safe_psql('postgres', "SELECT $query"));
	return "file://$file";
}

# Texts that are less than 4.5 times as light or dark as their ground: in a tile its rectangle, elsewhere a background.
my $faint = q{(() => {
	const light = c => { const p = c.match(/[\d.]+/g).slice(0, 3).map(v => v / 255).map(v => v <= 0.03928 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4);
		return 0.2126 * p[0] + 0.7152 * p[1] + 0.0722 * p[2] };
	const shown = e => [...e.childNodes].some(n => n.nodeType == 3 && n.data.trim());
	const ground = e => { for (; e; e = e.parentElement) { const c = getComputedStyle(e).backgroundColor; if (!/, 0\)$/.test(c)) return c } return 'rgb(255, 255, 255)' };
	return [...document.querySelectorAll('main *')].filter(e => e.tagName != 'title' && shown(e)).filter(e => {
		const s = getComputedStyle(e), rect = e.closest('.tile')?.querySelector('rect');
		const [a, b] = [light(e.tagName == 'text' ? s.fill : s.color), light(rect ? getComputedStyle(rect).fill : ground(e))].sort((x, y) => x - y);
		return (b + 0.05) / (a + 0.05) < 4.5 }).map(e => e.textContent.trim().slice(0, 20)).slice(0, 5).join('; ') })()};

my %page = map { ("round.$_" => page("round.$_", "equity.round_report(2, '$_')"),
		"programme.$_" => page("programme.$_", "equity.programme_report(2567, '$_')")) } qw(th en);

for my $name (sort keys %page)
{
	for my $width (1280, 375)
	{
		$browser->open($page{$name}, $width);
		is_deeply([ $browser->complaints($page{$name}) ], [], "$name, $width: no complaint, and nothing is asked for");
		is($browser->value('document.documentElement.scrollWidth'), $width, "$name, $width: nothing is wider than the page");
		is($browser->value(q{[...document.querySelectorAll('main *')].filter(e => e.getBoundingClientRect().right > innerWidth + 1 &&
			!e.closest('.scroll, .map, .plot')).map(e => e.tagName + ' ' + e.textContent.slice(0, 40)).join('; ')}), '',
			"$name, $width: nor hangs over its edge");
		is($browser->value(q{[...document.querySelectorAll('text')].filter(t => { const b = t.getBBox(), v = t.ownerSVGElement.viewBox.baseVal;
			return b.x < v.x - 1 || b.x + b.width > v.x + v.width + 1 || b.y < v.y - 1 || b.y + b.height > v.y + v.height + 1 })
			.map(t => t.textContent).join('; ')}), '', "$name, $width: no text of a chart is cut off");
		is($browser->value(q{[...document.querySelectorAll('.word')].filter(w => w.getClientRects().length > 1).map(w => w.textContent).join('; ')}), '',
			"$name, $width: no line ends inside a word");
		is($browser->value($faint), '', "$name, $width: every text stands out from what is behind it");
	}
	is($browser->value('document.scripts.length + document.images.length'), 0, "$name: a hostile name stays text");
	is($browser->value('document.fonts.size'), 0, "$name: no fonts are loaded");

	my @tree = $browser->tree;
	my @headings = grep { $_->{role} eq 'heading' } @tree;
	is($headings[0]{level}, 1, "$name: the first heading is the title");
	is_deeply([ grep { $headings[$_]{level} > $headings[ $_ - 1 ]{level} + 1 } 1 .. $#headings ], [], "$name: no level of heading is left out");
	my @charts = grep { $_->{role} =~ /^(?:image|img)$/ } @tree;
	cmp_ok(scalar @charts, '>', 3, "$name: charts are images");
	is_deeply([ grep { $_->{name} eq '' } @charts ], [], "$name: each has a text");
	my @words = $browser->value(q{document.querySelectorAll('.word').length});
	($name =~ /th$/) ? cmp_ok($words[0], '>', 50, "$name: words of pages are known") : is($words[0], 0, "$name: English has spaces");
	my @tables = grep { $_->{role} eq 'table' } @tree;
	cmp_ok(scalar @tables, '>', 3, "$name: tables are tables");
	is_deeply([ grep { $_->{name} eq '' } @tables ], [], "$name: each has a caption");
	is(scalar(grep { $_->{role} eq 'main' } @tree), 1, "$name: there is one main part");
	ok(!(grep { $_->{role} eq 'region' && $_->{name} eq '' } @tree), "$name: each region has a name");

	$browser->print_a4("$folder/$name.pdf");
	my $printed = slurp_file("$folder/$name.pdf");
	my @pages = $printed =~ m{/MediaBox\s*\[\s*0\s+0\s+([\d.]+)\s+([\d.]+)\s*\]}g;
	cmp_ok(scalar @pages, '>=', 2, "$name: it is printed");
	is_deeply([ grep { abs($pages[ 2 * $_ ] - 595) > 2 || abs($pages[ 2 * $_ + 1 ] - 842) > 2 } 0 .. @pages / 2 - 1 ], [], "$name: on A4");
}

# Colours that lie beside each other are told apart also by those who see no red, or no green, or no colours.
$browser->open($page{'round.en'}, 1280);
my %colours = map { $_ => $browser->value(
		qq{(e => { document.body.append(e); e.setAttribute('class', '$_'); return getComputedStyle(e).fill })
		   (document.createElementNS('http://www.w3.org/2000/svg', 'rect'))}) } qw(main second third rest);
sub luminance
{
	my @part = map { $_ /= 255; $_ <= 0.03928 ? $_ / 12.92 : (($_ + 0.055) / 1.055)**2.4 } $_[0] =~ /(\d+)/g;
	return 0.2126 * $part[0] + 0.7152 * $part[1] + 0.0722 * $part[2];
}
for my $pair ([qw(main second)], [qw(main rest)], [qw(second rest)])
{
	my ($low, $high) = sort { $a <=> $b } map { luminance($colours{$_}) + 0.05 } @$pair;
	cmp_ok($high / $low, '>', 1.4, "@$pair differ in lightness too");
}

$browser->stop;
$node->stop;
done_testing();
