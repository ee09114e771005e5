import { Migration } from '@mikro-orm/migrations'

/** People, connections, loading and figures. */
export class First extends Migration {
  override up(): void {
    this.addSql(`
      create table app_user (
        id uuid primary key,
        email text not null,
        name text not null,
        role text not null check (role in ('seller', 'manager', 'admin', 'support')),
        password_hash text not null,
        created_at timestamptz not null
      );
      create unique index app_user_email on app_user (lower(email));

      create table subscription (
        user_id uuid primary key references app_user on delete cascade,
        plan text not null check (plan in ('monthly', 'quarterly', 'annual', 'listing_tools')),
        ends_at timestamptz
      );

      create table authorisation_attempt (
        id uuid primary key,
        user_id uuid not null references app_user on delete cascade,
        session_id uuid not null,
        region text not null check (region in ('na', 'eu', 'fe')),
        state_hash text not null unique,
        verifier text,
        started_at timestamptz not null,
        expires_at timestamptz not null,
        returned_at timestamptz
      );
      create index authorisation_attempt_user on authorisation_attempt (user_id, started_at);

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
        expires_at timestamptz not null
      );
      create index pending_connection_expiry on pending_connection (expires_at);

      create table connection (
        id uuid primary key,
        user_id uuid not null references app_user on delete cascade,
        status text not null check (status in ('active', 'needs_authorisation', 'closed')),
        is_exclusive boolean not null,
        pending_connection_id uuid not null,
        profile_id text not null,
        region text not null check (region in ('na', 'eu', 'fe')),
        country text not null,
        currency text not null,
        timezone text not null,
        account_id text not null,
        account_name text,
        account_type text not null,
        can_edit boolean not null,
        connected_at timestamptz not null,
        consented_at timestamptz,
        since timestamptz,
        loss text check (loss in ('grant_revoked', 'profile_access_lost')),
        closed_at timestamptz,
        close_reason text check (close_reason in ('replaced', 'disconnected')),
        check ((status = 'closed') = (closed_at is not null))
      );
      create unique index connection_one_for_a_seller on connection (user_id)
        where is_exclusive and status <> 'closed';
      create unique index connection_one_for_a_profile on connection (user_id, profile_id)
        where status <> 'closed';
      create index connection_person on connection (user_id, connected_at);

      create table connection_grant (
        connection_id uuid primary key references connection on delete cascade,
        login_region text not null check (login_region in ('na', 'eu', 'fe')),
        refresh_token text not null,
        consented_at timestamptz not null,
        amazon_user jsonb,
        access_token text,
        access_token_expires_at timestamptz,
        token_version integer not null default 0,
        refreshing_until timestamptz
      );

      create table session (
        id uuid primary key,
        user_id uuid not null references app_user on delete cascade,
        expires_at timestamptz not null,
        closed_at timestamptz,
        current_connection_id uuid references connection on delete set null
      );
      create index session_person on session (user_id);

      create table sync_run (
        id uuid primary key,
        connection_id uuid not null references connection on delete cascade,
        kind text not null,
        day_from date not null,
        day_to date not null,
        requested_at timestamptz not null,
        finished_at timestamptz
      );
      create index ingestion_run_connection on sync_run (connection_id, requested_at);
      create index ingestion_run_settled on sync_run (finished_at) where finished_at is not null;

      create table report (
        id uuid primary key,
        sync_run_id uuid not null references sync_run on delete cascade,
        connection_id uuid not null references connection on delete cascade,
        position integer not null,
        type text not null,
        status text not null check (status in ('requested', 'generating', 'completed', 'loaded', 'failed')),
        day_from date not null,
        day_to date not null,
        orders integer not null,
        troubles integer not null,
        last_error jsonb,
        due_at timestamptz,
        amazon_report_id text,
        accepted_at timestamptz,
        looks integer not null default 0,
        completed_at timestamptz,
        loaded_at timestamptz,
        row_count bigint,
        failed_at timestamptz,
        failure jsonb,
        leased_until timestamptz,
        fence integer not null default 0,
        unique (sync_run_id, type)
      );
      create index report_due on report (due_at) where status in ('requested', 'generating', 'completed');
      create index report_connection on report (connection_id, type, day_to);

      create table timeline_entry (
        id bigint generated always as identity primary key,
        at timestamptz not null,
        kind text not null,
        level text not null check (level in ('info', 'warning', 'error')),
        user_id uuid not null,
        attempt_id uuid,
        connection_id uuid,
        sync_run_id uuid,
        report_id uuid,
        happening jsonb not null
      );
      create index timeline_entry_user on timeline_entry (user_id, id);
      create index timeline_entry_connection on timeline_entry (connection_id, id);
    `)
    this.addSql(facts)
  }
}

const metrics = `
  impressions bigint not null, clicks bigint not null, cost numeric not null,
  orders bigint not null, sales numeric not null, units bigint not null,
  orders_14d bigint not null, sales_14d numeric not null`

const owned = `
  connection_id uuid not null references connection on delete cascade,
  ad_product text not null check (ad_product in ('SP', 'SB', 'SD')),
  day date not null`

const target = `
  campaign_id text not null, campaign_name text, ad_group_id text not null, ad_group_name text,
  target_id text not null, targeting text not null, match_type text not null, target_type text`

/** Keyed by Amazon's own day and ids; the connection and the day lead, since every page asks by them. */
const facts = `
  create table campaign_fact (${owned},
    campaign_id text not null, campaign_name text, campaign_status text, ${metrics},
    primary key (connection_id, ad_product, day, campaign_id));

  create table targeting_fact (${owned}, ${target}, ${metrics},
    primary key (connection_id, ad_product, day, campaign_id, ad_group_id, target_id, targeting, match_type));

  create table search_term_fact (${owned}, ${target}, search_term text not null, ${metrics},
    primary key (connection_id, ad_product, day, campaign_id, ad_group_id, target_id, targeting, match_type, search_term));

  create table advertised_product_fact (${owned},
    campaign_id text not null, campaign_name text, ad_group_id text not null, ad_group_name text,
    ad_id text not null, asin text, sku text, ${metrics},
    primary key (connection_id, ad_product, day, campaign_id, ad_group_id, ad_id));

  create table campaign_day (
    connection_id uuid not null references connection on delete cascade,
    day date not null,
    ad_product text not null,
    campaign_id text not null,
    campaign_name text,
    campaign_status text,
    impressions bigint not null, clicks bigint not null, orders bigint not null,
    cost numeric not null, sales numeric not null,
    primary key (connection_id, day, ad_product, campaign_id));`
