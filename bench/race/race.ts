import { randomUUID } from 'node:crypto'
import { join } from 'node:path'
import { SubscriptionRow } from '../../src/adapters/postgres/access/access-rows.ts'
import { PendingConnections, ProfileDirectory } from '../../src/application/connection/ports.ts'
import { Clock } from '../../src/application/ports.ts'
import { createPendingConnection } from '../../src/domain/connection/pending-connection.ts'
import type { AttemptId, PendingConnectionId, SessionId } from '../../src/domain/identifiers.ts'
import type { AdvertisingProfile } from '../../src/domain/profile/profile.ts'
import type { LocalAmazon } from '../amazon/local-amazon.ts'
import { BenchProcess } from '../bench-process.ts'
import { describeMachine } from '../machine.ts'
import { formatNumber, type Measure, median } from '../measures.ts'
import type { BenchOptions } from '../options.ts'
import { Fixture } from '../pages/fixture.ts'
import { type BenchProduct, insertUser } from '../product.ts'
import { workerFlags } from '../worker-flags.ts'
import type { Choice, ChooserCalls } from './chooser.ts'

const full = { processes: 2, clicks: 50, rounds: 30 }
const quick = { processes: 2, clicks: 5, rounds: 2 }

/**
 * A hundred concurrent clicks on one profile in two web processes create one connection, and every click returns it
 * (S-19).
 */
export async function benchRace({ quick: isQuick, log }: BenchOptions): Promise<Measure[]> {
  const { processes, clicks, rounds } = isQuick ? quick : full
  await using fixture = await Fixture.open()
  const { product, amazon, config, pool } = fixture
  log(await describeMachine(pool))
  const choosers = Array.from({ length: processes }, () =>
    fixture.keep(new BenchProcess<ChooserCalls>(join(import.meta.dirname, 'chooser.ts'), workerFlags), it =>
      it.end(),
    ),
  )
  for (const chooser of choosers) await chooser.call('start', config)

  const times = { choose: [] as number[], lock: [] as number[] }
  // The first round warms up the processes.
  for (let round = 0; round <= rounds; round += 1) {
    const choice = await prepareChoice(product, amazon)
    const startedAt = performance.now()
    const connectionIds = await Promise.all(
      choosers.map(chooser => chooser.call('choose', { ...choice, clicks })),
    )
    const chosenAt = performance.now()
    const { rows } = await pool.query<{ id: string }>('select id from connection where user_id = $1', [
      choice.userId,
    ])
    const connections = new Set([...connectionIds.flat(), ...rows.map(({ id }) => id)])
    if (connections.size !== 1)
      throw new Error(`${processes * clicks} clicks made ${connections.size} connections`)
    await Promise.all(choosers.map(chooser => chooser.call('lock', { ...choice, clicks })))
    if (round === 0) continue
    times.choose.push((chosenAt - startedAt) / (processes * clicks))
    times.lock.push((performance.now() - chosenAt) / (processes * clicks))
  }
  log(
    `${rounds} rounds of ${processes * clicks} clicks: one connection in each; ${formatNumber(median(times.choose))} ms a click.`,
  )
  return [
    {
      name: `race: one of ${processes * clicks} simultaneous clicks, median of ${rounds} rounds`,
      unit: 'ms',
      ours: median(times.choose),
      reference: median(times.lock),
      referenceName: 'a transaction that locks the user',
      target: null,
    },
  ]
}

async function prepareChoice({ container, database }: BenchProduct, amazon: LocalAmazon): Promise<Choice> {
  const now = container.get(Clock).now()
  const userId = await insertUser(database, now)
  const sessionId = randomUUID() as SessionId
  const [attemptId, pendingId] = [randomUUID() as AttemptId, randomUUID() as PendingConnectionId]
  await database.em.insert(SubscriptionRow, { userId, plan: 'annual', endsAt: null })
  await database.pool.query(
    `insert into authorisation_attempt (id, user_id, session_id, region, state_hash, started_at, expires_at)
     values ($1, $2, $3, 'na', $4, $5, $5)`,
    [attemptId, userId, sessionId, attemptId, now],
  )
  const tokens = await amazon.consent('us-seller')
  const [profile] = await container.get(ProfileDirectory).listProfiles('na', tokens.accessToken)
  if (!profile) throw new Error('there is no profile')
  const pending = createPendingConnection(
    {
      id: pendingId,
      userId,
      attemptId,
      reauthorisedConnectionId: null,
      region: 'na',
      ...tokens,
      accessTokenExpiresAt: now,
      isConsentPageSkipped: false,
    },
    now,
  )
  await container.get(PendingConnections).put({ ...pending, regionResults: regionResultsWith(profile) })
  return { userId, sessionId, pendingId, profileId: profile.id }
}

function regionResultsWith(profile: AdvertisingProfile) {
  const none = { state: 'fetched', profiles: [] } as const
  return { na: { state: 'fetched', profiles: [profile] }, eu: none, fe: none } as const
}
