import { createHash, generateKeyPairSync, type KeyObject, sign } from 'node:crypto'
import t from 'tap'
import { WebAuthn } from '../../../src/adapters/security/webauthn.ts'
import type { Passkey } from '../../../src/domain/access/passkey.ts'
import { aUser } from '../../support/examples.ts'
import { aPasskey } from '../../support/fakes/access/passkeys.ts'

const origin = 'https://ads.example'
const webAuthn = new WebAuthn(new URL(origin))
const user = aUser({ email: 'sol@example.test', name: 'Sol' })

const base64url = (bytes: Uint8Array | string) => Buffer.from(bytes).toString('base64url')
const sha256 = (bytes: Uint8Array | string) => createHash('sha256').update(bytes).digest()

/** RFC 8949: only what a credential needs. Maps keep the order of their entries. */
function cbor(value: number | string | Uint8Array | Map<number | string, unknown>): Buffer {
  const head = (major: number, length: number) =>
    length < 24
      ? Buffer.from([(major << 5) | length])
      : length < 256
        ? Buffer.from([(major << 5) | 24, length])
        : Buffer.from([(major << 5) | 25, length >> 8, length & 255])
  if (typeof value === 'number') return value < 0 ? head(1, -1 - value) : head(0, value)
  if (typeof value === 'string') return Buffer.concat([head(3, Buffer.byteLength(value)), Buffer.from(value)])
  if (value instanceof Uint8Array) return Buffer.concat([head(2, value.length), value])
  const entries = [...value].flatMap(([key, inner]) => [cbor(key), cbor(inner as Parameters<typeof cbor>[0])])
  return Buffer.concat([head(5, value.size), ...entries])
}

/** Values that an honest authenticator and browser would set. */
interface Overrides {
  readonly origin?: string
  readonly rpId?: string
  readonly challenge?: string
  readonly type?: string
  readonly isUserVerified?: boolean
  readonly isUserPresent?: boolean
  readonly signCount?: number
  readonly credentialId?: string
  readonly key?: KeyObject
}

/** An authenticator in software, with one ES256 credential. */
class Authenticator {
  readonly #keys = generateKeyPairSync('ec', { namedCurve: 'P-256' })
  readonly id: string
  #signCount = 0

  constructor(idBytes = 32) {
    const publicKey = this.#keys.publicKey.export({ type: 'spki', format: 'der' })
    this.id = base64url(Buffer.alloc(idBytes, sha256(publicKey)))
  }

  register(challenge: string, overrides: Overrides = {}): string {
    const { x = '', y = '' } = this.#keys.publicKey.export({ format: 'jwk' })
    const coordinate = (text: string) => Buffer.from(text, 'base64url')
    // COSE: EC2 key, ES256, P-256, x and y (RFC 9053).
    const publicKey = cbor(
      new Map<number, unknown>([
        [1, 2],
        [3, -7],
        [-1, 1],
        [-2, coordinate(x)],
        [-3, coordinate(y)],
      ]),
    )
    const id = Buffer.from(this.id, 'base64url')
    const length = Buffer.from([id.length >> 8, id.length & 255])
    const credential = Buffer.concat([Buffer.alloc(16), length, id, publicKey])
    const authData = Buffer.concat([
      this.#authenticatorData(0x40, { signCount: 0, ...overrides }),
      credential,
    ])
    const attestation = new Map<string, unknown>([
      ['fmt', 'none'],
      ['attStmt', new Map()],
      ['authData', authData],
    ])
    return this.#answer(overrides, {
      clientDataJSON: clientData('webauthn.create', challenge, overrides),
      attestationObject: base64url(cbor(attestation)),
      transports: ['usb'],
    })
  }

  authenticate(challenge: string, overrides: Overrides = {}): string {
    this.#signCount += 1
    const authData = this.#authenticatorData(0, { signCount: this.#signCount, ...overrides })
    const clientDataJSON = clientData('webauthn.get', challenge, overrides)
    const signed = Buffer.concat([authData, sha256(Buffer.from(clientDataJSON, 'base64url'))])
    return this.#answer(overrides, {
      clientDataJSON,
      authenticatorData: base64url(authData),
      signature: base64url(sign('sha256', signed, overrides.key ?? this.#keys.privateKey)),
    })
  }

  #authenticatorData(flags: number, { rpId = 'ads.example', signCount = 0, ...overrides }: Overrides) {
    const { isUserPresent = true, isUserVerified = true } = overrides
    const count = Buffer.alloc(4)
    count.writeUInt32BE(signCount)
    const set = flags | (isUserPresent ? 0x01 : 0) | (isUserVerified ? 0x04 : 0)
    return Buffer.concat([sha256(rpId), Buffer.from([set]), count])
  }

  #answer({ credentialId: id = this.id }: Overrides, response: object): string {
    return JSON.stringify({ id, rawId: id, type: 'public-key', clientExtensionResults: {}, response })
  }
}

const clientData = (type: string, challenge: string, overrides: Overrides) =>
  base64url(JSON.stringify({ type, challenge, origin, crossOrigin: false, ...pick(overrides) }))
const pick = ({ type, challenge, origin }: Overrides) =>
  Object.fromEntries(Object.entries({ type, challenge, origin }).filter(([, value]) => value !== undefined))

async function register(authenticator = new Authenticator()): Promise<Passkey> {
  const { challenge } = await webAuthn.registrationOptions(user, [])
  const verified = await webAuthn.verifyRegistration(authenticator.register(challenge), challenge)
  if (!verified) throw new Error('the passkey was rejected')
  return aPasskey({ ...verified, userId: user.id })
}

const wrong: Readonly<Record<string, Overrides>> = {
  'another origin': { origin: 'https://ads.example.evil.test' },
  'another port': { origin: 'https://ads.example:8443' },
  'another RP id': { rpId: 'evil.test' },
  'another challenge': { challenge: base64url('another challenge of 32 bytes...') },
  'no user verification': { isUserVerified: false },
  'no user presence': { isUserPresent: false },
}

t.test('S-46 a passkey is registered and then signs in', async t => {
  const authenticator = new Authenticator()
  const passkey = await register(authenticator)
  t.has(passkey, { id: authenticator.id, signCount: 0, transports: ['usb'] })

  const { options, challenge } = await webAuthn.authenticationOptions([passkey])
  t.match(options, {
    challenge,
    rpId: 'ads.example',
    userVerification: 'required',
    allowCredentials: [{ id: passkey.id, transports: ['usb'] }],
  })
  const known = [await register(), passkey]
  t.strictSame(await webAuthn.verifyAuthentication(authenticator.authenticate(challenge), challenge, known), {
    passkey,
    signCount: 1,
  })
})

t.test('S-46 the options name the user, exclude known passkeys and require user verification', async t => {
  const known = aPasskey({ userId: user.id, id: 'a2V5' })
  const { options, challenge } = await webAuthn.registrationOptions(user, [known])
  t.match(options, {
    challenge,
    rp: { id: 'ads.example' },
    user: { name: 'sol@example.test', displayName: 'Sol', id: base64url(user.id) },
    excludeCredentials: [{ id: 'a2V5' }],
    authenticatorSelection: { userVerification: 'required' },
  })
  const challenges = await Promise.all([
    webAuthn.registrationOptions(user, []),
    webAuthn.authenticationOptions([]),
  ])
  t.equal(new Set([challenge, ...challenges.map(each => each.challenge)]).size, 3)
  for (const each of challenges) t.ok(Buffer.from(each.challenge, 'base64url').length >= 32)
})

t.test('S-46 a registration with a wrong value is rejected', async t => {
  const challenge = base64url('the challenge of this session...')
  const authenticator = new Authenticator()
  t.ok(await webAuthn.verifyRegistration(authenticator.register(challenge), challenge))
  for (const [name, overrides] of Object.entries({ ...wrong, 'another use': { type: 'webauthn.get' } }))
    t.equal(
      await webAuthn.verifyRegistration(authenticator.register(challenge, overrides), challenge),
      null,
      name,
    )
})

t.test('S-46 a passkey’s id has at most 1,023 bytes', async t => {
  t.equal(Buffer.from((await register(new Authenticator(1023))).id, 'base64url').length, 1023)
  await t.rejects(register(new Authenticator(1024)), { message: 'the passkey was rejected' })
})

t.test('S-46 a sign-in with a wrong value is rejected', async t => {
  const challenge = base64url('the challenge of this session...')
  const authenticator = new Authenticator()
  const passkey = await register(authenticator)
  const verify = (answer: string, known: readonly Passkey[] = [passkey]) =>
    webAuthn.verifyAuthentication(answer, challenge, known)
  t.ok(await verify(authenticator.authenticate(challenge)))
  for (const [name, overrides] of Object.entries({
    ...wrong,
    'another use': { type: 'webauthn.create' },
    'another key': { key: generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey },
  }))
    t.equal(await verify(authenticator.authenticate(challenge, overrides)), null, name)

  const other = new Authenticator()
  t.equal(await verify(other.authenticate(challenge)), null, 'an unknown passkey')
  t.equal(
    await verify(other.authenticate(challenge, { credentialId: passkey.id })),
    null,
    'another user’s key under a known id',
  )
  t.equal(await verify(authenticator.authenticate(challenge), []), null, 'of another user')
})

t.test('S-46 a sign count that does not grow shows a copied passkey', async t => {
  const challenge = base64url('the challenge of this session...')
  const authenticator = new Authenticator()
  const passkey = { ...(await register(authenticator)), signCount: 7 }
  const verify = (signCount: number, known: Passkey = passkey) =>
    webAuthn.verifyAuthentication(authenticator.authenticate(challenge, { signCount }), challenge, [known])
  for (const signCount of [0, 6, 7]) t.equal(await verify(signCount), null, `${signCount}`)
  t.match(await verify(8), { signCount: 8 })
  t.match(await verify(0, { ...passkey, signCount: 0 }), { signCount: 0 }, 'some never count')
})

t.test('S-46 an answer that no browser gives is rejected', async t => {
  const challenge = base64url('the challenge of this session...')
  const authenticator = new Authenticator()
  const passkey = await register(authenticator)
  const answer = JSON.parse(authenticator.authenticate(challenge))
  for (const text of [
    '',
    'null',
    '7',
    '[]',
    '{}',
    '"text"',
    '{"id":',
    JSON.stringify({ id: passkey.id }),
    JSON.stringify({ ...answer, response: null }),
    JSON.stringify({ ...answer, response: { ...answer.response, signature: 7 } }),
    JSON.stringify({ ...answer, response: { ...answer.response, authenticatorData: 'AA' } }),
    JSON.stringify({ ...answer, type: 'password' }),
  ]) {
    t.equal(await webAuthn.verifyAuthentication(text, challenge, [passkey]), null, text)
    t.equal(await webAuthn.verifyRegistration(text, challenge), null, text)
  }
})

t.test('S-46 only known transports are kept, because the browser can send anything', async t => {
  const challenge = base64url('the challenge of this session...')
  for (const [transports, kept] of [
    [
      ['internal', 'hybrid', 7, { a: 1 }, 'by post'],
      ['hybrid', 'internal'],
    ],
    ['usb', []],
    [null, []],
  ] as const) {
    const answer = JSON.parse(new Authenticator().register(challenge))
    answer.response.transports = transports
    const verified = await webAuthn.verifyRegistration(JSON.stringify(answer), challenge)
    t.strictSame(verified?.transports, kept, JSON.stringify(transports))
  }
})
