import { decideAtAmazon, type OAuthCallback } from '../../../../demo/consent.ts'
import { defaultAmazonUser } from './world.ts'

export async function openPage(url: string, timeout: number): Promise<'a consent page' | 'something else'> {
  try {
    const response = await fetch(url, { redirect: 'manual', signal: AbortSignal.timeout(timeout) })
    const text = await response.text()
    return response.ok && text.includes('name="decision"') ? 'a consent page' : 'something else'
  } catch {
    return 'something else'
  }
}

export const decide = (
  url: string,
  decision: 'allow' | 'cancel' = 'allow',
  amazonUser = defaultAmazonUser,
): Promise<OAuthCallback> => decideAtAmazon(url, { decision, as: amazonUser })
