import { Migration } from '@mikro-orm/migrations'

/**
 * A foreign key looks up the connection again for each of a million rows, which took longer than to write them. A load
 * holds its connection once instead, and a connection that is deleted takes its facts along.
 */
export class OwnedFacts extends Migration {
  override up(): void {
    for (const table of tables) {
      this.addSql(`alter table ${table} drop constraint ${table}_connection_id_fkey`)
    }
    this.addSql(`
      create function delete_connection_facts() returns trigger language plpgsql as $$
      begin
        ${tables.map(table => `delete from ${table} where connection_id = old.id;`).join('\n        ')}
        return null;
      end $$
    `)
    this.addSql(`
      create trigger connection_facts after delete on connection
        for each row execute function delete_connection_facts()
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
]
