import { listEndedSessions } from '@cordee/contracts/identity/session';
import type { Presence } from '@cordee/messaging/presence';
import type { RpcClient } from '@cordee/messaging/rpc-client';

const ENDED = 'sync.session.ended';
const RELOAD_MS = 5_000;

/** Sessions that ended while an access token of theirs may still be good; one copy per process. */
export class EndedSessions {
  private ids = new Set<string>();
  private timer: NodeJS.Timeout | undefined;

  constructor(
    private readonly presence: Presence,
    private readonly rpc: RpcClient,
  ) {}

  async start(): Promise<void> {
    await this.presence.hear(ENDED, (data) => this.ids.add((data as { sessionId: string }).sessionId));
    void this.reload();
    this.timer = setInterval(() => void this.reload(), RELOAD_MS);
    this.timer.unref();
  }

  stop(): void {
    clearInterval(this.timer);
  }

  has(sessionId: string): boolean {
    return this.ids.has(sessionId);
  }

  /** Tells every process, this one included, before it resolves. */
  async announce(sessionId: string): Promise<void> {
    this.ids.add(sessionId);
    await this.presence.tell(ENDED, { sessionId });
  }

  /** Catches up with what was missed while this process was away; identity not answering leaves what is known. */
  private async reload(): Promise<void> {
    const before = new Set(this.ids);
    const ended = await this.rpc.call(listEndedSessions, {}).catch(() => undefined);
    if (!ended) return;
    // What was announced while the answer was on its way may not be in it.
    const announced = [...this.ids].filter((id) => !before.has(id));
    this.ids = new Set([...ended.sessionIds, ...announced]);
  }
}
