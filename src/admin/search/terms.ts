import { marketplaces } from '../../domain/profile/marketplace.ts'
import { isReference } from '../../domain/timeline/reference.ts'

/** One thing that a case has to fit; what was typed is taken apart into these. */
export type Term =
  /** An id of ours, whole: of a person, a connection, an attempt, a run, a report; or Amazon's, of a report. */
  | { readonly term: 'id'; readonly id: string }
  /** The beginning of an id, as it was told to a seller: eight digits of sixteen kinds. */
  | { readonly term: 'reference'; readonly digits: string }
  | { readonly term: 'country'; readonly country: string }
  /** The beginning of Amazon's id of a profile, or of a user. */
  | { readonly term: 'profile'; readonly beginning: string }
  | { readonly term: 'amazon_user'; readonly beginning: string }
  /** In lower case: part of an e-mail address or of a name. */
  | { readonly term: 'words'; readonly text: string }
  /** In lower case, one or two of a to z or 0 to 9: how a word begins in a name or an address. */
  | { readonly term: 'beginning'; readonly text: string }

/** More than anybody types, and few enough for one question. */
export const mostTerms = 8
export const longestSearch = 200

const uuid = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/

/** What was typed, blank by blank; a reference may come without its dash, a marketplace by its domain or its country. */
export function termsOf(typed: string): Term[] {
  const words = typed
    .slice(0, longestSearch)
    .toWellFormed()
    .replace(/[\s\p{Cc}]+/gu, ' ')
    .trim()
    .split(' ')
    .filter(Boolean)
  return words.slice(0, mostTerms).map(termOf)
}

function termOf(word: string): Term {
  const lower = word.toLowerCase()
  if (uuid.test(lower)) return { term: 'id', id: lower }
  const upper = word.toUpperCase()
  if (isReference(upper) && /^[0-9A-F-]+$/.test(upper))
    return { term: 'reference', digits: lower.replace('-', '') }
  if (lower.startsWith('amzn1.account.')) return { term: 'amazon_user', beginning: word }
  if (/^\d{6,}$/.test(word)) return { term: 'profile', beginning: word }
  if (/^[a-z0-9]{1,2}$/.test(lower)) return { term: 'beginning', text: lower }
  const country = countryNamed(lower)
  return country ? { term: 'country', country } : { term: 'words', text: lower }
}

/** `amazon.de`, `www.amazon.de`, `https://www.amazon.de/`. */
function countryNamed(lower: string): string | null {
  const domain = lower.replace(/^(https?:\/\/)?(www\.)?/, '').replace(/[/,;].*$/, '')
  for (const { country, name } of marketplaces.values()) if (name.toLowerCase() === domain) return country
  return null
}
