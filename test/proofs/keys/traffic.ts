import { decryptSecret } from '../../../src/application/ports.ts'
import { Secret } from '../../../src/domain/secret.ts'
import type { PostgresStores } from '../../support/contracts/postgres-stores.ts'
import { aGrant, hoursLater } from '../../support/examples.ts'
import { type Kind, type TokenRecord, textOf } from './token-records.ts'

export interface Traffic {
  reads: number
  writes: number
  /** Unreadable or wrong tokens, without their text. */
  readonly failures: string[]
  stop(): Promise<void>
}

/** Until stopped. Each writer has its own connections. */
export function startTraffic(
  stores: PostgresStores,
  all: readonly TokenRecord[],
  roll: () => number,
  { readers, writers }: { readers: number; writers: number },
): Traffic {
  let isOver = false
  const traffic = { reads: 0, writes: 0, failures: [] as string[] }
  const anyOf = (some: readonly TokenRecord[]) => some[Math.floor(roll() * some.length)] as TokenRecord
  const forever = async (step: () => Promise<void>) => {
    while (!isOver) await step().catch(error => void traffic.failures.push(String(error)))
  }
  const read = async () => {
    const tokenRecord = anyOf(all)
    await readTokens(stores, tokenRecord, traffic.failures)
    traffic.reads += 1
  }
  const writer = (own: readonly TokenRecord[]) => async () => {
    const tokenRecord = anyOf(own)
    await (roll() < 0.8 ? refresh(stores, tokenRecord, roll() < 0.5) : authoriseAgain(stores, tokenRecord))
    traffic.writes += 1
  }
  const running = [
    ...Array.from({ length: readers }, () => forever(read)),
    ...Array.from({ length: writers }, (_, n) =>
      forever(writer(all.filter((_held, at) => at % writers === n))),
    ),
  ]
  const stop = async () => {
    isOver = true
    await Promise.all(running)
  }
  return Object.assign(traffic, { stop })
}

async function readTokens(
  { connections, tokens }: PostgresStores,
  tokenRecord: TokenRecord,
  failures: string[],
): Promise<void> {
  const [refreshBefore, accessBefore] = [tokenRecord.refresh, tokenRecord.access]
  const connection = await connections.find(tokenRecord.id)
  const state = await tokens.read(tokenRecord.id)
  const check = async (kind: Kind, secret: Secret, before: number) => {
    const text = (await decryptSecret(secret)).reveal()
    const reauthorisations = Number(text.split('.')[1])
    if (text !== textOf(kind, tokenRecord, reauthorisations))
      failures.push(`another's ${kind} token of ${tokenRecord.id}`)
    // One more is possible: it is saved, but the writer doesn't know yet.
    if (reauthorisations < before) failures.push(`an older ${kind} token of ${tokenRecord.id} came back`)
  }
  if (connection?.status !== 'active') throw new Error(`${tokenRecord.id} is not active`)
  await check('refresh', connection.grant.refreshToken, refreshBefore)
  if (state?.state === 'cached') await check('access', state.accessToken, accessBefore)
}

/** Refreshes as a worker does; Amazon sometimes rotates the refresh token. */
async function refresh(
  { tokens }: PostgresStores,
  tokenRecord: TokenRecord,
  rotates: boolean,
): Promise<void> {
  const state = await tokens.read(tokenRecord.id)
  const claim = state && (await tokens.claimRefresh(tokenRecord.id, state.version))
  if (!claim) throw new Error(`another process refreshes ${tokenRecord.id}`)
  if (
    (await decryptSecret(claim.refreshToken)).reveal() !== textOf('refresh', tokenRecord, tokenRecord.refresh)
  )
    throw new Error(`the refresh token of ${tokenRecord.id} is not the last one`)
  const next = { access: tokenRecord.access + 1, refresh: tokenRecord.refresh + (rotates ? 1 : 0) }
  const refreshed = (kind: Kind) => new Secret(textOf(kind, tokenRecord, next[kind]))
  await tokens.store(tokenRecord.id, claim, {
    accessToken: refreshed('access'),
    expiresAt: hoursLater(1),
    refreshToken: rotates ? refreshed('refresh') : null,
  })
  Object.assign(tokenRecord, next, { hasAccess: true })
}

/** Reauthorises as a seller does, which deletes the previous grant's access token. */
async function authoriseAgain({ connections }: PostgresStores, tokenRecord: TokenRecord): Promise<void> {
  const connection = await connections.find(tokenRecord.id)
  if (connection?.status !== 'active') throw new Error(`${tokenRecord.id} is not active`)
  const refreshToken = new Secret(textOf('refresh', tokenRecord, tokenRecord.refresh + 1))
  await connections.save({ ...connection, grant: aGrant({ refreshToken }) })
  Object.assign(tokenRecord, { refresh: tokenRecord.refresh + 1, hasAccess: false })
}
