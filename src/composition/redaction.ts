import type { LoggerOptions } from 'pino'

const secretFields = [
  'token',
  'refresh_?token',
  'access_?token',
  'client_?secret',
  '(?:code_?)?verifier',
  'password',
  'authorization',
  'cookie',
  'set-cookie',
].join('|')

/** Quotes inside a JSON string are escaped, so its content never looks like a field. */
const jsonString = String.raw`"(?:[^"\\]|\\.)*"`
const secretField = new RegExp(
  String.raw`("(?:${secretFields})":)(?:${jsonString}|\[(?:${jsonString},?)*\])`,
  'gi',
)

/** Amazon's tokens, or `code` and `state` in a URL; raw or percent-encoded. */
const secretText = /(Atz[ar](?:\||%7C)|[?&](?:code|state)=)[^\s"\\&]+/gi

/** Elsewhere, `code` and `state` are an error's code and a stage. */
const oauthParameterPaths = ['', 'req.', 'request.'].flatMap(prefix =>
  ['query', 'body', 'params'].flatMap(part => [`${prefix}${part}.code`, `${prefix}${part}.state`]),
)

/** Second safeguard after `Secret`. */
export const redaction = {
  redact: oauthParameterPaths,
  hooks: {
    streamWrite: (line: string) =>
      line.replace(secretField, '$1"[Redacted]"').replace(secretText, '$1[Redacted]'),
  },
} satisfies LoggerOptions
