import { createHash } from 'node:crypto'
import type { Code } from '../memory.ts'
import type { World } from '../world.ts'

/** An error of the token endpoint (docs/product/amazon.md, "Login with Amazon: token errors"). */
export class TokenError extends Error {
  readonly status: number
  readonly error: string

  constructor(status: number, error: string, description: string) {
    super(description)
    this.status = status
    this.error = error
  }
}

export type TokenFields = Readonly<Partial<Record<string, string>>>

/** In the body or as HTTP Basic. */
export function checkClient(world: World, fields: TokenFields, authorization: string | undefined): void {
  const basic = /^Basic (.+)$/i.exec(authorization ?? '')?.[1]
  const [id, secret] = basic
    ? Buffer.from(basic, 'base64').toString().split(/:(.*)/s).map(decodeURIComponent)
    : [fields['client_id'], fields['client_secret']]
  if (id === world.clientId && secret === (world.memory.clientSecret ?? world.clientSecret)) return
  throw new TokenError(401, 'invalid_client', 'Client authentication failed')
}

export function required(fields: TokenFields, name: string): string {
  const value = fields[name]
  if (value) return value
  throw new TokenError(400, 'invalid_request', `The request is missing a required parameter : ${name}`)
}

/** Valid for five minutes, used up by the first matching exchange. */
export function redeem(world: World, fields: TokenFields): Code {
  const code = world.memory.codes.get(required(fields, 'code'))
  const redirectUri = required(fields, 'redirect_uri')
  if (!code || world.clock() >= code.issuedAt + 5 * 60_000 || code.clientId !== world.clientId)
    throw invalid('code')
  if (code.redirectUri !== redirectUri) throw invalid('redirect_uri')
  if (!provesChallenge(code, fields['code_verifier'])) throw invalid('code_verifier')
  world.memory.record({ event: 'code used', code: code.code })
  return code
}

function provesChallenge(code: Code, verifier: string | undefined): boolean {
  if (code.challenge === null) return true
  if (!verifier) return false
  const proof =
    code.challengeMethod === 'S256' ? createHash('sha256').update(verifier).digest('base64url') : verifier
  return proof === code.challenge
}

function invalid(parameter: string): TokenError {
  return new TokenError(400, 'invalid_grant', `The request has an invalid grant parameter : ${parameter}`)
}
