import { type CheerioAPI, load } from 'cheerio'
import { CookieJar } from 'tough-cookie'
import { demoPassword } from '../../src/commands/start/demo-users.ts'
import { assertNoToken } from '../support/runner/token-scan.ts'

export interface Answer {
  readonly status: number
  /** The `Location` header as sent. */
  readonly location: string | null
  readonly headers: Headers
  readonly body: string
  readonly $: CheerioAPI
  /** The page's text, whitespace collapsed. */
  readonly text: string
}

/** A list sends its field once per item. */
export type Fields = Readonly<Record<string, string | readonly string[]>>

/** An HTTP client with a cookie jar. Can send what no page would. Follows no redirect; keeps every response. */
export class Caller {
  readonly received: string[] = []
  readonly #origin: string
  #jar = new CookieJar()

  constructor(address: string) {
    this.#origin = address
  }

  /** A second client with the same cookies: a copied session. */
  async copy(address = this.#origin): Promise<Caller> {
    const copy = new Caller(address)
    copy.#jar = await this.#jar.clone()
    return copy
  }

  /** The cookies sent to `/`. */
  cookies(): Promise<string> {
    return this.#jar.getCookieString(this.#origin)
  }

  /** The cookies sent to this path; some are limited to a path below `/`. */
  cookiesFor(path: string): Promise<string> {
    return this.#jar.getCookieString(new URL(path, this.#origin).href)
  }

  /** The last value set for this cookie, with its attributes. */
  lastCookie(name: string): string {
    const cookies = this.received.flatMap(response =>
      [...response.matchAll(/^set-cookie,(.*)$/gm)].map(([, cookie]) => cookie),
    )
    return cookies.filter(cookie => cookie?.startsWith(`${name}=`)).at(-1) ?? ''
  }

  get(path: string, headers: Record<string, string> = {}): Promise<Answer> {
    return this.#send(path, { headers })
  }

  /** Adds this session's CSRF token unless the fields have one. */
  async post(path: string, fields: Fields = {}): Promise<Answer> {
    return this.postWithoutToken(path, { _csrf: fields['_csrf'] ?? (await this.csrfToken(path)), ...fields })
  }

  postWithoutToken(path: string, fields: Fields = {}): Promise<Answer> {
    const body = new URLSearchParams()
    for (const [name, value] of Object.entries(fields))
      for (const each of [value].flat()) body.append(name, each)
    return this.#send(path, { method: 'POST', body })
  }

  /** A CSRF token for a form that is sent to this path, read from a page. */
  async csrfToken(formPath = '/'): Promise<string> {
    const pages = formPath.startsWith('/admin')
      ? ['/admin/login', '/admin/no-such-page']
      : ['/dashboard/ads/', '/login']
    for (const path of pages) {
      const { $ } = await this.get(path)
      const token = $('input[name=_csrf]').first().attr('value')
      if (token) return token
    }
    throw new Error('no page has a CSRF token')
  }

  async signIn(email: string, password = demoPassword): Promise<Answer> {
    return this.post('/login', { email, password })
  }

  /** Starts connecting. @returns the consent page's URL. */
  async leaveForAmazon(): Promise<URL> {
    const { location, status, text } = await this.post('/dashboard/ads/connect')
    if (!location) throw new Error(`connecting did not redirect: ${status} ${text}`)
    return new URL(location)
  }

  /** @returns the callback URL. */
  async decide(consentPage: URL, user: string, decision: 'allow' | 'cancel' = 'allow'): Promise<URL> {
    const body = new URLSearchParams({ user, decision })
    const response = await fetch(consentPage, { method: 'POST', body, redirect: 'manual' })
    await response.body?.cancel()
    return new URL(response.headers.get('location') ?? '')
  }

  /** Consents at Amazon. @returns the callback URL, not opened yet. */
  async authorise(user: string): Promise<URL> {
    return this.decide(await this.leaveForAmazon(), user)
  }

  /** Opens the callback URL and follows its redirect. @returns the page that it leads to. */
  async returnFromAmazon(callback: URL): Promise<Answer> {
    const { location } = await this.get(callback.pathname + callback.search)
    return this.get(location ?? '/dashboard/ads/')
  }

  async connect(user: string, label: string): Promise<Answer> {
    const picker = await this.returnFromAmazon(await this.authorise(user))
    return this.choose(picker, label)
  }

  choose(picker: Answer, label: string, overrides: Fields = {}): Promise<Answer> {
    return this.post('/dashboard/ads/choose', {
      profile: profileIdOn(picker, label),
      pending: pendingIdOn(picker),
      ...overrides,
    })
  }

  async #send(path: string, request: RequestInit): Promise<Answer> {
    const url = new URL(path, this.#origin)
    const cookieHeader = await this.#jar.getCookieString(url.href)
    const response = await fetch(url, {
      ...request,
      headers: { cookie: cookieHeader, ...(request.headers as Record<string, string>) },
      redirect: 'manual',
    })
    for (const cookie of response.headers.getSetCookie()) await this.#jar.setCookie(cookie, url.href)
    const body = await response.text()
    const location = response.headers.get('location')
    const received = `${[...response.headers].join('\n')}\n${body}`
    assertNoToken(received, `the response to ${url.pathname}`)
    this.received.push(received)
    const $ = load(body)
    const text = $('body').text().replace(/\s+/g, ' ').trim()
    return { status: response.status, location, headers: response.headers, body, $, text }
  }
}

export function profileIdOn({ $, text }: Answer, label: string): string {
  const button = $('button[name=profile]').filter((_, element) => $(element).text().includes(label))
  const id = button.first().attr('value')
  if (!id) throw new Error(`the picker does not offer ${label}: ${text.slice(0, 200)}`)
  return id
}

export function pendingIdOn({ $ }: Answer): string {
  return $('input[name=pending]').first().attr('value') ?? ''
}
