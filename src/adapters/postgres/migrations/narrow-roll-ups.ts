import { Migration } from '@mikro-orm/migrations'

/**
 * Figures stand before names, and ratios are divided once: a table is sorted and bounded by figures, and PostgreSQL reads
 * a row from its beginning. Nothing is lost that is not added up anew.
 */
export class NarrowRollUps extends Migration {
  override up(): void {
    this.addSql(`
      delete from table_roll_up;
      drop table table_roll_up_row;
      create table table_roll_up_row (
        connection_id uuid not null,
        roll_up_id bigint not null,
        impressions bigint not null, clicks bigint not null, orders bigint not null,
        place integer not null,
        cost numeric not null, sales numeric not null,
        acos numeric generated always as (cost / nullif(sales, 0)) stored,
        roas numeric generated always as (sales / nullif(cost, 0)) stored,
        ctr numeric generated always as (clicks::numeric / nullif(impressions, 0)) stored,
        cpc numeric generated always as (cost / nullif(clicks, 0)) stored,
        searched text not null,
        ad_product text not null,
        campaign_id text not null, campaign_name text, campaign_status text,
        ad_group_id text, ad_group_name text, placement text,
        target_id text, targeting text, match_type text, search_term text,
        ad_id text, asin text, sku text,
        primary key (connection_id, roll_up_id, place)
      );
      -- Rows are put in order by figures alone, without reading their names.
      create index table_roll_up_row_figures on table_roll_up_row (connection_id, roll_up_id)
        include (place, impressions, clicks, orders, cost, sales, acos, roas, ctr, cpc);
      insert into table_roll_up_due (connection_id, due_at)
      select id, now() from connection where status <> 'closed' on conflict do nothing;
    `)
  }
}
