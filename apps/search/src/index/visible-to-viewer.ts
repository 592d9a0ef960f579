import type { SqlParameters } from './sql-parameters.ts';

/** The mailboxes that the viewer may read. Each statement is limited to these mailboxes (SRCH-7). */
export interface MessageScope {
  organizationId: string;
  mailboxIds: readonly string[];
}

export interface ObjectScope {
  organizationId: string;
  /**
   * The current ACL tokens of the viewer (`document:read`, `product:prd_…`). An entry with one of these tokens is
   * visible.
   */
  aclTokens: readonly string[];
}

/** Returns the condition over `message` for the messages in the mailboxes of the viewer. */
export function visibleMessagesSql({ organizationId, mailboxIds }: MessageScope, parameters: SqlParameters): string {
  const organizationSql = `organization_id = ${parameters.add(organizationId)}::uuid`;
  // A single mailbox uses `=`, so that PostgreSQL can use the index of the mailbox by date.
  const mailboxesSql =
    mailboxIds.length === 1
      ? `mailbox_id = ${parameters.add(mailboxIds[0])}::uuid`
      : `mailbox_id = any(${parameters.add(mailboxIds)}::uuid[])`;
  return `${organizationSql} and ${mailboxesSql}`;
}

/** Returns the condition over `object_entry` for the entries that have an ACL token of the viewer. */
export function visibleObjectsSql({ organizationId, aclTokens }: ObjectScope, parameters: SqlParameters): string {
  // The operator `&&` is too slow here: it compares each token of the viewer with each token of the entry, and a viewer
  // of 10,000 products has 20,000 tokens.
  const tokensSql = `${parameters.add(aclTokens)}::text[]`;
  const hasTokenSql = `exists (select from unnest(acl_tokens) as token where token = any(${tokensSql}))`;
  return `organization_id = ${parameters.add(organizationId)}::uuid and ${hasTokenSql}`;
}
