export interface AmazonResponseDetails {
  /** Amazon's support asks for it. */
  readonly requestId?: string
  /** How far Amazon's clock is ahead; absent below a minute. */
  readonly skewSeconds?: number
}

export interface AmazonErrorDetails extends AmazonResponseDetails {
  readonly httpStatus?: number
  readonly amazonMessage?: string
}

const minSkewSeconds = 60

/**
 * Clock skew explains rejected codes and tokens.
 * @returns null when unknown, or below a minute, which latency explains.
 */
export function clockSkewSeconds(answeredAt: Date | null, now: Date): number | null {
  if (!answeredAt) return null
  const seconds = Math.round((answeredAt.getTime() - now.getTime()) / 1000)
  return Math.abs(seconds) < minSkewSeconds ? null : seconds
}
