-- What can be extracted of a few LADAs is a sum over their segments alone. Of the columns none ever changes, so counting stays within the row's page.
create index segment_counts_available on read.segment_counts (lada) where status = 'VERIFIED';
