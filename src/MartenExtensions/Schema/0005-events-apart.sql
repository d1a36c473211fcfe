-- What is appended goes to new pages, and not into the few hundred bytes that an initial load left on each of its own: there every event had a page for itself,
-- to be read, changed and logged whole. Ten thousand claims wrote 28 MB of such pages. Of a page that is to take a row, PostgreSQL asks that this much
-- stay free, and a load, which fills its pages (docs/adr/0026), leaves less.
alter table events.mt_events set (fillfactor = 90);
