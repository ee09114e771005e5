export interface AmazonResponseDetails {
  /** Amazon's support asks for it. */
  readonly requestId?: string
  /** By how much Amazon's clock is ahead of ours; left out below a minute. */
  readonly skewSeconds?: number
}

export interface AmazonErrorDetails extends AmazonResponseDetails {
  readonly httpStatus?: number
  readonly amazonMessage?: string
}

const minSkewSeconds = 60

/**
 * Returns how far our clock is off: then valid codes (5 minutes) and access tokens (1 hour) are rejected.
 * @param answeredAt by Amazon's clock; null if unknown.
 * @returns null below a minute, which latency explains.
 */
export function clockSkewSeconds(answeredAt: Date | null, now: Date): number | null {
  if (!answeredAt) return null
  const seconds = Math.round((answeredAt.getTime() - now.getTime()) / 1000)
  return Math.abs(seconds) < minSkewSeconds ? null : seconds
}
