import type { Static } from 'typebox'
import Type from 'typebox'
import type { Region } from '../users/marketplaces.ts'

export interface About {
  readonly region: Region | null
  readonly reportType: string | null
  readonly profileId: string | null
}

/**
 * Calls that can fail: `authorise` opens the consent page, `consent` redirects back, `create` is a report request,
 * `status` a status poll.
 */
export const faultyCalls = [
  'authorise',
  'consent',
  'token',
  'userProfile',
  'profiles',
  'managerAccounts',
  'adsAccounts',
  'create',
  'status',
  'download',
] as const

export type FaultyCall = (typeof faultyCalls)[number]

export const commonFaults = [
  '400',
  '401',
  '403',
  '404',
  '406',
  '415',
  '422',
  '425',
  '429',
  '500',
  '502',
  '503',
  '504',
  'reset',
  'timeout',
  'slow_body',
  'half_body',
  'corrupt_gzip',
  'broken_json',
  'wrong_type',
  'wrong_shape',
  'empty',
  'duplicated_rows',
  'ten_times',
  'clock_ahead',
  'clock_behind',
] as const

/** The meanings of 401 at the Ads API, and the 400 about the profile (docs/product/amazon.md, "Ads API: errors"). */
const gatewayFaults = [
  'invalid_token',
  'client_mismatch',
  'profile_access_lost',
  'profile_access_lost_short',
  'scope_missing',
  'no_advertiser',
  'scope_refused',
  'invalid_advertiser',
] as const

export const ownFaults = {
  authorise: [],
  consent: [
    'access_denied',
    'invalid_scope',
    'unauthorized_client',
    'invalid_request',
    'unsupported_response_type',
    'server_error',
    'temporarily_unavailable',
    'no_code',
  ],
  token: [
    'invalid_grant',
    'invalid_client',
    'invalid_request',
    'unauthorized_client',
    'unsupported_grant_type',
    'server_error',
  ],
  userProfile: ['insufficient_scope'],
  profiles: ['invalid_token', 'client_mismatch'],
  managerAccounts: ['invalid_token', 'client_mismatch'],
  adsAccounts: ['invalid_token', 'client_mismatch'],
  create: [...gatewayFaults, 'duplicate_mismatch', 'nameless_duplicate', 'duplicate_200'],
  status: [...gatewayFaults, 'failed', 'never_finishes', 'no_address', 'elsewhere'],
  download: [
    'expired',
    'expired_token',
    'gzip_bomb',
    'row_without_campaign',
    'empty_report',
    'shrunken_report',
  ],
} as const satisfies Readonly<Record<FaultyCall, readonly string[]>>

export type FaultName = (typeof commonFaults)[number] | (typeof ownFaults)[FaultyCall][number]

const allFaults = [...new Set<FaultName>([...commonFaults, ...Object.values(ownFaults).flat()])]

export const FaultSchema = Type.Object(
  {
    call: Type.Enum([...faultyCalls]),
    region: Type.Union([Type.Null(), Type.Enum(['NA', 'EU', 'FE'])]),
    fault: Type.Enum(allFaults),
    /** Null until switched off. */
    times: Type.Union([Type.Null(), Type.Integer({ minimum: 0 })]),
    /** Share of the calls, drawn from the seed; absent for all. */
    share: Type.Optional(Type.Number({ minimum: 0, maximum: 1 })),
    /** Amazon's name, such as `spTargeting`. */
    reportType: Type.Optional(Type.String()),
    profileId: Type.Optional(Type.String()),
    retryAfterSeconds: Type.Optional(Type.Integer({ minimum: 0 })),
    /** Skew of `clock_ahead` and `clock_behind`; default three hours. */
    seconds: Type.Optional(Type.Number({ minimum: 0 })),
  },
  { additionalProperties: false },
)

export type Fault = Static<typeof FaultSchema>

/** @returns the first fault that its call can't have, or null. */
export function firstMisplaced(faults: readonly Fault[]): Fault | null {
  const fits = ({ call, fault }: Fault) => [...commonFaults, ...ownFaults[call]].some(name => name === fault)
  return faults.find(fault => !fits(fault)) ?? null
}
