import { marketplaces } from '../../domain/profile/marketplace.ts'
import { isReference } from '../../domain/timeline/reference.ts'

/** A case must match all terms. */
export type SearchTerm =
  /** One of our ids in full, or Amazon's report id. */
  | { readonly term: 'id'; readonly id: string }
  /** An id's first eight hexadecimal digits, as sellers see them. */
  | { readonly term: 'reference'; readonly digits: string }
  | { readonly term: 'country'; readonly country: string }
  /** `profile`, `amazon_user`: the start of the id. */
  | { readonly term: 'profile'; readonly beginning: string }
  | { readonly term: 'amazon_user'; readonly beginning: string }
  /** Lower case; part of an email address or name. */
  | { readonly term: 'words'; readonly text: string }
  /** Lower case, one or two of a–z and 0–9: the start of a word. */
  | { readonly term: 'beginning'; readonly text: string }

export const maxSearchTerms = 8
export const maxSearchLength = 200

const uuidPattern = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/

export function parseSearchTerms(searchText: string): SearchTerm[] {
  const words = searchText
    .slice(0, maxSearchLength)
    .toWellFormed()
    .replace(/[\s\p{Cc}]+/gu, ' ')
    .trim()
    .split(' ')
    .filter(Boolean)
  return words.slice(0, maxSearchTerms).map(termOf)
}

function termOf(word: string): SearchTerm {
  const lower = word.toLowerCase()
  if (uuidPattern.test(lower)) return { term: 'id', id: lower }
  const upper = word.toUpperCase()
  if (isReference(upper) && /^[0-9A-F-]+$/.test(upper))
    return { term: 'reference', digits: lower.replace('-', '') }
  if (lower.startsWith('amzn1.account.')) return { term: 'amazon_user', beginning: word }
  if (/^\d{6,}$/.test(word)) return { term: 'profile', beginning: word }
  if (/^[a-z0-9]{1,2}$/.test(lower)) return { term: 'beginning', text: lower }
  const country = findCountryByMarketplace(lower)
  return country ? { term: 'country', country } : { term: 'words', text: lower }
}

function findCountryByMarketplace(lower: string): string | null {
  const domain = lower.replace(/^(https?:\/\/)?(www\.)?/, '').replace(/[/,;].*$/, '')
  for (const { country, name } of marketplaces.values()) if (name.toLowerCase() === domain) return country
  return null
}
