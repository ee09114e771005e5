import type { EntityManager } from '@mikro-orm/postgresql'
import { DatabaseError, type Pool } from 'pg'
import { numbered } from './numbered.ts'

/** What pages ask over and over. */
export interface PreparedStatement {
  /** Its own for good: a line of the database knows one statement by it. */
  readonly name: string
  /** With `?` for each parameter. */
  readonly sql: string
  readonly text: string
  /** Not to be asked in a unit of work, all of which would be committed like it. */
  readonly isLight: boolean
}

export const preparedStatement = (name: string, sql: string): PreparedStatement => ({
  name,
  sql,
  text: numbered(sql),
  isLight: false,
})

/**
 * Its commit waits for no disk, and after a power cut the last half second may not have been: for what is noted over and over of
 * whoever is there.
 * @param sql what follows `with light as (…)`, and reads from `light`.
 */
export const lightStatement = (name: string, sql: string): PreparedStatement => ({
  ...preparedStatement(name, `with light as (select set_config('synchronous_commit', 'off', true)) ${sql}`),
  isLight: true,
})

/**
 * PostgreSQL reads and plans such a statement once for each line, which costs it more than answering, and nothing is
 * built anew in between. In a unit of work, which has a line of its own, it is asked like any other.
 */
export class Prepared {
  readonly #em: EntityManager
  readonly #pool: Pool

  /** @param pool MikroORM's own. */
  constructor(em: EntityManager, pool: Pool) {
    this.#em = em
    this.#pool = pool
  }

  /** Moments come as dates or as text: `new Date()` takes either. */
  async ask<Row extends object>(
    { name, sql, text, isLight }: PreparedStatement,
    values: readonly unknown[],
  ): Promise<Row[]> {
    if (this.#em.isInTransaction() && isLight) throw new Error(`“${name}” was asked in a unit of work`)
    if (this.#em.isInTransaction()) return this.#em.execute<Row[]>(sql, [...values])
    const client = await this.#pool.connect()
    try {
      const { rows } = await client.query<Row>({ name, text, values: [...values] })
      client.release()
      return rows
    } catch (error) {
      // A statement that is refused leaves its line as it was.
      client.release(!(error instanceof DatabaseError && error.severity === 'ERROR'))
      throw error
    }
  }
}
