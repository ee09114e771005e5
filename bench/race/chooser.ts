import { ChooseProfile } from '../../src/application/connection/choose-profile.ts'
import { DomainError } from '../../src/domain/domain-error.ts'
import type { PendingConnectionId, ProfileId, SessionId, UserId } from '../../src/domain/identifiers.ts'
import { answerCalls } from '../bench-process.ts'
import { type BenchProduct, openProduct, type ProductPlan } from '../product.ts'

let product: BenchProduct | undefined

export interface Choice {
  readonly userId: UserId
  readonly sessionId: SessionId
  readonly pendingId: PendingConnectionId
  readonly profileId: ProfileId
}

const startedProduct = () => {
  if (!product) throw new Error('the process was not started')
  return product
}

const calls = {
  async start(plan: ProductPlan) {
    product = await openProduct(plan)
  },
  /** @returns the connection id of each click that was not rejected. */
  async choose({ clicks, ...choice }: Choice & { readonly clicks: number }) {
    const chooseProfile = startedProduct().container.get(ChooseProfile)
    const selection = { ...choice, replace: null, confirmedUserId: null, reauthorisedConnectionId: null }
    const outcomes = await Promise.all(
      Array.from({ length: clicks }, () =>
        chooseProfile.execute(selection).then(
          chosen => (chosen.outcome === 'connected' ? [chosen.connectionId] : []),
          error => {
            if (error instanceof DomainError) return []
            throw error
          },
        ),
      ),
    )
    return outcomes.flat()
  },
  /** Reference: the same number of transactions that only lock the user. */
  async lock({ clicks, userId }: Pick<Choice, 'userId'> & { readonly clicks: number }) {
    const { pool } = startedProduct().database
    const lock = async () => {
      const client = await pool.connect()
      try {
        await client.query('begin')
        await client.query('select from app_user where id = $1 for update', [userId])
        await client.query('commit')
      } finally {
        client.release()
      }
    }
    await Promise.all(Array.from({ length: clicks }, lock))
  },
}
export type ChooserCalls = typeof calls

answerCalls(calls, async () => product?.[Symbol.asyncDispose]())
