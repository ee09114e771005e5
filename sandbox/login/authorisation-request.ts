/** Errors follow docs/product/amazon.md, "Login with Amazon: the callback". */
export const oauthParameters = [
  'client_id',
  'response_type',
  'redirect_uri',
  'scope',
  'state',
  'code_challenge',
  'code_challenge_method',
] as const

export type OauthParameters = Readonly<Partial<Record<(typeof oauthParameters)[number], string>>>

const knownScopes = new Set([
  'advertising::campaign_management',
  'advertising::audiences',
  'advertising::test:create_account',
  'cpc_advertising:campaign_management',
  'profile',
  'profile:user_id',
  'postal_code',
])

export interface PageError {
  readonly code: string
  readonly text: string
}

export function pageErrorOf(parameters: OauthParameters, clientId: string): PageError | undefined {
  if (parameters.client_id !== clientId) {
    return { code: 'lwa-invalid-parameter-client-id', text: 'Unknown client id' }
  }
  if (!isAllowedReturn(parameters.redirect_uri)) {
    return {
      code: 'lwa-invalid-parameter-bad-redirect-uri-vendor',
      text: 'The redirect URI you provided has not been whitelisted for your application',
    }
  }
  return undefined
}

export function redirectErrorOf(parameters: OauthParameters): Record<string, string> | undefined {
  if (parameters.response_type !== 'code') {
    return { error: 'unsupported_response_type', error_description: 'The response type is not supported' }
  }
  if (!parameters.scope) {
    return {
      error: 'invalid_request',
      error_description: 'The request is missing a required parameter : scope',
    }
  }
  const method = parameters.code_challenge_method ?? 'plain'
  if (method !== 'plain' && method !== 'S256') {
    return {
      error: 'invalid_request',
      error_description: 'The request has an invalid parameter : code_challenge_method',
    }
  }
  if (parameters.scope.split(' ').every(scope => knownScopes.has(scope))) return undefined
  return { error: 'invalid_scope', error_description: 'An unknown scope was requested' }
}

/** Builds the callback URL. `state` comes back unchanged, and the parameters have no fixed order. */
export function returnTo(parameters: OauthParameters, answer: Readonly<Record<string, string>>): string {
  const address = new URL(parameters.redirect_uri ?? '')
  for (const [name, value] of Object.entries(answer)) address.searchParams.append(name, value)
  if (parameters.state !== undefined) address.searchParams.append('state', parameters.state)
  return address.href
}

function isAllowedReturn(text: string | undefined): boolean {
  const address = URL.parse(text ?? '')
  if (address?.pathname !== '/dashboard/ads/callback') return false
  if (address.protocol === 'https:') return true
  return (
    address.protocol === 'http:' && (address.hostname === 'localhost' || address.hostname === '127.0.0.1')
  )
}
