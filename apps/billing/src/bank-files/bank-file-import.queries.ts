import {
  getBankFileImport,
  listBankFileImports,
  type BankFileImport,
} from '@cordee/contracts/billing/bank-file-import';
import type { Input, Output } from '@cordee/contracts/contract';
import { DomainError } from '@cordee/contracts/domain-error';
import { idSchema, toId, toUuid } from '@cordee/contracts/id';
import { uuidOrNull } from '@cordee/service/database/sql-values';
import { Handles, type QueryContext } from '@cordee/service/handler-decorators';
import { cutPage, readCursor } from '@cordee/service/list-cursor';
import { Controller } from '@nestjs/common';
import type * as z from 'zod';
import { importColumnsSql, importTablesSql, viewImport, type BankFileImportRow } from './bank-file-import.ts';

type Results = Pick<z.input<typeof BankFileImport>, 'report' | 'errors'>;

@Controller()
export class BankFileImportQueries {
  @Handles(getBankFileImport)
  async getBankFileImport(
    { bankFileImportId }: Input<typeof getBankFileImport>,
    { em }: QueryContext,
  ): Promise<Output<typeof getBankFileImport>> {
    const [row] = await em.execute<(BankFileImportRow & Results)[]>(
      `select ${importColumnsSql}, report, errors from ${importTablesSql} where id = ?`,
      [toUuid(bankFileImportId)],
    );
    if (!row) throw new DomainError('BANK_FILE_IMPORT_NOT_FOUND');
    return { ...viewImport(row), report: row.report, errors: row.errors };
  }

  @Handles(listBankFileImports)
  async listBankFileImports(
    { limit, cursor }: Input<typeof listBankFileImports>,
    { em }: QueryContext,
  ): Promise<Output<typeof listBankFileImports>> {
    const previousPageEnd = uuidOrNull(readCursor(idSchema('bfi'), cursor));
    const rows = await em.execute<BankFileImportRow[]>(
      `select ${importColumnsSql} from ${importTablesSql}
       where ?::uuid is null or id < ? order by id desc limit ?`,
      [previousPageEnd, previousPageEnd, limit + 1],
    );
    const page = cutPage(rows, limit, ({ id }) => toId('bfi', id));
    return { data: page.rows.map(viewImport), nextCursor: page.nextCursor };
  }
}
