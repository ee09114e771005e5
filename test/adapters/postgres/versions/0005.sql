-- File totals of the first version's data.
insert into file_total (connection_id, type, day, rows, sums)
select connection_id, case ad_product when 'SP' then 'sp_campaigns' else 'sb_campaigns' end, day, count(*),
  jsonb_build_object('cost', trim_scale(sum(cost))::text)
from campaign_fact group by connection_id, ad_product, day;
insert into reconciliation (connection_id, checked_at, differences)
  values ('00000000-0000-4000-8000-0000000000c1', '2026-01-02T00:21:00Z', 0);
