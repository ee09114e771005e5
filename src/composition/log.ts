import { openSync, writeSync } from 'node:fs'
import { type DestinationStream, type Logger, type LoggerOptions, pino } from 'pino'
import { currentLogContext } from '../adapters/telemetry/correlation-context.ts'

export function openLog(level: string, file: string | null): Logger {
  const options = { level, mixin: currentLogContext, ...redaction }
  return file ? pino(options, logFile(file)) : pino(options)
}

/** Drops lines when the disk is full. */
function logFile(file: string): DestinationStream {
  const descriptor = openSync(file, 'a')
  return {
    // Pino's own destination ends the process when a write fails, or keeps it from exiting.
    write(line) {
      try {
        writeSync(descriptor, line)
      } catch {
        // A log can't log its own error.
      }
    },
  }
}

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
const redaction = {
  redact: oauthParameterPaths,
  hooks: {
    streamWrite: (line: string) =>
      line.replace(secretField, '$1"[Redacted]"').replace(secretText, '$1[Redacted]'),
  },
} satisfies LoggerOptions
