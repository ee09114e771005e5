import type { Cause } from '../../src/admin/diagnosis/causes.ts'
import type { Role } from '../../src/domain/access/person.ts'
import type { Plan } from '../../src/domain/access/subscription.ts'
import type { Seller } from '../seller.ts'

/** What somebody does, or how many milliseconds pass before the next act. */
export type Act = ((seller: Seller) => Promise<unknown>) | number

/** Something that happens to sellers, and what the console names it in the end. */
export interface Plot {
  /** The first of these that fits is named first, for whoever it happens to. */
  readonly causes: readonly Cause[]
  /** How many of two hundred sellers it happens to. */
  readonly share: number
  /** How long ago it began, in minutes: somewhere between the two. */
  readonly began: readonly [latest: number, earliest: number]
  /** At Amazon, where it takes somebody special; otherwise they are of the crowd. */
  readonly amazonUser?: string
  readonly role?: Role
  /** `null` for none; monthly unless said. */
  readonly plan?: Plan | null
  readonly acts: readonly Act[]
}

/** Of whom nothing is the matter: with figures or without, and whether or not the night's sync is under way. */
export const well = ['all_well', 'no_ad_activity', 'brand_ads_empty', 'loading'] as const

export const hour = 60
export const day = 24 * hour
