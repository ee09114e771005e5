import type { Event } from '../sandbox/memory.ts'
import { startSandbox } from '../sandbox/sandbox.ts'
import { LoginWithAmazon } from '../src/adapters/amazon/login.ts'
import type { AmazonSettings } from '../src/adapters/amazon/settings.ts'
import { SystemRandom } from '../src/adapters/clock/random.ts'
import { type Database, openDatabase } from '../src/adapters/postgres/engine/database.ts'
import { Passwords, Users } from '../src/application/access/ports.ts'
import { CallStatistics } from '../src/application/ingestion/report-ports.ts'
import { compose } from '../src/composition/container.ts'
import { hours, minutes, seconds } from '../src/domain/calendar.ts'
import type { UserId } from '../src/domain/identifiers.ts'
import type { Secret } from '../src/domain/secret.ts'
import { type Environment, readSettings, type Settings } from '../src/settings/settings.ts'
import { AmazonSwitches } from './amazon.ts'
import { type DemoContext, DemoMailer } from './demo-product.ts'
import { MovedClock } from './moved-clock.ts'
import { Seller } from './seller.ts'
import { createDemoSellers, type DemoSeller } from './sellers.ts'
import { DemoWorker, DueTimeQueue } from './worker.ts'

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
const jointStepWindow = seconds(120)
const sweepEvery = minutes(20)
const signUpLead = minutes(30)

/**
 * Simulates the demo sellers' last days with the product's use cases and a separate sandbox. Both use a clock that is
 * set back and skips idle times.
 * @returns the events that the running sandbox must take over.
 */
export async function makeHistory(plan: HistoryPlan): Promise<readonly Event[]> {
  const sellers = createDemoSellers(plan.sellers, new Date())
  const begin = Math.min(...sellers.map(({ startsAt }) => startsAt.getTime())) - hours(1)
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
  const pendingTimes = new DueTimeQueue(clock)
  const settings = readSettings({ ...plan.environment, ...sandbox.settings })
  const amazon = new AmazonSwitches(sandbox.controls)
  const context = await openContext(plan, { settings, amazon, database, clock, pendingTimes }, opened)
  await runScenarios(context, sellers, { ...plan, pendingTimes, begin })
  return sandbox.controls.events()
}

async function openContext(
  { tokenKeys, onError }: HistoryPlan,
  {
    settings,
    amazon,
    database,
    clock,
    pendingTimes,
  }: {
    settings: Settings
    amazon: AmazonSwitches
    database: Database
    clock: MovedClock
    pendingTimes: DueTimeQueue
  },
  opened: AsyncDisposableStack,
): Promise<DemoContext> {
  const amazonConfig = amazonSettings(settings)
  const login = new LoginWithAmazon(amazonConfig)
  const mailer = new DemoMailer()
  const container = compose({
    database,
    jobQueue: pendingTimes,
    login,
    amazon: amazonConfig,
    tokenKeys,
    reportPoll: { firstSeconds: 60, maxSeconds: 300 },
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
  const id = await users.idOf({ email })
  if (!id) throw new Error(`there is no ${email}`)
  return id
}

interface NextStep {
  readonly at: number
  readonly demoSeller: DemoSeller
  /** `null` before they have joined. */
  readonly seller: Seller | null
  readonly done: number
}

/** Runs one step at a time, in the order of the clock; the worker runs between steps. */
async function runScenarios(
  context: DemoContext,
  sellers: readonly DemoSeller[],
  {
    pendingTimes,
    begin,
    reportProgress,
    onError,
  }: Pick<HistoryPlan, 'reportProgress' | 'onError'> & { pendingTimes: DueTimeQueue; begin: number },
): Promise<void> {
  const { clock, worker } = context
  const stepCount = sellers.reduce((sum, { scenario }) => sum + 1 + scenario.steps.length, 0)
  let done = 0
  const nextSteps = sellers.map(
    (demoSeller): NextStep => ({
      at: demoSeller.startsAt.getTime() - signUpLead,
      demoSeller,
      seller: null,
      done: 0,
    }),
  )
  const next = () => nextSteps.sort((one, other) => one.at - other.at)[0]
  let sweepAt = begin
  for (;;) {
    const now = clock.now().getTime()
    pendingTimes.forgetUntil(now)
    await worker.processDueReports()
    if (now >= sweepAt) {
      await worker.sweep()
      sweepAt = now + sweepEvery
    }
    for (let step = next(); step && step.at <= now; step = next()) {
      nextSteps.shift()
      const following = await runStep(context, step).catch(onError)
      if (!following) continue
      nextSteps.push(following)
      done += 1
      reportProgress(done / stepCount)
    }
    const nextTime = Math.min(
      next()?.at ?? Number.POSITIVE_INFINITY,
      pendingTimes.next() + jointStepWindow,
      sweepAt,
    )
    if (nextTime >= Date.now()) break
    clock.moveTo(nextTime)
  }
  clock.moveTo(Date.now())
  await worker.processDueReports()
  await worker.sweep()
  await worker.refreshCaseSummaries()
}

/** @returns the seller’s next step, or undefined after the last one. */
async function runStep(
  context: DemoContext,
  { at, demoSeller, seller, done }: NextStep,
): Promise<NextStep | undefined> {
  if (!seller)
    return {
      at: demoSeller.startsAt.getTime(),
      demoSeller,
      done,
      seller: await Seller.join(context, demoSeller.identity),
    }
  const next = demoSeller.scenario.steps[done]
  if (next === undefined) return undefined
  if (typeof next === 'number') return { at: at + next, demoSeller, seller, done: done + 1 }
  await next(seller)
  return { at, demoSeller, seller, done: done + 1 }
}
