-- Charts as inline SVG, each with its text for those who do not see it. Bars begin at zero. Colours are classes of the
-- page's style (equity_internal.page_style), which are told apart without red and green.
--
-- Bars and ranges stand in the cells of a table, whose text is beside them: they stretch with the page, and text does not.

CREATE FUNCTION equity_internal.bar_svg(parts numeric[], scale numeric, classes text[], words text) RETURNS text
  LANGUAGE sql STABLE PARALLEL SAFE
BEGIN ATOMIC
  SELECT '<svg class="bar" role="img" aria-label="' || equity_internal.html(words)
         || '" viewBox="0 0 100 10" preserveAspectRatio="none">'
         || coalesce((SELECT string_agg(format('<rect class="%s" x="%s" y="0" width="%s" height="10"/>', b.class,
                                               round(100 * (b.reached - b.part) / nullif(scale, 0), 2),
                                               round(100 * b.part / nullif(scale, 0), 2)), '' ORDER BY b.n)
                        FROM (SELECT p.part, p.class, p.n, sum(p.part) OVER (ORDER BY p.n) AS reached
                                FROM ROWS FROM (unnest(parts), unnest(classes)) WITH ORDINALITY AS p (part, class, n)) AS b
                       WHERE b.part > 0
                         AND scale > 0), '')
         || '</svg>';
END;

COMMENT ON FUNCTION equity_internal.bar_svg(numeric[], numeric, text[], text) IS
  'A bar from zero, of parts one after the other, each in its class of colour; scale is what the whole width stands for.';

CREATE FUNCTION equity_internal.bar_cell(parts numeric[], scale numeric, classes text[], words text) RETURNS text
  LANGUAGE sql STABLE PARALLEL SAFE
RETURN '<td class="chart">' || CASE WHEN array_position(parts, NULL) IS NULL THEN equity_internal.bar_svg(parts, scale, classes, words) ELSE '' END
       || '</td>';

COMMENT ON FUNCTION equity_internal.bar_cell(numeric[], numeric, text[], text) IS
  'A cell of a table with a bar; without one where a part is not shown.';

-- low and high are the ends of an interval, value the point in it, mark another point, for example what it is compared with.
CREATE FUNCTION equity_internal.range_cell(low numeric, high numeric, value numeric, mark numeric, scale numeric, words text) RETURNS text
  LANGUAGE sql STABLE PARALLEL SAFE
RETURN '<td class="chart">'
       || CASE WHEN low + high + value IS NOT NULL AND scale > 0
            THEN '<svg class="range" role="img" aria-label="' || equity_internal.html(words) || '" viewBox="0 0 100 10" preserveAspectRatio="none">'
                 || CASE WHEN mark IS NULL THEN ''
                         ELSE format('<line class="mark" x1="%1$s" x2="%1$s" y1="0" y2="10"/>', round(100 * mark / scale, 2)) END
                 || format('<rect class="whisker" x="%s" y="4" width="%s" height="2"/>', round(100 * low / scale, 2), round(100 * (high - low) / scale, 2))
                 || format('<rect class="point" x="%s" y="1" width="1.4" height="8"/></svg>', least(greatest(round(100 * value / scale - 0.7, 2), 0), 98.6))
            ELSE '' END
       || '</td>';

COMMENT ON FUNCTION equity_internal.range_cell(numeric, numeric, numeric, numeric, numeric, text) IS
  'A cell of a table with an interval, a point in it, and a line at what it is compared with; empty where it is not shown.';

CREATE FUNCTION equity_internal.key_html(classes text[], names text[]) RETURNS text
  LANGUAGE sql STABLE PARALLEL SAFE
BEGIN ATOMIC
  SELECT '<p class="key">' || string_agg(format('<span><svg class="swatch" aria-hidden="true" viewBox="0 0 10 10"><rect class="%s"'
                                                ' width="10" height="10"/></svg>%s</span>', k.class, equity_internal.html(k.name)), ' ' ORDER BY k.n)
         || '</p>'
    FROM ROWS FROM (unnest(classes), unnest(names)) WITH ORDINALITY AS k (class, name, n);
END;

COMMENT ON FUNCTION equity_internal.key_html(text[], text[]) IS
  'What the colours of a chart stand for.';

-- The first and the last, and so many between that they have room.
CREATE FUNCTION equity_internal.axis_svg(ticks numeric[], words text[], low numeric, high numeric, upright boolean) RETURNS text
  LANGUAGE sql STABLE PARALLEL SAFE
BEGIN ATOMIC
  SELECT string_agg(
           CASE WHEN upright
             THEN format('<line class="grid" x1="44" x2="300" y1="%1$s" y2="%1$s"/><text x="40" y="%2$s" text-anchor="end">%3$s</text>',
                         round(t.at, 1), round(t.at + 4, 1), equity_internal.html(t.word))
             ELSE format('<text x="%s" y="246" text-anchor="middle">%s</text>', round(t.at, 1), equity_internal.html(t.word))
           END, '' ORDER BY t.n)
    FROM (SELECT k.word, k.n,
                 CASE WHEN upright THEN 228 - 216 * (k.tick - low) / nullif(high - low, 0)
                                   ELSE 44 + 256 * coalesce((k.tick - low) / nullif(high - low, 0), 0.5) END AS at
            FROM ROWS FROM (unnest(ticks), unnest(words)) WITH ORDINALITY AS k (tick, word, n)) AS t;
END;

COMMENT ON FUNCTION equity_internal.axis_svg(numeric[], text[], numeric, numeric, boolean) IS
  'The marks of an axis of a line chart: upright from below to above, else from left to right.';

CREATE FUNCTION equity_internal.line_svg(xs numeric[], ys numeric[], low_x numeric, high_x numeric, high_y numeric, class text) RETURNS text
  LANGUAGE sql STABLE PARALLEL SAFE
BEGIN ATOMIC
  SELECT format('<polyline class="line %s" points="%s"/>', class, string_agg(p.x || ',' || p.y, ' ' ORDER BY p.n))
         || coalesce(string_agg(format('<circle class="dot %s" cx="%s" cy="%s" r="3"/>', class, p.x, p.y), '' ORDER BY p.n)
                       FILTER (WHERE cardinality(xs) < 9), '')
    FROM (SELECT round(44 + 256 * coalesce((v.x - low_x) / nullif(high_x - low_x, 0), 0.5), 1) AS x,
                 round(228 - 216 * v.y / nullif(high_y, 0), 1) AS y,
                 v.n
            FROM ROWS FROM (unnest(xs), unnest(ys)) WITH ORDINALITY AS v (x, y, n)
           WHERE v.y IS NOT NULL) AS p
  HAVING count(*) > 0;
END;

COMMENT ON FUNCTION equity_internal.line_svg(numeric[], numeric[], numeric, numeric, numeric, text) IS
  'A line of a line chart, with dots where there are few; what is not shown is left out. NULL when nothing is.';

-- Names that would lie on each other move down, by the height of a line.
CREATE FUNCTION equity_internal.line_names(names text[], last_ys numeric[], high_y numeric, classes text[]) RETURNS text
  LANGUAGE sql STABLE PARALLEL SAFE
BEGIN ATOMIC
  SELECT string_agg(format('<text class="name %s" x="308" y="%s">%s</text>', l.class, round(l.y, 1), equity_internal.html(l.name)), '')
    FROM (SELECT o.name, o.class, 15 * o.place + max(o.y - 15 * o.place) OVER (ORDER BY o.place) AS y
            FROM (SELECT v.name, v.class, 232 - 216 * v.last_y / nullif(high_y, 0) AS y,
                         row_number() OVER (ORDER BY v.last_y DESC, v.n) AS place
                    FROM ROWS FROM (unnest(names), unnest(last_ys), unnest(classes)) WITH ORDINALITY AS v (name, last_y, class, n)
                   WHERE v.last_y IS NOT NULL) AS o) AS l;
END;

COMMENT ON FUNCTION equity_internal.line_names(text[], numeric[], numeric, text[]) IS
  'The names of the lines of a line chart, each beside the end of its line.';

CREATE FUNCTION equity_internal.line_chart(words text, content text) RETURNS text
  LANGUAGE sql IMMUTABLE PARALLEL SAFE
RETURN '<svg class="plot" role="img" aria-label="' || equity_internal.html(words) || '" viewBox="0 0 400 254">' || coalesce(content, '')
       || '<line class="axis" x1="44" x2="300" y1="228" y2="228"/></svg>' || chr(10);

COMMENT ON FUNCTION equity_internal.line_chart(text, text) IS
  'A line chart of what equity_internal.axis_svg, equity_internal.line_svg and equity_internal.line_names draw.';

-- 1, 2 or 5 with zeros: the axis ends at a number that people count to.
CREATE FUNCTION equity_internal.round_up(value numeric) RETURNS numeric
  LANGUAGE sql IMMUTABLE PARALLEL SAFE
BEGIN ATOMIC
  SELECT coalesce(min(s.step * p.power), 1)
    FROM (VALUES (1), (2), (4), (5), (8), (10)) AS s (step)
   CROSS JOIN (SELECT power(10::numeric, floor(log(value))) AS power WHERE value > 0) AS p
   WHERE s.step * p.power >= value;
END;

COMMENT ON FUNCTION equity_internal.round_up(numeric) IS
  'The next round number, where the axis of a chart may end; 1 for nothing.';
