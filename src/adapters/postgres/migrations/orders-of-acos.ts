import { Migration } from '@mikro-orm/migrations'

/** How many rows of a roll-up are wasted spend; what the version before built has none, and is counted as it is asked for. */
export class WastedCounts extends Migration {
  override up(): void {
    this.addSql('alter table table_roll_up add column wasted_spend_count bigint')
  }
}

/** After spend, in whose order its rows stand, the highest ACOS is what a table is sorted by most. */
export class OrdersOfAcos extends Migration {
  override isTransactional(): boolean {
    return false
  }

  override up(): void {
    // One that was not finished is in the way, and of no use.
    this.addSql('drop index concurrently if exists table_roll_up_row_acos')
    this.addSql(
      'create index concurrently table_roll_up_row_acos on table_roll_up_row (connection_id, roll_up_id, acos desc nulls last, place)',
    )
  }
}
