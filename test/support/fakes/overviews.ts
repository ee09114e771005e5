import type { Cause } from '../../../src/admin/diagnosis/causes.ts'
import { type FailureCount, Overviews, type Sighting } from '../../../src/admin/ports.ts'
import { lackOf } from '../../../src/domain/access/subscription.ts'
import { after, hours, minutes } from '../../../src/domain/calendar.ts'
import type { CallCount } from '../../../src/domain/ingestion/call-times.ts'
import type { FailureReason } from '../../../src/domain/ingestion/trouble.ts'
import { regions } from '../../../src/domain/profile/region.ts'
import type { FakeCallTally } from './call-tally.ts'
import type { FakeConnections } from './connections.ts'
import type { FakeCaseDigests } from './console.ts'
import { type FakeIngestions, isOpen } from './ingestions.ts'
import type { FakeRegions } from './loading.ts'
import type { FakeOutbox } from './mails.ts'
import type { FakePeople } from './people.ts'
import type { FakeSyncs } from './syncs.ts'

interface Stores {
  readonly people: FakePeople
  readonly connections: FakeConnections
  readonly ingestions: FakeIngestions
  readonly regions: FakeRegions
  readonly calls: FakeCallTally
  readonly digests: FakeCaseDigests
  readonly outbox: FakeOutbox
  readonly syncs: FakeSyncs
}

export class FakeOverviews extends Overviews {
  readonly #stores: Stores

  constructor(stores: Stores) {
    super()
    this.#stores = stores
  }

  async queue(now: Date) {
    const { ingestions, connections, people } = this.#stores
    const open = ingestions.reports
      .all()
      .flatMap(({ report, leased }) => (isOpen(report) ? [{ report, leased }] : []))
    const running = open.filter(({ leased }) => leased)
    const late = open
      .filter(({ report, leased }) => !leased && report.nextTryAt <= after(now, -minutes(1)))
      .map(({ report }) => report.nextTryAt)
    const syncs: Date[] = []
    for (const [id, at] of this.#stores.syncs.planned.entries()) {
      const connection = await connections.find(id)
      if (at > after(now, -minutes(1)) || connection?.status !== 'active') continue
      if (lackOf(await people.subscriptionOf(connection.personId), now)) continue
      if (await ingestions.isLoading(id)) continue
      const settledAt = ingestions.settledAtOf(id)
      syncs.push(settledAt && settledAt > at ? settledAt : at)
    }
    const runs = { first: 0, renewal: 0, daily: 0, retry: 0, again: 0 }
    for (const { kind } of ingestions.openRuns) runs[kind] += 1
    const awaited = ingestions.openRuns
      .filter(({ kind }) => kind === 'first' || kind === 'renewal')
      .sort((one, other) => one.requestedAt.getTime() - other.requestedAt.getTime())
    for (const { connectionId, requestedAt } of awaited) {
      const connection = await connections.find(connectionId)
      if (connection?.status !== 'active') continue
      const { personId, profile } = connection
      const person = await people.byId(personId)
      if (!person) continue
      const { id, accountName, country } = profile
      return {
        ...counts(),
        longestWaiting: {
          key: { personId, connectionId },
          person: { name: person.name, email: person.email },
          account: { id, accountName, country },
          since: requestedAt,
        },
      }
    }
    return { ...counts(), longestWaiting: null }

    function counts() {
      return {
        waiting: open.length - running.length - late.length,
        running: running.length,
        late: late.length,
        lateSince: earliest(late),
        runs,
        syncsDue: { count: syncs.length, since: earliest(syncs) },
      }
    }
  }

  async failures(since: Date, now: Date): Promise<FailureCount[]> {
    const failed = this.#stores.ingestions.reports
      .all()
      .flatMap(({ report }) => (report.status === 'failed' ? [report] : []))
      .filter(({ failedAt }) => failedAt > since && failedAt <= now)
    const hoursAgo = (failedAt: Date) =>
      failedAt < after(now, -hours(24))
        ? null
        : Math.max(0, Math.ceil((now.getTime() - failedAt.getTime()) / hours(1)) - 1)
    const alike = Map.groupBy(failed, ({ reason, failedAt }) =>
      JSON.stringify([namedBy(reason), hoursAgo(failedAt)]),
    )
    return [...alike.values()].flatMap(([first, ...rest]) =>
      first
        ? [{ reason: namedBy(first.reason), hoursAgo: hoursAgo(first.failedAt), reports: rest.length + 1 }]
        : [],
    )
  }

  async regions(callsSince: Date) {
    const { regions: traffics, calls } = this.#stores
    return regions.map(region => ({
      region,
      traffic: traffics.trafficOf(region),
      calls: addedUp(
        calls.counted.filter(call => call.region === region && minuteOf(call.at) > callsSince.getTime()),
      ),
    }))
  }

  async sightings(about: Parameters<Overviews['sightings']>[0]) {
    const { connections, ingestions, digests, outbox } = this.#stores
    const refused = new Map<Cause, Sighting>()
    for (const cause of about.causes) {
      const its = digests.all.filter(digest => digest.cause === cause)
      const since = earliest(its.flatMap(({ causeSince }) => (causeSince ? [causeSince] : [])))
      if (its.length > 0) refused.set(cause, { count: its.length, since })
    }
    const lost = connections.lostSince(about.grantsSince)
    const differing = ingestions.reconciliations
      .all()
      .flatMap(({ latest }) => (latest && latest.differences > 0 ? [latest.checkedAt] : []))
    const mails = outbox.givenUpAt.filter(at => at > about.mailsSince)
    return {
      refused,
      grantsRefused: sightingOf(lost),
      differing: sightingOf(differing),
      mailsGivenUp: sightingOf(mails),
    }
  }

  async mailsDue(now: Date): Promise<Sighting> {
    return sightingOf(this.#stores.outbox.waitingSince.filter(at => at <= now))
  }
}

const earliest = (moments: readonly Date[]): Date | null =>
  moments.toSorted((one, other) => one.getTime() - other.getTime())[0] ?? null

const sightingOf = (moments: readonly Date[]): Sighting => ({
  count: moments.length,
  since: earliest(moments),
})

const minuteOf = (at: Date): number => Math.floor(at.getTime() / minutes(1)) * minutes(1)

function namedBy({ trouble, detail, skewSeconds }: FailureReason): FailureCount['reason'] {
  if (trouble === 'our_client') return { trouble, detail: detail ?? '' }
  return trouble === 'token_refused' && skewSeconds !== undefined ? { trouble, skewSeconds } : { trouble }
}

function addedUp(calls: readonly CallCount[]): CallCount[] {
  const alike = Map.groupBy(calls, ({ outcome, within }) => `${outcome} ${within}`)
  return [...alike].sort().flatMap(([, all]) => {
    const [first] = all
    return first
      ? [
          {
            outcome: first.outcome,
            within: first.within,
            calls: all.length,
            milliseconds: all.reduce((sum, { milliseconds }) => sum + milliseconds, 0),
          },
        ]
      : []
  })
}
