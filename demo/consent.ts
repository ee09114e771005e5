export interface OAuthCallback {
  readonly state: string
  readonly code: string
  readonly error: string
  readonly description: string
}

/** Decides on the sandbox's consent page, as a seller's browser would, and follows the redirect. */
export async function decideAtAmazon(
  url: string,
  { decision = 'allow', as }: { readonly decision?: 'allow' | 'cancel'; readonly as: string },
): Promise<OAuthCallback> {
  const response = await fetch(url, {
    method: 'POST',
    redirect: 'manual',
    body: new URLSearchParams({ user: as, decision }),
  })
  const back = new URL(response.headers.get('location') ?? 'about:blank').searchParams
  const field = (name: string): string => back.get(name) ?? ''
  return {
    state: field('state'),
    code: field('code'),
    error: field('error'),
    description: field('error_description'),
  }
}
