import type { Event } from '../sandbox/memory.ts'
import { startSandbox } from '../sandbox/sandbox.ts'
import { LoginWithAmazon } from '../src/adapters/amazon/login.ts'
import type { AmazonSettings } from '../src/adapters/amazon/settings.ts'
import { SystemRandom } from '../src/adapters/clock/random.ts'
import { type Database, openDatabase } from '../src/adapters/postgres/database.ts'
import { Passwords, Users } from '../src/application/access/ports.ts'
import { CallStatistics } from '../src/application/ingestion/ports.ts'
import { compose } from '../src/container.ts'
import { hours, minutes, seconds } from '../src/domain/calendar.ts'
import type { UserId } from '../src/domain/identifiers.ts'
import type { Secret } from '../src/domain/secret.ts'
import { type Environment, readSettings, type Settings } from '../src/settings.ts'
import { AmazonSwitches } from './amazon.ts'
import { DemoMailer, type Stage } from './demo-product.ts'
import { MovedClock } from './moved-clock.ts'
import { Seller } from './seller.ts'
import { type Life, livesOf } from './sellers.ts'
import { AlertClock, DemoWorker } from './worker.ts'

export interface HistoryPlan {
  readonly environment: Environment
  /** Exclusive to this program; contains the demo users. */
  readonly databaseUrl: Secret
  readonly tokenKeys: readonly Secret[]
  readonly sellers: number
  /** Progress from 0 to 1. */
  readonly reportProgress: (done: number) => void
  /** Receives bugs that occur during the simulation. */
  readonly onError: (error: unknown) => void
}

/** Work due within this time is done in one step. */
const lull = seconds(120)
const sweepEvery = minutes(20)
const joined = minutes(30)

/**
 * Simulates the demo sellers' last days with the product's use cases and a separate sandbox. Both use a clock that is
 * set back and skips idle times.
 * @returns the events that the running sandbox must take over.
 */
export async function makeHistory(plan: HistoryPlan): Promise<readonly Event[]> {
  const lives = livesOf(plan.sellers, new Date())
  const begin = Math.min(...lives.map(({ beginsAt }) => beginsAt.getTime())) - hours(1)
  const clock = new MovedClock(Date.now() - begin)
  const { SANDBOX_SEED: seed } = plan.environment
  await using opened = new AsyncDisposableStack()
  const sandbox = opened.adopt(
    await startSandbox({
      ...(seed ? { seed } : {}),
      now: () => clock.now().getTime(),
      // Seconds: reports are ready by their second status poll.
      generationSeconds: { min: 90, max: 170 },
    }),
    it => it.close(),
  )
  const database = opened.adopt(
    await openDatabase(plan.databaseUrl, { commitsAsynchronously: true, onError: plan.onError }),
    it => it.close(),
  )
  const alert = new AlertClock(clock)
  const settings = readSettings({ ...plan.environment, ...sandbox.settings })
  const amazon = new AmazonSwitches(sandbox.controls)
  const stage = await openStage(plan, { settings, amazon, database, clock, alert }, opened)
  await play(stage, lives, { ...plan, alert, begin })
  return sandbox.controls.events()
}

async function openStage(
  { tokenKeys, onError }: HistoryPlan,
  {
    settings,
    amazon,
    database,
    clock,
    alert,
  }: {
    settings: Settings
    amazon: AmazonSwitches
    database: Database
    clock: MovedClock
    alert: AlertClock
  },
  opened: AsyncDisposableStack,
): Promise<Stage> {
  const named = amazonSettings(settings)
  const login = opened.adopt(await LoginWithAmazon.open(named), it => it.close())
  const mailer = new DemoMailer()
  const container = compose({
    database,
    jobQueue: alert,
    login,
    amazon: named,
    tokenKeys,
    reportPoll: { firstSeconds: 175, maxSeconds: 300 },
    consentDays: settings.consentDays,
    mailer,
    publicUrl: settings.web.publicUrl,
    supportEmail: settings.support.email,
    statusPollSeconds: settings.statusPollSeconds,
    clock,
    random: new SystemRandom(),
    onError,
  })
  // It also writes on its own while the pool is open.
  opened.defer(() => container.get(CallStatistics).flush())
  // All demo sellers have the same password, so it is hashed once.
  const passwords = container.get(Passwords)
  let hash: Promise<Secret> | null = null
  ;(await container.rebind(Passwords)).toConstantValue({
    matches: (password, known) => passwords.matches(password, known),
    hash: password => {
      hash ??= passwords.hash(password)
      return hash
    },
  })
  const users = container.get(Users)
  return {
    container,
    clock,
    amazon,
    worker: new DemoWorker(container, onError),
    mailer,
    agent: await idOf(users, 'support@demo.test'),
  }
}

function amazonSettings({ amazon, web }: Settings): AmazonSettings {
  if (amazon.kind !== 'named') throw new Error('no Amazon is named')
  return { ...amazon, callbackUrl: new URL('/dashboard/ads/callback', web.publicUrl).href }
}

async function idOf(users: Users, email: string): Promise<UserId> {
  const found = await users.byEmail(email)
  if (!found) throw new Error(`there is no ${email}`)
  return found.user.id
}

interface Cue {
  readonly at: number
  readonly life: Life
  /** `null` before they have joined. */
  readonly seller: Seller | null
  readonly done: number
}

/** Plays one act at a time, in the order of the clock; the worker runs between acts. */
async function play(
  stage: Stage,
  lives: readonly Life[],
  {
    alert,
    begin,
    reportProgress,
    onError,
  }: Pick<HistoryPlan, 'reportProgress' | 'onError'> & { alert: AlertClock; begin: number },
): Promise<void> {
  const { clock, worker } = stage
  const acts = lives.reduce((sum, { plot }) => sum + 1 + plot.acts.length, 0)
  let done = 0
  const cues = lives.map(
    (life): Cue => ({ at: life.beginsAt.getTime() - joined, life, seller: null, done: 0 }),
  )
  const next = () => cues.sort((one, other) => one.at - other.at)[0]
  let sweepAt = begin
  for (;;) {
    const now = clock.now().getTime()
    alert.forgetUntil(now)
    await worker.workOff()
    if (now >= sweepAt) {
      await worker.sweep()
      sweepAt = now + sweepEvery
    }
    for (let cue = next(); cue && cue.at <= now; cue = next()) {
      cues.shift()
      const following = await act(stage, cue).catch(onError)
      if (!following) continue
      cues.push(following)
      done += 1
      reportProgress(done / acts)
    }
    const nextTime = Math.min(next()?.at ?? Number.POSITIVE_INFINITY, alert.next() + lull, sweepAt)
    if (nextTime >= Date.now()) break
    clock.moveTo(nextTime)
  }
  clock.moveTo(Date.now())
  await worker.workOff()
  await worker.sweep()
  await worker.summary()
}

/** @returns the seller's next cue, or undefined after the last act. */
async function act(stage: Stage, { at, life, seller, done }: Cue): Promise<Cue | undefined> {
  if (!seller)
    return { at: life.beginsAt.getTime(), life, done, seller: await Seller.join(stage, life.identity) }
  const next = life.plot.acts[done]
  if (next === undefined) return undefined
  if (typeof next === 'number') return { at: at + next, life, seller, done: done + 1 }
  await next(seller)
  return { at, life, seller, done: done + 1 }
}
