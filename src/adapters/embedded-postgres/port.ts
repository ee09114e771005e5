import { randomInt } from 'node:crypto'
import { readFile, writeFile } from 'node:fs/promises'
import { createServer } from 'node:net'
import { join } from 'node:path'

/** Prefers the saved port. */
export async function choosePort(home: string): Promise<number> {
  const savedPort = await readPort(home)
  if (savedPort && (await isFree(savedPort))) return savedPort
  const port = await findFreePort()
  await writeFile(join(home, 'port'), `${port}\n`)
  return port
}

export async function readPort(home: string): Promise<number | undefined> {
  const port = Number(await readFile(join(home, 'port'), 'utf8').catch(() => ''))
  return Number.isInteger(port) && port > 0 && port < 65_536 ? port : undefined
}

export function isFree(port: number): Promise<boolean> {
  return new Promise(resolve => {
    const probe = createServer()
    probe.once('error', () => resolve(false))
    probe.listen({ port, host: '127.0.0.1', exclusive: true }, () => probe.close(() => resolve(true)))
  })
}

async function findFreePort(): Promise<number> {
  for (;;) {
    // Below the system's ephemeral ports.
    const port = randomInt(20_000, 32_000)
    if (await isFree(port)) return port
  }
}
