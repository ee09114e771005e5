import { type CheerioAPI, load } from 'cheerio'
import { CookieJar } from 'tough-cookie'
import { assertNoToken } from '../runner/token-scan.ts'

export interface Page {
  readonly url: URL
  readonly status: number
  readonly $: CheerioAPI
  readonly html: string
}

/** A browser without JavaScript over real HTTP: cookies, links, forms and redirects. */
export class HttpBrowser {
  readonly #jar = new CookieJar()
  readonly #origin: string
  #page: Page | null = null

  constructor(home: string) {
    this.#origin = home
  }

  get page(): Page {
    if (!this.#page) throw new Error('no page is open yet')
    return this.#page
  }

  /** Page text, whitespace collapsed. */
  get text(): string {
    return this.page.$('body').text().replace(/\s+/g, ' ').trim()
  }

  get heading(): string {
    return this.page.$('h1').first().text().replace(/\s+/g, ' ').trim()
  }

  open(address: string): Promise<Page> {
    return this.#go(new URL(address, this.#page?.url ?? this.#origin), { method: 'GET' })
  }

  /** @throws {Error} unless exactly one form matches. */
  submit(
    form: string,
    { fields = {}, button = null }: { fields?: Record<string, string>; button?: string | null } = {},
  ): Promise<Page> {
    const { $, url } = this.page
    const forms = $(form).closest('form')
    if (forms.length !== 1) throw new Error(`${forms.length} forms match ${form} on ${url.pathname}`)
    const body = new URLSearchParams()
    for (const { name, value } of forms.serializeArray()) body.append(name, value)
    if (button) {
      const element = forms.find(button).first()
      if (element.length === 0) throw new Error(`no button ${button} in ${form}`)
      if (element.attr('disabled') !== undefined) throw new Error(`the button ${button} is disabled`)
      const name = element.attr('name')
      if (name) body.append(name, element.attr('value') ?? '')
    }
    for (const [name, value] of Object.entries(fields)) body.set(name, value)
    const target = new URL(forms.attr('action') ?? '', url)
    return this.#go(target, {
      method: 'POST',
      body: body.toString(),
      headers: { 'content-type': 'application/x-www-form-urlencoded' },
    })
  }

  /** Sends a script's JSON request; doesn't change the page. */
  async request(address: string, headers: Record<string, string> = {}): Promise<Response> {
    const url = new URL(address, this.#origin)
    return fetch(url, {
      headers: { ...headers, cookie: await this.#jar.getCookieString(url.href) },
      redirect: 'manual',
    })
  }

  async #go(target: URL, first: RequestInit): Promise<Page> {
    let url = target
    let request = first
    for (let redirects = 0; redirects < 20; redirects += 1) {
      const cookie = await this.#jar.getCookieString(url.href)
      const response = await fetch(url, {
        ...request,
        headers: { ...request.headers, cookie },
        redirect: 'manual',
      })
      assertNoToken(JSON.stringify([...response.headers]), `the headers of ${url.pathname}`)
      for (const setCookie of response.headers.getSetCookie()) await this.#jar.setCookie(setCookie, url.href)
      const location = response.headers.get('location')
      if (response.status >= 300 && response.status < 400 && location) {
        await response.body?.cancel()
        url = new URL(location, url)
        request = { method: 'GET' }
        continue
      }
      const html = await response.text()
      assertNoToken(html, `the page ${url.pathname}`)
      this.#page = { url, status: response.status, html, $: load(html, { scriptingEnabled: false }) }
      return this.#page
    }
    throw new Error(`too many redirects from ${target.href}`)
  }
}
