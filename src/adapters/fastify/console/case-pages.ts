import { type AgentAction, isForAdmins } from '../../../admin/diagnosis/actions.ts'
import { causeWords } from '../../../admin/diagnosis/words.ts'
import { caseId, type FoundCases, type LookedAtCase } from '../../../admin/index.ts'
import type { FoundCase } from '../../../admin/ports.ts'
import type { Person } from '../../../domain/access/person.ts'
import { administers } from '../../../domain/access/staff-action.ts'
import { type Connection, consentOf, isErased } from '../../../domain/connection/connection.ts'
import { consentEndsAt } from '../../../domain/connection/consent.ts'
import { regionNames } from '../../../domain/profile/region.ts'
import { referenceOf } from '../../../domain/timeline/reference.ts'
import { formatDate, formatMoment, formatMomentShort } from '../formats.ts'
import { syncMoment } from '../health-words.ts'
import type { CaseLine, CasePage, CasesPage } from '../page-models/console.ts'
import type { StaffShell } from '../page-models/staff.ts'
import { planWords } from '../plan-form.ts'
import { accountLabel } from '../shell.ts'
import { actionForms, type TypedAction } from './action-forms.ts'
import { caseChoices, casesAddress, storyAddress, storyChoices } from './case-query.ts'
import { healthPills, notConnected, roleNames, stageNames } from './case-words.ts'
import { diagnosisCard } from './diagnosis-card.ts'
import { storyLines } from './story-lines.ts'

export function casesPage(
  shell: StaffShell,
  query: Parameters<typeof casesAddress>[0],
  { cases, next }: FoundCases,
): CasesPage {
  const filters = caseChoices(query)
  return {
    ...shell,
    section: 'cases',
    q: query.q ?? '',
    filters,
    isNarrowed: Boolean(query.q) || filters.some(({ options }) => !options[0]?.isChosen),
    cases: cases.map(caseLine),
    nextHref: next && casesAddress(query, next),
  }
}

function caseLine(found: FoundCase): CaseLine {
  const { key, person, account, health, stage, cause, lastLoadedAt, activeAt, amazonEmail } = found
  return {
    href: `/admin/cases/${caseId(key)}`,
    person: { name: person.name, email: person.email },
    amazonEmail: amazonEmail === person.email ? null : amazonEmail,
    account: account && accountLabel({ ...account, id: account.id as never }),
    stage: stageNames[stage],
    health: health ? healthPills[health] : notConnected,
    cause: causeWords[cause].name,
    lastLoaded: lastLoadedAt ? formatMomentShort(lastLoadedAt) : '–',
    active: formatMomentShort(activeAt),
  }
}

export function casePage(
  shell: StaffShell,
  looked: LookedAtCase,
  about: {
    readonly by: Person
    readonly query: Parameters<typeof storyAddress>[1]
    readonly consentDays: number
    readonly typed: TypedAction | null
    readonly now: Date
  },
): CasePage {
  const { key, person, connection, health, stage, diagnosis, story, hasMore, others, staffNames } = looked
  const { by, query, typed, now } = about
  const id = caseId(key)
  const actions = actionForms(looked, now, typed)
  const tools = new Map<AgentAction, string>([
    ...actions.map(({ name }) => [name as AgentAction, `#${name}`] as const),
    ...personTools(person.id),
  ])
  const toolFor = (action: AgentAction) => {
    if (isForAdmins(action) && !administers(by.role)) return { href: null }
    const href = tools.get(action)
    return href ? { href } : null
  }
  const [first, ...rest] = diagnosis
  const profile = connection && !isErased(connection) ? connection.profile : null
  const oldest = story.at(-1)
  const filters = storyChoices(query)
  return {
    ...shell,
    section: 'cases',
    id,
    about: { id: person.id, name: person.name, email: person.email, role: roleNames[person.role] },
    account: key.connectionId && profile ? accountLabel(profile) : null,
    health: key.connectionId && health ? healthPills[health.health] : notConnected,
    stage: stageNames[stage],
    first: diagnosisCard(first, toolFor),
    others: rest.map(finding => diagnosisCard(finding, toolFor)),
    facts: factsOf(looked, about),
    otherCases: others.map(other => ({ href: `/admin/cases/${other}`, label: referenceOf(other) })),
    actions,
    zone: profile?.timezone ?? null,
    filters,
    isNarrowed: Boolean(query.about) || filters.some(({ options }) => !options[0]?.isChosen),
    story: storyLines(
      story,
      knownZone(profile?.timezone),
      aboutId => storyAddress(id, { about: aboutId }),
      staffId => staffNames.get(staffId) ?? staffId,
    ),
    olderHref: hasMore && oldest ? storyAddress(id, { ...query, before: oldest.id }) : null,
  }
}

const personTools = (personId: string) =>
  (['change_plan', 'change_role', 'send_connect_link'] as const).map(
    action => [action, `/admin/people/${personId}#${action}`] as const,
  )

/** Null for a time zone unknown to the runtime. */
function knownZone(zone: string | undefined): string | null {
  if (zone === undefined) return null
  try {
    new Intl.DateTimeFormat('en', { timeZone: zone })
    return zone
  } catch {
    return null
  }
}

function factsOf(
  { key, person, subscription, connection, record, facts: known }: LookedAtCase,
  { consentDays, now }: { readonly consentDays: number; readonly now: Date },
): CasePage['facts'] {
  // A sync needs an authorisation and a plan (S-03).
  const syncs = connection?.status === 'active' && !known.lack
  const facts: [term: string, value: string | null][] = [
    ['User', person.email],
    ['Role', roleNames[person.role]],
    ['Plan', planWords(subscription, now)],
    ['Reference', referenceOf(caseId(key))],
    ...(key.connectionId && connection ? connectionFacts(connection, consentDays) : []),
    ['Last successful sync', record?.lastLoadedAt ? formatMoment(record.lastLoadedAt) : null],
    ['Next sync', record?.nextSyncAt && syncs ? syncMoment(record.nextSyncAt, now) : null],
    [
      'Pending connection',
      known.pending && now < known.pending.expiresAt
        ? `until ${formatMoment(known.pending.expiresAt)}`
        : null,
    ],
    ['User id', person.id],
    ['Connection id', key.connectionId],
  ]
  return facts.flatMap(([term, value]) => (value ? [{ term, value }] : []))
}

function connectionFacts(connection: Connection, consentDays: number): [string, string | null][] {
  const connected: [string, string | null][] = [['Connected', formatMoment(connection.connectedAt)]]
  if (isErased(connection)) return [...connected, ['Closed', formatMoment(connection.closedAt)]]
  const { profile } = connection
  const { amazonUser, consentedAt, loginRegion } = consentOf(connection)
  const ends = connection.status === 'active' ? consentEndsAt(consentedAt, consentDays) : null
  return [
    ['Amazon email', amazonUser?.email ?? 'Unknown'],
    ['Amazon user', amazonUser?.name ?? null],
    ['Amazon user id', amazonUser?.userId ?? null],
    ['Profile', profile.id],
    ['Account type', profile.accountType],
    ['Region', `${regionNames[profile.region]} (login in ${regionNames[loginRegion]})`],
    ['Time zone', profile.timezone],
    ...connected,
    ['Consent given', formatMoment(consentedAt)],
    ['Consent expires', ends && formatDate(ends)],
    ['Closed', 'closedAt' in connection ? formatMoment(connection.closedAt) : null],
  ]
}
