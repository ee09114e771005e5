import { Migration } from '@mikro-orm/migrations'

/** What each ad product did in a day, for totals and charts: few rows, however many campaigns there are. */
export class ProductDays extends Migration {
  override up(): void {
    // What is being loaded is in, or comes after: no day is counted in one table alone.
    this.addSql('lock table campaign_day in share row exclusive mode')
    this.addSql(`
      create table ad_product_day (
        connection_id uuid not null,
        day date not null,
        ad_product text not null check (ad_product in ('SP', 'SB', 'SD')),
        impressions bigint not null, clicks bigint not null, orders bigint not null,
        cost numeric not null, sales numeric not null,
        primary key (connection_id, day, ad_product)
      );
      insert into ad_product_day (connection_id, day, ad_product, impressions, clicks, orders, cost, sales)
      select connection_id, day, ad_product, sum(impressions), sum(clicks), sum(orders), sum(cost), sum(sales)
      from campaign_day group by connection_id, day, ad_product;
    `)
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
  'ad_product_day',
  'table_roll_up',
  'table_roll_up_row',
]
