import { createHash } from 'node:crypto'
import { SignInFailures } from '../../../application/access/ports.ts'
import {
  type FailureCount,
  type FailureCounter,
  maxFailures,
} from '../../../domain/access/sign-in-failures.ts'
import { type Sql, sql } from '../engine/sql.ts'

export class PostgresSignInFailures extends SignInFailures {
  readonly #sql: Sql

  constructor(sql: Sql) {
    super()
    this.#sql = sql
  }

  async lock(counter: FailureCounter): Promise<FailureCount> {
    // A new row is locked too; an update that changes nothing locks an existing one.
    const [row] = await this.#sql.query<FailureCount>(
      sql`insert into sign_in_failure (counter_hash, failures, last_failed_at) values (${hash(counter)}, 0, now())
        on conflict (counter_hash) do update set failures = sign_in_failure.failures
        returning failures, last_failed_at as "lastFailedAt"`,
    )
    if (!row) throw new Error('the counter was not locked')
    return row
  }

  async save(counter: FailureCounter, { failures, lastFailedAt }: FailureCount): Promise<void> {
    await this.#sql.query(
      sql`update sign_in_failure set failures = ${failures}, last_failed_at = ${lastFailedAt}
        where counter_hash = ${hash(counter)}`,
    )
  }

  async reset(counter: FailureCounter): Promise<void> {
    await this.#sql.query(sql`delete from sign_in_failure where counter_hash = ${hash(counter)}`)
  }

  async eraseOld(by: Date): Promise<number> {
    const erased = await this.#sql.query(
      sql`delete from sign_in_failure where last_failed_at <= ${by} and failures < ${maxFailures}
        returning counter_hash`,
    )
    return erased.length
  }
}

const hash = (counter: FailureCounter): string => createHash('sha256').update(counter).digest('base64url')
