/** The product's roll-up, for sides that don't use the product. Parameter: the connection id. */
export const rollUp = `
  insert into campaign_day (connection_id, day, ad_product, campaign_id, campaign_name, campaign_status,
    impressions, clicks, orders, cost, sales)
  select connection_id, day, ad_product, campaign_id, campaign_name, campaign_status,
    impressions, clicks, orders, cost, sales
  from campaign_fact where connection_id = ?`
