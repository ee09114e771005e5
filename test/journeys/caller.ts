import { type CheerioAPI, load } from 'cheerio'
import { CookieJar } from 'tough-cookie'
import { demoPassword } from '../support/sellers-journey.ts'
import { demandNoToken } from '../support/token-scan.ts'

export interface Answer {
  readonly status: number
  /** Where a redirect leads, as it was sent. */
  readonly location: string | null
  readonly headers: Headers
  readonly body: string
  readonly $: CheerioAPI
  /** What the page says, blanks folded. */
  readonly words: string
}

/** Fields of a form; a list is a field that is sent several times. */
export type Fields = Readonly<Record<string, string | readonly string[]>>

/**
 * Somebody with a cookie jar and a command line: sends what no page would, follows no redirect, and keeps
 * all that it ever received.
 */
export class Caller {
  readonly received: string[] = []
  readonly #home: string
  #jar = new CookieJar()

  constructor(home: string) {
    this.#home = home
  }

  /** Another one with the same cookies, as they are now: a copied session. */
  async copy(home = this.#home): Promise<Caller> {
    const copy = new Caller(home)
    copy.#jar = await this.#jar.clone()
    return copy
  }

  /** What it would send with its next request. */
  cookies(): Promise<string> {
    return this.#jar.getCookieString(this.#home)
  }

  /** And with one to that path: not every cookie goes everywhere. */
  cookiesOf(path: string): Promise<string> {
    return this.#jar.getCookieString(new URL(path, this.#home).href)
  }

  /** As it was set last, with its attributes. */
  lastCookie(name: string): string {
    const set = this.received.flatMap(each => [...each.matchAll(/^set-cookie,(.*)$/gm)].map(([, one]) => one))
    return set.filter(one => one?.startsWith(`${name}=`)).at(-1) ?? ''
  }

  get(path: string, headers: Record<string, string> = {}): Promise<Answer> {
    return this.#send(path, { headers })
  }

  /** With this browser's own token against forgery, unless the fields bring another. */
  async post(path: string, fields: Fields = {}): Promise<Answer> {
    return this.postWithout(path, { _csrf: fields['_csrf'] ?? (await this.token()), ...fields })
  }

  postWithout(path: string, fields: Fields = {}): Promise<Answer> {
    const body = new URLSearchParams()
    for (const [name, value] of Object.entries(fields))
      for (const each of [value].flat()) body.append(name, each)
    return this.#send(path, { method: 'POST', body })
  }

  /** The token against forgery of the page that this browser would see now. */
  async token(): Promise<string> {
    for (const path of ['/dashboard/ads/', '/login']) {
      const { $ } = await this.get(path)
      const token = $('input[name=_csrf]').first().attr('value')
      if (token) return token
    }
    throw new Error('no page has a token')
  }

  async signIn(email: string, password = demoPassword): Promise<Answer> {
    return this.post('/login', { email, password })
  }

  /** Presses *Connect*. @returns the address of Amazon's consent page. */
  async leaveForAmazon(): Promise<URL> {
    const { location, status, words } = await this.post('/dashboard/ads/connect')
    if (!location) throw new Error(`connecting leads nowhere: ${status} ${words}`)
    return new URL(location)
  }

  /** Decides at Amazon. @returns the address that Amazon sends the browser back to. */
  async decide(consentPage: URL, user: string, decision: 'allow' | 'cancel' = 'allow'): Promise<URL> {
    const body = new URLSearchParams({ user, decision })
    const response = await fetch(consentPage, { method: 'POST', body, redirect: 'manual' })
    await response.body?.cancel()
    return new URL(response.headers.get('location') ?? '')
  }

  /** To Amazon, and back with a yes. @returns the address of the return, which was not taken yet. */
  async authorise(user: string): Promise<URL> {
    return this.decide(await this.leaveForAmazon(), user)
  }

  /** Takes the way back and reads the picker. @returns the page after it. */
  async comeBack(address: URL): Promise<Answer> {
    const { location } = await this.get(address.pathname + address.search)
    return this.get(location ?? '/dashboard/ads/')
  }

  /** The whole way to a connected account. */
  async connect(user: string, label: string): Promise<Answer> {
    const picker = await this.comeBack(await this.authorise(user))
    return this.choose(picker, label)
  }

  choose(picker: Answer, label: string, more: Fields = {}): Promise<Answer> {
    return this.post('/dashboard/ads/choose', {
      profile: profileOn(picker, label),
      pending: pendingOn(picker),
      ...more,
    })
  }

  async #send(path: string, request: RequestInit): Promise<Answer> {
    const url = new URL(path, this.#home)
    const cookie = await this.#jar.getCookieString(url.href)
    const response = await fetch(url, {
      ...request,
      headers: { cookie, ...(request.headers as Record<string, string>) },
      redirect: 'manual',
    })
    for (const set of response.headers.getSetCookie()) await this.#jar.setCookie(set, url.href)
    const body = await response.text()
    const location = response.headers.get('location')
    const received = `${[...response.headers].join('\n')}\n${body}`
    demandNoToken(received, `the answer to ${url.pathname}`)
    this.received.push(received)
    const $ = load(body)
    const words = $('body').text().replace(/\s+/g, ' ').trim()
    return { status: response.status, location, headers: response.headers, body, $, words }
  }
}

/** The id of the profile that the picker calls so. */
export function profileOn({ $, words }: Answer, label: string): string {
  const button = $('button[name=profile]').filter((_, element) => $(element).text().includes(label))
  const id = button.first().attr('value')
  if (!id) throw new Error(`the picker does not offer ${label}: ${words.slice(0, 200)}`)
  return id
}

export function pendingOn({ $ }: Answer): string {
  return $('input[name=pending]').first().attr('value') ?? ''
}
