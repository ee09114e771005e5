import type { Static } from 'typebox'
import Type from 'typebox'
import { FaultSchema } from '../faults/names.ts'

const times = Type.Integer({ minimum: 0 })
const region = Type.Enum(['NA', 'EU', 'FE'])

export const SwitchesSchema = Type.Object(
  {
    faults: Type.Array(FaultSchema, {
      description:
        'calls that fail: call, region (or null), fault, times (or null); optional: share, reportType, profileId, retryAfterSeconds, seconds; the first match applies',
    }),
    regionsDown: Type.Array(region, { description: 'Ads APIs that answer 503' }),
    regionsSlow: Type.Partial(Type.Object({ NA: Type.Number(), EU: Type.Number(), FE: Type.Number() }), {
      description: 'response time of an Ads API in seconds, by region',
      additionalProperties: false,
    }),
    tokenEndpoint: Type.Enum(['ok', 'hang', 'server_error', 'invalid_client'], {
      description: 'ok, hang (never answers), server_error (503 without JSON) or invalid_client (401)',
    }),
    userProfileDown: Type.Boolean({ description: '/user/profile answers 503' }),
    consentError: Type.Union([Type.Null(), Type.String({ pattern: '^[a-z_]+$' })], {
      description:
        'error code that the next consents return, such as server_error or temporarily_unavailable',
    }),
    silentConsent: Type.Union([Type.Null(), Type.String()], {
      description:
        'the browser’s Amazon user: while their earlier consent applies, a new authorisation shows no page and extends nothing',
    }),
    failReports: Type.Record(Type.String(), times, {
      description: 'by report type: number of next reports that end FAILED',
    }),
    stuckReports: Type.Record(Type.String(), times, {
      description: 'by report type: number of next reports that never finish',
    }),
    createThrottle: Type.Object(
      {
        times,
        retryAfterSeconds: Type.Union([Type.Null(), Type.Integer({ minimum: 0 })]),
        html: Type.Boolean(),
        reportType: Type.Union([Type.Null(), Type.String()]),
      },
      {
        description:
          'next report requests that return 429, with or without Retry-After, as JSON or HTML, for one report type or all',
        additionalProperties: false,
      },
    ),
    requestsPerMinute: Type.Union([Type.Null(), Type.Integer({ minimum: 1 })], {
      description:
        'report requests per minute that an Ads API accepts, a sixth of them at once; more return 429',
    }),
    throttledReports: Type.Record(Type.String(), Type.Number(), {
      description:
        'by report type: until when its requests return 429 without Retry-After, in milliseconds since 1970 by the sandbox’s clock',
    }),
    pollsPerMinute: Type.Union([Type.Null(), Type.Integer({ minimum: 1 })], {
      description:
        'status calls per minute that an Ads API accepts, a sixth of them at once; more return 429',
    }),
    generationSeconds: Type.Object(
      {
        min: Type.Number({ minimum: 0 }),
        max: Type.Number({ minimum: 0 }),
        spread: Type.Optional(Type.Enum(['even', 'magnitudes'])),
      },
      {
        description:
          'generation time of a report; spread "magnitudes" (min above 0): seconds as likely as minutes',
        additionalProperties: false,
      },
    ),
    download: Type.Object(
      {
        times,
        fault: Type.Enum(['truncated', 'cut', 'corrupt', 'expired']),
      },
      {
        description:
          'next downloads that are truncated (clean early end), cut (connection breaks), corrupt or expired',
        additionalProperties: false,
      },
    ),
    lostProfiles: Type.Record(Type.String(), Type.Enum(['short', 'long']), {
      description: 'profiles that their users can no longer access, by id: wording of the 401, short or long',
    }),
    extraCent: Type.Union(
      [
        Type.Null(),
        Type.Object(
          { profileId: Type.String(), reportType: Type.String(), day: Type.String() },
          { additionalProperties: false },
        ),
      ],
      { description: 'one row of that day costs one minor unit more than the truth' },
    ),
    restatement: Type.Integer({
      minimum: 0,
      description: 'number of restatements of the last 14 days’ conversions; the truth follows',
    }),
    clockOffsetSeconds: Type.Number({ description: 'clock offset of the sandbox in seconds' }),
  },
  { additionalProperties: false },
)

export type Switches = Static<typeof SwitchesSchema>

export interface GenerationSeconds {
  readonly min: number
  readonly max: number
  readonly spread?: 'even' | 'magnitudes'
}

export function allOff(generationSeconds: GenerationSeconds): Switches {
  return {
    faults: [],
    regionsDown: [],
    regionsSlow: {},
    tokenEndpoint: 'ok',
    userProfileDown: false,
    consentError: null,
    silentConsent: null,
    failReports: {},
    stuckReports: {},
    createThrottle: { times: 0, retryAfterSeconds: null, html: false, reportType: null },
    requestsPerMinute: null,
    throttledReports: {},
    pollsPerMinute: null,
    generationSeconds: { ...generationSeconds },
    download: { times: 0, fault: 'truncated' },
    lostProfiles: {},
    extraCent: null,
    restatement: 0,
    clockOffsetSeconds: 0,
  }
}
