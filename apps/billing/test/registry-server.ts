import { createServer, type IncomingMessage, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';

/** `wrong`: VIES answers about another number. `unavailable`: VIES says that the member state is unavailable. */
type Behaviour = 'valid' | 'invalid' | 'down' | 'wrong' | 'nonsense' | 'slow' | 'unavailable';

/** A local server with the interfaces of VIES and of the Swiss UID register. */
export class RegistryServer {
  /** The behaviour of the next requests. */
  behaviour: Behaviour = 'valid';
  /** The bodies of the requests. */
  readonly requests: string[] = [];
  private answerSlowRequest: () => void = () => undefined;

  private constructor(private readonly server: Server) {}

  static async start(): Promise<RegistryServer> {
    const server = createServer();
    const registry = new RegistryServer(server);
    server.on('request', (request, response) => {
      void registry.answer(request).then(({ status, body }) => response.writeHead(status).end(body));
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    return registry;
  }

  get url(): string {
    return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}`;
  }

  /** Answers the request that arrived while the behaviour was `slow`. */
  answerSlow(): void {
    this.answerSlowRequest();
  }

  async stop(): Promise<void> {
    this.answerSlowRequest();
    this.server.closeAllConnections();
    await new Promise((resolve) => this.server.close(resolve));
  }

  private async answer(request: IncomingMessage): Promise<{ status: number; body: string }> {
    const body = await text(request);
    this.requests.push(body);
    if (this.behaviour === 'slow') await new Promise<void>((resolve) => (this.answerSlowRequest = resolve));
    if (this.behaviour === 'down') return { status: 503, body: 'Service Unavailable' };
    if (this.behaviour === 'nonsense') return { status: 200, body: '<html>maintenance</html>' };
    return { status: 200, body: request.url === '/uid' ? this.uidAnswer() : this.viesAnswer(body) };
  }

  private viesAnswer(body: string): string {
    if (this.behaviour === 'unavailable')
      return JSON.stringify({ actionSucceed: false, errorWrappers: [{ error: 'MS_UNAVAILABLE' }] });
    const { countryCode, vatNumber, requesterNumber } = JSON.parse(body) as Record<string, string>;
    return JSON.stringify({
      countryCode,
      vatNumber: this.behaviour === 'wrong' ? '00000000000' : vatNumber,
      requestDate: '2026-06-01T10:00:00.000Z',
      valid: this.behaviour !== 'invalid',
      requestIdentifier: requesterNumber ? 'WAPIAAAAYx1' : '',
      name: '---',
    });
  }

  private uidAnswer(): string {
    const result = `<ValidateVatNumberResult>${this.behaviour !== 'invalid'}</ValidateVatNumberResult>`;
    return `<s:Envelope><s:Body><ValidateVatNumberResponse>${result}</ValidateVatNumberResponse></s:Body></s:Envelope>`;
  }
}
