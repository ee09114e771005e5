import { Migration } from '@mikro-orm/migrations'

/** What was said about subscriptions, by the billing system and by hand: each thing once, whoever it is about. */
export class SubscriptionEvents extends Migration {
  override up(): void {
    this.addSql(`
      create table subscription_event (
        id text primary key,
        source text not null check (source in ('billing', 'console', 'command')),
        -- Whom it names, by one of the two; no key, since they may not exist yet.
        email text,
        named_user_id uuid,
        -- Who that is, once they exist.
        user_id uuid references app_user on delete cascade,
        occurred_at timestamptz not null,
        received_at timestamptz not null,
        -- Null says that there is no subscription.
        plan text check (plan in ('monthly', 'quarterly', 'annual', 'listing_tools')),
        ends_at timestamptz,
        outcome text not null check (outcome in ('waiting', 'applied', 'outdated')),
        check ((email is null) <> (named_user_id is null)),
        check ((user_id is null) = (outcome = 'waiting')),
        check (plan is not null or ends_at is null)
      );
      create index subscription_event_person on subscription_event (user_id, occurred_at) where user_id is not null;
      create index subscription_event_email on subscription_event (email) where user_id is null;
      create index subscription_event_named on subscription_event (named_user_id) where user_id is null;
    `)
  }
}
