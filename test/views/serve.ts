import { readFileSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { extname, join, normalize } from 'node:path'
import { renderPage, viewsFolder } from './render.ts'
import { emailPages } from './samples/email-pages.ts'
import { samples } from './samples.ts'

export const policy =
  "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self' data:; connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"

const types: Record<string, string> = {
  '.css': 'text/css; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.svg': 'image/svg+xml',
}

function asset(path: string): Buffer {
  const flags = '/assets/flags/'
  if (path.startsWith(flags)) {
    return readFileSync(join(viewsFolder, '../node_modules/country-flag-icons/3x2', path.slice(flags.length)))
  }
  return readFileSync(join(viewsFolder, normalize(path)))
}

/** Serves sample pages, emails and real assets under the product's content security policy; emails have none. */
export async function servePages(statuses: Map<string, unknown> = new Map()) {
  const posts: { readonly path: string; readonly fields: Record<string, string> }[] = []
  const emails = await emailPages()
  const server = createServer((request, response) => {
    const { pathname } = new URL(request.url ?? '/', 'http://localhost')
    const send = (code: number, type: string, content: string | Buffer) =>
      response.writeHead(code, { 'content-type': type, 'content-security-policy': policy }).end(content)
    if (request.method === 'POST') {
      let body = ''
      request.on('data', chunk => {
        body += String(chunk)
      })
      request.on('end', () => {
        posts.push({ path: pathname, fields: Object.fromEntries(new URLSearchParams(body)) })
        send(200, 'text/plain', 'posted')
      })
      return
    }
    try {
      if (pathname.startsWith('/assets/')) {
        // Hundreds of pages request the same thirty files.
        response.setHeader('cache-control', 'max-age=600')
        return send(200, types[extname(pathname)] ?? 'application/octet-stream', asset(pathname))
      }
      if (statuses.has(pathname)) {
        const text = JSON.stringify(statuses.get(pathname))
        const etag = `"${Buffer.from(text).toString('base64url').slice(0, 400)}"`
        if (request.headers['if-none-match'] === etag) return response.writeHead(304).end()
        response.setHeader('etag', etag)
        return send(200, 'application/json', text)
      }
      const sample = samples.find(({ name }) => pathname === `/pages/${name}`)
      if (sample) return send(200, 'text/html; charset=utf-8', renderPage(sample.view, sample.page))
      const message = emails.get(pathname.replace('/mails/', ''))
      if (message) return response.writeHead(200, { 'content-type': 'text/html; charset=utf-8' }).end(message)
    } catch {
      return send(404, 'text/plain', 'missing')
    }
    return send(404, 'text/plain', 'missing')
  })
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  return {
    address: `http://127.0.0.1:${port}`,
    posts,
    close: () =>
      new Promise<void>(resolve => {
        server.close(() => resolve())
        // `close` would wait forever for a browser connection without a request.
        server.closeAllConnections()
      }),
  }
}
