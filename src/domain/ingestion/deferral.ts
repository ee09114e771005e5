import { hours, seconds } from '../calendar.ts'

export interface Deferral {
  /** `report_type_rate_limited`: Amazon throttled another report of this type and profile. */
  readonly why: 'region_rate_limited' | 'region_down' | 'report_type_rate_limited' | 'database_down'
  readonly until: Date
  /** Others got the same time, so add jitter. */
  readonly isShared: boolean
}

/** Between processes. */
export const maxClockSkew = seconds(10)

export const maxDeferral = hours(24)
