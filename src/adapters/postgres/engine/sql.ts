import type { EntityManager } from '@mikro-orm/postgresql'
import { CompiledQuery } from 'kysely'
import { DatabaseError, type Pool } from 'pg'
import sql, { bulk, empty, join, raw, type Sql as Statement } from 'sql-template-tag'

/** A statement and its values. Values in the text become parameters; `raw` is for names from our own lists. */
export { bulk, empty, join, raw, type Statement, sql }

/** Runs statements about sets of rows (decision 29). */
export class Sql {
  readonly #em: EntityManager
  readonly #pool: Pool

  /** @param pool MikroORM's. */
  constructor(em: EntityManager, pool: Pool) {
    this.#em = em
    this.#pool = pool
  }

  /**
   * Joins the current transaction.
   * @param preparedAs the statement's unique name if planning costs more than running (decision 17). Statements are not
   * prepared inside transactions.
   */
  async query<Row extends object>(
    statement: Statement,
    { preparedAs }: { readonly preparedAs?: string } = {},
  ): Promise<Row[]> {
    const { text, values } = statement
    if (this.#em.isInTransaction()) {
      const { rows } = await this.#em.getKysely().executeQuery<Row>(CompiledQuery.raw(text, values))
      return rows
    }
    const client = await this.#pool.connect()
    try {
      const { rows } = await client.query<Row>({ text, values, ...(preparedAs && { name: preparedAs }) })
      client.release()
      return rows
    } catch (error) {
      // A rejected statement leaves its connection usable.
      client.release(!(error instanceof DatabaseError && error.severity === 'ERROR'))
      throw error
    }
  }

  /**
   * Commits without waiting for the disk: a power cut can lose the last half second.
   * @param statement follows `with light as (…)` and reads from `light`.
   * @throws {Error} inside a transaction, which would commit asynchronously as a whole.
   */
  async queryWithAsyncCommit<Row extends object>(
    statement: Statement,
    { preparedAs }: { readonly preparedAs: string },
  ): Promise<Row[]> {
    if (this.#em.isInTransaction()) throw new Error(`“${preparedAs}” was used inside a unit of work`)
    return this.query(
      sql`with light as (select set_config('synchronous_commit', 'off', true)) ${statement}`,
      { preparedAs },
    )
  }
}
