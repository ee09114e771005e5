import type { Sandbox } from '../../../sandbox/sandbox.ts'
import { type Cause, rankOf } from '../../../src/admin/diagnosis/causes.ts'
import { EmailRejected } from '../../../src/application/email/ports.ts'
import { after, hours, minutes } from '../../../src/domain/calendar.ts'
import { aSubscription } from '../../support/examples.ts'
import { isImpossible } from '../faults/cell.ts'
import type { World } from '../faults/driver/world.ts'
import { type TableEntry, tableEntries } from '../faults/table.ts'
import { Seller } from './seller.ts'

type InjectedFault = Parameters<Sandbox['controls']['set']>[0] extends infer Some
  ? Some extends { faults?: readonly (infer One)[] }
    ? One
    : never
  : never

interface PairedCause {
  readonly name: string
  readonly cause: Cause
  /** What the cause prevents entirely. */
  readonly stops: 'loading' | 'nothing'
  readonly fault?: (reportType: string) => InjectedFault
  /** The fault begins when its report's days are loaded. */
  readonly isReload?: true
  readonly apply?: (seller: Seller, world: World) => Promise<void>
}

/** Report types with different ids at Amazon, so that two faults affect different reports. */
const reportTypes = ['spTargeting', 'spSearchTerm', 'spAdvertisedProduct', 'sbTargeting', 'sdTargeting']

const reportCalls = { report_request: 'create', report_status: 'status', download: 'download' } as const

/**
 * Excluded: timeouts take real time, a report that never finishes takes three hours of polls, and a wrong clock affects
 * every report. Whether a row without its campaign fails a file depends on the file's size.
 */
const excludedFaults = new Set([
  'timeout',
  'slow_body',
  'never_finishes',
  'clock_ahead',
  'clock_behind',
  'row_without_campaign',
])

const loadingCauses = ({ call, fault, row }: TableEntry): PairedCause[] => {
  const sandboxCall = reportCalls[call as keyof typeof reportCalls]
  if (!sandboxCall || isImpossible(row) || excludedFaults.has(fault)) return []
  if (row.action === 'None: works' && row.cause !== 'duplicate_adopted' && !row.reload) return []
  const named = fault === '429_named' ? { fault: '429', retryAfterSeconds: 17 } : { fault }
  return [
    {
      name: `${call} ${fault}`,
      cause: row.cause,
      stops: row.plan.end === 'needs authorisation' ? 'loading' : 'nothing',
      ...(row.reload && { isReload: true }),
      // Amazon reports a duplicate after the first request was accepted and its reply lost.
      fault: reportType =>
        ({
          call: sandboxCall,
          region: null,
          times: row.cause === 'duplicate_adopted' ? 1 : null,
          reportType,
          ...named,
        }) as InjectedFault,
    },
  ]
}

/** A second attempt that fails at Amazon's login, while a connection exists. */
const exchangeCauses = ({ call, fault, row }: TableEntry): PairedCause[] => {
  if (call !== 'exchange' || isImpossible(row) || excludedFaults.has(fault) || row.action === 'None: works')
    return []
  return [
    {
      name: `a second attempt, exchange ${fault}`,
      cause: row.cause,
      stops: 'nothing',
      apply: async (seller, world) => {
        const url = await seller.startConnecting()
        const before = world.sandbox.controls.switches().faults
        world.sandbox.controls.set({
          faults: [
            { call: 'token', region: null, times: 1, fault: fault === '429_named' ? '429' : fault },
          ] as never,
        })
        await seller.returnFromAmazon(url)
        world.sandbox.controls.set({ faults: [...before] })
      },
    },
  ]
}

const events: readonly PairedCause[] = [
  {
    name: 'a second attempt that is cancelled',
    cause: 'consent_cancelled',
    stops: 'nothing',
    apply: async seller =>
      void (await seller.returnFromAmazon(await seller.startConnecting(), { decision: 'cancel' })),
  },
  {
    name: 'a second attempt without a callback',
    cause: 'callback_missing',
    stops: 'nothing',
    apply: async seller => {
      await seller.startConnecting()
      seller.fakes.clock.advance(minutes(30))
    },
  },
  {
    name: 'a second account',
    cause: 'blocked_by_limit',
    stops: 'nothing',
    apply: async seller => {
      await seller.authorise()
      await seller.advance()
      await seller.choose('My Store UK')
    },
  },
  {
    name: 'a second attempt, abandoned for an hour',
    cause: 'pending_expired',
    stops: 'nothing',
    apply: async seller => {
      await seller.authorise()
      await seller.advance()
      seller.fakes.clock.advance(hours(1))
      await seller.expire()
    },
  },
  {
    name: 'the plan lapses',
    cause: 'plan_lapsed',
    stops: 'nothing',
    apply: async seller => {
      const endsAt = seller.fakes.clock.now()
      await seller.fakes.subscriptions.save(seller.user.id, aSubscription({ endsAt }))
    },
  },
  {
    name: 'emails bounce',
    cause: 'email_failed',
    stops: 'nothing',
    apply: async seller => {
      seller.fakes.mailer.sendError = new EmailRejected('550')
      const { outbox, clock } = seller.fakes
      await outbox.put({
        idempotencyKey: `email of ${clock.now().toISOString()}`,
        userId: seller.user.id,
        connectionId: null,
        message: { kind: 'connection_erased', closedAt: clock.now().toISOString() },
        createdAt: clock.now(),
        dueAt: clock.now(),
      })
      await seller.sendEmails()
    },
  },
]

export const pairedCauses: readonly PairedCause[] = [
  ...tableEntries.flatMap(loadingCauses),
  ...tableEntries.flatMap(exchangeCauses),
  ...events,
]

export interface Pair {
  readonly causes: readonly [PairedCause, PairedCause]
  readonly reportTypes: readonly [string, string]
}

/** Returns two causes that don't hide each other: of two attempts, only the later one is diagnosed. */
export function pickPair(roll: () => number): Pair {
  const one = pick(pairedCauses, roll)
  const isAttempt = ({ apply, cause }: PairedCause) =>
    apply !== undefined && cause !== 'plan_lapsed' && cause !== 'email_failed'
  const isCompatible = (other: PairedCause) =>
    other.cause !== one.cause &&
    !(isAttempt(one) && isAttempt(other)) &&
    // Without an active plan a seller can't start an attempt.
    !([one, other].some(({ cause }) => cause === 'plan_lapsed') && [one, other].some(isAttempt)) &&
    !(one.stops === 'loading' && other.fault !== undefined) &&
    !(other.stops === 'loading' && one.fault !== undefined)
  const other = pick(pairedCauses.filter(isCompatible), roll)
  const type = pick(reportTypes, roll)
  return {
    causes: [one, other],
    reportTypes: [
      type,
      pick(
        reportTypes.filter(each => each !== type),
        roll,
      ),
    ],
  }
}

const pick = <Value>(values: readonly Value[], roll: () => number): Value => {
  const value = values[Math.floor(roll() * values.length)]
  if (value === undefined) throw new Error('there are no values to pick from')
  return value
}

export const nameOf = ({ causes: [one, other], reportTypes: [type, otherType] }: Pair): string =>
  `${one.name}${one.fault ? ` (${type})` : ''} and ${other.name}${other.fault ? ` (${otherType})` : ''}`

export async function drivePair(world: World, { causes: both, reportTypes: types }: Pair): Promise<string[]> {
  world.clearFaults()
  const seller = await Seller.of(world)
  const faultsOf = (causes: readonly PairedCause[]) =>
    causes.flatMap(cause => cause.fault?.(types[both.indexOf(cause)] ?? '') ?? [])
  world.sandbox.controls.set({ faults: faultsOf(both.filter(({ isReload }) => !isReload)) })
  await seller.connect('three-regions', 'My Store CA')
  await seller.runWorker({ until: after(seller.fakes.clock.now(), minutes(20)) })
  world.sandbox.controls.set({ faults: faultsOf(both) })
  for (const [index, { isReload }] of both.entries()) if (isReload) await seller.reload(types[index] ?? '')
  await seller.runWorker({ until: after(seller.fakes.clock.now(), minutes(5)) })
  for (const cause of both) await cause.apply?.(seller, world)
  return seller.console().causes()
}

/** True when both causes are named, and the first is the one that comes first in the list of causes. */
export function isNamedCorrectly({ causes: [one, other] }: Pair, named: readonly string[]): boolean {
  const first = rankOf(one.cause) < rankOf(other.cause) ? one : other
  return named[0] === first.cause && named.includes(one.cause) && named.includes(other.cause)
}
