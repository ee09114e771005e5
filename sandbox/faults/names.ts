import type { Static } from 'typebox'
import Type from 'typebox'

/**
 * The calls that can be made to fail: `authorise` opens the consent page and `consent` sends the person back from it; an
 * order of a report is a `create`, a look at it a `status`.
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

/** What can happen to any call: a status, or something that the network or a broken server does to a true answer. */
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

/** The meanings of 401 at an Ads API, and the 400 that is about the profile (facts §2.4). */
const gatewayFaults = [
  'invalid_token',
  'client_mismatch',
  'rights_lost',
  'scope_missing',
  'no_advertiser',
  'scope_refused',
  'invalid_advertiser',
] as const

/** Of one call alone (facts §1.4, §1.7, §3.2, §3.7, §3.9). */
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
  create: [...gatewayFaults, 'foreign_duplicate', 'nameless_duplicate'],
  status: [...gatewayFaults, 'failed', 'never_finishes', 'no_address', 'elsewhere'],
  download: ['expired'],
} as const satisfies Readonly<Record<FaultyCall, readonly string[]>>

export type FaultName = (typeof commonFaults)[number] | (typeof ownFaults)[FaultyCall][number]

const allFaults = [...new Set<FaultName>([...commonFaults, ...Object.values(ownFaults).flat()])]

/** One fault that is switched on. */
export const FaultSchema = Type.Object(
  {
    call: Type.Enum([...faultyCalls]),
    region: Type.Union([Type.Null(), Type.Enum(['NA', 'EU', 'FE'])]),
    fault: Type.Enum(allFaults),
    /** How many calls; null for all of them until it is switched off. */
    times: Type.Union([Type.Null(), Type.Integer({ minimum: 0 })]),
    /** Which part of the calls, drawn from the sandbox's seed; without it every one. */
    share: Type.Optional(Type.Number({ minimum: 0, maximum: 1 })),
    /** Amazon's own name of a type of report, `spTargeting`: of calls about reports, those that are about one of it. */
    reportType: Type.Optional(Type.String()),
    /** Of calls about reports, those for one profile. */
    profileId: Type.Optional(Type.String()),
    retryAfterSeconds: Type.Optional(Type.Integer({ minimum: 0 })),
    /** How far the clock of `clock_ahead` and `clock_behind` is off; three hours without it. */
    seconds: Type.Optional(Type.Number({ minimum: 0 })),
  },
  { additionalProperties: false },
)

export type Fault = Static<typeof FaultSchema>

/** A fault that its call cannot have, or null. */
export function misplaced(faults: readonly Fault[]): Fault | null {
  const fits = ({ call, fault }: Fault) => [...commonFaults, ...ownFaults[call]].some(name => name === fault)
  return faults.find(fault => !fits(fault)) ?? null
}
