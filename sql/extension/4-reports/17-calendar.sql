-- The days that reports may be drawn over.

--- From 1 January of the first academic year that has a round or an award to 31 December of the year after the last one;
--- no rows without any.
CREATE VIEW equity.calendar WITH (security_barrier = true) AS
  SELECT d.day::date AS day,
         equity.academic_year(d.day::date) AS academic_year,
         equity.be_year(d.day::date) AS calendar_year,
         extract(year FROM d.day)::integer AS calendar_year_ce,
         extract(month FROM d.day)::integer AS month,
         (ARRAY['มกราคม', 'กุมภาพันธ์', 'มีนาคม', 'เมษายน', 'พฤษภาคม', 'มิถุนายน', 'กรกฎาคม', 'สิงหาคม', 'กันยายน', 'ตุลาคม', 'พฤศจิกายน',
                'ธันวาคม'])[extract(month FROM d.day)::integer] AS month_th,
         (ARRAY['January', 'February', 'March', 'April', 'May', 'June', 'July', 'August', 'September', 'October', 'November',
                'December'])[extract(month FROM d.day)::integer] AS month_en,
         equity.academic_year(d.day::date) - 543 AS academic_year_ce
    FROM (SELECT min(y.academic_year) - 543 AS first, max(y.academic_year) - 542 AS last
            FROM (SELECT r.academic_year FROM equity.round AS r
                  UNION ALL
                  SELECT min(w.academic_year) FROM equity.award AS w
                  UNION ALL
                  SELECT max(w.academic_year) FROM equity.award AS w) AS y) AS s
   CROSS JOIN LATERAL generate_series(make_date(s.first, 1, 1)::timestamp, make_date(s.last, 12, 31)::timestamp, interval '1 day') AS d (day);

COMMENT ON VIEW equity.calendar IS
  'A row for each day of the years that have a round or an award (ปฏิทิน), so that charts over time show the days on which nothing happened too.';
COMMENT ON COLUMN equity.calendar.day IS 'The day (วันที่).';
COMMENT ON COLUMN equity.calendar.academic_year IS 'Academic year (ปีการศึกษา) in the Buddhist era, พ.ศ.: it begins on 16 May.';
COMMENT ON COLUMN equity.calendar.calendar_year IS 'Calendar year in the Buddhist era, พ.ศ.';
COMMENT ON COLUMN equity.calendar.calendar_year_ce IS 'Calendar year in the common era, ค.ศ.';
COMMENT ON COLUMN equity.calendar.month IS 'Month (เดือน), 1 to 12.';
COMMENT ON COLUMN equity.calendar.month_th IS 'Thai name of the month.';
COMMENT ON COLUMN equity.calendar.month_en IS 'English name of the month.';
COMMENT ON COLUMN equity.calendar.academic_year_ce IS 'Academic year in the common era, ค.ศ.';
