import { between, draw, keyOf } from '../figures/draw.ts'
import { type AccountOptions, type Activity, amazonUserId, anAccount } from './account.ts'
import type { User } from './user.ts'

const firstNames =
  'Anna Ben Carla Dario Elif Femke Gustav Hana Igor Jonas Keiko Lena Mateo Nadia Oskar Priya Quentin Rosa Sven Tara Ugo Vera Wim Yara'.split(
    ' ',
  )
const lastNames =
  'Albrecht Baker Costa Dumont Eriksen Ferrari Garcia Hughes Ito Jansen Kowalski Lindgren Martin Novak Okafor Peters Rossi Sato Tanaka Urban Vargas Weber Yilmaz Zimmer'.split(
    ' ',
  )
const trades = ['Garden', 'Kitchen', 'Outdoor', 'Toys', 'Audio', 'Textiles', 'Tea', 'Tools', 'Pets', 'Office']

const markets: readonly (readonly string[])[] = [
  ['US'],
  ['DE'],
  ['UK'],
  ['US', 'CA'],
  ['DE', 'FR', 'IT'],
  ['JP'],
  ['US', 'UK', 'DE'],
  ['ES', 'NL'],
  ['IN'],
  ['AU'],
  ['US', 'CA', 'MX'],
  ['FR'],
]

/**
 * Amazon users that the consent page doesn't list; they sign in by id, from `crowd-001` on. Small sellers with distinct
 * names.
 */
export const crowd: readonly User[] = Array.from(
  { length: firstNames.length * (lastNames.length - 1) },
  (_, index) => crowdMember(index),
)

function crowdMember(index: number): User {
  const id = `crowd-${String(index + 1).padStart(3, '0')}`
  const first = named(firstNames, index)
  // Shifts the last names by one after each round of first names.
  const last = named(lastNames, index + Math.floor(index / firstNames.length))
  const key = keyOf('crowd', index)
  const brand = `${last} ${named(trades, between(key, 1, 0, trades.length - 1))}`
  const countries = markets[index % markets.length] ?? ['US']
  return {
    id,
    userId: amazonUserId(id),
    name: `${first} ${last}`,
    email: `${first}.${last}@amazon.example`.toLowerCase(),
    about: `a seller in ${countries.length === 1 ? 'one marketplace' : `${countries.length} marketplaces`}`,
    accounts: countries.map(countryCode => anAccount(id, accountOf(countryCode, brand, key))),
    unlisted: [],
    managers: [],
    suspended: false,
  }
}

function accountOf(countryCode: string, brand: string, key: number): AccountOptions {
  // One in twelve never advertised; one in nine has no Brand Registry.
  const activity: Activity = draw(key, 2) % 12 === 0 ? 'none' : 'tiny'
  return { countryCode, name: brand, activity, brandRegistry: draw(key, 3) % 9 !== 0 }
}

function named(names: readonly string[], at: number): string {
  return names[at % names.length] ?? ''
}
