insert into case_summary (id, user_id, connection_id, stage, cause, plan, words, last_event_at, refresh_at)
  values ('00000000-0000-4000-8000-0000000000c1', '00000000-0000-4000-8000-000000000001',
    '00000000-0000-4000-8000-0000000000c1', 'ready', 'none', 'monthly', 'one p1@example.test', '2026-01-02T00:20:00Z',
    '2026-01-03T00:00:00Z');
