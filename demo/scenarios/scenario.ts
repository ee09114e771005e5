import type { Cause } from '../../src/admin/diagnosis/causes.ts'
import type { Plan } from '../../src/domain/access/subscription.ts'
import type { Role } from '../../src/domain/access/user.ts'
import type { Seller } from '../seller.ts'

/** An action, or milliseconds until the next one. */
export type Step = ((seller: Seller) => Promise<unknown>) | number

/** A scenario, and what the console must diagnose. */
export interface Scenario {
  /** The diagnosis must rank one of these first. */
  readonly causes: readonly Cause[]
  /** Sellers of 200. */
  readonly sellersPer200: number
  /** Range of minutes ago at which it starts. */
  readonly startedMinutesAgo: readonly [latest: number, earliest: number]
  /** A special sandbox user; otherwise one of the crowd. */
  readonly amazonUser?: string
  readonly role?: Role
  /** `null` for none; default monthly. */
  readonly plan?: Plan | null
  readonly steps: readonly Step[]
}

/** Diagnoses of a healthy account: with or without figures, during a daily sync or not. */
export const healthyCauses = ['healthy', 'no_ad_activity', 'brand_ads_empty', 'loading'] as const

export const hour = 60
export const day = 24 * hour
