import { AsyncLocalStorage } from 'node:async_hooks'
import type { EntityManager } from '@mikro-orm/postgresql'
import { ReadOnlyTransaction } from '../../../application/ports.ts'

const scope = new AsyncLocalStorage<true>()

/** Activity is left out then: an agent's view is not the seller's (S-44). */
export const isReadOnly = (): boolean => scope.getStore() === true

/** All stores on the same entity manager join the transaction. */
export class PostgresReadOnlyTransaction extends ReadOnlyTransaction {
  readonly #em: EntityManager

  constructor(em: EntityManager) {
    super()
    this.#em = em
  }

  run<Result>(work: () => Promise<Result>): Promise<Result> {
    return this.#em.transactional(() => scope.run(true, work), { clear: true, readOnly: true })
  }
}
