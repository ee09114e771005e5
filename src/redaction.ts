import type { LoggerOptions } from 'pino'

/** Fields that hold a secret wherever they stand, as we, HTTP or Amazon spell them. */
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

/** Within it each quote has a backslash: what a text contains is never taken for a field. */
const text = String.raw`"(?:[^"\\]|\\.)*"`
/** Such a field at any depth of a line, with its text or its list of texts. */
const secretField = new RegExp(String.raw`("(?:${secretFields})":)(?:${text}|\[(?:${text},?)*\])`, 'gi')

/** In any words: a token of Amazon's, or `code` and `state` of an address; raw or percent-encoded. */
const secretWords = /(Atz[ar](?:\||%7C)|[?&](?:code|state)=)[^\s"\\&]+/gi

/** Elsewhere `code` is an error's and `state` a stage's, and both are what a log is read for. */
const answers = ['', 'req.', 'request.'].flatMap(from =>
  ['query', 'body', 'params'].flatMap(part => [`${from}${part}.code`, `${from}${part}.state`]),
)

/** The second line behind `Secret`: what a line could carry of a secret, by its name or by its look, is cut out. */
export const redaction = {
  redact: answers,
  hooks: {
    streamWrite: (line: string) =>
      line.replace(secretField, '$1"[Redacted]"').replace(secretWords, '$1[Redacted]'),
  },
} satisfies LoggerOptions
