import { type Static, Type } from 'typebox'
import { caseStages } from '../../../../admin/cases/case-key.ts'
import { type EventGroup, eventGroups, kindsOf } from '../../../../admin/cases/event-groups.ts'
import { maxSearchLength } from '../../../../admin/cases/search-terms.ts'
import { causeTexts } from '../../../../admin/diagnosis/cause-texts.ts'
import { causes } from '../../../../admin/diagnosis/causes.ts'
import type { EntryId } from '../../../../admin/diagnosis/diagnosis-input.ts'
import type { CaseCursor, CaseFilter, TimelineFilter } from '../../../../admin/ports.ts'
import { plans } from '../../../../domain/access/subscription.ts'
import type { HealthName } from '../../../../domain/health/health.ts'
import { regionNames, regions } from '../../../../domain/profile/region.ts'
import type { Severity } from '../../../../domain/timeline/entry.ts'
import type { Choices } from '../page-models/console.ts'
import { planNames } from '../users/plan-form.ts'
import { groupNames, healthPills, severityNames, stageNames } from './case-texts.ts'

const healths = Object.keys(healthPills) as HealthName[]
const severities = Object.keys(severityNames) as Severity[]
const isoDateTime = '^\\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\d\\.\\d{3}Z$'
const id = '^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$'

/** Empty for “Any”. A pattern, because an enum of 70 names takes 10 ms to check. */
const oneOf = (names: readonly string[]) => Type.Optional(Type.String({ pattern: `^(${names.join('|')})?$` }))

export const CasesQuery = Type.Object({
  q: Type.Optional(Type.String({ maxLength: maxSearchLength })),
  health: oneOf(healths),
  stage: oneOf(caseStages),
  cause: oneOf(causes),
  plan: oneOf([...plans, 'none']),
  region: oneOf(regions),
  // Cursor.
  at: Type.Optional(Type.String({ pattern: isoDateTime })),
  after: Type.Optional(Type.String({ pattern: id })),
})

interface CasesQueryText {
  readonly q?: string
  readonly health?: string
  readonly stage?: string
  readonly cause?: string
  readonly plan?: string
  readonly region?: string
  readonly at?: string
  readonly after?: string
}

export const caseFilterIn = (query: CasesQueryText): CaseFilter =>
  ({
    health: query.health || null,
    stage: query.stage || null,
    cause: query.cause || null,
    plan: query.plan || null,
    region: query.region || null,
  }) as CaseFilter

export function cursorIn({ at, after }: CasesQueryText): CaseCursor | null {
  const lastEventAt = at === undefined ? null : new Date(at)
  return lastEventAt && after && !Number.isNaN(lastEventAt.getTime()) ? { lastEventAt, id: after } : null
}

export function casesUrl(query: CasesQueryText, next: CaseCursor | null): string {
  const { q = '', health = '', stage = '', cause = '', plan = '', region = '' } = query
  const cursorParameters = next ? { at: next.lastEventAt.toISOString(), after: next.id } : {}
  const given = Object.entries({ q, health, stage, cause, plan, region, ...cursorParameters }).filter(
    ([, text]) => text,
  )
  return `/admin/cases${given.length > 0 ? `?${new URLSearchParams(given)}` : ''}`
}

export function caseChoices(query: CasesQueryText): Choices[] {
  return [
    choices('health', 'Health', query.health, healths, name => healthPills[name].name),
    choices('cause', 'Diagnosis', query.cause, causes, name => causeTexts[name].name),
    choices('stage', 'Stage', query.stage, caseStages, name => stageNames[name]),
    choices('plan', 'Plan', query.plan, [...plans, 'none' as const], name => planNames[name]),
    choices('region', 'Region', query.region, regions, name => regionNames[name]),
  ]
}

export const TimelineQuery = Type.Object({
  group: oneOf(eventGroups),
  level: oneOf(severities),
  about: Type.Optional(Type.String({ pattern: id })),
  before: Type.Optional(Type.String({ pattern: '^\\d{1,18}$' })),
  notice: Type.Optional(Type.String({ maxLength: 100 })),
})

export type TimelineQuery = Static<typeof TimelineQuery>

interface TimelineQueryText {
  readonly group?: string
  readonly level?: string
  readonly about?: string
  readonly before?: string
}

export const timelineFilterIn = ({
  group,
  level,
  about,
  before,
}: TimelineQueryText): Omit<TimelineFilter, 'limit'> => ({
  kinds: group ? kindsOf(group as EventGroup) : [],
  levels: level ? [level as Severity] : [],
  about: about ?? null,
  before: (before as EntryId | undefined) ?? null,
})

export function timelineUrl(caseId: string, query: TimelineQueryText): string {
  const given = Object.entries(query).filter(([, text]) => text) as [string, string][]
  return `/admin/cases/${caseId}${given.length > 0 ? `?${new URLSearchParams(given)}` : ''}#timeline`
}

export function timelineChoices(query: TimelineQueryText): Choices[] {
  return [
    choices('group', 'Topic', query.group, eventGroups, name => groupNames[name]),
    choices('level', 'Severity', query.level, severities, name => severityNames[name]),
  ]
}

function choices<Name extends string>(
  name: string,
  label: string,
  chosen: string | undefined,
  names: readonly Name[],
  labelOf: (name: Name) => string,
): Choices {
  const any = { value: '', label: 'Any', isChosen: !chosen }
  return {
    name,
    label,
    options: [any, ...names.map(value => ({ value, label: labelOf(value), isChosen: value === chosen }))],
  }
}
