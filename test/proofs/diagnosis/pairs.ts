import type { Sandbox } from '../../../sandbox/sandbox.ts'
import { type Cause, rankOf } from '../../../src/admin/diagnosis/causes.ts'
import { MailRefused } from '../../../src/application/mail/ports.ts'
import { after, hours, minutes } from '../../../src/domain/calendar.ts'
import { aSubscription } from '../../support/examples.ts'
import { isImpossible } from '../faults/cell.ts'
import type { World } from '../faults/driver/world.ts'
import { type Line, lines } from '../faults/table.ts'
import { Seller } from './seller.ts'

type SwitchedFault = Parameters<Sandbox['controls']['set']>[0] extends infer Some
  ? Some extends { faults?: readonly (infer One)[] }
    ? One
    : never
  : never

/** One of two things that are the matter at once. */
interface Half {
  readonly name: string
  readonly cause: Cause
  /** What it keeps from happening at all. */
  readonly stops: 'loading' | 'nothing'
  /** Lets Amazon answer so, about one type of report. */
  readonly fault?: (reportType: string) => SwitchedFault
  /** What becomes of a connection that is loaded, as far as Amazon lets it. */
  readonly happens?: (seller: Seller, world: World) => Promise<void>
}

/** Each with an id of its own among Amazon's types, so that two faults meet different reports. */
const reportTypes = ['spTargeting', 'spSearchTerm', 'spAdvertisedProduct', 'sbTargeting', 'sdTargeting']

/** Calls that are about one report. */
const loadingCalls = { order: 'create', look: 'status', download: 'download' } as const

/** Silence has to be waited for in truth, three hours of “not yet” in many steps; a clock is every report's. */
const left = new Set(['timeout', 'slow_body', 'never_finishes', 'clock_ahead', 'clock_behind'])

const loadingHalf = ({ call, fault, row }: Line): Half[] => {
  const sandboxCall = loadingCalls[call as keyof typeof loadingCalls]
  if (!sandboxCall || isImpossible(row) || left.has(fault)) return []
  if (row.action === 'nobody: it works' && row.cause !== 'duplicate_adopted') return []
  const named = fault === '429_named' ? { fault: '429', retryAfterSeconds: 17 } : { fault }
  return [
    {
      name: `${call} ${fault}`,
      cause: row.cause,
      stops: row.plan.end === 'needs authorisation' ? 'loading' : 'nothing',
      // Amazon calls an order a double once the first was taken, whose answer got lost.
      fault: reportType =>
        ({
          call: sandboxCall,
          region: null,
          times: row.cause === 'duplicate_adopted' ? 1 : null,
          reportType,
          ...named,
        }) as SwitchedFault,
    },
  ]
}

/** A second attempt beside a connection that is there, which fails at Amazon's login. */
const exchangeHalf = ({ call, fault, row }: Line): Half[] => {
  if (call !== 'exchange' || isImpossible(row) || left.has(fault) || row.action === 'nobody: it works')
    return []
  return [
    {
      name: `a second attempt, exchange ${fault}`,
      cause: row.cause,
      stops: 'nothing',
      happens: async (seller, world) => {
        const url = await seller.press()
        const before = world.sandbox.controls.switches().faults
        world.sandbox.controls.set({
          faults: [
            { call: 'token', region: null, times: 1, fault: fault === '429_named' ? '429' : fault },
          ] as never,
        })
        await seller.comeBack(url)
        world.sandbox.controls.set({ faults: [...before] })
      },
    },
  ]
}

const happenings: readonly Half[] = [
  {
    name: 'a second attempt, cancelled',
    cause: 'consent_cancelled',
    stops: 'nothing',
    happens: async seller => void (await seller.comeBack(await seller.press(), { decision: 'cancel' })),
  },
  {
    name: 'a second attempt, never back',
    cause: 'never_came_back',
    stops: 'nothing',
    happens: async seller => {
      await seller.press()
      seller.fakes.clock.advance(minutes(30))
    },
  },
  {
    name: 'a second account',
    cause: 'blocked_by_limit',
    stops: 'nothing',
    happens: async seller => {
      await seller.authorise()
      await seller.look()
      await seller.choose('My Store UK')
    },
  },
  {
    name: 'a second attempt, left for an hour',
    cause: 'pending_expired',
    stops: 'nothing',
    happens: async seller => {
      await seller.authorise()
      await seller.look()
      seller.fakes.clock.advance(hours(1))
      await seller.expire()
    },
  },
  {
    name: 'the plan lapses',
    cause: 'plan_lapsed',
    stops: 'nothing',
    happens: async seller => {
      const endsAt = seller.fakes.clock.now()
      await seller.fakes.people.saveSubscription(seller.person.id, aSubscription({ endsAt }))
    },
  },
  {
    name: 'mails come back',
    cause: 'mail_given_up',
    stops: 'nothing',
    happens: async seller => {
      seller.fakes.mailer.fails = new MailRefused('550')
      const { outbox, clock } = seller.fakes
      await outbox.put({
        episode: `a mail of ${clock.now().toISOString()}`,
        personId: seller.person.id,
        connectionId: null,
        mail: { kind: 'connection_erased', closedAt: clock.now().toISOString() },
        createdAt: clock.now(),
        dueAt: clock.now(),
      })
      await seller.sendMails()
    },
  },
]

/** Whatever can be the matter beside something else. */
export const halves: readonly Half[] = [
  ...lines.flatMap(loadingHalf),
  ...lines.flatMap(exchangeHalf),
  ...happenings,
]

export interface Pair {
  readonly halves: readonly [Half, Half]
  readonly reportTypes: readonly [string, string]
}

/** Two that do not hide each other: of two attempts the later one alone is told. */
export function drawPair(roll: () => number): Pair {
  const one = drawn(halves, roll)
  const isAttempt = ({ happens, cause }: Half) =>
    happens !== undefined && cause !== 'plan_lapsed' && cause !== 'mail_given_up'
  const fits = (other: Half) =>
    other.cause !== one.cause &&
    !(isAttempt(one) && isAttempt(other)) &&
    // Who pays for nothing cannot leave for Amazon at all.
    !([one, other].some(({ cause }) => cause === 'plan_lapsed') && [one, other].some(isAttempt)) &&
    !(one.stops === 'loading' && other.fault !== undefined) &&
    !(other.stops === 'loading' && one.fault !== undefined)
  const other = drawn(halves.filter(fits), roll)
  const type = drawn(reportTypes, roll)
  return {
    halves: [one, other],
    reportTypes: [
      type,
      drawn(
        reportTypes.filter(each => each !== type),
        roll,
      ),
    ],
  }
}

const drawn = <Value>(values: readonly Value[], roll: () => number): Value => {
  const value = values[Math.floor(roll() * values.length)]
  if (value === undefined) throw new Error('there is nothing to draw from')
  return value
}

export const nameOf = ({ halves: [one, other], reportTypes: [type, otherType] }: Pair): string =>
  `${one.name}${one.fault ? ` (${type})` : ''} and ${other.name}${other.fault ? ` (${otherType})` : ''}`

/** What the console's page names, of a seller to whom both happen. */
export async function drivePair(world: World, { halves: both, reportTypes: types }: Pair): Promise<string[]> {
  world.mend()
  const seller = await Seller.of(world)
  const faults = both.flatMap((half, index) => half.fault?.(types[index] ?? '') ?? [])
  world.sandbox.controls.set({ faults })
  await seller.connect('three-regions', 'My Store CA')
  await seller.work({ until: after(seller.fakes.clock.now(), minutes(20)) })
  for (const half of both) await half.happens?.(seller, world)
  return seller.console().causes()
}

/** Both are named, and the one that stands first in the list of causes first. */
export function isNamedRightly({ halves: [one, other] }: Pair, named: readonly string[]): boolean {
  const first = rankOf(one.cause) < rankOf(other.cause) ? one : other
  return named[0] === first.cause && named.includes(one.cause) && named.includes(other.cause)
}
