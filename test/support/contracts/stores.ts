import type { Test } from 'tap'
import { decryptSecret } from '../../../src/application/ports.ts'
import type { ActiveConnection } from '../../../src/domain/connection/connection.ts'
import type { PendingConnection } from '../../../src/domain/connection/pending-connection.ts'
import { Secret } from '../../../src/domain/secret.ts'
import { anActiveConnection, anAttempt, anId, aPendingConnection } from '../examples.ts'
import type { PostgresStores } from './postgres-stores.ts'

/** The ports that the fakes have too. */
export type Stores = PublicPartsOf<
  Omit<
    PostgresStores,
    | 'syncDurations'
    | 'callStatistics'
    | 'summaries'
    | 'overviews'
    | 'pool'
    | 'owner'
    | 'databaseUrl'
    | 'query'
    | 'rawText'
  >
>

/** Without private members, which differ between a fake and its adapter. */
type PublicPartsOf<Opened> = {
  readonly [Name in keyof Opened]: Opened[Name] extends (...args: never) => unknown
    ? Opened[Name]
    : Pick<Opened[Name], keyof Opened[Name]>
}

/** Opens empty stores, which are closed when the test ends. */
export type OpenStores = (t: Test) => Promise<Stores>

/** Replaces each secret by its text, because assertions can't tell two secrets apart. */
export async function revealSecrets(value: unknown): Promise<unknown> {
  if (value instanceof Secret) return (await decryptSecret(value)).reveal()
  if (value instanceof Date || typeof value !== 'object' || value === null) return value
  if (Array.isArray(value)) return Promise.all(value.map(revealSecrets))
  const entries = Object.entries(value).map(
    async ([key, inner]) => [key, await revealSecrets(inner)] as const,
  )
  return Object.fromEntries(await Promise.all(entries))
}

/** Compares with each secret replaced by its text. */
export async function sameRevealed(t: Test, found: unknown, wanted: unknown): Promise<void> {
  t.strictSame(await revealSecrets(found), await revealSecrets(wanted))
}

/** Saves a user and an attempt, but not the pending connection itself. */
export async function aPendingConnectionOfSavedUser(
  { createUser, attempts }: Stores,
  overrides: Partial<PendingConnection> = {},
): Promise<PendingConnection> {
  const userId = overrides.userId ?? (await createUser()).id
  const attempt = anAttempt({ userId })
  await attempts.save(attempt, new Secret(anId()))
  return aPendingConnection({ userId, attemptId: attempt.id, ...overrides })
}

export async function aSavedConnection(
  { createUser, connections }: Stores,
  overrides: Partial<ActiveConnection> = {},
): Promise<ActiveConnection> {
  const userId = overrides.userId ?? (await createUser()).id
  const connection = anActiveConnection({ userId, ...overrides })
  await connections.save(connection)
  return connection
}

/** Runs `write` in a transaction that fails afterwards. */
export async function rollBack(
  t: Test,
  { unitOfWork }: Pick<Stores, 'unitOfWork'>,
  write: () => Promise<unknown>,
): Promise<void> {
  const failing = unitOfWork.transaction(async () => {
    await write()
    throw new Error('a later write failed')
  })
  await t.rejects(failing, { message: 'a later write failed' })
}

/** Runs `step` in two concurrent transactions. @returns their beginnings and ends in order. */
export async function takeTurns(
  { unitOfWork }: Stores,
  step: () => Promise<unknown>,
): Promise<readonly string[]> {
  const events: string[] = []
  const run = (name: string) =>
    unitOfWork.transaction(async () => {
      await step()
      events.push(`${name} begins`)
      await new Promise(resolve => setTimeout(resolve, 30))
      events.push(`${name} ends`)
    })
  await Promise.all([run('A'), run('B')])
  return events
}
