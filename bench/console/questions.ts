import { marketplaceName } from '../../src/domain/profile/marketplace.ts'
import { referenceOf } from '../../src/domain/timeline/reference.ts'
import type { Crowd, KnownCase, Traces } from './crowd.ts'

export interface Question {
  readonly query: Readonly<Record<string, string>>
  readonly fits: (each: KnownCase) => boolean
}

type Roll = () => number
type Draw = (crowd: Crowd, roll: Roll) => Question
type Filter = 'health' | 'stage' | 'cause' | 'plan' | 'region'

const everything = (): boolean => true
const asks = (q: string, fits: Question['fits']): Question => ({ query: { q }, fits })
const saying =
  (...texts: readonly string[]) =>
  ({ searchText }: KnownCase): boolean =>
    texts.every(text => searchText.includes(text.toLowerCase()))
const askForText = (...texts: readonly string[]): Question => asks(texts.join(' '), saying(...texts))

function filtered(filter: Partial<Record<Filter, string>>, question = asks('', everything)): Question {
  const wanted = Object.entries(filter) as [Filter, string][]
  return {
    query: { ...question.query, ...filter },
    fits: each => wanted.every(([name, value]) => each[name] === value) && question.fits(each),
  }
}

const pick = <Value>(values: readonly Value[], roll: Roll): Value => {
  const value = values[Math.floor(roll() * values.length)]
  if (value === undefined) throw new RangeError('there is nothing to pick from')
  return value
}
function one<Name extends keyof KnownCase>(crowd: Crowd, roll: Roll, name: Name): KnownCase {
  for (let tries = 0; tries < 1000; tries += 1) {
    const found = pick(crowd.cases, roll)
    if (found[name] !== null) return found
  }
  throw new RangeError(`nobody has ${name}`)
}
const brandOf = ({ accountName }: KnownCase): string => accountName?.split(' ')[0] ?? ''
const common = ['store', 'gmail.com', 'Official', 'brand', '@outlook', 'mail', 'amazon']

const byTrace =
  (typed: (traces: Traces) => string, isTheUsers = false): Draw =>
  (crowd, roll) => {
    const traces = pick(crowd.traces, roll)
    const { id, userId } = traces.case
    return asks(typed(traces), each => (isTheUsers ? each.userId === userId : each.id === id))
  }
const byFilter =
  (name: Filter): Draw =>
  (crowd, roll) =>
    filtered({ [name]: one(crowd, roll, name)[name] ?? '' })
const ofCountry = (country: string | null): Question =>
  asks(marketplaceName(country ?? ''), each => each.country === country)
const both = (one: Question, other: Question): Question => ({
  query: { ...one.query, ...other.query, q: `${one.query['q']} ${other.query['q']}`.trim() },
  fits: each => one.fits(each) && other.fits(each),
})

/** Includes what is worst for an index: common values, rare values, and both combined. */
export const kinds: Readonly<Record<string, Draw>> = {
  'an e-mail': (crowd, roll) => askForText(pick(crowd.cases, roll).email),
  'part of an e-mail': (crowd, roll) => askForText(pick(crowd.cases, roll).email.replace(/\d@.*$/, '')),
  'an e-mail at Amazon': (crowd, roll) => askForText(one(crowd, roll, 'amazonEmail').amazonEmail ?? ''),
  'a person’s name': (crowd, roll) => askForText(...pick(crowd.cases, roll).name.split(' ')),
  'a first name': (crowd, roll) => askForText(pick(crowd.cases, roll).name.split(' ')[0] ?? ''),
  'a rare name': (crowd, roll) => askForText(brandOf(one(crowd, roll, 'accountName'))),
  'a common word': (_, roll) => askForText(pick(common, roll)),
  'two common words': (_, roll) => askForText(pick(common, roll), pick(common, roll)),
  'a rare and a common word': (crowd, roll) =>
    askForText(brandOf(one(crowd, roll, 'accountName')), pick(common, roll)),
  'common words that never meet': (_, roll) =>
    askForText('gmbh', pick(['store', 'goods', 'official', 'garden'], roll)),
  'two letters': (_, roll) => {
    const letters = pick(['xu', 'an', 'qu', 'de', 'zz', 'jq', 'g', 'x'], roll)
    return asks(letters, ({ searchText }) =>
      searchText.split(/[\s.@]/).some(word => word.startsWith(letters)),
    )
  },
  'a marketplace': (crowd, roll) => ofCountry(one(crowd, roll, 'country').country),
  'a marketplace and words': (crowd, roll) => {
    const { country } = one(crowd, roll, 'country')
    const word = roll() < 0.5 ? pick(common, roll) : brandOf(one(crowd, roll, 'accountName'))
    return both(ofCountry(country), askForText(word))
  },
  'a profile': (crowd, roll) => {
    const { profileId } = one(crowd, roll, 'profileId')
    return asks(profileId ?? '', each => each.profileId === profileId)
  },
  'the beginning of a profile': (crowd, roll) => {
    const beginning = one(crowd, roll, 'profileId').profileId?.slice(0, pick([6, 8, 10], roll)) ?? ''
    return asks(beginning, each => each.profileId?.startsWith(beginning) ?? false)
  },
  'a user at Amazon': (crowd, roll) => {
    const { amazonUserId } = one(crowd, roll, 'amazonUserId')
    return asks(amazonUserId ?? '', each => each.amazonUserId === amazonUserId)
  },
  'a connection': byTrace(traces => traces.case.id),
  'a person': byTrace(traces => traces.case.userId, true),
  'an attempt': byTrace(traces => traces.attemptId, true),
  'a run': byTrace(traces => traces.syncRunId),
  'a report': byTrace(traces => traces.reportId),
  'a report at Amazon': byTrace(traces => traces.amazonReportId),
  'a reference': byTrace(traces => referenceOf(traces.case.id)),
  'a reference of an attempt': byTrace(traces => referenceOf(traces.attemptId), true),
  'by health': byFilter('health'),
  'by stage': byFilter('stage'),
  'by cause': byFilter('cause'),
  'by plan': byFilter('plan'),
  'by region': byFilter('region'),
  'by two that are never so': (_, roll) =>
    pick(
      [
        filtered({ stage: 'ended', health: 'connected' }),
        filtered({ region: 'fe' }, ofCountry('DE')),
        filtered({ region: 'na' }, ofCountry('UK')),
        filtered({ health: 'paused', cause: 'healthy' }),
      ],
      roll,
    ),
  'by two of them': (crowd, roll) => {
    const { health, plan, region, stage } = one(crowd, roll, 'health')
    return roll() < 0.5
      ? filtered({ health: health ?? '', region: pick(['na', 'eu', 'fe'], roll) })
      : filtered({ stage, plan, region: region ?? '' })
  },
  'by cause, with a common word': (crowd, roll) =>
    filtered({ cause: pick(crowd.cases, roll).cause }, askForText(pick(common, roll))),
  'by cause, with a rare name': (crowd, roll) => {
    const found = one(crowd, roll, 'accountName')
    return filtered({ cause: found.cause }, askForText(brandOf(found)))
  },
  'by what is never so, with a common word': (_, roll) =>
    filtered({ cause: 'no_profiles' }, askForText(pick(['store', 'official', 'gmbh'], roll))),
  nothing: (_, roll) =>
    pick(
      [
        askForText('nobody@nowhere.test'),
        askForText('no', 'such', 'shop'),
        asks('00000000-0000-4000-8000-000000000000', each => each.id === ''),
        asks('amzn1.account.NOBODY', each => each.id === ''),
        asks('999999999', each => each.id === ''),
      ],
      roll,
    ),
  everything: () => asks('', everything),
}

/** Cases per page. */
export const shown = 50

export function answerTo({ cases }: Crowd, { fits }: Question, skipped = 0): readonly KnownCase[] {
  const found: KnownCase[] = []
  for (const each of cases) {
    if (fits(each)) found.push(each)
    if (found.length === skipped + shown) break
  }
  return found.slice(skipped)
}

export function tenthPage(crowd: Crowd, question: Question): Question {
  const last = answerTo(crowd, question, 8 * shown).at(-1)
  if (!last) return question
  const isAfter = ({ lastEventAt, id }: KnownCase) =>
    lastEventAt < last.lastEventAt || (lastEventAt.getTime() === last.lastEventAt.getTime() && id < last.id)
  return {
    query: { ...question.query, at: last.lastEventAt.toISOString(), after: last.id },
    fits: each => isAfter(each) && question.fits(each),
  }
}
