import { Migration } from '@mikro-orm/migrations'

/** The tables of large accounts, added up ahead for the periods that are usual. */
export class TableRollUps extends Migration {
  override up(): void {
    this.addSql(`
      create table table_roll_up (
        id bigint generated always as identity primary key,
        connection_id uuid not null,
        level text not null,
        day_from date not null,
        day_to date not null,
        row_count bigint not null,
        unique (connection_id, level, day_from, day_to)
      );

      -- Of every level; what a level has not is null. Their place is the one by spend, the highest first.
      create table table_roll_up_row (
        connection_id uuid not null,
        roll_up_id bigint not null,
        place integer not null,
        ad_product text not null,
        campaign_id text not null, campaign_name text, campaign_status text,
        ad_group_id text, ad_group_name text, placement text,
        target_id text, targeting text, match_type text, search_term text,
        ad_id text, asin text, sku text,
        searched text not null,
        impressions bigint not null, clicks bigint not null, orders bigint not null,
        cost numeric not null, sales numeric not null,
        primary key (connection_id, roll_up_id, place)
      );

      create table table_roll_up_due (
        connection_id uuid primary key references connection on delete cascade,
        due_at timestamptz not null
      );
      create index table_roll_up_due_at on table_roll_up_due (due_at);
    `)
    this.addSql(`insert into table_roll_up_due (connection_id, due_at)
      select id, now() from connection where status <> 'closed'`)
    this.addSql(`
      create or replace function delete_connection_facts() returns trigger language plpgsql as $$
      begin
        ${tables.map(table => `delete from ${table} where connection_id = old.id;`).join('\n        ')}
        return null;
      end $$
    `)
  }
}

const tables = [
  'campaign_fact',
  'ad_group_fact',
  'placement_fact',
  'targeting_fact',
  'search_term_fact',
  'advertised_product_fact',
  'purchased_product_fact',
  'campaign_day',
  'table_roll_up',
  'table_roll_up_row',
]
