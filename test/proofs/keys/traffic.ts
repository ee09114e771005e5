import { opened } from '../../../src/application/ports.ts'
import { Secret } from '../../../src/domain/secret.ts'
import type { PostgresStores } from '../../support/contracts/postgres-stores.ts'
import { aGrant, hoursLater } from '../../support/examples.ts'
import { type Held, type Kind, textOf } from './stock.ts'

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
  all: readonly Held[],
  roll: () => number,
  { readers, writers }: { readers: number; writers: number },
): Traffic {
  let isOver = false
  const traffic = { reads: 0, writes: 0, failures: [] as string[] }
  const anyOf = (some: readonly Held[]) => some[Math.floor(roll() * some.length)] as Held
  const forever = async (step: () => Promise<void>) => {
    while (!isOver) await step().catch(error => void traffic.failures.push(String(error)))
  }
  const read = async () => {
    const held = anyOf(all)
    await readTokens(stores, held, traffic.failures)
    traffic.reads += 1
  }
  const writer = (own: readonly Held[]) => async () => {
    const held = anyOf(own)
    await (roll() < 0.8 ? refresh(stores, held, roll() < 0.5) : authoriseAnew(stores, held))
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
  held: Held,
  failures: string[],
): Promise<void> {
  const [refreshBefore, accessBefore] = [held.refresh, held.access]
  const connection = await connections.find(held.id)
  const state = await tokens.read(held.id)
  const check = async (kind: Kind, secret: Secret, before: number) => {
    const text = (await opened(secret)).reveal()
    const reauthorisations = Number(text.split('.')[1])
    if (text !== textOf(kind, held, reauthorisations)) failures.push(`another's ${kind} token of ${held.id}`)
    // One more is possible: it is saved, but the writer doesn't know yet.
    if (reauthorisations < before) failures.push(`an older ${kind} token of ${held.id} came back`)
  }
  if (connection?.status !== 'active') throw new Error(`${held.id} is not active`)
  await check('refresh', connection.grant.refreshToken, refreshBefore)
  if (state?.state === 'cached') await check('access', state.accessToken, accessBefore)
}

/** Refreshes as a worker does; Amazon sometimes rotates the refresh token. */
async function refresh({ tokens }: PostgresStores, held: Held, rotates: boolean): Promise<void> {
  const state = await tokens.read(held.id)
  const claim = state && (await tokens.claimRefresh(held.id, state.version))
  if (!claim) throw new Error(`nobody else refreshes ${held.id}`)
  if ((await opened(claim.refreshToken)).reveal() !== textOf('refresh', held, held.refresh))
    throw new Error(`the refresh token of ${held.id} is not the last one`)
  const next = { access: held.access + 1, refresh: held.refresh + (rotates ? 1 : 0) }
  const refreshed = (kind: Kind) => new Secret(textOf(kind, held, next[kind]))
  await tokens.store(held.id, claim, {
    accessToken: refreshed('access'),
    expiresAt: hoursLater(1),
    refreshToken: rotates ? refreshed('refresh') : null,
  })
  Object.assign(held, next, { hasAccess: true })
}

/** Reauthorises as a seller does, which deletes the previous grant's access token. */
async function authoriseAnew({ connections }: PostgresStores, held: Held): Promise<void> {
  const connection = await connections.find(held.id)
  if (connection?.status !== 'active') throw new Error(`${held.id} is not active`)
  const refreshToken = new Secret(textOf('refresh', held, held.refresh + 1))
  await connections.save({ ...connection, grant: aGrant({ refreshToken }) })
  Object.assign(held, { refresh: held.refresh + 1, hasAccess: false })
}
