import type { AmazonSettings } from '../src/adapters/amazon/addresses.ts'
import { LoginWithAmazon } from '../src/adapters/amazon/login.ts'
import { Dice } from '../src/adapters/clock/clocks.ts'
import { type Database, openDatabase } from '../src/adapters/postgres/database.ts'
import { Passwords, People, SecondFactors } from '../src/application/access/ports.ts'
import { compose } from '../src/container.ts'
import { hours, minutes, seconds } from '../src/domain/calendar.ts'
import type { PersonId } from '../src/domain/identifiers.ts'
import type { Secret } from '../src/domain/secret.ts'
import type { Settings } from '../src/settings.ts'
import { makeDemoPeople } from '../src/start/demo-people.ts'
import { AmazonSwitches } from './amazon.ts'
import { type Life, livesOf } from './lives.ts'
import { MovedClock } from './moved-clock.ts'
import { Seller } from './seller.ts'
import { DemoMailer, type Stage } from './stage.ts'
import { AlarmClock, DemoWorker } from './worker.ts'

export interface HistoryPlan {
  readonly settings: Settings
  readonly databaseUrl: Secret
  readonly tokenKeys: readonly Secret[]
  /** Nobody else uses it meanwhile: its clock is moved. */
  readonly sandboxUrl: string
  readonly sellers: number
  /** How far it is, from 0 to 1. */
  readonly tell: (done: number) => void
  /** What a defect of ours looks like while it is lived through. */
  readonly onError: (error: unknown) => void
}

/** What is due within it is done at once. */
const lull = seconds(120)
const sweepEvery = minutes(20)
/** So long before it begins for them they have joined. */
const joined = minutes(30)

/**
 * Sellers live through the last days within a minute: on a clock that was set back, by the product's use cases, at a sandbox
 * whose clock goes with it. Nothing of it is written past the stories that a real seller goes through.
 */
export async function makeHistory(plan: HistoryPlan): Promise<readonly Life[]> {
  const lives = livesOf(plan.sellers, new Date())
  const begin = Math.min(...lives.map(({ beginsAt }) => beginsAt.getTime())) - hours(1)
  const amazon = new AmazonSwitches(plan.sandboxUrl)
  const { generationSeconds } = await amazon.read()
  // One look each: then Amazon is done.
  await amazon.set({ generationSeconds: { min: 90, max: 170 } })
  const clock = new MovedClock(Date.now() - begin)
  await using opened = new AsyncDisposableStack()
  const database = opened.adopt(
    await openDatabase(plan.databaseUrl, { isLight: true, onError: plan.onError }),
    it => it.close(),
  )
  const alarm = new AlarmClock(clock)
  const stage = await openStage(plan, { amazon, database, clock, alarm }, opened)
  await play(stage, lives, { ...plan, alarm, begin })
  await amazon.set({ generationSeconds, faults: [], clockOffsetSeconds: 0 })
  // What was committed lightly is on the disk from here on.
  await database.pool.query('checkpoint')
  return lives
}

async function openStage(
  { settings, tokenKeys, onError }: HistoryPlan,
  {
    amazon,
    database,
    clock,
    alarm,
  }: { amazon: AmazonSwitches; database: Database; clock: MovedClock; alarm: AlarmClock },
  opened: AsyncDisposableStack,
): Promise<Stage> {
  const named = amazonSettings(settings)
  const login = opened.adopt(await LoginWithAmazon.open(named), it => it.close())
  const mailer = new DemoMailer()
  const container = compose({
    database,
    bell: alarm,
    login,
    amazon: named,
    tokenKeys,
    reportPoll: { firstSeconds: 175, longestSeconds: 300 },
    consentDays: settings.consentDays,
    mailer,
    publicUrl: settings.web.publicUrl,
    supportEmail: settings.support.email,
    statusPollSeconds: settings.statusPollSeconds,
    clock,
    chance: new Dice(),
    onError,
  })
  await makeDemoPeople(database.em, container.get(SecondFactors), clock.now())
  // All have the same: it is made once.
  const passwords = container.get(Passwords)
  let hash: Promise<Secret> | null = null
  ;(await container.rebind(Passwords)).toConstantValue({
    matches: (password, known) => passwords.matches(password, known),
    hash: password => {
      hash ??= passwords.hash(password)
      return hash
    },
  })
  const people = container.get(People)
  return {
    container,
    clock,
    amazon,
    worker: new DemoWorker(container, onError),
    mailer,
    agent: await idOf(people, 'support@demo.test'),
  }
}

function amazonSettings({ amazon, web }: Settings): AmazonSettings {
  if (amazon.kind !== 'named') throw new Error('no Amazon is named')
  return { ...amazon, callbackUrl: new URL('/dashboard/ads/callback', web.publicUrl).href }
}

async function idOf(people: People, email: string): Promise<PersonId> {
  const found = await people.byEmail(email)
  if (!found) throw new Error(`there is no ${email}`)
  return found.person.id
}

/** Who acts next in a life, and when. */
interface Cue {
  readonly at: number
  readonly life: Life
  /** `null` before they have joined. */
  readonly seller: Seller | null
  /** How many of the plot's acts are over. */
  readonly done: number
}

/** One act at a time, in the order of the clock; what the worker has to do meanwhile is done in between. */
async function play(
  stage: Stage,
  lives: readonly Life[],
  {
    alarm,
    begin,
    tell,
    onError,
  }: Pick<HistoryPlan, 'tell' | 'onError'> & { alarm: AlarmClock; begin: number },
): Promise<void> {
  const { clock, worker, amazon } = stage
  const moveTo = async (moment: number) => {
    clock.moveTo(moment)
    await amazon.set({ clockOffsetSeconds: -clock.behind / 1000 })
  }
  const acts = lives.reduce((sum, { plot }) => sum + 1 + plot.acts.length, 0)
  let done = 0
  const cues = lives.map(
    (life): Cue => ({ at: life.beginsAt.getTime() - joined, life, seller: null, done: 0 }),
  )
  const next = () => cues.sort((one, other) => one.at - other.at)[0]
  let sweepAt = begin
  for (;;) {
    const now = clock.now().getTime()
    alarm.forgetUntil(now)
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
      tell(done / acts)
    }
    const moment = Math.min(next()?.at ?? Number.POSITIVE_INFINITY, alarm.next() + lull, sweepAt)
    if (moment >= Date.now()) break
    await moveTo(moment)
  }
  await moveTo(Date.now())
  await worker.workOff()
  await worker.sweep()
  await worker.digest()
}

/** @returns who is next in the same life; nothing when that is all. */
async function act(stage: Stage, { at, life, seller, done }: Cue): Promise<Cue | undefined> {
  if (!seller)
    return { at: life.beginsAt.getTime(), life, done, seller: await Seller.join(stage, life.identity) }
  const next = life.plot.acts[done]
  if (next === undefined) return undefined
  if (typeof next === 'number') return { at: at + next, life, seller, done: done + 1 }
  await next(seller)
  return { at, life, seller, done: done + 1 }
}
