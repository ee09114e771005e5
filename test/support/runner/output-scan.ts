import { createReadStream } from 'node:fs'
import { readdir } from 'node:fs/promises'
import { join, relative } from 'node:path'
import { createInterface } from 'node:readline'

/** Patterns of secrets: raw, percent-encoded or escaped. */
const shapes: Readonly<Record<string, RegExp>> = {
  'an Amazon token': /Atz[ar](\||%7C|&#124;|\\u007c)/i,
  // The sandbox's codes, and any code in a callback URL.
  'an authorisation code': /\bAN[A-Z0-9]{18}\b|[?&]code=[\w-]{12}/,
  'a client secret': /amzn1\.oa2-cs\.v\d\.[\w-]{16}|the-local-sandbox-has-no-secrets/,
  // 32 bytes in base64.
  'a session key or token key': /(?<![\w+/=-])[A-Za-z0-9+/]{43}=(?![\w+/=])/,
}

/** Returns the kinds of secrets in the text, never the secrets. */
export const secretsIn = (text: string): string[] =>
  Object.entries(shapes)
    .filter(([, shape]) => shape.test(text))
    .map(([kind]) => kind)

/** @throws {Error} with the kind and place of a secret, never the secret. */
export function assertNoSecret(text: string, where: string): void {
  const [found] = secretsIn(text)
  if (found) throw new Error(`${found} is in ${where}`)
}

/** S-12: finds secrets in the files of a folder, line by line, since no secret spans lines. */
export async function leaksIn(folder: string): Promise<string[]> {
  const files = (await readdir(folder, { recursive: true, withFileTypes: true })).filter(file =>
    file.isFile(),
  )
  const leaks: string[] = []
  for (const { parentPath, name } of files) {
    const path = join(parentPath, name)
    const kinds = new Set<string>()
    for await (const line of createInterface({ input: createReadStream(path) })) {
      for (const kind of secretsIn(line)) kinds.add(kind)
    }
    leaks.push(...[...kinds].map(kind => `${kind} is in ${relative(folder, path)}`))
  }
  return leaks
}
