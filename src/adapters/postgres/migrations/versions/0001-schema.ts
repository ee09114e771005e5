import { Migration } from '@mikro-orm/migrations'

export class Schema extends Migration {
  override up(): void {
    // A trusted extension: the database’s owner may create it (PostgreSQL, F.35).
    this.addSql('create extension if not exists pg_trgm')
    for (const part of [
      access,
      connections,
      ingestion,
      facts,
      rollUps,
      supportConsole,
      supportRequests,
      emails,
    ])
      this.addSql(part)
  }
}

const access = `
  create table app_user (
    id uuid primary key,
    email text not null,
    name text not null,
    role text not null check (role in ('seller', 'manager', 'admin', 'support')),
    password_hash text,
    created_at timestamptz not null
  );
  create unique index app_user_email on app_user (lower(email));

  create table subscription (
    user_id uuid primary key references app_user on delete cascade,
    plan text not null check (plan in ('monthly', 'quarterly', 'annual', 'listing_tools')),
    ends_at timestamptz
  );

  -- One row per event, even for users who don’t exist yet.
  create table subscription_event (
    id text primary key,
    source text not null check (source in ('billing', 'console', 'command')),
    email text,
    -- Email or id as sent. No foreign key: the user may not exist yet.
    named_user_id uuid,
    user_id uuid references app_user on delete cascade,
    occurred_at timestamptz not null,
    received_at timestamptz not null,
    plan text check (plan in ('monthly', 'quarterly', 'annual', 'listing_tools')),
    ends_at timestamptz,
    outcome text not null check (outcome in ('waiting', 'applied', 'outdated')),
    check ((email is null) <> (named_user_id is null)),
    check ((user_id is null) = (outcome = 'waiting')),
    check (plan is not null or ends_at is null)
  );
  create index subscription_event_user on subscription_event (user_id, occurred_at) where user_id is not null;
  create index subscription_event_email on subscription_event (email) where user_id is null;
  create index subscription_event_named on subscription_event (named_user_id) where user_id is null;

  create table second_factor (
    user_id uuid primary key references app_user on delete cascade,
    secret text not null,
    confirmed_at timestamptz,
    last_accepted_step integer,
    failed_codes integer not null,
    last_failed_at timestamptz
  );

  create table recovery_code (
    user_id uuid not null references second_factor (user_id) on delete cascade,
    code_hash text not null,
    primary key (user_id, code_hash)
  );

  create table access_link (
    token_hash text primary key,
    user_id uuid not null references app_user on delete cascade,
    purpose text not null check (purpose in ('invitation', 'reset', 'connect')),
    created_at timestamptz not null,
    expires_at timestamptz not null
  );
  create index access_link_user on access_link (user_id);
  create index access_link_expiry on access_link (expires_at);`

const connections = `
  create table connection (
    id uuid primary key,
    user_id uuid not null references app_user on delete cascade,
    status text not null check (status in ('active', 'needs_authorisation', 'closed', 'erasing', 'erased')),
    is_exclusive boolean not null,
    pending_connection_id uuid,
    profile_id text,
    region text check (region in ('na', 'eu', 'fe')),
    country text,
    currency text,
    timezone text,
    account_id text,
    account_name text,
    account_type text,
    can_edit boolean,
    connected_at timestamptz not null,
    consented_at timestamptz,
    authorisation_lost_at timestamptz,
    authorisation_loss_reason text
      check (authorisation_loss_reason in ('grant_revoked', 'consent_expired', 'profile_access_lost', 'marked_by_staff')),
    closed_at timestamptz,
    close_reason text check (close_reason in ('replaced', 'disconnected')),
    login_region text check (login_region in ('na', 'eu', 'fe')),
    amazon_user jsonb,
    erase_at timestamptz,
    -- Null when the Amazon user is known or can’t be looked up.
    amazon_user_lookup_due_at timestamptz,
    constraint connection_closed check ((status in ('closed', 'erasing', 'erased')) = (closed_at is not null)),
    constraint connection_erased check (
      case when status in ('erasing', 'erased')
        then num_nonnulls(pending_connection_id, profile_id, region, country,
          currency, timezone, account_id, account_type, can_edit,
          login_region, consented_at, account_name, amazon_user) = 0
        else num_nulls(pending_connection_id, profile_id, region, country,
          currency, timezone, account_id, account_type, can_edit,
          login_region, consented_at) = 0
      end),
    constraint connection_retained check ((status = 'closed') = (erase_at is not null))
  );
  create index connection_user on connection (user_id, connected_at);
  create unique index connection_one_for_a_seller on connection (user_id)
    where is_exclusive and status in ('active', 'needs_authorisation');
  create unique index connection_one_for_a_profile on connection (user_id, profile_id)
    where status in ('active', 'needs_authorisation');
  create index connection_erasure on connection (erase_at) where status in ('closed', 'erasing');
  create index connection_amazon_user_lookup on connection (amazon_user_lookup_due_at)
    where amazon_user_lookup_due_at is not null;
  create index connection_revoked on connection (authorisation_lost_at)
    where status = 'needs_authorisation' and authorisation_loss_reason = 'grant_revoked';

  create table connection_grant (
    connection_id uuid primary key references connection on delete cascade,
    login_region text not null check (login_region in ('na', 'eu', 'fe')),
    refresh_token text not null,
    consented_at timestamptz not null,
    access_token text,
    access_token_expires_at timestamptz,
    token_version integer not null default 0,
    refreshing_until timestamptz
  );
  create index connection_grant_expiry on connection_grant (access_token_expires_at);

  create table authorisation_attempt (
    id uuid primary key,
    user_id uuid not null references app_user on delete cascade,
    session_id uuid not null,
    region text not null check (region in ('na', 'eu', 'fe')),
    state_hash text not null unique,
    verifier text,
    started_at timestamptz not null,
    expires_at timestamptz not null,
    returned_at timestamptz,
    reauthorised_connection_id uuid references connection on delete set null
  );
  create index authorisation_attempt_user on authorisation_attempt (user_id, started_at);
  create index authorisation_attempt_verifier on authorisation_attempt (expires_at) where verifier is not null;

  create table pending_connection (
    id uuid primary key,
    user_id uuid not null unique references app_user on delete cascade,
    attempt_id uuid not null references authorisation_attempt,
    region text not null,
    refresh_token text not null,
    access_token text not null,
    access_token_expires_at timestamptz not null,
    amazon_user jsonb,
    profiles_na jsonb not null,
    profiles_eu jsonb not null,
    profiles_fe jsonb not null,
    saved_at timestamptz not null,
    expires_at timestamptz not null,
    reauthorised_connection_id uuid references connection on delete set null
  );
  create index pending_connection_expiry on pending_connection (expires_at);

  create table session (
    id uuid primary key,
    user_id uuid not null references app_user on delete cascade,
    expires_at timestamptz not null,
    closed_at timestamptz,
    current_connection_id uuid references connection on delete set null,
    kind text not null check (kind in ('seller', 'staff', 'staff_pending_second_factor')),
    opened_at timestamptz not null,
    last_seen_at timestamptz not null,
    device text not null
  );
  create index session_owner on session (user_id);
  create index session_expiry on session (expires_at);
  create index session_closed on session (closed_at) where closed_at is not null;`

const ingestion = `
  create table sync_run (
    id uuid primary key,
    connection_id uuid not null references connection on delete cascade,
    kind text not null,
    day_from date not null,
    day_to date not null,
    requested_at timestamptz not null,
    finished_at timestamptz,
    correlation_id text
  );
  create index sync_run_connection on sync_run (connection_id, requested_at);
  create index sync_run_initial on sync_run (finished_at) where kind = 'initial' and finished_at is not null;
  create index sync_run_open on sync_run (kind) where finished_at is null;
  create index sync_run_interactive on sync_run (requested_at)
    where finished_at is null and kind in ('initial', 'reauthorisation');

  -- Open reports change within minutes; the default threshold, 10% of all rows, would never trigger analyse.
  create table report (
    id uuid primary key,
    sync_run_id uuid not null references sync_run on delete cascade,
    connection_id uuid not null references connection on delete cascade,
    position integer not null,
    type text not null,
    status text not null check (status in ('requested', 'generating', 'completed', 'loaded', 'failed')),
    day_from date not null,
    day_to date not null,
    request_count integer not null,
    consecutive_errors integer not null,
    last_error jsonb,
    due_at timestamptz,
    amazon_report_id text,
    accepted_at timestamptz,
    poll_count integer not null default 0,
    completed_at timestamptz,
    loaded_at timestamptz,
    row_count bigint,
    failed_at timestamptz,
    failure jsonb,
    leased_until timestamptz,
    fencing_token integer not null default 0,
    file_totals jsonb,
    deferred_since timestamptz,
    total_errors integer not null default 0,
    failing_since timestamptz,
    deferral_reason text
      check (deferral_reason in ('region_rate_limited', 'region_down', 'report_type_rate_limited', 'database_down')),
    -- Error code and the detail that its cause depends on, so that the overview can count from an index.
    failure_cause text generated always as (
      case failure ->> 'error'
        when 'client_rejected' then 'client_rejected ' || left(coalesce(failure ->> 'detail', ''), 200)
        when 'token_rejected' then 'token_rejected ' || coalesce(failure ->> 'skewSeconds', '')
        else failure ->> 'error'
      end) stored,
    due_set_at timestamptz,
    is_interactive boolean not null default true,
    unique (sync_run_id, type, day_from)
  ) with (autovacuum_analyze_scale_factor = 0, autovacuum_analyze_threshold = 5000);
  -- Interactive work, background polls and background downloads each have an index, so none reads the others’ rows.
  -- Between indexes of equal cost PostgreSQL picks the older one, so the order matters.
  create index report_due on report (due_at) where status in ('requested', 'generating', 'completed');
  create index report_connection on report (connection_id, type, day_to);
  create index report_open on report (connection_id) where status in ('requested', 'generating', 'completed');
  create index report_failed on report (connection_id, type) where status = 'failed';
  create index report_loaded on report (connection_id, loaded_at) where loaded_at is not null;
  create index report_amazon_id on report (amazon_report_id) where amazon_report_id is not null;
  create index report_failures on report (failed_at, failure_cause) where status = 'failed';
  create index report_due_set on report (due_set_at) where status in ('requested', 'generating', 'completed');
  create index report_interactive on report (due_at)
    where is_interactive and status in ('requested', 'generating', 'completed');
  create index report_steps on report (due_at)
    where not is_interactive and status in ('requested', 'generating');
  create index report_files on report (due_at) where not is_interactive and status = 'completed';
  create index report_interactive_due_set on report (due_set_at)
    where is_interactive and status in ('requested', 'generating', 'completed');

  create table sync_schedule (
    connection_id uuid primary key references connection on delete cascade,
    due_at timestamptz not null,
    is_interactive boolean not null default false,
    deferred_until timestamptz
  );
  create index sync_schedule_due on sync_schedule (due_at);
  create index sync_schedule_interactive on sync_schedule (due_at) where is_interactive;

  create table region_rate_limit (
    region text primary key check (region in ('na', 'eu', 'fe')),
    -- Null before the first call.
    traffic jsonb
  );
  insert into region_rate_limit (region) values ('na'), ('eu'), ('fe');

  create table amazon_call_minute (
    minute timestamptz not null,
    region text not null check (region in ('na', 'eu', 'fe')),
    outcome text not null check (outcome in ('answered', 'throttled', 'unanswered')),
    -- Upper bound.
    latency_bucket_ms integer not null,
    calls integer not null,
    milliseconds bigint not null,
    primary key (minute, region, outcome, latency_bucket_ms)
  );

  create table worker_heartbeat (
    id uuid primary key,
    seen_at timestamptz not null
  );

  create table progress_view (
    connection_id uuid primary key references connection on delete cascade,
    viewed_at timestamptz not null
  );

  -- Row count and sums of each day’s last loaded file, replaced together with its facts.
  create table file_total (
    connection_id uuid not null references connection on delete cascade,
    type text not null,
    day date not null,
    rows bigint not null,
    sums jsonb not null,
    primary key (connection_id, type, day)
  );

  create table reconciliation (
    connection_id uuid primary key references connection on delete cascade,
    due_at timestamptz,
    checked_at timestamptz,
    mismatches integer,
    check ((checked_at is null) = (mismatches is null))
  );
  create index reconciliation_due on reconciliation (due_at) where due_at is not null;
  create index reconciliation_mismatching on reconciliation (checked_at) where mismatches > 0;`

/** Keyed by Amazon’s day and ids. Connection comes first: every page filters by it. */
const facts = `
  -- No foreign keys: one look-up per row took longer than the write (decision 10). delete_connection_facts
  -- replaces the cascade.
  create table campaign_fact (
    connection_id uuid not null,
    ad_product text not null check (ad_product in ('SP', 'SB', 'SD')),
    day date not null,
    campaign_id text not null,
    campaign_name text,
    campaign_status text,
    impressions bigint not null,
    clicks bigint not null,
    cost numeric not null,
    orders bigint not null,
    sales numeric not null,
    units bigint not null,
    orders_14d bigint not null,
    sales_14d numeric not null,
    primary key (connection_id, ad_product, day, campaign_id)
  );

  create table ad_group_fact (
    connection_id uuid not null,
    ad_product text not null check (ad_product in ('SP', 'SB', 'SD')),
    day date not null,
    campaign_id text not null,
    campaign_name text,
    ad_group_id text not null,
    ad_group_name text,
    ad_group_status text,
    impressions bigint not null,
    clicks bigint not null,
    cost numeric not null,
    orders bigint not null,
    sales numeric not null,
    units bigint not null,
    orders_14d bigint not null,
    sales_14d numeric not null,
    primary key (connection_id, ad_product, day, campaign_id, ad_group_id)
  );

  create table placement_fact (
    connection_id uuid not null,
    ad_product text not null check (ad_product in ('SP', 'SB', 'SD')),
    day date not null,
    campaign_id text not null,
    campaign_name text,
    placement text not null,
    impressions bigint not null,
    clicks bigint not null,
    cost numeric not null,
    orders bigint not null,
    sales numeric not null,
    units bigint not null,
    orders_14d bigint not null,
    sales_14d numeric not null,
    primary key (connection_id, ad_product, day, campaign_id, placement)
  );

  create table targeting_fact (
    connection_id uuid not null,
    ad_product text not null check (ad_product in ('SP', 'SB', 'SD')),
    day date not null,
    campaign_id text not null,
    campaign_name text,
    ad_group_id text not null,
    ad_group_name text,
    target_id text not null,
    targeting text not null,
    match_type text not null default '',
    target_type text,
    impressions bigint not null,
    clicks bigint not null,
    cost numeric not null,
    orders bigint not null,
    sales numeric not null,
    units bigint not null,
    orders_14d bigint not null,
    sales_14d numeric not null,
    primary key (connection_id, ad_product, day, campaign_id, ad_group_id, target_id, targeting, match_type)
  );

  create table search_term_fact (
    connection_id uuid not null,
    ad_product text not null check (ad_product in ('SP', 'SB', 'SD')),
    day date not null,
    campaign_id text not null,
    campaign_name text,
    ad_group_id text not null,
    ad_group_name text,
    target_id text not null,
    targeting text not null,
    match_type text not null,
    target_type text,
    search_term text not null,
    impressions bigint not null,
    clicks bigint not null,
    cost numeric not null,
    orders bigint not null,
    sales numeric not null,
    units bigint not null,
    orders_14d bigint not null,
    sales_14d numeric not null,
    primary key (connection_id, ad_product, day, campaign_id, ad_group_id, target_id, targeting, match_type, search_term)
  );

  create table advertised_product_fact (
    connection_id uuid not null,
    ad_product text not null check (ad_product in ('SP', 'SB', 'SD')),
    day date not null,
    campaign_id text not null,
    campaign_name text,
    ad_group_id text not null,
    ad_group_name text,
    ad_id text not null,
    asin text,
    sku text,
    impressions bigint not null,
    clicks bigint not null,
    cost numeric not null,
    orders bigint not null,
    sales numeric not null,
    units bigint not null,
    orders_14d bigint not null,
    sales_14d numeric not null,
    primary key (connection_id, ad_product, day, campaign_id, ad_group_id, ad_id)
  );

  create table purchased_product_fact (
    connection_id uuid not null,
    ad_product text not null check (ad_product in ('SP', 'SB', 'SD')),
    day date not null,
    campaign_id text not null,
    campaign_name text,
    ad_group_id text not null,
    ad_group_name text,
    target_id text not null,
    match_type text not null,
    advertised_asin text not null,
    advertised_sku text not null,
    purchased_asin text not null,
    orders bigint not null,
    sales numeric not null,
    units bigint not null,
    orders_14d bigint not null,
    sales_14d numeric not null,
    primary key (connection_id, ad_product, day, campaign_id, ad_group_id, target_id, match_type, advertised_asin, advertised_sku, purchased_asin)
  );

  create table campaign_day (
    connection_id uuid not null,
    day date not null,
    ad_product text not null,
    campaign_id text not null,
    campaign_name text,
    campaign_status text,
    impressions bigint not null,
    clicks bigint not null,
    orders bigint not null,
    cost numeric not null,
    sales numeric not null,
    primary key (connection_id, day, ad_product, campaign_id)
  );

  create table ad_product_day (
    connection_id uuid not null,
    day date not null,
    ad_product text not null check (ad_product in ('SP', 'SB', 'SD')),
    impressions bigint not null,
    clicks bigint not null,
    orders bigint not null,
    cost numeric not null,
    sales numeric not null,
    primary key (connection_id, day, ad_product)
  );`

/** See decision 16. */
const rollUps = `
  create table table_roll_up (
    id bigint generated always as identity primary key,
    connection_id uuid not null,
    level text not null,
    day_from date not null,
    day_to date not null,
    row_count bigint not null,
    wasted_spend_count bigint,
    unique (connection_id, level, day_from, day_to)
  );

  -- Sorting and filtering use figures, and PostgreSQL reads a row from its start: figures come before names.
  create table table_roll_up_row (
    connection_id uuid not null,
    roll_up_id bigint not null,
    impressions bigint not null,
    clicks bigint not null,
    orders bigint not null,
    spend_rank integer not null,
    cost numeric not null,
    sales numeric not null,
    acos numeric generated always as (cost / nullif(sales, 0)) stored,
    roas numeric generated always as (sales / nullif(cost, 0)) stored,
    ctr numeric generated always as (clicks::numeric / nullif(impressions, 0)) stored,
    cpc numeric generated always as (cost / nullif(clicks, 0)) stored,
    search_text text not null,
    ad_product text not null,
    campaign_id text not null,
    campaign_name text,
    campaign_status text,
    ad_group_id text,
    ad_group_name text,
    placement text,
    target_id text,
    targeting text,
    match_type text,
    search_term text,
    ad_id text,
    asin text,
    sku text,
    primary key (connection_id, roll_up_id, spend_rank)
  );
  create index table_roll_up_row_figures on table_roll_up_row (connection_id, roll_up_id)
    include (spend_rank, impressions, clicks, orders, cost, sales, acos, roas, ctr, cpc);
  create index table_roll_up_row_acos on table_roll_up_row (connection_id, roll_up_id, acos desc nulls last, spend_rank);

  create table table_roll_up_request (
    connection_id uuid not null references connection on delete cascade,
    level text not null,
    day_from date not null,
    day_to date not null,
    requested_at timestamptz not null,
    primary key (connection_id, level, day_from, day_to)
  );

  create table table_roll_up_due (
    connection_id uuid primary key references connection on delete cascade,
    due_at timestamptz not null
  );
  create index table_roll_up_due_at on table_roll_up_due (due_at);

  create function delete_connection_facts() returns trigger language plpgsql as $$
  begin
    delete from campaign_fact where connection_id = old.id;
    delete from ad_group_fact where connection_id = old.id;
    delete from placement_fact where connection_id = old.id;
    delete from targeting_fact where connection_id = old.id;
    delete from search_term_fact where connection_id = old.id;
    delete from advertised_product_fact where connection_id = old.id;
    delete from purchased_product_fact where connection_id = old.id;
    delete from campaign_day where connection_id = old.id;
    delete from ad_product_day where connection_id = old.id;
    delete from table_roll_up where connection_id = old.id;
    delete from table_roll_up_row where connection_id = old.id;
    return null;
  end $$;
  create trigger connection_facts after delete on connection for each row execute function delete_connection_facts();`

const supportConsole = `
  create table timeline_entry (
    id bigint generated always as identity primary key,
    at timestamptz not null,
    kind text not null,
    severity text not null check (severity in ('info', 'warning', 'error')),
    user_id uuid not null,
    attempt_id uuid,
    connection_id uuid,
    sync_run_id uuid,
    report_id uuid,
    event jsonb not null
  );
  create index timeline_entry_user on timeline_entry (user_id, id);
  create index timeline_entry_connection on timeline_entry (connection_id, id);
  create index timeline_entry_report on timeline_entry (report_id, id) where report_id is not null;
  create index timeline_entry_attempts on timeline_entry (user_id, id) where left(kind, 7) <> 'report_';
  create index timeline_entry_page_failed on timeline_entry ((event ->> 'requestId'))
    where kind = 'page_failed';

  -- Searched by support (S-40). The id is the connection’s, or the user’s if there is none.
  create table case_summary (
    id uuid primary key,
    user_id uuid not null references app_user on delete cascade,
    connection_id uuid unique references connection on delete cascade,
    health text,
    stage text not null,
    cause text not null,
    plan text not null,
    region text,
    country text,
    profile_id text,
    amazon_user_id text,
    -- Lower case.
    search_text text not null,
    last_loaded_at timestamptz,
    last_event_at timestamptz not null,
    refresh_at timestamptz not null,
    cause_since timestamptz
  );
  -- Without fastupdate: searches must not read its pending list (PostgreSQL, GIN fast update technique).
  create index case_summary_search_text on case_summary using gin (search_text gin_trgm_ops) with (fastupdate = off);
  create index case_summary_active on case_summary (last_event_at desc, id desc);
  create index case_summary_user on case_summary (user_id);
  create index case_summary_due on case_summary (refresh_at);
  create index case_summary_profile on case_summary (profile_id text_pattern_ops) where profile_id is not null;
  create index case_summary_amazon_user on case_summary (amazon_user_id text_pattern_ops)
    where amazon_user_id is not null;
  create index case_summary_health on case_summary (health, last_event_at desc, id desc);
  create index case_summary_stage on case_summary (stage, last_event_at desc, id desc);
  create index case_summary_cause on case_summary (cause, last_event_at desc, id desc);
  create index case_summary_plan on case_summary (plan, last_event_at desc, id desc);
  create index case_summary_region on case_summary (region, last_event_at desc, id desc);
  create index case_summary_country on case_summary (country, last_event_at desc, id desc);
  create index case_summary_counts on case_summary (health, stage, cause);
  create index case_summary_alerting on case_summary (cause, cause_since)
    where cause in ('client_refused', 'app_not_approved', 'login_request_refused', 'report_request_refused', 'clock_skewed', 'download_host_untrusted');

  -- Cases to refresh. Each commit appends, so that no commit waits for another.
  create table case_change (
    id bigint generated always as identity primary key,
    user_id uuid not null,
    connection_id uuid
  );

  create table staff_access (
    id bigint generated always as identity primary key,
    user_id uuid not null references app_user on delete cascade,
    viewer_id uuid not null references app_user,
    connection_id uuid references connection on delete cascade,
    viewed_at timestamptz not null
  );
  create index staff_access_user on staff_access (user_id, viewed_at desc, id desc);

  create table audit_entry (
    id bigint generated always as identity primary key,
    at timestamptz not null,
    staff_id uuid not null references app_user,
    action text not null,
    user_id uuid references app_user on delete cascade,
    connection_id uuid references connection on delete cascade,
    reason text not null,
    before jsonb,
    after jsonb,
    ip text,
    device text,
    request_id text
  );
  create index audit_entry_staff on audit_entry (staff_id, id desc);
  create index audit_entry_user on audit_entry (user_id, id desc) where user_id is not null;
  create index audit_entry_connection on audit_entry (connection_id) where connection_id is not null;

  create table view_as_session (
    id uuid primary key,
    user_id uuid not null references app_user on delete cascade,
    viewer_id uuid not null references app_user,
    -- No foreign key: sessions are deleted a month after their end.
    staff_session_id uuid not null,
    reason text not null,
    started_at timestamptz not null,
    ends_at timestamptz not null,
    ended_at timestamptz
  );
  create index view_as_session_user on view_as_session (user_id, started_at desc);
  create index view_as_session_not_ended on view_as_session (viewer_id, started_at) where ended_at is null;

  create function record_case_change() returns trigger language plpgsql as $$
  begin
    insert into case_change (user_id, connection_id) values (new.user_id, new.connection_id);
    return null;
  end $$;
  -- A report’s progress does not change a summary.
  create trigger timeline_entry_changes_case after insert on timeline_entry for each row
    when (new.kind not in ('report_accepted', 'report_duplicate_adopted', 'report_completed', 'report_loaded'))
    execute function record_case_change();

  create function record_user_change() returns trigger language plpgsql as $$
  begin
    insert into case_change (user_id) values (new.id);
    return null;
  end $$;
  create trigger app_user_changes_case after insert or update on app_user
    for each row execute function record_user_change();

  create function reject_audit_change() returns trigger language plpgsql as $$
  begin
    raise exception 'audit entries cannot be changed or deleted';
  end $$;
  -- Deleting a user or connection cascades to its entries: a nested trigger, so allowed.
  create trigger audit_entry_immutable before update or delete on audit_entry for each row
    when (pg_trigger_depth() = 0) execute function reject_audit_change();
  create trigger audit_entry_not_truncated before truncate on audit_entry
    for each statement execute function reject_audit_change();`

/** Support requests (S-30). */
const supportRequests = `
  create table support_request (
    id uuid primary key,
    user_id uuid not null references app_user on delete cascade,
    idempotency_key uuid not null,
    requested_at timestamptz not null,
    connection_id uuid references connection on delete cascade,
    amazon_email text not null,
    marketplace text not null,
    message text not null,
    page text,
    reference text,
    state text not null check (state in ('open', 'waiting_on_customer', 'solved')),
    since timestamptz not null,
    -- Null until the first change. No foreign key: two replies at once would wait for each other.
    status_changed_by uuid,
    unique (user_id, idempotency_key)
  );
  create index support_request_user on support_request (user_id, requested_at desc);
  create index support_request_connection on support_request (connection_id) where connection_id is not null;
  create index support_request_state on support_request (state, since, id);

  create table support_request_comment (
    id uuid primary key,
    request_id uuid not null references support_request on delete cascade,
    idempotency_key uuid not null,
    kind text not null check (kind in ('internal_note', 'reply')),
    author_id uuid not null,
    commented_at timestamptz not null,
    body text not null,
    unique (request_id, idempotency_key)
  );
  create index support_request_comment_request on support_request_comment (request_id, commented_at);`

/** Emails and email preferences (S-31). */
const emails = `
  -- No foreign keys: a load inserts its email last and would deadlock with a transaction waiting for the load.
  create table email_message (
    id uuid primary key,
    idempotency_key text not null unique,
    user_id uuid not null,
    connection_id uuid,
    kind text not null,
    content jsonb not null,
    -- Encrypted, and deleted once sent.
    link text,
    created_at timestamptz not null,
    due_at timestamptz,
    tries integer not null default 0,
    first_tried_at timestamptz,
    error text,
    sent_at timestamptz,
    subject text,
    body text,
    failed_at timestamptz,
    suppressed_at timestamptz,
    suppression_reason text,
    leased_until timestamptz,
    fencing_token integer not null default 0,
    check (num_nonnulls(due_at, sent_at, failed_at, suppressed_at) = 1),
    check (due_at is not null or link is null)
  );
  create index email_message_due on email_message (due_at) where due_at is not null;
  create index email_message_user on email_message (user_id, created_at);
  create index email_message_connection on email_message (connection_id, kind) where connection_id is not null;
  create index email_message_failed on email_message (failed_at) where failed_at is not null;

  create table email_preferences (
    user_id uuid primary key references app_user on delete cascade,
    ready boolean not null default true,
    reminders boolean not null default true,
    token text not null unique
  );`
