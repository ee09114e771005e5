import { createReadStream } from 'node:fs'
import { readdir } from 'node:fs/promises'
import { join, relative } from 'node:path'
import { createInterface } from 'node:readline'

/** How what nobody may read looks, raw, percent-encoded or escaped. */
const shapes: Readonly<Record<string, RegExp>> = {
  "a token of Amazon's": /Atz[ar](\||%7C|&#124;|\\u007c)/i,
  // The sandbox's, and whatever comes back as Amazon's does.
  'an authorisation code': /\bAN[A-Z0-9]{18}\b|[?&]code=[\w-]{12}/,
  'a client secret': /amzn1\.oa2-cs\.v\d\.[\w-]{16}|the-local-sandbox-has-no-secrets/,
  // 32 bytes in base64.
  'a session key or token key': /(?<![\w+/=-])[A-Za-z0-9+/]{43}=(?![\w+/=])/,
}

/** What is in the text, by kind; nothing of it is repeated. */
export const secretsIn = (text: string): string[] =>
  Object.entries(shapes)
    .filter(([, shape]) => shape.test(text))
    .map(([kind]) => kind)

/** @throws {Error} that tells what and where, and nothing of it. */
export function demandNoSecret(text: string, where: string): void {
  const [found] = secretsIn(text)
  if (found) throw new Error(`${found} is in ${where}`)
}

/** S-12: where the files below a folder have a secret in them. Line by line: no secret goes over the end of one. */
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
