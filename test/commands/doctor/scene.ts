import { once } from 'node:events'
import { connect } from 'node:net'
import { createServer, getCACertificates, setDefaultCACertificates } from 'node:tls'
import type { Test } from 'tap'
import { SecondFactors } from '../../../src/application/access/ports.ts'
import { checklist } from '../../../src/commands/doctor/checklist.ts'
import { findInstallation, secretsOf } from '../../../src/commands/doctor/installation.ts'
import { type CheckResult, formatCheck, runChecks } from '../../../src/commands/doctor/report.ts'
import { acceptCode, createSecondFactor } from '../../../src/domain/access/second-factor.ts'
import { after, hours } from '../../../src/domain/calendar.ts'
import { Secret } from '../../../src/domain/secret.ts'
import { readSettings } from '../../../src/settings/settings.ts'
import { startTestProduct, type TestProduct } from '../../support/product/test-product.ts'
import { assertNoSecret } from '../../support/runner/output-scan.ts'
import { type Authority, type Certificate, newAuthority } from '../../support/servers/certificates.ts'
import { startMailServer } from '../../support/servers/mail-server.ts'
import { reservePort } from '../../support/servers/ports.ts'

export interface TlsProxy {
  readonly origin: string
  useCertificate(certificate: Certificate): void
  setTarget(port: number): void
  /** Whether the proxy adds `X-Forwarded-For`. */
  setForwarding(isSwitchedOn: boolean): void
}

export interface Scene {
  readonly product: TestProduct
  readonly authority: Authority
  readonly web: TlsProxy
  readonly unreachableUrl: string
  /** Valid production settings. */
  readonly environment: Readonly<Record<string, string>>
  /** Runs the doctor in this process and scans its output for secrets. */
  doctor(overrides?: Readonly<Record<string, string>>, timeout?: number): Promise<CheckResult[]>
  /** Issues a certificate that became valid 100 days ago and expires in `days` days. */
  issue(options?: { readonly days?: number; readonly host?: string; readonly by?: Authority }): Certificate
}

/**
 * Starts the product and the sandbox, each behind a TLS proxy, and an SMTP server.
 * The database has a stored secret.
 */
export async function startScene(t: Test): Promise<Scene> {
  const authority = newAuthority()
  setDefaultCACertificates([...getCACertificates('default'), authority.pem])
  const issue: Scene['issue'] = ({ days = 90, host = 'localhost', by = authority } = {}) =>
    by.issue({
      host,
      from: after(new Date(), -hours(100 * 24)),
      until: after(new Date(), hours(24 * days + 1)),
    })
  const [web, amazonProxy] = [await startProxy(t, issue()), await startProxy(t, issue())]
  const [sandboxPort, mailServer] = [
    await reservePort(),
    await startMailServer({ name: 'ads', password: 'a-mail-pass@word' }),
  ]
  t.teardown(() => mailServer.close())
  amazonProxy.setTarget(sandboxPort)
  const product = await startTestProduct(t, {
    sandbox: { port: sandboxPort, origin: amazonProxy.origin },
    env: { PUBLIC_URL: web.origin },
  })
  web.setTarget(Number(new URL(product.address).port))
  const { container } = product.product
  const admin = await product.newUser('admin', null)
  const factor = createSecondFactor(admin.id, new Secret('AAAABBBBCCCCDDDDEEEEFFFFGGGGHHHH'))
  await container.get(SecondFactors).save(acceptCode(factor, 0, new Date()))

  const environment = {
    ...product.environment,
    NODE_ENV: 'production',
    SMTP_URL: mailServer.url,
  }
  const doctor: Scene['doctor'] = async (overrides = {}, timeout = 20_000) => {
    const installation = await findInstallation(readSettings({ ...environment, ...overrides }))
    const secrets = secretsOf(installation)
    try {
      const results = await runChecks(checklist(installation), { timeout, secrets, report: () => undefined })
      const printed = results.map(formatCheck).join('\n')
      assertNoSecret(printed, 'the doctor’s output')
      for (const secret of secrets)
        if (printed.includes(secret.reveal())) throw new Error('the doctor’s output contains a secret')
      return [...results]
    } finally {
      void installation.close()
    }
  }
  return {
    product,
    web,
    unreachableUrl: `https://localhost:${await reservePort()}`,
    environment,
    doctor,
    issue,
    authority,
  }
}

async function startProxy(t: Test, initialCertificate: Certificate): Promise<TlsProxy> {
  let [target, isForwarding] = [0, true]
  const server = createServer(initialCertificate, client => {
    const upstream = connect(target, '127.0.0.1')
    client.on('error', () => upstream.destroy())
    upstream.on('error', () => client.destroy())
    upstream.pipe(client)
    // Each connection carries one request only.
    client.once('data', (head: Buffer) => {
      const text = head.toString('latin1').replace(/connection: keep-alive/i, 'Connection: close')
      const forwarded = text.replace('\r\n', '\r\nX-Forwarded-For: 203.0.113.7\r\n')
      upstream.write(isForwarding ? forwarded : text, 'latin1')
      client.pipe(upstream)
    })
    sockets.add(client)
    client.on('close', () => sockets.delete(client))
  })
  const sockets = new Set<{ destroy(): void }>()
  server.on('tlsClientError', () => undefined)
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  t.teardown(() => {
    server.close()
    for (const socket of sockets) socket.destroy()
  })
  return {
    origin: `https://localhost:${(server.address() as { port: number }).port}`,
    useCertificate: certificate => server.setSecureContext(certificate),
    setTarget(port) {
      target = port
    },
    setForwarding(isSwitchedOn) {
      isForwarding = isSwitchedOn
    },
  }
}
