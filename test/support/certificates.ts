import { generateKeyPairSync, type KeyObject, randomBytes, randomUUID, sign } from 'node:crypto'

/** A test's own certificate authority: X.509 in DER (RFC 5280), limited to what OpenSSL requires. */
export interface Authority {
  readonly pem: string
  issue(its: { readonly host: string; readonly from: Date; readonly until: Date }): Certificate
}

export interface Certificate {
  readonly key: string
  readonly cert: string
}

export function newAuthority(): Authority {
  const keys = generateKeyPairSync('ec', { namedCurve: 'P-256' })
  const issuer = nameOf(`The authority ${randomUUID()} of a test`)
  const always = { from: new Date('2020-01-01'), until: new Date('2049-12-31') }
  const make = (its: { publicKey: KeyObject; subject: Buffer; extension: Buffer; from: Date; until: Date }) =>
    pemOf(signed({ ...its, issuer, by: keys.privateKey }))
  return {
    pem: make({ publicKey: keys.publicKey, subject: issuer, extension: isAuthority, ...always }),
    issue({ host, ...its }) {
      const own = generateKeyPairSync('ec', { namedCurve: 'P-256' })
      const key = own.privateKey.export({ type: 'pkcs8', format: 'pem' }).toString()
      const cert = make({
        publicKey: own.publicKey,
        subject: nameOf(host),
        extension: subjectAlternativeName(host),
        ...its,
      })
      return { key, cert }
    },
  }
}

/** Tag, length and content (X.690 §8.1). */
function der(tag: number, ...parts: readonly Buffer[]): Buffer {
  const content = Buffer.concat(parts)
  const { length } = content
  const lengthBytes =
    length < 0x80 ? [length] : length < 0x100 ? [0x81, length] : [0x82, length >> 8, length & 0xff]
  return Buffer.concat([Buffer.of(tag, ...lengthBytes), content])
}

const sequence = (...parts: readonly Buffer[]): Buffer => der(0x30, ...parts)
const integer = (...bytes: readonly number[]): Buffer => der(0x02, Buffer.of(...bytes))
const identifier = (hex: string): Buffer => der(0x06, Buffer.from(hex, 'hex'))
/** UTCTime has a two-digit year. */
const time = (at: Date): Buffer =>
  der(0x17, Buffer.from(`${at.toISOString().slice(2, 19).replace(/\D/g, '')}Z`))
const commonName = identifier('550403')
const nameOf = (text: string): Buffer =>
  sequence(der(0x31, sequence(commonName, der(0x0c, Buffer.from(text)))))

const booleanTrue = der(0x01, Buffer.of(0xff))
const extension = (hex: string, content: Buffer, ...critical: readonly Buffer[]): Buffer =>
  sequence(identifier(hex), ...critical, der(0x04, content))
const isAuthority = extension('551d13', sequence(booleanTrue), booleanTrue)
const subjectAlternativeName = (host: string): Buffer =>
  extension('551d11', sequence(der(0x82, Buffer.from(host))))

const ecdsaWithSha256 = sequence(identifier('2a8648ce3d040302'))

function signed(its: {
  readonly publicKey: KeyObject
  readonly subject: Buffer
  readonly issuer: Buffer
  readonly extension: Buffer
  readonly from: Date
  readonly until: Date
  readonly by: KeyObject
}): Buffer {
  const body = sequence(
    der(0xa0, integer(2)),
    integer(1, ...randomBytes(8)),
    ecdsaWithSha256,
    its.issuer,
    sequence(time(its.from), time(its.until)),
    its.subject,
    its.publicKey.export({ type: 'spki', format: 'der' }),
    der(0xa3, sequence(its.extension)),
  )
  return sequence(body, ecdsaWithSha256, der(0x03, Buffer.of(0), sign('sha256', body, its.by)))
}

const pemOf = (bytes: Buffer): string =>
  `-----BEGIN CERTIFICATE-----\n${bytes.toString('base64').replace(/.{1,64}/g, '$&\n')}-----END CERTIFICATE-----\n`
