import type { EntityManager } from '@mikro-orm/postgresql'
import { DatabaseError, type Pool } from 'pg'

export interface PreparedStatement {
  /** Unique: a database connection keeps one statement per name. */
  readonly name: string
  /** With `?` for each parameter. */
  readonly sql: string
  /** With `$1`; named as in pg's `QueryConfig`. */
  readonly text: string
  /** Not in transactions: the whole transaction would commit asynchronously. */
  readonly commitsAsynchronously: boolean
}

export const preparedStatement = (name: string, sql: string): PreparedStatement => ({
  name,
  sql,
  text: toPositionalParameters(sql),
  commitsAsynchronously: false,
})

/**
 * Commits without waiting for the disk: a power cut can lose the last half second.
 * @param sql follows `with light as (…)` and reads from `light`.
 */
export const asyncCommitStatement = (name: string, sql: string): PreparedStatement => ({
  ...preparedStatement(name, `with light as (select set_config('synchronous_commit', 'off', true)) ${sql}`),
  commitsAsynchronously: true,
})

/** Planning costs more than running (decision 17). Inside transactions, statements are not prepared. */
export class PreparedStatements {
  readonly #em: EntityManager
  readonly #pool: Pool

  /** @param pool MikroORM's. */
  constructor(em: EntityManager, pool: Pool) {
    this.#em = em
    this.#pool = pool
  }

  /** Returns timestamps as Date or text. */
  async query<Row extends object>(
    { name, sql, text, commitsAsynchronously }: PreparedStatement,
    values: readonly unknown[],
  ): Promise<Row[]> {
    if (this.#em.isInTransaction() && commitsAsynchronously)
      throw new Error(`“${name}” was used inside a unit of work`)
    if (this.#em.isInTransaction()) return this.#em.execute<Row[]>(sql, [...values])
    const client = await this.#pool.connect()
    try {
      const { rows } = await client.query<Row>({ name, text, values: [...values] })
      client.release()
      return rows
    } catch (error) {
      // A rejected statement leaves its connection usable.
      client.release(!(error instanceof DatabaseError && error.severity === 'ERROR'))
      throw error
    }
  }
}

/** From `?` (MikroORM) to `$1` (pg). */
export function toPositionalParameters(statement: string): string {
  let count = 0
  return statement.replaceAll('?', () => {
    count += 1
    return `$${count}`
  })
}
