import { createRequire } from 'node:module';
import path from 'node:path';
import fastifyStatic from '@fastify/static';
import type { FastifyInstance } from 'fastify';
import { addPreparedPage } from './prepared-page.ts';

const page = `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Cordée API</title>
<link rel="stylesheet" href="/docs/assets/swagger-ui.css">
</head>
<body>
<div id="api"></div>
<script src="/docs/assets/swagger-ui-bundle.js"></script>
<script src="/docs/start.js"></script>
</body>
</html>`;

const startScript = `SwaggerUIBundle({
  url: '/openapi.json',
  dom_id: '#api',
  deepLinking: true,
  docExpansion: 'list',
  defaultModelsExpandDepth: 0,
  persistAuthorization: true,
  validatorUrl: null,
});`;

/**
 * Serves the OpenAPI document and Swagger UI; `/` redirects to Swagger UI. All assets come from this server, not a CDN.
 */
export async function addDocsPage(app: FastifyInstance, document: object): Promise<void> {
  const assets = path.dirname(createRequire(import.meta.url).resolve('swagger-ui-dist/package.json'));
  await app.register(fastifyStatic, {
    root: assets,
    prefix: '/docs/assets/',
    index: false,
    allowedPath: (file) => /^\/swagger-ui(-bundle)?\.(css|js)$/.test(file),
  });
  addPreparedPage(app, '/openapi.json', 'application/json; charset=utf-8', JSON.stringify(document));
  app.get('/', (_, reply) => reply.redirect('/docs'));
  addPreparedPage(app, '/docs', 'text/html; charset=utf-8', page);
  addPreparedPage(app, '/docs/start.js', 'text/javascript; charset=utf-8', startScript);
}
