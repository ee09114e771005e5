import type { EntityManager } from '@mikro-orm/postgresql'

export type JsonRow = Readonly<Record<string, unknown>>

interface Entity<Columns> {
  readonly name: string
  readonly '~entity'?: Columns
}

/** JSON lets one query return rows of several tables. */
export function columnsFromJson<Columns>(em: EntityManager, entity: Entity<Columns>, row: JsonRow): Columns {
  const columns: Record<string, unknown> = {}
  for (const { name, fieldNames, runtimeType } of em.getMetadata().getByClassName(entity.name).props) {
    const value = row[fieldNames[0] ?? name] ?? null
    columns[name] = runtimeType === 'Date' && value !== null ? new Date(value as string) : value
  }
  return columns as Columns
}
