insert into support_request (id, user_id, idempotency_key, requested_at, amazon_email, marketplace, message)
  values ('00000000-0000-4000-8000-000000000071', '00000000-0000-4000-8000-000000000001', gen_random_uuid(),
    '2026-01-03T00:00:00Z', 'p1@example.test', 'US', 'Where are my figures?');
