-- The page around a report: self-contained HTML without script and outside resources, for screens of any width and A4.

CREATE FUNCTION equity_internal.page_style() RETURNS text
  LANGUAGE sql IMMUTABLE PARALLEL SAFE
RETURN $css$
:root { color-scheme: light; }
* { box-sizing: border-box; }
body { margin: 0; background: #fff; color: #1b1f24; line-height: 1.6; overflow-wrap: anywhere;
  font-family: Sarabun, "Noto Sans Thai", Loma, Garuda, "Leelawadee UI", Thonburi, Tahoma, "Helvetica Neue", Arial, sans-serif; }
main { max-width: 72rem; margin: 0 auto; padding: 1.5rem 1rem 3rem; }
h1 { font-size: 1.7rem; line-height: 1.35; margin: 0 0 .3rem; }
h2 { font-size: 1.25rem; line-height: 1.4; margin: 0 0 .6rem; border-top: 3px solid #1b1f24; padding-top: .5rem; }
h3 { font-size: 1.05rem; margin: 1rem 0 .3rem; }
p { margin: .3rem 0 .8rem; max-width: 46rem; }
section { margin-top: 2.4rem; }
nav { margin: 1rem 0; }
nav ul { list-style: none; margin: 0; padding: 0; display: flex; flex-wrap: wrap; gap: .2rem 1.1rem; }
a { color: #0b4f8f; }
.notice { border-left: 5px solid #b85c00; background: #fff4e5; padding: .5rem .8rem; }
.word { white-space: nowrap; }
.note, .key { font-size: .85rem; color: #4a5360; margin: .3rem 0 .6rem; }
.key > span { display: inline-block; margin-right: 1.1rem; }
.swatch { overflow: visible; width: .85rem; height: .85rem; margin-right: .35rem; vertical-align: -.08rem; }
.figures { display: grid; grid-template-columns: repeat(auto-fill, minmax(9.5rem, 1fr)); gap: .8rem 1.2rem; margin: 0; }
.figures div { border-top: 1px solid #8a94a0; padding-top: .3rem; }
.figures dt { font-size: .9rem; color: #4a5360; }
.figures dd { margin: 0; font-size: 1.7rem; font-weight: 700; line-height: 1.25; }
.figures .none { font-size: 1rem; font-weight: 400; }
figure { margin: 0 0 1.4rem; }
figcaption { font-weight: 700; font-size: 1.05rem; margin-bottom: .5rem; max-width: 46rem; }
.pair { display: grid; grid-template-columns: repeat(auto-fit, minmax(min(100%, 20rem), 1fr)); gap: 1rem 2.5rem; }
.scroll { overflow-x: auto; }
table { border-collapse: collapse; width: 100%; font-size: .92rem; font-variant-numeric: tabular-nums; }
caption { position: sticky; left: 0; max-width: calc(100vw - 1.5rem); text-align: left; font-size: .85rem; color: #4a5360; padding-bottom: .25rem; }
th, td { padding: .28rem .5rem; text-align: right; vertical-align: middle; border-bottom: 1px solid #dfe3e8; overflow-wrap: break-word; }
td { white-space: nowrap; } td.text { white-space: normal; overflow-wrap: anywhere; }
th:first-child, td:first-child, td.text, th.text { text-align: left; }
tbody th { font-weight: 400; min-width: 8.5rem; max-width: 26rem; }
thead th { font-weight: 600; border-bottom: 1px solid #1b1f24; vertical-align: bottom; line-height: 1.3; }
#proof thead th:last-child { text-align: left; } thead th.chart { text-align: left; }
#reserves tbody th::first-letter { text-transform: uppercase; }
tbody + tbody tr:first-child th { border-top: 1px solid #8a94a0; }
tr.group th { font-weight: 700; padding-top: .8rem; }
tr.group div { position: sticky; left: 0; width: fit-content; max-width: calc(100vw - 2.5rem); }
tr.lost th { padding-left: 1.6rem; color: #4a5360; }
td.none { color: #5c6672; font-size: .85em; }
td.chart, th.chart { width: 38%; min-width: 7rem; padding-left: .8rem; padding-right: .8rem; } td.chart { padding-top: .1rem; padding-bottom: .1rem; }
.ticks { display: grid; grid-template-columns: 1fr auto 1fr; font-weight: 400; font-size: .75rem; color: #4a5360; line-height: 1.3; }
.ticks span { text-align: center; } .ticks span:first-child { text-align: left; } .ticks span:last-child { text-align: right; }
.bar { display: block; width: 100%; height: 1.05rem; }
.range { display: block; overflow: visible; width: 100%; height: 1.7rem; }
.plot { display: block; width: 100%; max-width: 34rem; height: auto; }
.map { display: block; width: 100%; max-width: 22rem; height: auto; }
.plot text { font-size: 12px; fill: #4a5360; }
.plot .name { font-size: 13px; font-weight: 700; paint-order: stroke; stroke: #fff; stroke-width: 4px; }
.grid { stroke: #dfe3e8; vector-effect: non-scaling-stroke; } .axis { stroke: #1b1f24; }
.line { fill: none; stroke-width: 2.5; }
.main { fill: #0b6fb8; } .second { fill: #d97a00; } .third { fill: #00795f; } .rest { fill: #d5dae0; }
.line.main, .dot.main { stroke: #0b6fb8; } .line.second, .dot.second { stroke: #d97a00; }
.line.third, .dot.third { stroke: #00795f; } .line.rest { stroke: #6d7783; stroke-dasharray: 4 4; }
.line.main, .line.second, .line.third, .line.rest { fill: none; } .dot.rest { stroke: #6d7783; }
.name.main { fill: #0b5c99; } .name.second { fill: #9c5700; } .name.third { fill: #006650; } .name.rest { fill: #4a5360; }
.interval { fill: #7fb2dc; } .span { fill: #b3bac2; } .point { stroke: #0b4f8f; stroke-width: 3; vector-effect: non-scaling-stroke; } .mark { stroke: #b85c00; stroke-width: 1.5; stroke-dasharray: 3 2; vector-effect: non-scaling-stroke; }
.tile rect, .key-zero, .key-hidden, .key-step0, .key-step1, .key-step2, .key-step3, .key-step4 { stroke: #8a94a0; stroke-width: 1; }
.tile text { font-size: 13px; text-anchor: middle; fill: #1b1f24; } .tile .count { font-size: 10px; }
.zero rect, .key-zero { fill: #fff; } .step0 rect, .key-step0 { fill: #e3eef8; } .step1 rect, .key-step1 { fill: #b5d3ec; }
.step2 rect, .key-step2 { fill: #78aed9; } .step3 rect, .key-step3 { fill: #2f76b5; } .step4 rect, .key-step4 { fill: #0b3f74; }
.step3 text, .step4 text { fill: #fff; }
.hidden rect, .key-hidden { fill: #f3f3f1; stroke-dasharray: 3 2; } .hidden text { fill: #5c6672; }
pre { background: #f4f6f8; padding: .7rem .9rem; white-space: pre-wrap; font-size: .82rem; line-height: 1.5; }
code, pre { font-family: "DejaVu Sans Mono", Consolas, monospace; }
td code { font-size: .8rem; }
.leader { stroke: #6d7783; }
footer { margin-top: 2.5rem; border-top: 1px solid #8a94a0; padding-top: .6rem; font-size: .85rem; color: #4a5360; }
@media (max-width: 40rem) {
  main { padding: 1rem .75rem 2rem; } table { font-size: .85rem; } th, td { padding: .25rem .3rem; }
  tbody th { min-width: 6.5rem; } tr.lost th { padding-left: .9rem; }
  .ticks span:nth-child(2) { visibility: hidden; } td.chart, th.chart { min-width: 5.5rem; width: 30%; padding-left: .5rem; padding-right: .5rem; }
}
@page { size: A4; margin: 15mm; }
@media print {
  html { font-size: 10.5pt; -webkit-print-color-adjust: exact; print-color-adjust: exact; }
  main { max-width: none; padding: 0; } nav { display: none; } .scroll { overflow: visible; }
  tr, svg, .figures div, pre { break-inside: avoid; } h2, h3, figcaption, caption, thead, tr.group { break-after: avoid; }
  figure:not(:has(tr:nth-child(12))) { break-inside: avoid; } .note, .key, tbody tr:last-child { break-before: avoid; } thead { display: table-header-group; }
  figcaption, p { break-inside: avoid; } .map { max-width: 84mm; } td.chart, th.chart { width: 22%; padding-left: .4rem; padding-right: .4rem; } tbody th { min-width: 11rem; } .pair { grid-template-columns: 1fr 1fr; }
  a { color: inherit; text-decoration: none; }
}
$css$;

COMMENT ON FUNCTION equity_internal.page_style() IS
  'The style of pages. Its colours are told apart by people who do not see red and green apart.';

-- The links to the sections are made of the sections themselves.
CREATE FUNCTION equity_internal.page_links(sections text, lang text) RETURNS text
  LANGUAGE sql IMMUTABLE PARALLEL SAFE
BEGIN ATOMIC
  SELECT '<nav aria-label="' || equity_internal.said(lang, 'หัวข้อ', 'Contents') || '"><ul>'
         || string_agg(format('<li><a href="#%s">%s</a></li>', m.part[1], m.part[2]), '' ORDER BY m.n) || '</ul></nav>' || chr(10)
    FROM regexp_matches(sections, '<h2 id="([a-z]+)-heading">((?:[^<]|<(?!/h2))*)</h2>', 'g') WITH ORDINALITY AS m (part, n);
END;

COMMENT ON FUNCTION equity_internal.page_links(text, text) IS
  'Links to the sections of a page.';

-- What has no English name has its Thai one on an English page: readers of screens are told so.
CREATE FUNCTION equity_internal.thai_marked(content text, lang text) RETURNS text
  LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
RETURN CASE lang
         WHEN 'th' THEN content
         ELSE regexp_replace(content, '<(?!span class="word")([a-z][a-z0-9]*)((?: [^<>]*[^<>/])?)>(?=(?:[^<A-Za-zก-๛]|</?span[^<>]*>)*[ก-๛])',
                             E'<\\1\\2 lang="th">', 'g')
       END;

COMMENT ON FUNCTION equity_internal.thai_marked(text, text) IS
  'HTML of a page in a language, th or en, in which elements whose text begins in Thai say so when the page is not in Thai.';

CREATE FUNCTION equity_internal.page_frame(lang text, title text, content text, notes text) RETURNS text
  LANGUAGE sql STABLE PARALLEL SAFE
RETURN '<!DOCTYPE html>' || chr(10) || '<html lang="' || lang || '"><head><meta charset="utf-8">'
       || '<meta http-equiv="Content-Security-Policy" content="default-src ''none''; style-src ''unsafe-inline''">'
       || '<meta name="viewport" content="width=device-width, initial-scale=1"><title>' || equity_internal.html(title) || '</title><style>'
       || equity_internal.page_style() || '</style></head>' || chr(10) || '<body>'
       || equity_internal.thai_marked(
            '<main><header><h1>' || equity_internal.words_html(title) || '</h1>' || content || '<footer>' || notes
            || equity_internal.paragraph('equity ' || (SELECT v.sql FROM equity.version() AS v)) || '</footer></main>', lang)
       || '</body></html>' || chr(10);

COMMENT ON FUNCTION equity_internal.page_frame(text, text, text, text) IS
  'A page of HTML: its title as text; the rest of its header with what follows, and notes for its end, as HTML.';

CREATE FUNCTION equity_internal.page_html(lang text, title text, lead text, sections text) RETURNS text
  LANGUAGE sql STABLE PARALLEL SAFE
RETURN equity_internal.page_frame(
         lang, title, lead || '</header>' || chr(10) || equity_internal.page_links(sections, lang) || sections,
         equity_internal.paragraph(equity_internal.said(lang,
           'ไม่แสดง: จำนวน 1 ถึง 4 คน จำนวนที่ทำให้คำนวณจำนวนดังกล่าวได้ หรือยังไม่มีข้อมูล ตัวเลขทุกตัวอ่านได้จากมุมมอง (view) ที่ระบุไว้ใต้ตาราง',
           'Not shown: one to four persons, what would tell them, or nothing known yet. Every figure can be read from the view named under its table.'))
         || equity_internal.paragraph(equity_internal.said(lang,
           'ร้อยละและจำนวนเงินปัดเศษทีละค่า ส่วนย่อยจึงอาจรวมกันไม่เท่ากับยอดรวมที่คำนวณก่อนปัดเศษ',
           'Percentages and amounts are rounded one by one: parts may add up to a little more or less than a total, which is rounded last.'))
         || equity_internal.paragraph(equity_internal.said(lang, 'จัดทำเมื่อ ', 'Made on ') || equity_internal.time_words(now(), lang)));

COMMENT ON FUNCTION equity_internal.page_html(text, text, text, text) IS
  'A page of HTML: its title as text, what stands below it and the sections as HTML.';
