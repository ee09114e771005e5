-- Later versions order these roll-up rows differently and build them again.
insert into table_roll_up (connection_id, level, day_from, day_to, row_count)
  values ('00000000-0000-4000-8000-0000000000c1', 'campaigns', '2025-12-03', '2026-01-01', 1);
insert into table_roll_up_row (connection_id, roll_up_id, place, ad_product, campaign_id, searched, impressions, clicks,
    orders, cost, sales)
  select connection_id, id, 1, 'SP', 'k1', 'campaign 1', 100, 1, 1, 1.01, 10.1 from table_roll_up;
delete from table_roll_up_due;
