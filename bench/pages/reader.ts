import { Agent, type IncomingMessage, request } from 'node:http'
import { CookieJar } from 'tough-cookie'

export interface TimedResponse {
  readonly status: number
  readonly body: string
  /** Milliseconds from the request to the first byte. */
  readonly firstByte: number
  /** From the request to the last byte. */
  readonly milliseconds: number
}

/** A user's browser as the server sees it: one kept-alive connection and a cookie jar. */
export class Reader {
  readonly #origin: string
  readonly #agent = new Agent({ keepAlive: true, maxSockets: 1 })
  readonly #jar = new CookieJar()
  #cookies: string

  constructor(origin: string, cookies = '') {
    this.#origin = origin
    this.#cookies = cookies
  }

  async signIn(email: string, password: string): Promise<void> {
    await this.#submitForm('/login', { email, password, next: '' })
  }

  async signInStaff(email: string, password: string, code: () => string): Promise<void> {
    await this.#submitForm('/admin/login', { email, password })
    await this.#submitForm('/admin/login/code', { code: code() })
  }

  /** @throws {Error} unless the status is 200. */
  async get(path: string): Promise<TimedResponse> {
    const answer = await this.#request('GET', path)
    if (answer.status !== 200) throw new Error(`${path} was answered with ${answer.status}`)
    return answer
  }

  /** Discards the body. @returns its size, and when the first and last byte arrived. */
  async download(
    path: string,
  ): Promise<{ firstByte: number; milliseconds: number; bytes: number; lines: number }> {
    const startedAt = performance.now()
    const response = await this.#send('GET', path)
    if (response.statusCode !== 200) throw new Error(`${path} was answered with ${response.statusCode}`)
    let [firstByte, bytes, lines] = [0, 0, 0]
    for await (const chunk of response as AsyncIterable<Buffer>) {
      firstByte ||= performance.now() - startedAt
      bytes += chunk.length
      for (let position = chunk.indexOf(10); position >= 0; position = chunk.indexOf(10, position + 1))
        lines += 1
    }
    return { firstByte, milliseconds: performance.now() - startedAt, bytes, lines }
  }

  close(): void {
    this.#agent.destroy()
  }

  async #submitForm(page: string, fields: Readonly<Record<string, string>>): Promise<void> {
    const { body } = await this.get(page)
    const csrf = /name="_csrf" value="([^"]+)"/.exec(body)?.[1] ?? ''
    const { status } = await this.#request(
      'POST',
      page,
      String(new URLSearchParams({ _csrf: csrf, ...fields })),
    )
    if (status !== 303 && status !== 302) throw new Error(`${page} was answered with ${status}`)
  }

  async #request(method: 'GET' | 'POST', path: string, form?: string): Promise<TimedResponse> {
    const startedAt = performance.now()
    const response = await this.#send(method, path, form)
    const firstByte = performance.now() - startedAt
    const chunks: Buffer[] = []
    for await (const chunk of response as AsyncIterable<Buffer>) chunks.push(chunk)
    const milliseconds = performance.now() - startedAt
    for (const cookie of response.headers['set-cookie'] ?? []) await this.#jar.setCookie(cookie, this.#origin)
    if (response.headers['set-cookie']) this.#cookies = await this.#jar.getCookieString(this.#origin)
    return { status: response.statusCode ?? 0, body: String(Buffer.concat(chunks)), firstByte, milliseconds }
  }

  #send(method: 'GET' | 'POST', path: string, form?: string): Promise<IncomingMessage> {
    const { promise, resolve, reject } = Promise.withResolvers<IncomingMessage>()
    const headers = {
      cookie: this.#cookies,
      accept: 'text/html',
      ...(form && { 'content-type': 'application/x-www-form-urlencoded' }),
    }
    const sent = request(new URL(path, this.#origin), { method, agent: this.#agent, headers }, resolve)
    sent.on('error', reject)
    sent.end(form)
    return promise
  }
}
