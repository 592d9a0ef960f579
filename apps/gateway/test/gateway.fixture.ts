import type { Bus } from '@cordee/messaging/bus';
import { ProcessContext } from '@cordee/service/process-context';
import { createSigningKey, verificationKeyOf, type SigningKey } from '@cordee/service/token-keys';
import { stubLeases } from '@cordee/testing/stub-leases';
import { signAccessToken } from '@cordee/testing/sign-access-token';

/**
 * Everything that a gateway under test needs: the process context, the embedded bus on which the test stubs the
 * services, and the key that signs access tokens.
 */
export class GatewayFixture {
  private constructor(
    readonly context: ProcessContext,
    readonly bus: Bus,
    private readonly signingKey: SigningKey,
  ) {}

  static async open(): Promise<GatewayFixture> {
    const signingKey = createSigningKey();
    const context = await ProcessContext.open('gateway', {
      LOG_LEVEL: 'silent',
      CORDEE_VERSION: 'test',
      NATS_URL: undefined,
      CORDEE_MODE: 'test',
      ACCESS_CACHE_MIB: 8,
      TOKEN_VERIFICATION_KEYS: { keys: [verificationKeyOf(signingKey)] },
    });
    const bus = await context.connect('gateway');
    await stubLeases(bus);
    return new GatewayFixture(context, bus, signingKey);
  }

  /** The public key, as identity lists it. */
  get verificationKey(): ReturnType<typeof verificationKeyOf> {
    return verificationKeyOf(this.signingKey);
  }

  /** Signs an access token with these claims, for ten minutes of the clock of the process. */
  sign(accountId: string, claims: Record<string, unknown>): Promise<string> {
    return signAccessToken(this.signingKey, accountId, claims, this.context.clock.now());
  }

  async close(): Promise<void> {
    await this.bus.close();
    await this.context.close();
  }
}
