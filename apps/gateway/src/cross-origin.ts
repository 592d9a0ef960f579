import cors from '@fastify/cors';
import type { ProductionCheck } from '@cordee/service/production-values';
import type { FastifyInstance } from 'fastify';
import * as z from 'zod';
import { responseHeaders } from './openapi/response-headers.ts';

/** The time for which a browser caches the answer to a preflight request, in seconds. */
const MAX_AGE_S = 600;

/**
 * `CORS_ORIGINS`: a list of origins, separated by commas. An origin is a scheme, a host, and a port other than the
 * default.
 */
export const CorsOrigins = z
  .string()
  .default('')
  .transform((list) =>
    list
      .split(',')
      .map((origin) => origin.trim())
      .filter(Boolean),
  )
  .refine(
    (origins) => origins.every((origin) => URL.parse(origin)?.origin === origin),
    'must be origins like https://console.example.net, separated by commas',
  )
  .describe('Origins of the browser applications that may call the API, separated by commas')
  .meta({ productionCheck: 'public_origins' satisfies ProductionCheck });

/** Lets the scripts of other origins call the API. Credentials are not allowed, because the API uses no cookies. */
export async function allowOrigins(app: FastifyInstance, origins: string[]): Promise<void> {
  if (origins.length === 0) return;
  await app.register(cors, {
    origin: origins,
    methods: ['GET', 'POST', 'PUT', 'PATCH', 'DELETE'],
    allowedHeaders: [
      'authorization',
      'content-type',
      'accept-language',
      'idempotency-key',
      'if-match',
      'if-none-match',
      'access-revision',
      'x-request-id',
      'traceparent',
    ],
    // The headers of the OpenAPI document, and `location`, which RFC 9110 gives answers with 201 and 202.
    exposedHeaders: [...Object.keys(responseHeaders).map((name) => name.toLowerCase()), 'location'],
    maxAge: MAX_AGE_S,
    // A request with OPTIONS but without the headers of a preflight request is no error.
    strictPreflight: false,
  });
}
