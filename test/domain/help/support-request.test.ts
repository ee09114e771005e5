import t from 'tap'
import {
  isDashboardPath,
  maxContentLength,
  parseSupportRequest,
  type SupportRequestContent,
} from '../../../src/domain/help/support-request.ts'

const parse = (overrides: Partial<SupportRequestContent>) =>
  parseSupportRequest({ message: 'Help', amazonEmail: '', marketplace: '', ...overrides })

t.test('S-30 a request’s text is normalised before it is stored', async t => {
  const typed = {
    message: ' One\r\ntwo\rthree\u0000\ud800\u202f ',
    amazonEmail: ' a@b.c\r\nd ',
    marketplace: '\tAmazon.de',
  }
  t.strictSame(parse(typed), {
    message: 'One\ntwo\nthree\ufffd',
    amazonEmail: 'a@b.c d',
    marketplace: 'Amazon.de',
  })
  t.equal(parse({ marketplace: 'Amazon \n\t Deutschland' }).marketplace, 'Amazon Deutschland')
})

t.test('S-30 a request needs a message, and each field has a maximum length', async t => {
  for (const message of ['', ' \n\t', '\u0000\u0007', '\u200b\u3164'])
    t.throws(() => parse({ message }), {
      code: 'invalid_support_request',
      field: 'message',
      problem: 'empty',
    })
  for (const field of ['message', 'amazonEmail', 'marketplace'] as const) {
    const longest = 'x'.repeat(maxContentLength[field])
    t.equal(parse({ [field]: ` ${longest} ` })[field], longest)
    t.throws(() => parse({ [field]: `${longest}x` }), {
      code: 'invalid_support_request',
      field,
      problem: 'too_long',
    })
  }
  const lines = '\r\n'.repeat(1999)
  t.equal(parse({ message: `a${lines}b` }).message.length, 2001, 'a line break is one character, as in HTML')
})

t.test('S-30 a request’s page must be a path of the dashboard', async t => {
  for (const path of [
    '/dashboard',
    '/dashboard/ads/',
    '/dashboard/ads/connections/0f9d3f6e-2a34',
    '/dashboard/a.csv',
  ])
    t.ok(isDashboardPath(path), path)
  for (const path of [
    '',
    '/',
    '/login',
    '/password/reset/a-token',
    '/dashboards/x',
    '/dashboard//evil.example',
    '/dashboard/ads/?account=1',
    '/dashboard/ads/#x',
    '/dashboard/\n',
    '/dashboard/<b>',
    '/dashboard/\\evil',
    'https://evil.example/dashboard/',
    `/dashboard/${'x'.repeat(200)}`,
  ])
    t.notOk(isDashboardPath(path), path)
})
