import { setTimeout as sleep } from 'node:timers/promises'
import { SMTPServer } from 'smtp-server'

export type Behaviour =
  | { readonly kind: 'accepts'; readonly afterMilliseconds?: number }
  | {
      readonly kind: 'rejects'
      readonly at: 'connect' | 'sender' | 'recipient' | 'text'
      readonly answer: string
    }
  /** Reads the message and never answers. */
  | { readonly kind: 'hangs' }
  /** Stores the message and closes the connection without an answer. */
  | { readonly kind: 'disconnects' }

export interface ReceivedEmail {
  readonly to: readonly string[]
  readonly raw: string
  /** The header's value, unfolded. */
  readonly head: (name: string) => string | null
  readonly text: string
  readonly html: string
}

export interface MailServer {
  readonly url: string
  readonly received: ReceivedEmail[]
  /** Number of complete messages, regardless of the answer. */
  readonly messageCount: () => number
  setBehaviour(next: Behaviour): void
  /** Drops every connection, as servers do with idle ones. */
  drop(): void
  close(): Promise<void>
}

/** Starts an SMTP server in this process. With `user` it requires authentication. */
export async function startMailServer(user?: { name: string; password: string }): Promise<MailServer> {
  let behaviour: Behaviour = { kind: 'accepts' }
  let completeMessages = 0
  const received: ReceivedEmail[] = []
  const rejectionAt = (at: string): Error | null => {
    if (behaviour.kind !== 'rejects' || behaviour.at !== at) return null
    const [code, ...words] = behaviour.answer.split(' ')
    return Object.assign(new Error(words.join(' ')), { responseCode: Number(code) })
  }
  const server = new SMTPServer({
    hideSTARTTLS: true,
    authOptional: !user,
    allowInsecureAuth: true,
    logger: false,
    closeTimeout: 100,
    onConnect: (_session, done) => done(rejectionAt('connect')),
    onAuth: ({ username, password }, _session, done) =>
      username === user?.name && password === user?.password
        ? done(null, { user: username })
        : done(Object.assign(new Error('5.7.8 not this one'), { responseCode: 535 })),
    onMailFrom: (_address, _session, done) => done(rejectionAt('sender')),
    onRcptTo: (_address, _session, done) => done(rejectionAt('recipient')),
    onData(stream, session, done) {
      const chunks: Buffer[] = []
      stream.on('data', chunk => chunks.push(chunk))
      stream.on('end', () => {
        completeMessages += 1
        const rejection = rejectionAt('text')
        if (rejection) return done(rejection)
        const to = session.envelope.rcptTo.map(({ address }) => address)
        if (behaviour.kind !== 'hangs') received.push(readEmail(Buffer.concat(chunks).toString('utf8'), to))
        if (behaviour.kind === 'accepts') setTimeout(done, behaviour.afterMilliseconds ?? 0)
        if (behaviour.kind === 'disconnects') dropConnections()
      })
    },
  })
  const dropConnections = () => {
    for (const { _socket } of server.connections as Set<{ _socket: { destroy(): void } }>) _socket.destroy()
  }
  // A dropped connection isn't an error of this server.
  server.on('error', () => undefined)
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
  const address = server.server.address()
  if (typeof address !== 'object' || !address) throw new Error('the SMTP server has no port')
  const signIn = user ? `${encodeURIComponent(user.name)}:${encodeURIComponent(user.password)}@` : ''
  return {
    url: `smtp://${signIn}127.0.0.1:${address.port}`,
    received,
    messageCount: () => completeMessages,
    setBehaviour(next) {
      behaviour = next
    },
    drop: () => dropConnections(),
    close: async () => {
      await Promise.race([new Promise<void>(resolve => server.close(() => resolve())), sleep(500)])
    },
  }
}

function readEmail(raw: string, to: readonly string[]): ReceivedEmail {
  const [headText = '', ...rest] = raw.split('\r\n\r\n')
  const lines = headText.replace(/\r\n[ \t]+/g, ' ').split('\r\n')
  const head = (name: string): string | null => {
    const line = lines.find(each => each.toLowerCase().startsWith(`${name.toLowerCase()}:`))
    return line === undefined ? null : decodeWords(line.slice(name.length + 1).trim())
  }
  const boundary = /boundary="([^"]+)"/.exec(head('Content-Type') ?? '')?.[1]
  const parts = rest.join('\r\n\r\n').split(`--${boundary}`)
  const part = (type: string): string => {
    const [partHead = '', ...body] = (parts.find(each => each.includes(`Content-Type: ${type}`)) ?? '').split(
      '\r\n\r\n',
    )
    return decode(body.join('\r\n\r\n'), /Content-Transfer-Encoding: (\S+)/.exec(partHead)?.[1])
  }
  return { to, raw, head, text: part('text/plain'), html: part('text/html') }
}

/** RFC 2047 §4.2, and §2: white space between encoded words isn't part of the text. */
const decodeWords = (value: string): string =>
  value.replace(/\?=\s+=\?/g, '?==?').replace(/=\?UTF-8\?Q\?([^?]*)\?=/gi, (_, text: string) =>
    Buffer.from(
      text
        .replaceAll('_', ' ')
        .replace(/=([0-9A-F]{2})/gi, (_match, hex: string) => String.fromCharCode(Number.parseInt(hex, 16))),
      'latin1',
    ).toString('utf8'),
  )

function decode(body: string, encoding: string | undefined): string {
  if (encoding === 'base64') return Buffer.from(body, 'base64').toString('utf8')
  if (encoding !== 'quoted-printable') return body
  const bytes = body
    .replace(/=\r\n/g, '')
    .replace(/=([0-9A-F]{2})/g, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16)))
  return Buffer.from(bytes, 'latin1').toString('utf8')
}
