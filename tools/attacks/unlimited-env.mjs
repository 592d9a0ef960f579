/** Environment of attacks that are not about rate limits. Attacks with the same environment share an installation. */
export const unlimitedEnv = {
  RATE_LIMIT_PER_MINUTE: '1000000',
  ORGANIZATION_LIMIT_PER_MINUTE: '1000000',
  SIGN_IN_LIMIT_PER_MINUTE: '1000000',
  ORGANIZATIONS_PER_FOUNDER: '1000000',
  NEW_ORGANIZATIONS_PER_DAY: '1000000',
  LOG_LEVEL: 'info',
};
