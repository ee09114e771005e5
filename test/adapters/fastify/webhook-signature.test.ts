import t from 'tap'
import { findSignatureProblem } from '../../../src/adapters/fastify/webhook-signature.ts'
import { after, minutes } from '../../../src/domain/calendar.ts'
import { Secret } from '../../../src/domain/secret.ts'
import { noon } from '../../support/examples.ts'
import { newWebhookSecret, signatureOf } from '../../support/servers/billing-system.ts'

const secret = newWebhookSecret()
const body = Buffer.from('{"plan":"annual"}')
const timestamp = String(noon.getTime() / 1000)

function signatureProblem({
  secrets = [secret],
  sentBody = body,
  now = noon,
  headers = {},
}: {
  secrets?: readonly string[]
  sentBody?: Buffer
  now?: Date
  headers?: Readonly<Record<string, string | undefined>>
} = {}) {
  const signature = signatureOf(secret, 'evt_1', timestamp, body)
  const allHeaders = {
    'webhook-id': 'evt_1',
    'webhook-timestamp': timestamp,
    'webhook-signature': signature,
    ...headers,
  }
  return findSignatureProblem(
    secrets.map(text => new Secret(text)),
    { headers: allHeaders, body: sentBody },
    now,
  )
}

t.test('the example of the Standard Webhooks libraries is accepted', async t => {
  const headers = {
    'webhook-id': 'msg_p5jXN8AQM9LWM0D4loKWxJek',
    'webhook-timestamp': '1614265330',
    'webhook-signature': 'v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=',
  }
  const secrets = [new Secret('whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw')]
  const now = new Date(1614265330_000)

  t.equal(findSignatureProblem(secrets, { headers, body: Buffer.from('{"test": 2432232314}') }, now), null)
  t.equal(
    findSignatureProblem(secrets, { headers, body: Buffer.from('{"test":2432232314}') }, now),
    'signature_mismatch',
  )
})

t.test('S-03 a signature is valid for exactly five minutes before and after its timestamp', async t => {
  t.equal(signatureProblem(), null)
  for (const [milliseconds, expected] of [
    [minutes(5), null],
    [minutes(5) + 1, 'too_old'],
    [-minutes(5), null],
    [-minutes(5) - 1, 'too_new'],
  ] as const) {
    t.equal(signatureProblem({ now: after(noon, milliseconds) }), expected, `${milliseconds} ms`)
  }
})

t.test('S-03 the id, the timestamp and every byte of the body are signed', async t => {
  t.equal(signatureProblem({ headers: { 'webhook-id': 'evt_2' } }), 'signature_mismatch')
  t.equal(
    signatureProblem({ headers: { 'webhook-timestamp': String(+timestamp + 1) } }),
    'signature_mismatch',
  )
  t.equal(signatureProblem({ sentBody: Buffer.from('{"plan":"annual"} ') }), 'signature_mismatch')
  t.equal(signatureProblem({ sentBody: Buffer.alloc(0) }), 'signature_mismatch')
  // The signed bytes, split at another place.
  const headers = { 'webhook-id': 'evt_1', 'webhook-timestamp': '1' }
  t.not(signatureProblem({ headers, sentBody: Buffer.from(`${timestamp.slice(1)}.${body}`) }), null)
})

t.test('S-03 any of our secrets and any of the signatures is accepted', async t => {
  t.equal(signatureProblem({ secrets: [newWebhookSecret(), secret] }), null)
  t.equal(signatureProblem({ secrets: [newWebhookSecret()] }), 'signature_mismatch')
  t.equal(signatureProblem({ secrets: [] }), 'signature_mismatch')
  const validSignature = signatureOf(secret, 'evt_1', timestamp, body)
  const signatures: readonly (readonly [description: string, string, string | null])[] = [
    ['after another', `v1,AAAA ${validSignature}`, null],
    ['before another', `${validSignature} v1,AAAA`, null],
    ['of the public-key version', validSignature.replace('v1,', 'v1a,'), 'signature_mismatch'],
    ['of another version', validSignature.replace('v1,', 'v2,'), 'signature_mismatch'],
    ['without a version', validSignature.replace('v1,', ''), 'signature_mismatch'],
    ['cut short', validSignature.slice(0, -10), 'signature_mismatch'],
    ['a version without a signature', 'v1,', 'signature_mismatch'],
    ['nothing', '', 'signature_mismatch'],
  ]
  for (const [description, signature, expected] of signatures)
    t.equal(signatureProblem({ headers: { 'webhook-signature': signature } }), expected, description)
})

t.test('S-03 a missing or malformed header is reported as a problem, not an error', async t => {
  for (const name of ['webhook-id', 'webhook-timestamp', 'webhook-signature'])
    t.equal(signatureProblem({ headers: { [name]: undefined } }), 'header_missing', name)
  for (const invalidTimestamp of ['', '1e9', '-1', '1.5', ' 1', 'NaN', '0x10', '9'.repeat(13)])
    t.equal(
      signatureProblem({ headers: { 'webhook-timestamp': invalidTimestamp } }),
      'header_malformed',
      invalidTimestamp,
    )
  for (const id of ['', 'a b', 'é', 'x'.repeat(201)])
    t.equal(signatureProblem({ headers: { 'webhook-id': id } }), 'header_malformed', id)
})
