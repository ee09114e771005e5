import { sanitiseText } from '../../adapters/amazon/amazon-http.ts'
import { EmailDeliveryError } from '../../application/email/ports.ts'

const unknownAuthority =
  'its certificate is signed by an unknown authority, or an intermediate certificate is missing'

const reasons: Readonly<Record<string, string>> = {
  ECONNREFUSED: 'connection refused',
  ECONNRESET: 'connection reset',
  EHOSTUNREACH: 'no route to host',
  ENETUNREACH: 'no route to host',
  ENOTFOUND: 'unknown host name',
  EAI_AGAIN: 'DNS servers not responding',
  ETIMEDOUT: 'timed out',
  UND_ERR_CONNECT_TIMEOUT: 'timed out',
  CERT_HAS_EXPIRED: 'its certificate has expired',
  CERT_NOT_YET_VALID: 'its certificate is not valid yet',
  ERR_TLS_CERT_ALTNAME_INVALID: 'its certificate is for another name',
  DEPTH_ZERO_SELF_SIGNED_CERT: 'its certificate is self-signed',
  SELF_SIGNED_CERT_IN_CHAIN: unknownAuthority,
  UNABLE_TO_GET_ISSUER_CERT_LOCALLY: unknownAuthority,
  UNABLE_TO_VERIFY_LEAF_SIGNATURE: unknownAuthority,
}

interface CodedError extends Error {
  readonly code?: unknown
  /** One error per address. */
  readonly errors?: readonly unknown[]
}

export function reasonOf(error: unknown): string {
  if (error instanceof EmailDeliveryError) return error.error
  let deepest = error
  for (
    let current = error;
    current instanceof Error;
    current = (current as CodedError).errors?.[0] ?? current.cause
  ) {
    const reason = reasons[String((current as CodedError).code)]
    if (reason) return reason
    deepest = current
  }
  const text = deepest instanceof Error ? deepest.message : String(deepest)
  return sanitiseText(text.split('\n')[0] ?? '').slice(0, 200)
}
