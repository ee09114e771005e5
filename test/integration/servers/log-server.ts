const logged = new Set<string>()

/** Logs once which server the tests use, because passing on a stand-in doesn't prove the real server. */
export function logServer(service: string, server: string): void {
  if (logged.has(service)) return
  logged.add(service)
  process.stderr.write(`  ${service}: ${server}\n`)
}
