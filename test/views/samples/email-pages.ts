import { HandlebarsEmailRenderer } from '../../../src/adapters/email-renderer/email-renderer.ts'
import type { ConnectionId } from '../../../src/domain/identifiers.ts'
import { Secret } from '../../../src/domain/secret.ts'
import { emailSamples } from '../../adapters/email-renderer/email-samples.ts'

/** Every email as HTML, also with right-to-left names. */
export async function emailPages(): Promise<ReadonlyMap<string, string>> {
  const renderer = new HandlebarsEmailRenderer({
    publicUrl: new URL('https://ads.example'),
    supportEmail: 'support@ads.example',
  })
  const pages = new Map<string, string>()
  const readers = [
    { suffix: '', name: 'Sam Seller', account: 'My Brand US — Amazon.com' },
    { suffix: '-right-to-left', name: 'ليلى حسن', account: '\u2068متجر النور!\u2069 — Amazon.ae' },
  ]
  for (const { suffix, name, account } of readers) {
    for (const [kind, message] of Object.entries(emailSamples(account))) {
      const to = { email: 'sam@example.test', name, role: 'seller' } as const
      const about = { to, connectionId: 'c-1' as ConnectionId }
      const { html } = await renderer.render(message, about, new Secret('a-token-of-sam-0123456789'))
      pages.set(`mail-${kind}${suffix}`, html)
    }
  }
  return pages
}
