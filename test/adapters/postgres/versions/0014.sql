insert into email_message (id, episode, user_id, connection_id, kind, content, created_at, sent_at)
  values ('00000000-0000-4000-8000-000000000091', 'ready c1', '00000000-0000-4000-8000-000000000001',
    '00000000-0000-4000-8000-0000000000c1', 'ready', '{}', '2026-01-02T00:20:00Z', '2026-01-02T00:20:01Z');
insert into email_preferences (user_id, ready, token) values ('00000000-0000-4000-8000-000000000001', false, 'token');
