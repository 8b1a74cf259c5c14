#!/usr/bin/env perl
# Prints invisible.h from the Unicode tables of this Perl:
#
#   perl src/core/thai/invisible.pl >src/core/thai/invisible.h
#
# Invisible is what Unicode says to ignore by default, controls and formatting characters, but for
# blanks and for the few formatting characters that are drawn (signs that stand around a number).
use v5.30;
use warnings;
use Unicode::UCD;

my $invisible = qr/^[\p{Default_Ignorable_Code_Point}\p{Cc}\p{Cf}\p{Block: Egyptian_Hieroglyph_Format_Controls}]$/;
my $visible = qr/^[\p{White_Space}\p{Prepended_Concatenation_Mark}]$/;

my @ranges;
for my $code (0 .. 0x10FFFF) {
  next if $code >= 0xD800 && $code <= 0xDFFF;
  next if chr($code) !~ $invisible || chr($code) =~ $visible;
  if (@ranges && $ranges[-1][1] == $code - 1) {
    $ranges[-1][1] = $code;
  } else {
    push @ranges, [$code, $code];
  }
}

my $version = Unicode::UCD::UnicodeVersion();
print <<END;
/*
 * invisible.h
 *	  Characters that nobody sees, by the properties of Unicode $version: made by
 *	  invisible.pl.
 */
#ifndef CORE_THAI_INVISIBLE_H
#define CORE_THAI_INVISIBLE_H

#include "core/base/core.h"

typedef struct CharacterRange
{
	uint32		first;
	uint32		last;
} CharacterRange;

/* In ascending order */
static const CharacterRange invisible_ranges[] = {
END
print join(",\n", map { sprintf "\t{0x%04X, 0x%04X}", @$_ } @ranges), "\n};\n\n#endif\t\t\t\t\t\t\t/* CORE_THAI_INVISIBLE_H */\n";
