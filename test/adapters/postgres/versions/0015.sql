insert into access_link (token_hash, user_id, purpose, created_at, expires_at)
  values ('h', '00000000-0000-4000-8000-000000000002', 'reset', '2026-01-02T00:00:00Z', '2026-01-02T01:00:00Z');
