import t from 'tap'
import { HandlebarsEmailRenderer } from '../../../src/adapters/email-renderer/email-renderer.ts'
import type { Recipient } from '../../../src/application/email/ports.ts'
import type { EmailMessage } from '../../../src/domain/email/email-message.ts'
import type { ConnectionId } from '../../../src/domain/identifiers.ts'
import { profileLabel } from '../../../src/domain/profile/profile.ts'
import { Secret } from '../../../src/domain/secret.ts'
import { aProfile } from '../../support/examples.ts'
import { emailSamples } from './email-samples.ts'

const renderer = new HandlebarsEmailRenderer({
  publicUrl: new URL('https://ads.example'),
  supportEmail: 'support@ads.example',
})
const sam: Recipient = { email: 'sam@example.test', name: 'Sam Seller', role: 'seller' }
const token = new Secret('a-token-of-sam-0123456789')
const render = (message: EmailMessage, to = sam) =>
  renderer.render(message, { to, connectionId: 'c-1' as ConnectionId }, token)

t.test('S-31 each email says in text and HTML what happened, to which account, and where to go', async t => {
  const pages: Record<string, string> = {
    ready: '/dashboard/ads/?account=c-1',
    revoked: '/dashboard/ads/?account=c-1',
    expired: '/dashboard/ads/?account=c-1',
    rights: '/dashboard/ads/?account=c-1',
    requested: '/admin/requests/7f3a12c0-6f0e-4b0e-9b61-0a6f6a6f4a10',
    answered: '/dashboard/help',
  }
  for (const [name, message] of Object.entries(emailSamples())) {
    const { subject, text, html } = await render(message)
    const page = pages[name] ?? '/dashboard/ads/'
    const link = 'link' in message ? 'https://ads.example/reset?key=abc&x=1' : `https://ads.example${page}`
    t.match(subject, /^[A-Z][^\r\n]{5,60}$/, name)
    for (const body of [text, html.replaceAll('&amp;', '&').replaceAll('&#x3D;', '=')]) {
      t.match(body, 'Hello Sam Seller,', name)
      t.match(body, RegExp(`${escapeRegExp(link)}["\\n]`), name)
      t.match(body, 'support@ads.example', name)
      if ('account' in message) t.match(body, 'My Brand US — Amazon.com', name)
      t.notMatch(body, /undefined|\[object|\[secret\]|\{\{|Invalid Date/, name)
    }
    t.notMatch(text, /<\/|&[a-z#]\w*;/, `${name}: no markup in the text`)
    t.ok(
      text.split('\n').every(line => line.length < 200),
      `${name}: lines have a readable length`,
    )
  }
})

t.test('S-31 an email about an account that no longer exists links to all accounts', async t => {
  const { ready, revoked } = emailSamples() as Record<'ready' | 'revoked', EmailMessage>
  for (const message of [ready, revoked]) {
    const { text } = await renderer.render(message, { to: sam, connectionId: null }, token)
    t.match(text, 'https://ads.example/dashboard/ads/\n', message.kind)
  }
})

t.test(
  'S-31 an email names the reason for a lost authorisation, and the last reminder is marked',
  async t => {
    const { revoked, expired, rights } = emailSamples() as Record<
      'revoked' | 'expired' | 'rights',
      EmailMessage
    >
    const [first, second, last] = [await render(revoked), await render(expired), await render(rights)]

    t.match(first.text, 'Our access at Amazon was removed.')
    t.match(second.text, 'expired after a year')
    t.match(last.text, 'can no longer read this advertising account')
    t.notMatch(first.subject, 'Reminder')
    t.match(second.subject, /^Reminder: /)
    t.match(last.text, 'This is our last reminder.')
    t.notMatch(second.text, 'last reminder')
  },
)

t.test('S-31 only optional emails have an opt-out link, in the text, the HTML and the header', async t => {
  for (const [name, message] of Object.entries(emailSamples())) {
    const { text, html, optOut } = await render(message)
    const preference = { ready: 'ready', expired: 'reminders', rights: 'reminders' }[name]
    const link = preference
      ? `https://ads.example/mail/opt-out?mails=${preference}&token=a-token-of-sam-0123456789`
      : null
    t.equal(optOut, link, name)
    t.equal(text.includes(link ?? 'opt-out'), link !== null, name)
    t.equal(html.includes('/mail/opt-out'), link !== null, name)
  }
})

t.test('S-46 S-31 a subject names no account and no user because subjects are logged', async t => {
  const account = 'Zebra Crossing'
  for (const message of Object.values(emailSamples(account))) {
    const { subject } = await render(message, { ...sam, name: 'Quentin Quick' })
    t.notMatch(subject, /Zebra|Quentin|sam@/)
  }
})

t.test('S-31 names in an email are always plain text', async t => {
  const hostile = '"><script>alert(1)</script><img src=x onerror=alert(2)>\' {{link}} \r\nBcc: x\u202Egnp'
  for (const [name, message] of Object.entries(emailSamples(hostile))) {
    const { html, text } = await render(message, { ...sam, name: hostile })
    t.notMatch(html, /<script|<img/, name)
    t.notMatch(text, /^Bcc/m, name)
    t.notMatch(text + html, '\u202E', name)
    t.match(text, '{{link}}', name)
  }
})

t.test('S-30 a reply from support keeps the line breaks, and an answer to it reaches support', async t => {
  const { answered, requested } = emailSamples() as Record<'answered' | 'requested', EmailMessage>
  const reply = '<b>Bold</b> {{link}} & "so"\n\n\u202Ebackwards\tBcc: x'
  const { subject, text, html, replyTo } = await render({ ...answered, text: reply } as EmailMessage)

  t.equal(replyTo, 'support@ads.example')
  t.match(text, '\n<b>Bold</b> {{link}} & "so"\n\nbackwards Bcc: x\n')
  t.match(html, '&lt;b&gt;Bold&lt;/b&gt; {{link}} &amp; &quot;so&quot;<br><br>backwards Bcc: x<br>')
  t.match(subject, '7F3A-12C0')
  t.match(text, /reaches us at support@ads\.example/)
  const supportEmail = await render(requested)
  t.equal(supportEmail.replyTo, null)
  t.match(supportEmail.text, 'reference 7F3A-12C0')
  t.notMatch(supportEmail.text, 'Questions?', 'support does not write to itself')
})

t.test('S-31 a right-to-left name is isolated in text and in HTML', async t => {
  const shop = 'متجر النور!'
  const label = profileLabel(aProfile({ accountName: shop, country: 'AE' }))
  t.equal(label, `\u2068${shop}\u2069 — Amazon.ae`)
  for (const [name, message] of Object.entries(emailSamples(label))) {
    const { subject, ...bodies } = await render(message, { ...sam, name: shop })
    for (const body of Object.values(bodies)) {
      if (typeof body !== 'string') continue
      t.equal(body.split(shop).length, body.split(`\u2068${shop}\u2069`).length, name)
    }
    t.match(bodies.text, `Hello \u2068${shop}\u2069,`, name)
  }
})

t.test('S-31 an email loads nothing and runs no script', async t => {
  for (const [name, message] of Object.entries(emailSamples())) {
    const { html } = await render(message)
    t.notMatch(html, /<(script|img|link|iframe|object|form)\b|url\(|@import|src=/i, name)
    t.match(html, '<html lang="en-GB">', name)
    t.match(html, /color-scheme/, name)
  }
})

const escapeRegExp = (text: string): string => text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')
