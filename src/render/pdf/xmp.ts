// SPDX-License-Identifier: Apache-2.0
import { COPY_ELEMENTS, type CopyElement } from "../../core/copy/copy-elements.js";
import { LICENCE_ELEMENTS, type LicenceElement } from "../../core/licence-elements.js";

export interface XmpFields {
  readonly title: string;
  readonly author: string;
  readonly identifier: string;
  /** RFC 3339 with whole seconds. */
  readonly created: string;
  readonly producer: string;
  /** GB/T 36903 metadata by its file key; absent ones are left out. */
  readonly licence: Readonly<Partial<Record<LicenceElement, string>>>;
  /** The same of a reader's copy. */
  readonly copy?: Readonly<Record<CopyElement, string>>;
}

const LICENCE_NAMESPACE = "https://tigertally.example/ns/gbt36903/1/";

/**
 * The XMP packet of a licence: PDF/A-3a identification, Dublin Core, and the GB/T 36903 keys with the extension schema
 * (ISO 19005-3 section 6.6.2.3.3) that PDF/A demands for properties it does not know.
 */
export function xmpPacket(fields: XmpFields): string {
  let licence = "";
  for (const key of KEYS) {
    const value = fields.licence[key];
    if (value !== undefined) licence += `<zz:${key}>${escapeXml(value)}</zz:${key}>`;
  }
  for (const [key, value] of Object.entries(fields.copy ?? {})) licence += `<zz:${key}>${escapeXml(value)}</zz:${key}>`;
  const { created, producer } = fields;
  return (
    (fields.copy ? COPY_HEAD : HEAD) +
    `<dc:title><rdf:Alt><rdf:li xml:lang="x-default">${escapeXml(fields.title)}</rdf:li></rdf:Alt></dc:title>` +
    `<dc:creator><rdf:Seq><rdf:li>${escapeXml(fields.author)}</rdf:li></rdf:Seq></dc:creator>` +
    `<dc:identifier>${escapeXml(fields.identifier)}</dc:identifier>` +
    `<xmp:CreateDate>${created}</xmp:CreateDate><xmp:ModifyDate>${created}</xmp:ModifyDate>` +
    `<xmp:MetadataDate>${created}</xmp:MetadataDate><pdf:Producer>${escapeXml(producer)}</pdf:Producer>` +
    licence +
    TAIL
  );
}

const KEYS = Object.keys(LICENCE_ELEMENTS) as LicenceElement[];

function escapeXml(text: string): string {
  return /[&<>"']/.test(text) ? text.replace(/[&<>"']/g, (c) => `&#${c.charCodeAt(0)};`) : text;
}

/** All that packets with these elements have in common. */
function headFor(elements: Readonly<Record<string, string>>): string {
  const properties = Object.entries(elements)
    .map(
      ([key, description]) =>
        `<rdf:li rdf:parseType="Resource"><pdfaProperty:name>${key}</pdfaProperty:name><pdfaProperty:valueType>Text</pdfaProperty:valueType>` +
        `<pdfaProperty:category>external</pdfaProperty:category><pdfaProperty:description>${description}</pdfaProperty:description></rdf:li>`,
    )
    .join("");
  return (
    `<?xpacket begin="\ufeff" id="W5M0MpCehiHzreSzNTczkc9d"?>\n` +
    '<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">' +
    '<rdf:Description rdf:about="" xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:xmp="http://ns.adobe.com/xap/1.0/"' +
    ' xmlns:pdf="http://ns.adobe.com/pdf/1.3/" xmlns:pdfaid="http://www.aiim.org/pdfa/ns/id/"' +
    ' xmlns:pdfaExtension="http://www.aiim.org/pdfa/ns/extension/" xmlns:pdfaSchema="http://www.aiim.org/pdfa/ns/schema#"' +
    ` xmlns:pdfaProperty="http://www.aiim.org/pdfa/ns/property#" xmlns:zz="${LICENCE_NAMESPACE}">` +
    "<pdfaid:part>3</pdfaid:part><pdfaid:conformance>A</pdfaid:conformance>" +
    '<pdfaExtension:schemas><rdf:Bag><rdf:li rdf:parseType="Resource"><pdfaSchema:schema>GB/T 36903 electronic licence metadata</pdfaSchema:schema>' +
    `<pdfaSchema:namespaceURI>${LICENCE_NAMESPACE}</pdfaSchema:namespaceURI><pdfaSchema:prefix>zz</pdfaSchema:prefix>` +
    `<pdfaSchema:property><rdf:Seq>${properties}</rdf:Seq></pdfaSchema:property></rdf:li></rdf:Bag></pdfaExtension:schemas>` +
    "<dc:format>application/pdf</dc:format><dc:language><rdf:Bag><rdf:li>zh-CN</rdf:li></rdf:Bag></dc:language>"
  );
}

const HEAD = headFor(LICENCE_ELEMENTS);
const COPY_HEAD = headFor({ ...LICENCE_ELEMENTS, ...COPY_ELEMENTS });
const TAIL = '</rdf:Description></rdf:RDF></x:xmpmeta>\n<?xpacket end="r"?>';
