import type { Contract } from '@cordee/contracts/contract';

/** True for a query that needs no sign-in, such as the catalogue. The answer has an ETag and can be cached. */
export const isPublicQuery = ({ access, kind, http }: Contract): boolean =>
  access === 'public' && kind === 'query' && http?.method === 'GET';
