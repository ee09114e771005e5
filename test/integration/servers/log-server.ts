const logged = new Set<string>()

/** Logs once which server a suite uses, because passing on a stand-in doesn't prove the real server. */
export function logServer(what: string, which: string): void {
  if (logged.has(what)) return
  logged.add(what)
  process.stderr.write(`  ${what}: ${which}\n`)
}
