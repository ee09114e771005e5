import { Migration } from '@mikro-orm/migrations'

/** Ad groups, placements and purchased products beside the first reports' facts. */
export class Catalogue extends Migration {
  override up(): void {
    this.addSql(`
      create table ad_group_fact (${owned}, ${adGroup},
        ad_group_status text, ${traffic}, ${conversions},
        primary key (connection_id, ad_product, day, campaign_id, ad_group_id));

      create table placement_fact (${owned},
        campaign_id text not null, campaign_name text, placement text not null, ${traffic}, ${conversions},
        primary key (connection_id, ad_product, day, campaign_id, placement));

      create table purchased_product_fact (${owned}, ${adGroup},
        target_id text not null, match_type text not null, advertised_asin text not null,
        advertised_sku text not null, purchased_asin text not null, ${conversions},
        primary key (connection_id, ad_product, day, campaign_id, ad_group_id, target_id, match_type,
          advertised_asin, advertised_sku, purchased_asin));

      -- Sponsored Display targets have no match type.
      alter table targeting_fact alter match_type set default '';
    `)
  }
}

const owned = `
  connection_id uuid not null references connection on delete cascade,
  ad_product text not null check (ad_product in ('SP', 'SB', 'SD')),
  day date not null`

const adGroup = `
  campaign_id text not null, campaign_name text, ad_group_id text not null, ad_group_name text`

const traffic = 'impressions bigint not null, clicks bigint not null, cost numeric not null'

const conversions = `
  orders bigint not null, sales numeric not null, units bigint not null,
  orders_14d bigint not null, sales_14d numeric not null`
