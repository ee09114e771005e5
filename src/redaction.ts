import type { LoggerOptions } from 'pino'

/** Names of secret fields, as we, HTTP or Amazon spell them. */
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

/** Quotes inside a JSON string are escaped, so a string's content never looks like a field. */
const text = String.raw`"(?:[^"\\]|\\.)*"`
/** Such a field at any depth, with a string or a list of strings. */
const secretField = new RegExp(String.raw`("(?:${secretFields})":)(?:${text}|\[(?:${text},?)*\])`, 'gi')

/** Anywhere in a text: Amazon's tokens, or `code` and `state` in a URL; raw or percent-encoded. */
const secretText = /(Atz[ar](?:\||%7C)|[?&](?:code|state)=)[^\s"\\&]+/gi

/** Only here are `code` and `state` secret: elsewhere they are an error's code and a stage. */
const answers = ['', 'req.', 'request.'].flatMap(from =>
  ['query', 'body', 'params'].flatMap(part => [`${from}${part}.code`, `${from}${part}.state`]),
)

/** Second protection after `Secret`: removes secrets from log lines by field name and by pattern. */
export const redaction = {
  redact: answers,
  hooks: {
    streamWrite: (line: string) =>
      line.replace(secretField, '$1"[Redacted]"').replace(secretText, '$1[Redacted]'),
  },
} satisfies LoggerOptions
