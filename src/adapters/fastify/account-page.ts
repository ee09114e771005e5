import type { Loading } from '../../application/ingestion/index.ts'
import type { Lack } from '../../domain/access/subscription.ts'
import {
  type ClosedConnection,
  type Connection,
  consentOf,
  type HeldConnection,
  isErased,
  isHeld,
  isKept,
  keptDays,
} from '../../domain/connection/connection.ts'
import { consentEndsAt } from '../../domain/connection/consent.ts'
import { type HealthFacts, healthOf } from '../../domain/health/health.ts'
import { definitionOf } from '../../domain/ingestion/catalogue.ts'
import { failureSentences } from '../../domain/ingestion/trouble.ts'
import { referenceOf } from '../../domain/timeline/reference.ts'
import { amazonUserWords, removeAppAddress, signOutAddresses } from './amazon-account.ts'
import { formatDate, formatMoment } from './formats.ts'
import { healthCard, syncMoment } from './health-words.ts'
import type { AccountPage, PartingPage } from './page-models/connecting.ts'
import type { Shell } from './page-models/shell.ts'
import { accountLabel } from './shell.ts'

interface About {
  readonly connection: Connection
  readonly lack: Lack | null
  readonly loading: Loading | null
  readonly consentDays: number
  readonly now: Date
}

export function accountPage(shell: Shell, about: About): AccountPage {
  const { connection, lack, loading, now } = about
  const health = healthOf({ connection, lack, loading: loading && loadingFacts(loading) }, now)
  const { id } = connection
  const isGone = isErased(connection)
  return {
    ...shell,
    connectionId: id,
    account: isGone ? null : accountLabel(connection.profile),
    reference: referenceOf(id),
    health: healthCard(health, { id, now }),
    facts: factsOf(about),
    failedReports: (loading?.settled ?? []).flatMap(report =>
      report.status === 'failed'
        ? [{ name: definitionOf(report.type).name, sentence: failureSentences[report.reason.trouble] }]
        : [],
    ),
    mayRenew: isHeld(connection) && lack === null,
    mayDisconnect: isHeld(connection),
    mayErase: connection.status === 'closed' && isKept(connection, now),
    signOutUrl: signOutAddresses[isGone ? 'na' : consentOf(connection).loginRegion],
    removeAppUrl: removeAppAddress,
  }
}

export const loadingFacts = (loading: Loading): NonNullable<HealthFacts['loading']> => ({
  ...loading,
  asked: { requestedAt: loading.run.requestedAt, reports: loading.reports },
})

function factsOf({ connection, lack, loading, consentDays, now }: About): AccountPage['facts'] {
  const facts: [term: string, value: string | null][] = [
    ['Connected on', formatMoment(connection.connectedAt)],
  ]
  if (!isErased(connection)) {
    const { currency, timezone } = connection.profile
    const { amazonUser, consentedAt } = consentOf(connection)
    const syncs = connection.status === 'active' && !lack
    const ends = connection.status === 'active' ? consentEndsAt(consentedAt, consentDays) : null
    facts.unshift(['Currency', currency], ['Time zone', timezone])
    facts.push(
      ['Authorised by', amazonUserWords(amazonUser) ?? 'Not known yet'],
      ['Authorised on', formatMoment(consentedAt)],
      ['Permission ends on', ends && formatDate(ends)],
      ['Last loaded', loading?.lastLoadedAt ? formatMoment(loading.lastLoadedAt) : null],
      ['Next sync', loading?.nextSyncAt && syncs ? syncMoment(loading.nextSyncAt, now) : null],
    )
  }
  if (!isHeld(connection)) facts.push(['Disconnected on', formatMoment(connection.closedAt)])
  return facts.flatMap(([term, value]) => (value ? [{ term, value }] : []))
}

export function partingPage(shell: Shell, connection: HeldConnection | ClosedConnection): PartingPage {
  return {
    ...shell,
    connectionId: connection.id,
    account: accountLabel(connection.profile),
    keptDays,
    keptUntil: connection.status === 'closed' ? formatMoment(connection.eraseAt) : null,
    removeAppUrl: removeAppAddress,
  }
}
