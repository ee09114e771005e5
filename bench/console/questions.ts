import { marketplaceName } from '../../src/domain/profile/marketplace.ts'
import { referenceOf } from '../../src/domain/timeline/reference.ts'
import type { CaseIds, KnownCase, SeededCases } from './seeded-cases.ts'

export interface Question {
  readonly query: Readonly<Record<string, string>>
  readonly matches: (each: KnownCase) => boolean
}

type Roll = () => number
type DrawQuestion = (crowd: SeededCases, roll: Roll) => Question
type Filter = 'health' | 'stage' | 'cause' | 'plan' | 'region'

const everything = (): boolean => true
const search = (q: string, matches: Question['matches']): Question => ({ query: { q }, matches })
const containing =
  (...texts: readonly string[]) =>
  ({ searchText }: KnownCase): boolean =>
    texts.every(text => searchText.includes(text.toLowerCase()))
const searchFor = (...texts: readonly string[]): Question => search(texts.join(' '), containing(...texts))

function filtered(filter: Partial<Record<Filter, string>>, question = search('', everything)): Question {
  const wanted = Object.entries(filter) as [Filter, string][]
  return {
    query: { ...question.query, ...filter },
    matches: each => wanted.every(([name, value]) => each[name] === value) && question.matches(each),
  }
}

const pick = <Value>(values: readonly Value[], roll: Roll): Value => {
  const value = values[Math.floor(roll() * values.length)]
  if (value === undefined) throw new RangeError('there is nothing to pick from')
  return value
}
function caseWith<Name extends keyof KnownCase>(crowd: SeededCases, roll: Roll, name: Name): KnownCase {
  for (let tries = 0; tries < 1000; tries += 1) {
    const found = pick(crowd.cases, roll)
    if (found[name] !== null) return found
  }
  throw new RangeError(`no case has ${name}`)
}
const brandOf = ({ accountName }: KnownCase): string => accountName?.split(' ')[0] ?? ''
const common = ['store', 'gmail.com', 'Official', 'brand', '@outlook', 'mail', 'amazon']

const byId =
  (query: (ids: CaseIds) => string, includesUsersOtherCases = false): DrawQuestion =>
  (crowd, roll) => {
    const ids = pick(crowd.caseIds, roll)
    const { id, userId } = ids.case
    return search(query(ids), each => (includesUsersOtherCases ? each.userId === userId : each.id === id))
  }
const byFilter =
  (name: Filter): DrawQuestion =>
  (crowd, roll) =>
    filtered({ [name]: caseWith(crowd, roll, name)[name] ?? '' })
const ofCountry = (country: string | null): Question =>
  search(marketplaceName(country ?? ''), each => each.country === country)
const combine = (one: Question, other: Question): Question => ({
  query: { ...one.query, ...other.query, q: `${one.query['q']} ${other.query['q']}`.trim() },
  matches: each => one.matches(each) && other.matches(each),
})

/** Includes the worst cases for an index: common values, rare values, and both combined. */
export const kinds: Readonly<Record<string, DrawQuestion>> = {
  'an email address': (crowd, roll) => searchFor(pick(crowd.cases, roll).email),
  'part of an email address': (crowd, roll) => searchFor(pick(crowd.cases, roll).email.replace(/\d@.*$/, '')),
  'an Amazon user’s email address': (crowd, roll) =>
    searchFor(caseWith(crowd, roll, 'amazonEmail').amazonEmail ?? ''),
  'a user’s name': (crowd, roll) => searchFor(...pick(crowd.cases, roll).name.split(' ')),
  'a first name': (crowd, roll) => searchFor(pick(crowd.cases, roll).name.split(' ')[0] ?? ''),
  'a rare name': (crowd, roll) => searchFor(brandOf(caseWith(crowd, roll, 'accountName'))),
  'a common word': (_, roll) => searchFor(pick(common, roll)),
  'two common words': (_, roll) => searchFor(pick(common, roll), pick(common, roll)),
  'a rare and a common word': (crowd, roll) =>
    searchFor(brandOf(caseWith(crowd, roll, 'accountName')), pick(common, roll)),
  'common words that never occur together': (_, roll) =>
    searchFor('gmbh', pick(['store', 'goods', 'official', 'garden'], roll)),
  'two letters': (_, roll) => {
    const letters = pick(['xu', 'an', 'qu', 'de', 'zz', 'jq', 'g', 'x'], roll)
    return search(letters, ({ searchText }) =>
      searchText.split(/[\s.@]/).some(word => word.startsWith(letters)),
    )
  },
  'a marketplace': (crowd, roll) => ofCountry(caseWith(crowd, roll, 'country').country),
  'a marketplace and words': (crowd, roll) => {
    const { country } = caseWith(crowd, roll, 'country')
    const word = roll() < 0.5 ? pick(common, roll) : brandOf(caseWith(crowd, roll, 'accountName'))
    return combine(ofCountry(country), searchFor(word))
  },
  'a profile id': (crowd, roll) => {
    const { profileId } = caseWith(crowd, roll, 'profileId')
    return search(profileId ?? '', each => each.profileId === profileId)
  },
  'the beginning of a profile id': (crowd, roll) => {
    const beginning = caseWith(crowd, roll, 'profileId').profileId?.slice(0, pick([6, 8, 10], roll)) ?? ''
    return search(beginning, each => each.profileId?.startsWith(beginning) ?? false)
  },
  'an Amazon user id': (crowd, roll) => {
    const { amazonUserId } = caseWith(crowd, roll, 'amazonUserId')
    return search(amazonUserId ?? '', each => each.amazonUserId === amazonUserId)
  },
  'a connection id': byId(ids => ids.case.id),
  'a user id': byId(ids => ids.case.userId, true),
  'an attempt id': byId(ids => ids.attemptId, true),
  'a sync run id': byId(ids => ids.syncRunId),
  'a report id': byId(ids => ids.reportId),
  'an Amazon report id': byId(ids => ids.amazonReportId),
  'a reference': byId(ids => referenceOf(ids.case.id)),
  'a reference of an attempt': byId(ids => referenceOf(ids.attemptId), true),
  'by health': byFilter('health'),
  'by stage': byFilter('stage'),
  'by cause': byFilter('cause'),
  'by plan': byFilter('plan'),
  'by region': byFilter('region'),
  'by two values that never occur together': (_, roll) =>
    pick(
      [
        filtered({ stage: 'ended', health: 'connected' }),
        filtered({ region: 'fe' }, ofCountry('DE')),
        filtered({ region: 'na' }, ofCountry('UK')),
        filtered({ health: 'paused', cause: 'healthy' }),
      ],
      roll,
    ),
  'by two filters': (crowd, roll) => {
    const { health, plan, region, stage } = caseWith(crowd, roll, 'health')
    return roll() < 0.5
      ? filtered({ health: health ?? '', region: pick(['na', 'eu', 'fe'], roll) })
      : filtered({ stage, plan, region: region ?? '' })
  },
  'by cause, with a common word': (crowd, roll) =>
    filtered({ cause: pick(crowd.cases, roll).cause }, searchFor(pick(common, roll))),
  'by cause, with a rare name': (crowd, roll) => {
    const found = caseWith(crowd, roll, 'accountName')
    return filtered({ cause: found.cause }, searchFor(brandOf(found)))
  },
  'by a cause without cases, with a common word': (_, roll) =>
    filtered({ cause: 'no_profiles' }, searchFor(pick(['store', 'official', 'gmbh'], roll))),
  nothing: (_, roll) =>
    pick(
      [
        searchFor('unknown@nowhere.test'),
        searchFor('no', 'such', 'shop'),
        search('00000000-0000-4000-8000-000000000000', each => each.id === ''),
        search('amzn1.account.UNKNOWN', each => each.id === ''),
        search('999999999', each => each.id === ''),
      ],
      roll,
    ),
  everything: () => search('', everything),
}

/** Cases per page. */
export const casesPerPage = 50

export function answerTo({ cases }: SeededCases, { matches }: Question, skip = 0): readonly KnownCase[] {
  const found: KnownCase[] = []
  for (const each of cases) {
    if (matches(each)) found.push(each)
    if (found.length === skip + casesPerPage) break
  }
  return found.slice(skip)
}

export function tenthPage(crowd: SeededCases, question: Question): Question {
  const last = answerTo(crowd, question, 8 * casesPerPage).at(-1)
  if (!last) return question
  const isAfter = ({ lastEventAt, id }: KnownCase) =>
    lastEventAt < last.lastEventAt || (lastEventAt.getTime() === last.lastEventAt.getTime() && id < last.id)
  return {
    query: { ...question.query, at: last.lastEventAt.toISOString(), after: last.id },
    matches: each => isAfter(each) && question.matches(each),
  }
}
