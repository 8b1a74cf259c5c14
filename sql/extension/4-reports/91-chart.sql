-- Charts as inline SVG, each with its text for those who do not see it. Bars begin at zero. Colours are classes of the
-- page's style (equity_internal.page_style), which are told apart without red and green.
--
-- Bars and ranges stand in the cells of a table, whose text is beside them: they stretch with the page, and text does not.

-- The axis ends at a number that people count to.
CREATE FUNCTION equity_internal.round_up(value numeric) RETURNS numeric
  LANGUAGE sql IMMUTABLE PARALLEL SAFE
BEGIN ATOMIC
  SELECT coalesce(min(s.step * p.power), 1)
    FROM (VALUES (1), (2), (4), (5), (8), (10)) AS s (step)
   CROSS JOIN (SELECT power(10::numeric, floor(log(CASE WHEN value > 0 THEN value END))) AS power) AS p
   WHERE s.step * p.power >= value;
END;

COMMENT ON FUNCTION equity_internal.round_up(numeric) IS
  'The next round number, where the axis of a chart may end; 1 for nothing.';

-- Of persons there is no half: the middle of the axis is a whole number.
CREATE FUNCTION equity_internal.bar_scale(most numeric) RETURNS numeric
  LANGUAGE sql IMMUTABLE PARALLEL SAFE
RETURN CASE WHEN most > 4 AND most <= 6 THEN 6 ELSE equity_internal.round_up(greatest(most, 2)) END;

COMMENT ON FUNCTION equity_internal.bar_scale(numeric) IS
  'Where the axis of a chart of counts may end; 2 for nothing.';

-- The lines of the axis go through all rows: at zero, in the middle and at the end, as the head of the column says.
CREATE FUNCTION equity_internal.cell_chart(class text, words text, content text) RETURNS text
  LANGUAGE sql IMMUTABLE PARALLEL SAFE
RETURN '<svg class="' || class || '" role="img" aria-label="' || equity_internal.html(words) || '" viewBox="0 0 100 10" preserveAspectRatio="none">'
       || '<path class="grid" d="M0 0V10M50 0V10M100 0V10"/>' || content || '</svg>';

COMMENT ON FUNCTION equity_internal.cell_chart(text, text, text) IS
  'A chart in a cell of a table, 100 wide for the scale of its axis and 10 high.';

CREATE FUNCTION equity_internal.axis_ticks(scale numeric, unit text DEFAULT '') RETURNS text
  LANGUAGE sql STABLE PARALLEL SAFE
BEGIN ATOMIC
  SELECT '<span class="ticks" aria-hidden="true">' || string_agg('<span>' || equity_internal.number_text(t.tick, scale(t.tick)) || unit || '</span>', '' ORDER BY t.tick)
         || '</span>'
    FROM (SELECT trim_scale(axis_ticks.scale * n / 2) AS tick FROM generate_series(0, 2) AS n) AS t
   WHERE axis_ticks.scale > 0;
END;

COMMENT ON FUNCTION equity_internal.axis_ticks(numeric, text) IS
  'The numbers of the axis of a chart in a cell: zero, the middle and scale, which is the end; NULL for nothing.';

CREATE FUNCTION equity_internal.chart_head(head text, scale numeric, unit text DEFAULT '') RETURNS text
  LANGUAGE sql STABLE PARALLEL SAFE
RETURN '<th scope="col" class="chart">' || equity_internal.words_html(head) || coalesce(equity_internal.axis_ticks(scale, unit), '') || '</th>';

COMMENT ON FUNCTION equity_internal.chart_head(text, numeric, text) IS
  'The head of a column of charts, with their axis.';

CREATE FUNCTION equity_internal.bar_svg(parts numeric[], scale numeric, classes text[], words text) RETURNS text
  LANGUAGE sql STABLE PARALLEL SAFE
BEGIN ATOMIC
  SELECT equity_internal.cell_chart(
           'bar', words,
           coalesce(string_agg(format('<rect class="%s" x="%s" y="0" width="%s" height="10"/>', b.class,
                                      round(100 * (b.reached - b.part) / scale, 2), round(100 * b.part / scale, 2)), '' ORDER BY b.n), ''))
    FROM (SELECT p.part, p.class, p.n, sum(p.part) OVER (ORDER BY p.n) AS reached
            FROM ROWS FROM (unnest(parts), unnest(classes)) WITH ORDINALITY AS p (part, class, n)) AS b
   WHERE b.part > 0
     AND scale > 0;
END;

COMMENT ON FUNCTION equity_internal.bar_svg(numeric[], numeric, text[], text) IS
  'A bar from zero, of parts one after the other, each in its class of colour; scale is what the whole width stands for.';

CREATE FUNCTION equity_internal.bar_cell(parts numeric[], scale numeric, classes text[], words text) RETURNS text
  LANGUAGE sql STABLE PARALLEL SAFE
RETURN '<td class="chart">' || CASE WHEN array_position(parts, NULL) IS NULL THEN equity_internal.bar_svg(parts, scale, classes, words) ELSE '' END
       || '</td>';

COMMENT ON FUNCTION equity_internal.bar_cell(numeric[], numeric, text[], text) IS
  'A cell of a table with a bar; without one where a part is not shown.';

-- low and high are the ends of a band, value the point in it, mark another point, for example what it is compared with.
-- The band has the class of colour interval, or span where it is no interval of confidence; ticks is an axis of its own.
CREATE FUNCTION equity_internal.range_cell(band text, low numeric, high numeric, value numeric, mark numeric, scale numeric, words text,
                                           ticks text DEFAULT '') RETURNS text
  LANGUAGE sql STABLE PARALLEL SAFE
RETURN '<td class="chart">'
       || coalesce(CASE WHEN scale > 0 THEN equity_internal.cell_chart('range', words,
            CASE WHEN mark IS NULL THEN '' ELSE format('<line class="mark" x1="%1$s" x2="%1$s" y1="0" y2="10"/>', round(100 * mark / scale, 2)) END
            || '<rect class="' || band || '" x="' || round(100 * low / scale, 2) || '" y="4" width="' || round(100 * (high - low) / scale, 2) || '" height="2"/>'
            || format('<line class="point" x1="%1$s" x2="%1$s" y1="1" y2="9"/>', round(100 * value / scale, 2)))
            || ticks END, '')
       || '</td>';

COMMENT ON FUNCTION equity_internal.range_cell(text, numeric, numeric, numeric, numeric, numeric, text, text) IS
  'A cell of a table with a band, a point in it, and a line at what it is compared with; empty where it is not shown.';

CREATE FUNCTION equity_internal.key_html(classes text[], names text[]) RETURNS text
  LANGUAGE sql STABLE PARALLEL SAFE
BEGIN ATOMIC
  SELECT '<p class="key">' || string_agg(format('<span><svg class="swatch" aria-hidden="true" viewBox="0 0 10 10"><rect class="%s"'
                                                ' width="10" height="10"/></svg>%s</span>', k.class, equity_internal.words_html(k.name)), ' ' ORDER BY k.n)
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

-- Names that would lie on each other move down, by the height of a line, and all of them up from the axis below.
CREATE FUNCTION equity_internal.line_names(names text[], last_ys numeric[], high_y numeric, classes text[]) RETURNS text
  LANGUAGE sql STABLE PARALLEL SAFE
BEGIN ATOMIC
  SELECT string_agg(format('<text class="name %s" x="308" y="%s">%s</text>', l.class, round(l.y - greatest(l.lowest - 228, 0), 1), equity_internal.html(l.name)), '')
    FROM (SELECT m.*, max(m.y) OVER () AS lowest
            FROM (SELECT o.name, o.class, 15 * o.place + max(o.y - 15 * o.place) OVER (ORDER BY o.place) AS y
                    FROM (SELECT v.name, v.class, 232 - 216 * v.last_y / nullif(high_y, 0) AS y,
                                 row_number() OVER (ORDER BY v.last_y DESC, v.n) AS place
                            FROM ROWS FROM (unnest(names), unnest(last_ys), unnest(classes)) WITH ORDINALITY AS v (name, last_y, class, n)
                           WHERE v.last_y IS NOT NULL) AS o) AS m) AS l;
END;

COMMENT ON FUNCTION equity_internal.line_names(text[], numeric[], numeric, text[]) IS
  'The names of the lines of a line chart, each beside the end of its line.';

CREATE FUNCTION equity_internal.line_chart(words text, content text) RETURNS text
  LANGUAGE sql IMMUTABLE PARALLEL SAFE
RETURN '<svg class="plot" role="img" aria-label="' || equity_internal.html(words) || '" viewBox="0 0 400 254">' || coalesce(content, '')
       || '<line class="axis" x1="44" x2="300" y1="228" y2="228"/></svg>' || chr(10);

COMMENT ON FUNCTION equity_internal.line_chart(text, text) IS
  'A line chart of what equity_internal.axis_svg, equity_internal.line_svg and equity_internal.line_names draw.';

-- A number that is not shown has no point on its line.
CREATE FUNCTION equity_internal.years_chart(words text, years numeric[], first numeric[], second numeric[], names text[], lang text) RETURNS text
  LANGUAGE sql STABLE PARALLEL SAFE
BEGIN ATOMIC
  SELECT equity_internal.line_chart(
           words,
           equity_internal.axis_svg(y.ticks, ARRAY(SELECT equity_internal.number_text(t.tick, scale(t.tick)) FROM unnest(y.ticks) WITH ORDINALITY AS t (tick, n) ORDER BY t.n),
                                    0, y.top, true)
           || equity_internal.axis_svg(y.some_years, y.some_words, y.first, y.last, false)
           || coalesce(equity_internal.line_svg(years, years_chart.first, y.first, y.last, y.top, 'rest'), '')
           || coalesce(equity_internal.line_svg(years, years_chart.second, y.first, y.last, y.top, 'main'), '')
           || coalesce(equity_internal.line_names(names, ARRAY[years_chart.first[cardinality(years)], years_chart.second[cardinality(years)]], y.top, ARRAY['rest', 'main']), ''))
    FROM (SELECT v.top, ARRAY[0, trim_scale(v.top / 2), trim_scale(v.top)] AS ticks,
                 min(v.year) AS first,
                 max(v.year) AS last,
                 array_agg(v.year ORDER BY v.year) FILTER (WHERE v.has_word) AS some_years,
                 array_agg(equity_internal.year_text(v.year::integer, lang) ORDER BY v.year) FILTER (WHERE v.has_word) AS some_words
            FROM (SELECT u.*, (max(u.year) OVER () - u.year) % (1 + count(*) OVER () / 6) = 0 AS has_word,
                         equity_internal.round_up(greatest(max(u.first) OVER (), max(u.second) OVER ())) AS top
                    FROM ROWS FROM (unnest(years), unnest(years_chart.first), unnest(years_chart.second)) AS u (year, first, second)) AS v
           GROUP BY v.top) AS y;
END;

COMMENT ON FUNCTION equity_internal.years_chart(text, numeric[], numeric[], numeric[], text[], text) IS
  'A line chart of two numbers over the years, the first dashed.';

CREATE FUNCTION equity_internal.change_words(years integer[], "values" numeric[], lang text) RETURNS text
  LANGUAGE sql STABLE PARALLEL SAFE
RETURN equity_internal.number_text("values"[1]) || equity_internal.said(lang, ' ในปี ', ' in ') || equity_internal.year_text(years[1], lang) || ', '
       || equity_internal.number_text("values"[cardinality("values")]) || equity_internal.said(lang, ' ในปี ', ' in ')
       || equity_internal.year_text(years[cardinality(years)], lang);

COMMENT ON FUNCTION equity_internal.change_words(integer[], numeric[], text) IS
  'The first and the last of numbers over the years, with their years.';
