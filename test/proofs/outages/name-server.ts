import { execFile } from 'node:child_process'
import { createSocket, type RemoteInfo } from 'node:dgram'
import { once } from 'node:events'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import type { Test } from 'tap'

const execute = promisify(execFile)

/** A reason for `skip`; false when a process can have its own name server. */
export async function whyNoNameServer(): Promise<string | false> {
  if (process.getuid?.() !== 0) return 'running a name server and mounting its configuration need root'
  return execute('unshare', ['--mount', 'true']).then(
    () => false,
    () => 'a mount namespace needs the capability SYS_ADMIN',
  )
}

/** The only name server of processes started through it; at first it resolves every name to this machine. */
export interface NameServer {
  /** Command prefix that starts a program with this name server. */
  readonly commandPrefix: readonly string[]
  answerQueries(): void
  refuseQueries(): void
  ignoreQueries(): void
  readonly countQueries: () => number
}

type Behaviour = 'answer' | 'refuse' | 'ignore'

export async function startNameServer(t: Test): Promise<NameServer> {
  let behaviour: Behaviour = 'answer'
  let queryCount = 0
  // A separate address per process, since others may run a name server, too.
  const address = `127.${53 + (process.pid >> 16)}.${(process.pid >> 8) & 255}.${process.pid & 255}`
  const socket = createSocket('udp4', (query: Buffer, { port, address }: RemoteInfo) => {
    queryCount += 1
    if (behaviour !== 'ignore') socket.send(createAnswer(query, behaviour), port, address)
  }).bind(53, address)
  await once(socket, 'listening')
  const folder = await mkdtemp(join(tmpdir(), '1smart-names-'))
  t.teardown(async () => {
    socket.close()
    await rm(folder, { recursive: true, force: true })
  })
  const files = { hosts: '', 'resolv.conf': `nameserver ${address}\n`, 'nsswitch.conf': 'hosts: dns\n' }
  for (const [name, text] of Object.entries(files)) await writeFile(join(folder, name), text)
  const mounts = Object.keys(files).map(name => `mount --bind ${join(folder, name)} /etc/${name}`)
  const switchTo = (to: Behaviour) => () => {
    behaviour = to
  }
  return {
    commandPrefix: ['unshare', '--mount', 'sh', '-c', [...mounts, 'exec "$@"'].join(' && '), 'sh'],
    answerQueries: switchTo('answer'),
    refuseQueries: switchTo('refuse'),
    ignoreQueries: switchTo('ignore'),
    countQueries: () => queryCount,
  }
}

/** RFC 1035 §4.1: header, the question repeated, and one address for a question of type A. */
function createAnswer(query: Buffer, behaviour: Behaviour): Buffer {
  const end = query.indexOf(0, 12) + 5
  const isAddress = behaviour === 'answer' && query.readUInt16BE(end - 4) === 1
  const header = Buffer.alloc(12)
  query.copy(header, 0, 0, 2)
  header.writeUInt16BE(behaviour === 'refuse' ? 0x8183 : 0x8180, 2)
  header.writeUInt16BE(1, 4)
  header.writeUInt16BE(isAddress ? 1 : 0, 6)
  // Name from the question, type A, class IN, TTL 0, four bytes.
  const record = Buffer.from([0xc0, 12, 0, 1, 0, 1, 0, 0, 0, 0, 0, 4, 127, 0, 0, 1])
  return Buffer.concat([header, query.subarray(12, end), ...(isAddress ? [record] : [])])
}
