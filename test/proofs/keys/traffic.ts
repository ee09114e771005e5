import { decryptSecret } from '../../../src/application/ports.ts'
import { Secret } from '../../../src/domain/secret.ts'
import type { PostgresStores } from '../../support/contracts/postgres-stores.ts'
import { aGrant, hoursLater } from '../../support/examples.ts'
import { type Kind, type TokenRecord, textOf } from './token-records.ts'

export interface Traffic {
  reads: number
  writes: number
  /** Descriptions of unreadable or wrong tokens, without the tokens' text. */
  readonly failures: string[]
  stop(): Promise<void>
}

/** Reads and writes tokens until stopped. Each writer has its own connections. */
export function startTraffic(
  stores: PostgresStores,
  all: readonly TokenRecord[],
  random: () => number,
  { readers, writers }: { readers: number; writers: number },
): Traffic {
  let isStopped = false
  const traffic = { reads: 0, writes: 0, failures: [] as string[] }
  const pickFrom = (records: readonly TokenRecord[]) =>
    records[Math.floor(random() * records.length)] as TokenRecord
  const repeat = async (step: () => Promise<void>) => {
    while (!isStopped) await step().catch(error => void traffic.failures.push(String(error)))
  }
  const read = async () => {
    const tokenRecord = pickFrom(all)
    await readTokens(stores, tokenRecord, traffic.failures)
    traffic.reads += 1
  }
  const createWriter = (ownRecords: readonly TokenRecord[]) => async () => {
    const tokenRecord = pickFrom(ownRecords)
    await (random() < 0.8
      ? refresh(stores, tokenRecord, random() < 0.5)
      : authoriseAgain(stores, tokenRecord))
    traffic.writes += 1
  }
  const running = [
    ...Array.from({ length: readers }, () => repeat(read)),
    ...Array.from({ length: writers }, (_, n) =>
      repeat(createWriter(all.filter((_record, at) => at % writers === n))),
    ),
  ]
  const stop = async () => {
    isStopped = true
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
  const check = async (kind: Kind, secret: Secret, minChangeCount: number) => {
    const text = (await decryptSecret(secret)).reveal()
    const changeCount = Number(text.split('.')[1])
    if (text !== textOf(kind, tokenRecord, changeCount))
      failures.push(`wrong ${kind} token of ${tokenRecord.id}`)
    // A newer token is possible: it is saved, but its writer hasn't recorded the change yet.
    if (changeCount < minChangeCount) failures.push(`an older ${kind} token of ${tokenRecord.id} came back`)
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
  const newToken = (kind: Kind) => new Secret(textOf(kind, tokenRecord, next[kind]))
  await tokens.store(tokenRecord.id, claim, {
    accessToken: newToken('access'),
    expiresAt: hoursLater(1),
    refreshToken: rotates ? newToken('refresh') : null,
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
