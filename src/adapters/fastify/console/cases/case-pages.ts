import { caseId } from '../../../../admin/cases/case-key.ts'
import type { CaseDetails } from '../../../../admin/cases/open-case.ts'
import type { CaseSearchResult } from '../../../../admin/cases/search-cases.ts'
import { type AgentAction, isAdminOnly } from '../../../../admin/diagnosis/actions.ts'
import { causeTexts } from '../../../../admin/diagnosis/cause-texts.ts'
import type { CaseSearchHit } from '../../../../admin/ports.ts'
import { isAdmin } from '../../../../domain/access/staff-action.ts'
import type { User } from '../../../../domain/access/user.ts'
import { type Connection, consentOf, isErased } from '../../../../domain/connection/connection.ts'
import { consentExpiresAt } from '../../../../domain/connection/consent.ts'
import { regionNames } from '../../../../domain/profile/region.ts'
import { referenceOf } from '../../../../domain/timeline/reference.ts'
import { formatDate, formatDateTime, formatDateTimeShort } from '../../kit/formats.ts'
import { accountLabel } from '../../kit/shell.ts'
import type { StaffShell, VerificationPrompt } from '../../kit/shell-model.ts'
import { syncDueText } from '../../seller/health-texts.ts'
import type { CasePage, CaseRow, CasesPage } from '../page-models/console.ts'
import { planText } from '../users/plan-form.ts'
import { actionForms, type SubmittedAction } from './action-forms.ts'
import { caseChoices, casesUrl, timelineChoices, timelineUrl } from './case-query.ts'
import { healthPills, notConnected, roleNames, stageNames } from './case-texts.ts'
import { diagnosisCard } from './diagnosis-card.ts'
import { timelineEntryViews } from './timeline-entries.ts'

export function casesPage(
  shell: StaffShell,
  query: Parameters<typeof casesUrl>[0],
  { cases, next }: CaseSearchResult,
): CasesPage {
  const filters = caseChoices(query)
  return {
    ...shell,
    section: 'cases',
    q: query.q ?? '',
    filters,
    isNarrowed: Boolean(query.q) || filters.some(({ options }) => !options[0]?.isChosen),
    cases: cases.map(caseRow),
    nextHref: next && casesUrl(query, next),
  }
}

function caseRow(found: CaseSearchHit): CaseRow {
  const { key, user, account, health, stage, cause, lastLoadedAt, lastEventAt, amazonEmail } = found
  return {
    href: `/admin/cases/${caseId(key)}`,
    user: { name: user.name, email: user.email },
    amazonEmail: amazonEmail === user.email ? null : amazonEmail,
    account: account && accountLabel({ ...account, id: account.id as never }),
    stage: stageNames[stage],
    health: health ? healthPills[health] : notConnected,
    cause: causeTexts[cause].name,
    lastLoaded: lastLoadedAt ? formatDateTimeShort(lastLoadedAt) : '–',
    active: formatDateTimeShort(lastEventAt),
  }
}

export function casePage(
  shell: StaffShell,
  details: CaseDetails,
  context: {
    readonly by: User
    readonly query: Parameters<typeof timelineUrl>[1]
    readonly consentDays: number
    readonly typed: SubmittedAction | null
    readonly verification: VerificationPrompt | null
    readonly now: Date
  },
): CasePage {
  const {
    key,
    user,
    connection,
    health,
    stage,
    diagnosis,
    timeline,
    hasMore,
    otherConnectionIds,
    staffNames,
  } = details
  const { by, query, typed, verification, now } = context
  const id = caseId(key)
  const actions = actionForms(details, now, typed, verification)
  const tools = new Map<AgentAction, string>([
    ...actions.map(({ name }) => [name as AgentAction, `#${name}`] as const),
    ...userTools(user.id),
  ])
  const toolFor = (action: AgentAction) => {
    if (isAdminOnly(action) && !isAdmin(by.role)) return { href: null }
    const href = tools.get(action)
    return href ? { href } : null
  }
  const [first, ...rest] = diagnosis
  const profile = connection && !isErased(connection) ? connection.profile : null
  const oldest = timeline.at(-1)
  const filters = timelineChoices(query)
  return {
    ...shell,
    section: 'cases',
    id,
    about: { id: user.id, name: user.name, email: user.email, role: roleNames[user.role] },
    account: key.connectionId && profile ? accountLabel(profile) : null,
    health: key.connectionId && health ? healthPills[health.health] : notConnected,
    stage: stageNames[stage],
    first: diagnosisCard(first, toolFor),
    others: rest.map(finding => diagnosisCard(finding, toolFor)),
    facts: factsOf(details, context),
    otherCases: otherConnectionIds.map(other => ({
      href: `/admin/cases/${other}`,
      label: referenceOf(other),
    })),
    actions,
    zone: profile?.timezone ?? null,
    filters,
    isNarrowed: Boolean(query.about) || filters.some(({ options }) => !options[0]?.isChosen),
    timeline: timelineEntryViews(
      timeline,
      validTimezone(profile?.timezone),
      aboutId => timelineUrl(id, { about: aboutId }),
      staffId => staffNames.get(staffId) ?? staffId,
    ),
    olderHref: hasMore && oldest ? timelineUrl(id, { ...query, before: oldest.id }) : null,
  }
}

const userTools = (userId: string) =>
  (['change_plan', 'change_role', 'send_connect_link'] as const).map(
    action => [action, `/admin/people/${userId}#${action}`] as const,
  )

/** Null for an unknown time zone. */
function validTimezone(zone: string | undefined): string | null {
  if (zone === undefined) return null
  try {
    new Intl.DateTimeFormat('en', { timeZone: zone })
    return zone
  } catch {
    return null
  }
}

function factsOf(
  { key, user, subscription, connection, syncHistory, diagnosisInput }: CaseDetails,
  { consentDays, now }: { readonly consentDays: number; readonly now: Date },
): CasePage['facts'] {
  // S-03.
  const isSyncing = connection?.status === 'active' && !diagnosisInput.planRestriction
  const facts: [term: string, value: string | null][] = [
    ['User', user.email],
    ['Role', roleNames[user.role]],
    ['Plan', planText(subscription, now)],
    ['Reference', referenceOf(caseId(key))],
    ...(key.connectionId && connection ? connectionFacts(connection, consentDays) : []),
    ['Last successful sync', syncHistory?.lastLoadedAt ? formatDateTime(syncHistory.lastLoadedAt) : null],
    ['Next sync', syncHistory?.nextSyncAt && isSyncing ? syncDueText(syncHistory.nextSyncAt, now) : null],
    [
      'Pending connection',
      diagnosisInput.pending && now < diagnosisInput.pending.expiresAt
        ? `until ${formatDateTime(diagnosisInput.pending.expiresAt)}`
        : null,
    ],
    ['User id', user.id],
    ['Connection id', key.connectionId],
  ]
  return facts.flatMap(([term, value]) => (value ? [{ term, value }] : []))
}

function connectionFacts(connection: Connection, consentDays: number): [string, string | null][] {
  const connected: [string, string | null][] = [['Connected', formatDateTime(connection.connectedAt)]]
  if (isErased(connection)) return [...connected, ['Closed', formatDateTime(connection.closedAt)]]
  const { profile } = connection
  const { amazonUser, consentedAt, loginRegion } = consentOf(connection)
  const consentEnd = connection.status === 'active' ? consentExpiresAt(consentedAt, consentDays) : null
  const doubtedAt = connection.status === 'active' ? connection.doubtedAt : null
  return [
    ['Amazon email', amazonUser?.email ?? 'Unknown'],
    ['Amazon user', amazonUser?.name ?? null],
    ['Amazon user id', amazonUser?.userId ?? null],
    ['Profile', profile.id],
    ['Account type', profile.accountType],
    ['Region', `${regionNames[profile.region]} (login in ${regionNames[loginRegion]})`],
    ['Time zone', profile.timezone],
    ...connected,
    ['Consent given', formatDateTime(consentedAt)],
    ['Consent expires', consentEnd && formatDate(consentEnd)],
    ['Grant in doubt since', doubtedAt && formatDateTime(doubtedAt)],
    ['Closed', 'closedAt' in connection ? formatDateTime(connection.closedAt) : null],
  ]
}
