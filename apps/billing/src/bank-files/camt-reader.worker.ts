import { serveWork } from '@cordee/service/serve-work';
import type { BankFile } from './bank-file.ts';
import { readCamt } from './camt.ts';

serveWork((file: Uint8Array): BankFile => readCamt(file));
