import { compactVatNumber, type RegistryAnswer, type VatNumberRegistry } from './vat-number-registry.ts';

const NAMESPACE = 'http://www.uid.admin.ch/xmlns/uid-wse';

/**
 * The UID register of the Swiss Federal Statistical Office: the SOAP operation `ValidateVatNumber` of its public
 * service (version 5). The number is sent without its suffix. A fault throws, unless it says that the number is wrong.
 */
export class UidRegistry implements VatNumberRegistry {
  constructor(private readonly url: string) {}

  async check(vatNumber: string, signal: AbortSignal): Promise<RegistryAnswer> {
    // The number has only digits and the prefix, so it needs no escapes.
    const compact = compactVatNumber(vatNumber);
    const response = await fetch(this.url, {
      method: 'POST',
      headers: {
        'content-type': 'text/xml; charset=utf-8',
        soapaction: `"${NAMESPACE}/IPublicServices/ValidateVatNumber"`,
      },
      body:
        '<?xml version="1.0" encoding="utf-8"?>' +
        '<s:Envelope xmlns:s="http://schemas.xmlsoap.org/soap/envelope/"><s:Body>' +
        `<ValidateVatNumber xmlns="${NAMESPACE}"><vatNumber>${compact}</vatNumber></ValidateVatNumber>` +
        '</s:Body></s:Envelope>',
      signal,
      redirect: 'error',
    });
    const body = await response.text();
    const result = /<(?:\w+:)?ValidateVatNumberResult>\s*(true|false)\s*</.exec(body)?.[1];
    const isRefused = result === 'false' || /Data_validation_failed/.test(body);
    if (!isRefused && (result === undefined || !response.ok))
      throw new Error(`UID register: status ${response.status}`);
    return {
      vatNumber: compact,
      status: isRefused ? 'invalid' : 'valid',
      registry: 'uid',
      consultationNumber: null,
    };
  }
}
