import { randomLetters } from '../signer.ts'
import type { World } from '../world.ts'

/** A token's signed content. It is stored nowhere else, so tokens survive a restart. */
export interface TokenContent {
  readonly kind: 'access' | 'refresh'
  readonly userId: string
  readonly clientId: string
  readonly scope: string
  readonly consentedAt: number
  readonly issuedAt: number
  readonly grantEpoch: number
  readonly accessEpoch: number
  /** Absent from tokens of earlier versions. */
  readonly clientEpoch?: number
}

export type Grant = Pick<TokenContent, 'userId' | 'clientId' | 'scope' | 'consentedAt' | 'grantEpoch'>

/**
 * An access token lives for an hour; a consent since 30 July 2026 for 365 days (docs/product/amazon.md, "Login with
 * Amazon: lifetimes").
 */
export const accessSeconds = 3600
const consentMilliseconds = 365 * 86_400_000

const prefixes = { access: 'Atza|', refresh: 'Atzr|' } as const

/** Amazon's tokens are longer than 350 characters, hence the padding. */
export function issueToken(world: World, kind: TokenContent['kind'], grant: Grant): string {
  const { userId, clientId, scope, consentedAt, grantEpoch } = grant
  const { accessEpoch, clientEpoch } = world.memory
  const issuedAt = world.clock()
  const content = {
    kind,
    userId,
    clientId,
    scope,
    consentedAt,
    issuedAt,
    grantEpoch,
    accessEpoch,
    clientEpoch,
  }
  return prefixes[kind] + world.signer.sign({ ...content, padding: randomLetters(60) })
}

export function readAccessToken(world: World, token: string): TokenContent | undefined {
  const content = read(world, token, 'access')
  if (!content || content.accessEpoch !== world.memory.accessEpoch) return undefined
  if (content.grantEpoch < world.memory.accessFloor(content.userId)) return undefined
  return world.clock() < content.issuedAt + accessSeconds * 1000 ? content : undefined
}

export const isConsentInForce = (world: World, consentedAt: number): boolean =>
  world.clock() < consentedAt + consentMilliseconds

export function readRefreshToken(world: World, token: string): TokenContent | undefined {
  const content = read(world, token, 'refresh')
  if (!content || content.grantEpoch < world.memory.grantEpoch(content.userId)) return undefined
  if ((content.clientEpoch ?? 0) < world.memory.clientEpoch) return undefined
  return isConsentInForce(world, content.consentedAt) ? content : undefined
}

function read(world: World, token: string, kind: TokenContent['kind']): TokenContent | undefined {
  if (!token.startsWith(prefixes[kind])) return undefined
  const content = world.signer.verify(token.slice(prefixes[kind].length)) as TokenContent | undefined
  return content?.kind === kind ? content : undefined
}
