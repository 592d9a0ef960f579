/**
 * Builds a credit notification of the bank (camt.054.001.08) with one payment per reference. Cordée books a payment
 * with the standing-order reference of an organization as prepaid. This module does not need the build of Cordée.
 */
export function bankFile({ messageId, createdAt, iban, amount, references }) {
  const day = createdAt.slice(0, 10);
  const creditXml = `<Amt Ccy="CHF">${amount}</Amt><CdtDbtInd>CRDT</CdtDbtInd>`;
  const entries = references.map(
    (reference, index) =>
      `<Ntry>${creditXml}<RvslInd>false</RvslInd><Sts><Cd>BOOK</Cd></Sts>` +
      `<BookgDt><Dt>${day}</Dt></BookgDt><ValDt><Dt>${day}</Dt></ValDt><NtryDtls><TxDtls>` +
      `<Refs><AcctSvcrRef>${messageId}-${index}</AcctSvcrRef><EndToEndId>NOTPROVIDED</EndToEndId></Refs>${creditXml}` +
      `<RmtInf><Strd><CdtrRefInf><Tp><CdOrPrtry>${referenceType(reference)}</CdOrPrtry></Tp><Ref>${reference}</Ref>` +
      '</CdtrRefInf></Strd></RmtInf></TxDtls></NtryDtls></Ntry>',
  );
  return (
    '<?xml version="1.0" encoding="UTF-8"?>\n' +
    '<Document xmlns="urn:iso:std:iso:20022:tech:xsd:camt.054.001.08"><BkToCstmrDbtCdtNtfctn>' +
    `<GrpHdr><MsgId>${messageId}</MsgId><CreDtTm>${createdAt}</CreDtTm></GrpHdr>` +
    `<Ntfctn><Id>${messageId}-1</Id><CreDtTm>${createdAt}</CreDtTm>` +
    `<Acct><Id><IBAN>${iban}</IBAN></Id><Ccy>CHF</Ccy></Acct>${entries.join('')}</Ntfctn>` +
    '</BkToCstmrDbtCdtNtfctn></Document>\n'
  );
}

/** A creditor reference of ISO 11649 starts with RF; other references are QR references. */
const referenceType = (reference) => (reference.startsWith('RF') ? '<Cd>SCOR</Cd>' : '<Prtry>QRR</Prtry>');
