import { readable } from '../adapters/amazon/amazon-http.ts'
import { MailUndelivered } from '../application/mail/ports.ts'

/** By the code of Node, the system or OpenSSL's verification (openssl-verification-options). */
const words: Readonly<Record<string, string>> = {
  ECONNREFUSED: 'nothing listens there',
  ECONNRESET: 'the line was cut',
  EHOSTUNREACH: 'no way leads there',
  ENETUNREACH: 'no way leads there',
  ENOTFOUND: 'its name is not known',
  EAI_AGAIN: 'the name servers do not answer',
  ETIMEDOUT: 'it does not answer in time',
  UND_ERR_CONNECT_TIMEOUT: 'it does not answer in time',
  CERT_HAS_EXPIRED: 'its certificate has ended',
  CERT_NOT_YET_VALID: 'its certificate has not begun',
  ERR_TLS_CERT_ALTNAME_INVALID: 'its certificate is for another name',
  DEPTH_ZERO_SELF_SIGNED_CERT: 'its certificate is signed by nobody but itself',
  SELF_SIGNED_CERT_IN_CHAIN: 'its certificate is signed by an authority that this machine does not know',
  UNABLE_TO_GET_ISSUER_CERT_LOCALLY:
    'its certificate is signed by an authority that this machine does not know, or an intermediate one is not sent along',
  UNABLE_TO_VERIFY_LEAF_SIGNATURE:
    'its certificate is signed by an authority that this machine does not know, or an intermediate one is not sent along',
}

interface CodedError extends Error {
  readonly code?: unknown
  /** One error per address, for a host with several. */
  readonly errors?: readonly unknown[]
}

/** Returns the reason for an error, to end a sentence with. */
export function reasonOf(error: unknown): string {
  if (error instanceof MailUndelivered) return error.trouble
  let deepest = error
  for (let met = error; met instanceof Error; met = (met as CodedError).errors?.[0] ?? met.cause) {
    const told = words[String((met as CodedError).code)]
    if (told) return told
    deepest = met
  }
  const text = deepest instanceof Error ? deepest.message : String(deepest)
  return readable(text.split('\n')[0] ?? '').slice(0, 200)
}

export const certificateReason = (code: string): string => words[code] ?? `it is not trusted (${code})`
