insert into audit_entry (at, staff_id, action, user_id, reason)
  values ('2026-01-04T00:00:00Z', '00000000-0000-4000-8000-000000000004', 'plan_changed',
    '00000000-0000-4000-8000-000000000001', 'asked by telephone');
