import { Migration } from '@mikro-orm/migrations'

/** What the console's overview counts (S-45), by an index each: a page that refreshes itself must not cost more with years. */
export class Overview extends Migration {
  override up(): void {
    this.addSql(`
      create table amazon_call_minute (
        minute timestamptz not null,
        region text not null check (region in ('na', 'eu', 'fe')),
        outcome text not null check (outcome in ('answered', 'throttled', 'unanswered')),
        -- Milliseconds; calls that took so long at most, and longer than the step before.
        within integer not null,
        calls integer not null,
        milliseconds bigint not null,
        primary key (minute, region, outcome, within)
      );

      -- What names the cause of a failure, and no more of it: it is counted without a look at the reports.
      alter table report add failure_cause text generated always as (
        case failure ->> 'error'
          when 'client_rejected' then 'client_rejected ' || left(coalesce(failure ->> 'detail', ''), 200)
          when 'token_rejected' then 'token_rejected ' || coalesce(failure ->> 'skewSeconds', '')
          else failure ->> 'error'
        end) stored;
      create index report_failures on report (failed_at, failure_cause) where status = 'failed';

      create index ingestion_run_open on sync_run (kind) where finished_at is null;
      create index ingestion_run_awaited on sync_run (requested_at)
        where finished_at is null and kind in ('first', 'renewal');

      -- Since when its first cause is so; null where that is not known.
      alter table case_summary add cause_since timestamptz;
      create index case_digest_counts on case_summary (health, stage, cause);
      -- Those that an operator has to see to; hardly ever a row.
      create index case_digest_refused on case_summary (cause, cause_since) where cause in (
        'client_refused', 'app_not_approved', 'login_request_refused', 'report_request_refused', 'clock_skewed',
        'download_host_untrusted');

      create index reconciliation_mismatching on reconciliation (checked_at) where differences > 0;
      create index email_failed on email_message (failed_at) where failed_at is not null;
      create index connection_revoked on connection (since)
        where status = 'needs_authorisation' and loss = 'grant_revoked';
      create index connection_grant_minted on connection_grant (access_token_expires_at);
    `)
  }
}
