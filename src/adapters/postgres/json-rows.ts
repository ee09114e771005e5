import type { EntityManager } from '@mikro-orm/postgresql'

/** A row as `to_jsonb` has it. */
export type JsonRow = Readonly<Record<string, unknown>>

interface Entity<Columns> {
  readonly name: string
  readonly '~entity'?: Columns
}

/**
 * Many kinds of rows come in one answer as JSON, where a page would ask a question for each kind.
 * @returns the row as the store's entity has it.
 */
export function columnsFromJson<Columns>(em: EntityManager, entity: Entity<Columns>, row: JsonRow): Columns {
  const columns: Record<string, unknown> = {}
  for (const { name, fieldNames, runtimeType } of em.getMetadata().getByClassName(entity.name).props) {
    const value = row[fieldNames[0] ?? name] ?? null
    columns[name] = runtimeType === 'Date' && value !== null ? new Date(value as string) : value
  }
  return columns as Columns
}
