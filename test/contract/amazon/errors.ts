/**
 * Amazon's error responses. In a text, `<…>` stands for anything, and more may follow.
 * Sources: Login with Amazon documentation, "Authorization Code Grant" (redirects, `lwa.token.*`); Amazon Ads API
 * documentation, "Errors", and specification "Offline Report 3.0" (`ads.*`, `rep.*`); Amazon S3 documentation, "Error
 * responses" (`s3.*`); developers' public reports where these give no body: `rep.400.group_by` and `rep.400.ad_product`
 * in issues 175 and 231 of amzn/ads-advanced-tools-docs, the other `rep.400.*` texts and `rep.failed.grouping` in comments
 * of public programs, read on 3 December 2026.
 * Left out, as no body was ever reported: `unauthorized_client` of the token endpoint, and the body of `rep.429`.
 */
export interface AmazonResponse {
  readonly status?: number
  /** The known fields of a JSON body; others may exist. */
  readonly body?: Readonly<Record<string, string | number>>
  /** For bodies that aren't JSON. */
  readonly contentType?: string
  readonly contains?: readonly string[]
  /** Query parameters of the callback. */
  readonly query?: Readonly<Record<string, string>>
}

const gatewayPrefix = 'Unauthorized exception while handling 3P Request: Unauthorized exception while '

export const amazonResponses: Readonly<Record<string, AmazonResponse>> = {
  'lwa.redirect.success': {
    query: { code: '<code>', scope: 'advertising::campaign_management', state: '<state>' },
  },
  'lwa.redirect.access_denied': {
    query: { error: 'access_denied', error_description: 'Access not permitted.', state: '<state>' },
  },
  'lwa.redirect.invalid_scope': {
    query: { error: 'invalid_scope', error_description: 'An unknown scope was requested' },
  },
  'lwa.page.bad_redirect_uri': {
    status: 400,
    contains: [
      'lwa-invalid-parameter-bad-redirect-uri-vendor',
      'The redirect URI you provided has not been whitelisted for your application',
    ],
  },
  'lwa.token.invalid_grant.refresh': {
    status: 400,
    body: {
      error: 'invalid_grant',
      error_description:
        "The request has an invalid grant parameter : refresh_token. User may have revoked or didn't grant the permission.",
      request_id: '<id>',
    },
  },
  'lwa.token.invalid_grant.code': {
    status: 400,
    body: {
      error: 'invalid_grant',
      error_description: 'The request has an invalid grant parameter : code',
      request_id: '<id>',
    },
  },
  'lwa.token.invalid_client': {
    status: 401,
    body: {
      error: 'invalid_client',
      error_description: 'Client authentication failed',
      request_id: '<id>',
    },
  },
  'lwa.token.unsupported_grant_type': {
    status: 400,
    body: {
      error: 'unsupported_grant_type',
      error_description: 'The authorization grant type is not supported by the authorization server',
    },
  },
  'lwa.token.invalid_request': {
    status: 400,
    body: {
      error: 'invalid_request',
      error_description: 'The request is missing a required parameter : refresh_token',
    },
  },
  'ads.profiles.401': {
    status: 401,
    body: { code: 'UNAUTHORIZED', details: 'HTTP 401 Unauthorized', requestId: '<id>' },
  },
  'ads.404': {
    status: 404,
    body: { code: 'NOT_FOUND', details: 'Could not find resource for full path: <address>' },
  },
  'ads.gateway.401.invalid_token': {
    status: 401,
    body: { message: `${gatewayPrefix}authenticating LwA token: Invalid token` },
  },
  'ads.gateway.401.client_mismatch': {
    status: 401,
    body: { message: `${gatewayPrefix}authenticating LwA token: clientId does not match token` },
  },
  'ads.gateway.401.no_profile_access': {
    status: 401,
    body: {
      message: `${gatewayPrefix}calling AuthorizeThirdPartyAccess: Customer: <id> does not have access to profile: <id> for advertiser: <id> and entity: <id>. Missing rights: null`,
    },
  },
  // Short wording, with a code and details (a program's test of 2026 quotes it from its failing jobs).
  'ads.gateway.401.no_profile_access_short': {
    status: 401,
    body: {
      code: '401',
      details:
        'Unauthorized exception while handling 3P Request: Customer: <id> does not have access to profile: <id>',
    },
  },
  'ads.400.agency': {
    status: 400,
    body: {
      code: '400',
      details: ' The request input is invalid. Advertiser ID cannot be decrypted',
      requestId: '<id>',
    },
  },
  'rep.425.duplicate': {
    status: 425,
    body: { code: '425', detail: 'The Request is a duplicate of : <id>' },
  },
  'rep.400.columns': {
    status: 400,
    body: {
      code: '400',
      detail: 'configuration columns includes invalid values: (<columns>). Allowed values: (<columns>)',
    },
  },
  'rep.400.group_by': {
    status: 400,
    body: {
      code: '400',
      detail: 'configuration invalid groupBy values: (campaigns). Allowed values: (<groupings>)',
    },
  },
  'rep.400.daily_dates': {
    status: 400,
    body: {
      code: '400',
      detail:
        'configuration startDate and endDate are not supported columns for DAILY time unit. Please use date instead.',
    },
  },
  'rep.400.summary_date': {
    status: 400,
    body: {
      code: '400',
      detail:
        'configuration date is not a supported column for SUMMARY time unit. Please use startDate and/or endDate instead.',
    },
  },
  'rep.400.time_unit': {
    status: 400,
    body: { code: '400', detail: 'configuration timeUnit is not supported for this report type' },
  },
  'rep.400.ad_product': {
    status: 400,
    body: { code: '400', detail: 'configuration adProduct is not supported for this report type' },
  },
  'rep.400.missing': {
    status: 400,
    body: { code: '400', detail: 'Required fields are invalid or missing: configuration timeUnit' },
  },
  'rep.400.range': {
    status: 400,
    body: {
      code: '400',
      detail: 'startDate to endDate range (32 days) must not exceed maximum range (31 days)',
    },
  },
  'rep.400.retention': {
    status: 400,
    body: {
      code: '400',
      detail: 'startDate (<day>) must be equal to or after report type data retention start date (<day>)',
    },
  },
  'rep.400.report_type': {
    status: 400,
    body: { code: '400', detail: 'configuration reportTypeId is unknown or invalid' },
  },
  'rep.400.filter': {
    status: 400,
    body: {
      code: '400',
      detail:
        'configuration filters includes fields: (campaignStatus) which are invalid for groupBys: advertiser. Allowed filters for groupBy advertiser: (field: adCreativeStatus, values: ENABLED, PAUSED, ARCHIVED)',
    },
  },
  // `code` is a number in the specification and text in real responses.
  'rep.400.scope': { status: 400, body: { code: '400', detail: 'Invalid Advertiser or Marketplace ID.' } },
  'rep.404': { status: 404, body: { code: 404, detail: 'Not Found' } },
  'rep.429': { status: 429 },
  'rep.failed': {
    status: 200,
    body: {
      status: 'FAILED',
      failureReason: 'Report generation failed due to an internal error. Please retry',
    },
  },
  // Amazon accepts ad groups with placements, and then cannot generate the report.
  'rep.failed.grouping': {
    status: 200,
    body: {
      status: 'FAILED',
      failureReason: 'Report generation failed due to an internal error. Please retry',
    },
  },
  's3.403.expired': {
    status: 403,
    contentType: 'application/xml',
    contains: ['AccessDenied', 'Request has expired'],
  },
}
