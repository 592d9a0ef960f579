import { serveWork } from '@cordee/service/serve-work';
import { CamtFile } from './camt.ts';
import type { ReaderAnswer, ReaderRequest, ReadingResult, ReadingTask } from './camt-reader-protocol.ts';
import { EntrySets } from './entry-sets.ts';

/** A chunk is parsed in pieces: V8 frees the memory of short strings earlier than that of long strings. */
const PIECE_BYTES = 32 * 1024;

serveWork(async ({ purpose, port }: ReadingTask): Promise<ReadingResult> => {
  let onAnswer: (answer: ReaderAnswer) => void = () => {};
  let onClose: (error: Error) => void = () => {};
  port.on('message', (answer: ReaderAnswer) => onAnswer(answer));
  // The service closes the port when it cannot read a chunk or process a set.
  port.on('close', () => onClose(new Error('the reading was ended')));
  const request = (message: ReaderRequest): Promise<ReaderAnswer> =>
    new Promise((resolve, reject) => {
      onAnswer = resolve;
      onClose = reject;
      port.postMessage(message, message.kind === 'chunk' && message.usedBuffer ? [message.usedBuffer] : []);
    });
  const nextChunk = async (usedBuffer?: ArrayBuffer): Promise<Uint8Array<ArrayBuffer> | undefined> =>
    (await request({ kind: 'chunk', usedBuffer })).bytes;
  const sets = new EntrySets();
  let isLarge = false;
  const sendFullSets = async (): Promise<void> => {
    for (const set of sets.takeFull()) {
      isLarge = true;
      if (purpose === 'book') await request({ kind: 'set', set });
    }
  };
  const file = new CamtFile({
    onEntry: (entry, statement) => sets.add(entry, statement),
    onUnprocessable: (entry, statement) => sets.addUnprocessable(entry, statement),
  });
  try {
    for (let chunk = await nextChunk(); chunk; chunk = await nextChunk(chunk.buffer))
      for (let offset = 0; offset < chunk.length; offset += PIECE_BYTES) {
        file.write(chunk.subarray(offset, offset + PIECE_BYTES));
        await sendFullSets();
      }
    const outline = file.end();
    await sendFullSets();
    const lastSet = sets.takeRest();
    if (purpose === 'book' && lastSet.length > 0) await request({ kind: 'set', set: lastSet });
    return { outline, onlySet: purpose === 'check' && !isLarge ? lastSet : undefined };
  } finally {
    port.close();
  }
});
