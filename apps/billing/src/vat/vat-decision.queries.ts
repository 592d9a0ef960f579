import { getVatDecision } from '@cordee/contracts/billing/vat-decision';
import type { Input, Output } from '@cordee/contracts/contract';
import { vatRateSources } from '@cordee/money/dated-vat-rates';
import { Handles, type QueryContext } from '@cordee/service/handler-decorators';
import { Controller, Inject } from '@nestjs/common';
import { readDocument } from '../documents/stored-document.ts';
import { Seller } from '../seller/seller.ts';
import { withRatesOf } from './decided-rates.ts';
import { explainVatDecision } from './explain-vat-decision.ts';
import { decisionOfEarlierVersion } from './vat-decision.ts';

@Controller()
export class VatDecisionQueries {
  constructor(@Inject(Seller) private readonly seller: Seller) {}

  @Handles(getVatDecision)
  async getVatDecision(
    { organizationId, documentId }: Input<typeof getVatDecision>,
    { em, now }: QueryContext,
  ): Promise<Output<typeof getVatDecision>> {
    const { row, lines } = await readDocument(em, organizationId, documentId, this.seller.today(now));
    const decision =
      row.vat_decision ?? withRatesOf(decisionOfEarlierVersion(row.is_reverse_charge, row.issued_on), lines);
    const { territory, rates, rateMethod, ratesAsOf, registration, numberCheck, evidence } = decision;
    const hasVat = rateMethod !== 'none';
    return {
      territory: territory.code,
      territoryName: territory.part ?? null,
      buyerKind: decision.buyerKind,
      reason: decision.reason,
      category: decision.category,
      rateMethod,
      taxPoint: decision.taxPoint,
      rates: rates.map(({ basisPoints, firstDay }) => ({ rate: String(basisPoints / 100), firstDay })),
      rateSource: hasVat ? vatRateSources[territory.area] : null,
      ratesAsOf: hasVat ? ratesAsOf : null,
      registration,
      numberCheck,
      evidence: [...evidence],
      relatedProForma: decision.relatedProForma ?? null,
      explanation: explainVatDecision(decision),
    };
  }
}
