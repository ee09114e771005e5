import { type Static, Type } from 'typebox'
import {
  type Bookmark,
  type Level,
  levelDefinitions,
  type RowFilter,
  type Sorting,
} from '../../domain/performance/level.ts'
import { metricNames } from '../../domain/performance/metric.ts'
import { periodQuery } from './period-query.ts'

/** Everything that a table shows stands in its address, so that it can be bookmarked and shared (S-28). */
export const TableQuery = Type.Object({
  account: Type.Optional(Type.String({ maxLength: 100 })),
  period: periodQuery.period,
  from: periodQuery.from,
  to: periodQuery.to,
  sort: Type.Optional(Type.Enum([...metricNames])),
  order: Type.Optional(Type.Enum(['descending', 'ascending'])),
  /** Part of a name. */
  q: Type.Optional(Type.String({ maxLength: 200 })),
  clicks: Type.Optional(Type.String({ pattern: '^\\d{0,9}$' })),
  wasted: Type.Optional(Type.Enum(['', 'yes'])),
  campaign: Type.Optional(Type.String({ pattern: '^[0-9A-Za-z_-]{0,60}$' })),
  after: Type.Optional(Type.String({ pattern: '^[0-9A-Za-z_-]{0,4000}$' })),
})
export type TableQuery = Static<typeof TableQuery>

/** An address that no page of ours leads to. */
class AddressWrong extends Error {
  readonly statusCode = 400
}

export const sortingIn = ({ sort = 'spend', order = 'descending' }: TableQuery): Sorting => ({
  by: sort,
  order,
})

export const filterIn = ({ q = '', clicks = '', wasted, campaign }: TableQuery): RowFilter => ({
  // PostgreSQL's text has no zero; nobody looks for a letter that cannot be seen.
  text: q.replace(/\p{Cc}+/gu, ' ').trim(),
  campaignId: campaign || null,
  fewestClicks: Number(clicks),
  isWasted: wasted === 'yes',
})

export const writeBookmark = ({ value, adProduct, keys }: Bookmark): string =>
  Buffer.from(JSON.stringify([value, adProduct, ...keys])).toString('base64url')

/** @throws {AddressWrong} for what is no bookmark of this level. */
export function readBookmark(text: string | undefined, level: Level): Bookmark | null {
  if (!text) return null
  const [value, adProduct, ...keys] = partsOf(text)
  const isValue = value === null || (typeof value === 'string' && /^-?\d{1,40}(\.\d{1,60})?$/.test(value))
  const isKey = (key: unknown): key is string => typeof key === 'string' && !key.includes('\u0000')
  if (
    !isValue ||
    !isKey(adProduct) ||
    !keys.every(isKey) ||
    keys.length !== levelDefinitions[level].keys.length
  )
    throw new AddressWrong('no bookmark')
  return { value, adProduct, keys }
}

function partsOf(text: string): unknown[] {
  try {
    const parts: unknown = JSON.parse(Buffer.from(text, 'base64url').toString())
    return Array.isArray(parts) ? parts : []
  } catch {
    return []
  }
}
