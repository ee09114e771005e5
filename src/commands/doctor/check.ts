/** `could not be checked` is neither a pass nor a failure: the operator must check. */
export const verdicts = ['passed', 'warning', 'failed', 'could not be checked'] as const

export type Verdict = (typeof verdicts)[number]

export interface Finding {
  readonly verdict: Verdict
  readonly message: string
  /** Absent when passed. */
  readonly fix?: string
}

export const passed = (message: string): Finding => ({ verdict: 'passed', message })
export const warning = (message: string, fix: string): Finding => ({ verdict: 'warning', message, fix })
export const failed = (message: string, fix: string): Finding => ({ verdict: 'failed', message, fix })
export const inconclusive = (message: string, fix: string): Finding => ({
  verdict: 'could not be checked',
  message,
  fix,
})

/** Relative to the project. */
export const docLinks = {
  amazon: 'docs/running.md#1-set-up-access-at-amazon',
  secrets: 'docs/running.md#2-create-the-secrets',
  up: 'docs/running.md#3-start-the-product',
  databaseRoles: 'docs/running.md#database-roles',
  newVersion: 'docs/running.md#4-deploy-a-new-version',
  keys: 'docs/keys.md#rotate-without-downtime',
  email: 'docs/email.md#configure-smtp',
  live: 'docs/running.md#try-a-real-account',
  clientRefused: 'docs/incidents.md#client-refused',
  regionDown: 'docs/incidents.md#amazon-region-down',
  databaseDown: 'docs/incidents.md#database-down',
} as const

export interface Check {
  readonly name: string
  readonly see: (typeof docLinks)[keyof typeof docLinks]
  /**
   * Stops waiting when the signal aborts.
   * @throws any unexpected error, which counts as "could not be checked".
   */
  run(signal: AbortSignal): Promise<Finding>
}
