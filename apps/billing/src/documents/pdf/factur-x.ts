import type { DocumentContent } from './document-content.ts';
import type { Pdf } from './page.ts';

const FILE_NAME = 'factur-x.xml';
const NAMESPACE = 'urn:factur-x:pdfa:CrossIndustryDocument:invoice:1p0#';

/** The properties of Factur-X, which PDF/A wants to be described. */
const properties = {
  DocumentFileName: { value: FILE_NAME, description: 'name of the embedded XML invoice file' },
  DocumentType: { value: 'INVOICE', description: 'INVOICE' },
  Version: { value: '1.0', description: 'version of the schema of the XML' },
  ConformanceLevel: { value: 'EN 16931', description: 'conformance level of the XML' },
};

/** Attaches the XML of a Factur-X 1.0 and describes it in the metadata of the PDF. */
export function attachInvoice(pdf: Pdf, xml: string, { issuedOn }: DocumentContent): void {
  const date = new Date(`${issuedOn}T12:00:00Z`);
  const options: PDFKit.Mixins.PDFAttachmentOptions & { relationship: string } = {
    name: FILE_NAME,
    type: 'text/xml',
    description: 'Factur-X',
    creationDate: date,
    modifiedDate: date,
    relationship: 'Alternative',
  };
  pdf.file(Buffer.from(xml, 'utf8'), options);
  const values = Object.entries(properties).map(([name, { value }]) => `<fx:${name}>${value}</fx:${name}>`);
  const descriptions = Object.entries(properties).map(
    ([name, { description }]) => `<rdf:li rdf:parseType="Resource"><pdfaProperty:name>${name}</pdfaProperty:name>
      <pdfaProperty:valueType>Text</pdfaProperty:valueType><pdfaProperty:category>external</pdfaProperty:category>
      <pdfaProperty:description>${description}</pdfaProperty:description></rdf:li>`,
  );
  (pdf as Pdf & { appendXML(xml: string): void }).appendXML(`
<rdf:Description rdf:about="" xmlns:fx="${NAMESPACE}">${values.join('')}</rdf:Description>
<rdf:Description rdf:about="" xmlns:pdfaExtension="http://www.aiim.org/pdfa/ns/extension/"
    xmlns:pdfaSchema="http://www.aiim.org/pdfa/ns/schema#" xmlns:pdfaProperty="http://www.aiim.org/pdfa/ns/property#">
  <pdfaExtension:schemas><rdf:Bag><rdf:li rdf:parseType="Resource">
    <pdfaSchema:schema>Factur-X PDFA Extension Schema</pdfaSchema:schema>
    <pdfaSchema:namespaceURI>${NAMESPACE}</pdfaSchema:namespaceURI>
    <pdfaSchema:prefix>fx</pdfaSchema:prefix>
    <pdfaSchema:property><rdf:Seq>${descriptions.join('')}</rdf:Seq></pdfaSchema:property>
  </rdf:li></rdf:Bag></pdfaExtension:schemas>
</rdf:Description>`);
}
