import { generateKeyPairSync, type KeyObject, randomBytes, randomUUID, sign } from 'node:crypto'

/** A certificate authority for one test: X.509 in DER (RFC 5280), limited to what OpenSSL requires. */
export interface Authority {
  readonly pem: string
  issue(options: { readonly host: string; readonly from: Date; readonly until: Date }): Certificate
}

export interface Certificate {
  readonly key: string
  readonly cert: string
}

export function newAuthority(): Authority {
  const keys = generateKeyPairSync('ec', { namedCurve: 'P-256' })
  const issuer = nameOf(`Test authority ${randomUUID()}`)
  const maxValidity = { from: new Date('2020-01-01'), until: new Date('2049-12-31') }
  const make = (fields: {
    publicKey: KeyObject
    subject: Buffer
    extension: Buffer
    from: Date
    until: Date
  }) => pemOf(signCertificate({ ...fields, issuer, signingKey: keys.privateKey }))
  return {
    pem: make({ publicKey: keys.publicKey, subject: issuer, extension: authorityExtension, ...maxValidity }),
    issue({ host, ...validity }) {
      const hostKeys = generateKeyPairSync('ec', { namedCurve: 'P-256' })
      const key = hostKeys.privateKey.export({ type: 'pkcs8', format: 'pem' }).toString()
      const cert = make({
        publicKey: hostKeys.publicKey,
        subject: nameOf(host),
        extension: subjectAlternativeName(host),
        ...validity,
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
const utcTime = (at: Date): Buffer =>
  der(0x17, Buffer.from(`${at.toISOString().slice(2, 19).replace(/\D/g, '')}Z`))
const commonName = identifier('550403')
const nameOf = (text: string): Buffer =>
  sequence(der(0x31, sequence(commonName, der(0x0c, Buffer.from(text)))))

const booleanTrue = der(0x01, Buffer.of(0xff))
const extension = (hex: string, content: Buffer, ...critical: readonly Buffer[]): Buffer =>
  sequence(identifier(hex), ...critical, der(0x04, content))
const authorityExtension = extension('551d13', sequence(booleanTrue), booleanTrue)
const subjectAlternativeName = (host: string): Buffer =>
  extension('551d11', sequence(der(0x82, Buffer.from(host))))

const ecdsaWithSha256 = sequence(identifier('2a8648ce3d040302'))

function signCertificate(fields: {
  readonly publicKey: KeyObject
  readonly subject: Buffer
  readonly issuer: Buffer
  readonly extension: Buffer
  readonly from: Date
  readonly until: Date
  readonly signingKey: KeyObject
}): Buffer {
  const body = sequence(
    der(0xa0, integer(2)),
    integer(1, ...randomBytes(8)),
    ecdsaWithSha256,
    fields.issuer,
    sequence(utcTime(fields.from), utcTime(fields.until)),
    fields.subject,
    fields.publicKey.export({ type: 'spki', format: 'der' }),
    der(0xa3, sequence(fields.extension)),
  )
  return sequence(body, ecdsaWithSha256, der(0x03, Buffer.of(0), sign('sha256', body, fields.signingKey)))
}

const pemOf = (bytes: Buffer): string =>
  `-----BEGIN CERTIFICATE-----\n${bytes.toString('base64').replace(/.{1,64}/g, '$&\n')}-----END CERTIFICATE-----\n`
