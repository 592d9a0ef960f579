import http from 'node:http';
import { collectDefaultMetrics, register, type Registry } from 'prom-client';
import { listenOrThrow } from './start-error.ts';

/** Checks a dependency of the process; returns the problem, or undefined when the dependency works. */
export type Probe = () => Promise<string | undefined>;

/** Serves health and metrics on the ops port. */
export class OpsServer {
  private server: http.Server | undefined;
  private isStopping = false;

  /** `about` is the name of the process and its version, which the answers about health contain. */
  constructor(
    private readonly about: { readonly service: string; readonly version: string },
    private readonly probes: Readonly<Record<string, Probe>>,
  ) {}

  async start(host: string, port: number): Promise<void> {
    collectDefaultMetrics();
    const server = http.createServer((request, response) => void this.answer(request.url ?? '/', response));
    this.server = server;
    await listenOrThrow(
      { variable: 'OPS_PORT', host, port },
      () =>
        new Promise<void>((resolve, reject) => {
          server.once('error', reject);
          server.listen(port, host, resolve);
        }),
    );
  }

  /** Adds metrics to the metrics of the process. */
  addMetrics(metrics: { register(registry: Registry): void }): void {
    metrics.register(register);
  }

  /** The problems by name of the probe; empty when the process is ready. */
  async problems(): Promise<Record<string, string>> {
    const foundProblems: Record<string, string> = this.isStopping ? { process: 'stopping' } : {};
    await Promise.all(
      Object.entries(this.probes).map(async ([name, probe]) => {
        const problem = await probe().catch((error: unknown) =>
          error instanceof Error ? error.message : String(error),
        );
        if (problem) foundProblems[name] = problem;
      }),
    );
    return foundProblems;
  }

  /** Reports from now on that the process is not ready, because it stops. */
  reportNotReady(): void {
    this.isStopping = true;
  }

  async stop(): Promise<void> {
    this.server?.closeAllConnections();
    await new Promise((resolve) => (this.server ? this.server.close(resolve) : resolve(undefined)));
    register.clear();
  }

  private async answer(url: string, response: http.ServerResponse): Promise<void> {
    if (url === '/metrics') {
      response.setHeader('content-type', register.contentType).end(await register.metrics());
      return;
    }
    if (url !== '/health/live' && url !== '/health/ready') {
      response.writeHead(404).end();
      return;
    }
    const problems = url === '/health/ready' ? await this.problems() : {};
    const isReady = Object.keys(problems).length === 0;
    response
      .writeHead(isReady ? 200 : 503, { 'content-type': 'application/json' })
      .end(JSON.stringify({ ...this.about, status: isReady ? 'ok' : 'unavailable', ...(isReady ? {} : { problems }) }));
  }
}
