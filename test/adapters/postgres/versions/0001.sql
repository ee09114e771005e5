-- First version. User 1 is active, 2 lost the grant, 3 is closed without a token, 4 connected nothing.
insert into app_user (id, email, name, role, password_hash, created_at)
select ('00000000-0000-4000-8000-00000000000' || n)::uuid, 'p' || n || '@example.test', 'Person ' || n,
  case n when 4 then 'support' else 'seller' end, 'hash', '2026-01-01T00:00:00Z'
from generate_series(1, 4) as n;
insert into subscription (user_id, plan) select id, 'monthly' from app_user;
insert into authorisation_attempt (id, user_id, session_id, region, state_hash, verifier, started_at, expires_at, returned_at) values
  ('00000000-0000-4000-8000-0000000000a1', '00000000-0000-4000-8000-000000000001', gen_random_uuid(), 'na', 'h1', null,
    '2026-01-02T00:00:00Z', '2026-01-02T00:10:00Z', '2026-01-02T00:05:00Z'),
  ('00000000-0000-4000-8000-0000000000a3', '00000000-0000-4000-8000-000000000003', gen_random_uuid(), 'fe', 'h3', null,
    '2026-01-02T00:00:00Z', '2026-01-02T00:10:00Z', '2026-01-02T00:05:00Z'),
  ('00000000-0000-4000-8000-0000000000a4', '00000000-0000-4000-8000-000000000004', gen_random_uuid(), 'eu', 'h4', 'v',
    '2026-01-02T00:00:00Z', '2026-01-02T00:10:00Z', '2026-01-02T00:05:00Z');
insert into pending_connection (id, user_id, attempt_id, region, refresh_token, access_token,
    access_token_expires_at, profiles_na, profiles_eu, profiles_fe, saved_at, expires_at)
  values ('00000000-0000-4000-8000-0000000000b4', '00000000-0000-4000-8000-000000000004',
    '00000000-0000-4000-8000-0000000000a4', 'eu', 'sealed', 'sealed', '2026-01-02T01:00:00Z', '{}', '{}', '{}',
    '2026-01-02T00:05:00Z', '2026-01-02T01:05:00Z');
insert into connection (id, user_id, status, is_exclusive, pending_connection_id, profile_id, region, country, currency,
    timezone, account_id, account_name, account_type, can_edit, connected_at, consented_at, since, loss, closed_at, close_reason)
values
  ('00000000-0000-4000-8000-0000000000c1', '00000000-0000-4000-8000-000000000001', 'active', true, gen_random_uuid(),
    '1001', 'na', 'US', 'USD', 'America/Los_Angeles', 'A1', 'One', 'seller', true, '2026-01-02T00:06:00Z', null, null,
    null, null, null),
  ('00000000-0000-4000-8000-0000000000c2', '00000000-0000-4000-8000-000000000002', 'needs_authorisation', true,
    gen_random_uuid(), '1002', 'eu', 'DE', 'EUR', 'Europe/Paris', 'A2', 'Two', 'vendor', true, '2026-01-02T00:06:00Z',
    '2026-01-02T00:05:00Z', '2026-01-09T00:00:00Z', 'grant_revoked', null, null),
  ('00000000-0000-4000-8000-0000000000c3', '00000000-0000-4000-8000-000000000003', 'closed', true, gen_random_uuid(),
    '1003', 'fe', 'JP', 'JPY', 'Asia/Tokyo', 'A3', null, 'seller', false, '2026-01-02T00:06:00Z', null, null, null,
    '2026-02-01T00:00:00Z', 'disconnected');
insert into connection_grant (connection_id, login_region, refresh_token, consented_at, amazon_user)
  values ('00000000-0000-4000-8000-0000000000c1', 'eu', 'sealed', '2026-01-02T00:05:00Z', '{"userId": "amzn1.one"}');
insert into session (id, user_id, expires_at, closed_at) values
  ('00000000-0000-4000-8000-0000000000d1', '00000000-0000-4000-8000-000000000001', '2026-01-15T00:00:00Z', null),
  ('00000000-0000-4000-8000-0000000000d2', '00000000-0000-4000-8000-000000000002', '2126-01-15T00:00:00Z', null);
insert into sync_run (id, connection_id, kind, day_from, day_to, requested_at, finished_at) values
  ('00000000-0000-4000-8000-0000000000e1', '00000000-0000-4000-8000-0000000000c1', 'first', '2025-12-03', '2026-01-01',
    '2026-01-02T00:06:00Z', '2026-01-02T00:20:00Z'),
  ('00000000-0000-4000-8000-0000000000e2', '00000000-0000-4000-8000-0000000000c2', 'first', '2025-12-03', '2026-01-01',
    '2026-01-02T00:06:00Z', null);
insert into report (id, sync_run_id, connection_id, position, type, status, day_from, day_to, orders, troubles, failure,
    failed_at, loaded_at, row_count, due_at) values
  ('00000000-0000-4000-8000-0000000000f1', '00000000-0000-4000-8000-0000000000e1', '00000000-0000-4000-8000-0000000000c1',
    0, 'sp_campaigns', 'loaded', '2025-12-03', '2026-01-01', 1, 0, null, null, '2026-01-02T00:10:00Z', 4, null),
  ('00000000-0000-4000-8000-0000000000f2', '00000000-0000-4000-8000-0000000000e1', '00000000-0000-4000-8000-0000000000c1',
    1, 'sb_campaigns', 'failed', '2025-12-03', '2026-01-01', 1, 6,
    '{"trouble": "client_rejected", "detail": "a field is unknown"}', '2026-01-02T00:20:00Z', null, null, null),
  ('00000000-0000-4000-8000-0000000000f3', '00000000-0000-4000-8000-0000000000e2', '00000000-0000-4000-8000-0000000000c2',
    0, 'sp_campaigns', 'generating', '2025-12-03', '2026-01-01', 1, 2, null, null, null, null, '2026-01-02T00:30:00Z');
insert into timeline_entry (at, kind, level, user_id, connection_id, happening)
  values ('2026-01-02T00:06:00Z', 'connected', 'info', '00000000-0000-4000-8000-000000000001',
    '00000000-0000-4000-8000-0000000000c1', '{"kind": "connected"}');
insert into campaign_fact (connection_id, ad_product, day, campaign_id, campaign_name, impressions, clicks, cost, orders,
    sales, units, orders_14d, sales_14d)
select '00000000-0000-4000-8000-0000000000c1', product, day::date, 'k' || n, 'Campaign ' || n, 100 * n, n, n + 0.01, n,
  10 * n + 0.1, n, n, 10 * n + 0.1
from unnest(array['SP', 'SB']) as product, generate_series('2025-12-31'::date, '2026-01-01', '1 day') as day,
  generate_series(1, 3) as n;
insert into campaign_day (connection_id, day, ad_product, campaign_id, campaign_name, impressions, clicks, orders, cost, sales)
select connection_id, day, ad_product, campaign_id, campaign_name, impressions, clicks, orders, cost, sales from campaign_fact;
insert into search_term_fact (connection_id, ad_product, day, campaign_id, ad_group_id, target_id, targeting, match_type,
    search_term, impressions, clicks, cost, orders, sales, units, orders_14d, sales_14d)
  values ('00000000-0000-4000-8000-0000000000c1', 'SP', '2026-01-01', 'k1', 'g1', 't1', 'shoes', 'EXACT', 'red shoes',
    10, 1, 0.25, 1, 9.99, 1, 1, 9.99);
