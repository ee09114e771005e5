/** `could not be checked` is neither a pass nor a failure: the operator must check manually. */
export const verdicts = ['passed', 'warning', 'failed', 'could not be checked'] as const

export type Verdict = (typeof verdicts)[number]

export type Finding =
  | { readonly verdict: 'passed'; readonly says: string }
  | { readonly verdict: Exclude<Verdict, 'passed'>; readonly says: string; readonly wayOn: string }

export const passed = (says: string): Finding => ({ verdict: 'passed', says })
export const warning = (says: string, wayOn: string): Finding => ({ verdict: 'warning', says, wayOn })
export const failed = (says: string, wayOn: string): Finding => ({ verdict: 'failed', says, wayOn })
export const unchecked = (says: string, wayOn: string): Finding => ({
  verdict: 'could not be checked',
  says,
  wayOn,
})

export const countOf = (count: number, noun: string): string => `${count} ${noun}${count === 1 ? '' : 's'}`

/** Related documentation, relative to the project. */
export const chapters = {
  amazon: 'docs/running.md#1-what-to-have-from-amazon',
  secrets: 'docs/running.md#2-the-secrets',
  up: 'docs/running.md#3-up',
  newVersion: 'docs/running.md#4-a-new-version',
  keys: 'docs/keys.md#a-new-token-key-with-nothing-stopped',
  mail: 'docs/mail.md#how-it-leaves',
  health: 'docs/observability.md#health',
  outside: 'docs/observability.md#who-may-see-it',
  clientRefused: 'docs/incidents.md#client-refused',
  regionDown: 'docs/incidents.md#amazon-region-down',
  databaseDown: 'docs/incidents.md#database-down',
  noWorker: 'docs/incidents.md#no-worker',
} as const

/**
 * One check. It asks the running system where possible; the settings alone decide only for settings, session keys and
 * unused parts.
 */
export interface Check {
  readonly name: string
  readonly see: (typeof chapters)[keyof typeof chapters]
  /**
   * Stops waiting when the signal aborts.
   * @throws any unexpected error, which counts as "could not be checked".
   */
  run(signal: AbortSignal): Promise<Finding>
}
