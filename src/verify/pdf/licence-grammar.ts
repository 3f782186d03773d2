// SPDX-License-Identifier: Apache-2.0
import { readBarePhoto } from "../../core/photo/photo.js";
import {
  arrayOf,
  boolean,
  dictionary,
  either,
  exactly,
  inPlaceOr,
  integer,
  name,
  named,
  number,
  numbers,
  type Rule,
  reference,
  stream,
  text,
  Walk,
} from "./grammar.js";
import { isDictionary, type PdfDictionary, PdfName, type PdfObject, PdfStream, refuse } from "./values.js";

/**
 * Every dictionary key that a licence PDF of ours may have, by the role of the dictionary. There is no list of bad things:
 * scripts, actions, links, layers, other filters and object streams are refused because they are not here.
 */
const colourSpace = either((value) => value instanceof PdfName, name("DeviceGray", "DeviceRGB"), iccBased());

const fontFile = stream({ Length1: integer, Subtype: name("OpenType", "CIDFontType0C") });

const fontDescriptor = dictionary(
  {
    Type: name("FontDescriptor"),
    FontName: name(),
    FontFamily: text,
    Flags: integer,
    FontBBox: numbers,
    ItalicAngle: number,
    Ascent: number,
    Descent: number,
    CapHeight: number,
    XHeight: number,
    StemV: number,
    CIDSet: reference(() => cidSet),
    FontFile2: reference(() => fontFile),
    FontFile3: reference(() => fontFile),
  },
  ["Type", "FontName"],
);

const cidSet = stream({});
const toUnicode = stream({ Type: name("CMap"), CMapName: name() });
const cidToGid = stream({});

const cidFont = dictionary(
  {
    Type: name("Font"),
    Subtype: name("CIDFontType0", "CIDFontType2"),
    BaseFont: name(),
    CIDSystemInfo: dictionary({ Registry: text, Ordering: text, Supplement: integer }),
    FontDescriptor: reference(() => fontDescriptor),
    CIDToGIDMap: either(
      (value) => value instanceof PdfName,
      name("Identity"),
      reference(() => cidToGid),
    ),
    DW: number,
    W: inPlaceOr(numbers),
  },
  ["Type", "Subtype", "FontDescriptor"],
);

const font = dictionary(
  {
    Type: name("Font"),
    Subtype: name("Type0"),
    BaseFont: name(),
    Encoding: name("Identity-H"),
    DescendantFonts: arrayOf(
      reference(() => cidFont),
      { min: 1, max: 1 },
    ),
    ToUnicode: reference(() => toUnicode),
  },
  ["Type", "Subtype", "DescendantFonts"],
);

const graphicsState = dictionary({
  Type: name("ExtGState"),
  CA: number,
  ca: number,
  LW: number,
  BM: name("Normal", "Multiply"),
});

const resources = dictionary({
  Font: inPlaceOr(named(reference(() => font))),
  XObject: inPlaceOr(named(reference(() => xObject))),
  ExtGState: inPlaceOr(named(inPlaceOr(graphicsState))),
  ColorSpace: inPlaceOr(named(inPlaceOr(colourSpace))),
  ProcSet: arrayOf(name("PDF", "Text", "ImageB", "ImageC", "ImageI")),
});

const form = stream(
  {
    Type: name("XObject"),
    Subtype: name("Form"),
    FormType: integer,
    BBox: numbers,
    Matrix: numbers,
    Resources: inPlaceOr(resources),
  },
  ["Subtype", "BBox"],
);

const image = stream(
  {
    Type: name("XObject"),
    Subtype: name("Image"),
    Width: integer,
    Height: integer,
    BitsPerComponent: integer,
    ColorSpace: inPlaceOr(colourSpace),
    Decode: numbers,
    ImageMask: boolean,
    Interpolate: boolean,
    Intent: name(),
  },
  ["Subtype", "Width", "Height"],
);

/** A JPEG picture, bare and of the size that the dictionary says: no byte of it is anything but the photo. */
const photo: Rule = (value, at) => {
  photoDictionary(value, at);
  const { dictionary, data } = value as PdfStream;
  const read = readBarePhoto(data);
  if ("problem" in read) return refuse(`${at.path} ${read.problem}`);
  const { width, height, components } = read.photo;
  const colours = dictionary.get("ColorSpace") as PdfName;
  if (dictionary.get("Width") !== width || dictionary.get("Height") !== height)
    refuse(`${at.path} is of another size than its picture`);
  if (colours.name !== (components === 1 ? "DeviceGray" : "DeviceRGB"))
    refuse(`${at.path} is of other colours than its picture`);
};

const photoDictionary = stream(
  {
    Type: name("XObject"),
    Subtype: name("Image"),
    Width: integer,
    Height: integer,
    BitsPerComponent: exactly(8),
    ColorSpace: name("DeviceRGB", "DeviceGray"),
    Filter: name("DCTDecode"),
  },
  ["Subtype", "Width", "Height", "BitsPerComponent", "ColorSpace", "Filter"],
);

const picture: Rule = either((value) => filterOf(value) === "DCTDecode", photo, image);
const xObject: Rule = either((value) => subtypeOf(value) === "Image", picture, form);

const contents = stream({});

const page = dictionary(
  {
    Type: name("Page"),
    Parent: reference(() => pages),
    MediaBox: numbers,
    CropBox: numbers,
    TrimBox: numbers,
    Resources: inPlaceOr(resources),
    Contents: either(
      Array.isArray,
      arrayOf(reference(() => contents)),
      reference(() => contents),
    ),
    Annots: arrayOf(
      reference(() => sealField),
      { max: 1 },
    ),
    StructParents: integer,
    Tabs: name("S"),
    Group: dictionary({ Type: name("Group"), S: name("Transparency"), CS: name("DeviceRGB"), I: boolean, K: boolean }),
  },
  ["Type", "Parent", "MediaBox", "Contents"],
);

/** One level: a tree of page trees has no use in a licence. */
const pages: Rule = dictionary(
  {
    Type: name("Pages"),
    Kids: arrayOf(
      reference(() => page),
      { min: 1, max: 100 },
    ),
    Count: integer,
  },
  ["Type", "Kids", "Count"],
);

const embeddedFile = stream(
  {
    Type: name("EmbeddedFile"),
    Subtype: name("application/json"),
    Params: dictionary({ Size: integer, ModDate: text, CreationDate: text, CheckSum: text }),
  },
  ["Type"],
);

const fileSpecification = dictionary(
  {
    Type: name("Filespec"),
    F: text,
    UF: text,
    Desc: text,
    AFRelationship: name(),
    EF: dictionary({ F: reference(() => embeddedFile), UF: reference(() => embeddedFile) }, ["F"]),
  },
  ["Type", "F", "UF", "EF"],
);

const metadata = stream({ Type: name("Metadata"), Subtype: name("XML") });

const outputIntent = dictionary({
  Type: name("OutputIntent"),
  S: name("GTS_PDFA1"),
  OutputCondition: text,
  OutputConditionIdentifier: text,
  RegistryName: text,
  Info: text,
  DestOutputProfile: reference(() => iccProfile),
});

const iccProfile = stream({ N: integer, Alternate: name("DeviceGray", "DeviceRGB") });

/** The agency's electronic seal: a signature field, its value and its appearance. `read-seal-field.ts` reads what they say. */
const signature = dictionary(
  {
    Type: name("Sig"),
    Filter: name("Adobe.PPKLite"),
    SubFilter: name("ETSI.CAdES.detached"),
    Reference: arrayOf(
      dictionary(
        {
          Type: name("SigRef"),
          TransformMethod: name("DocMDP"),
          // No change whatever after it.
          TransformParams: dictionary({ Type: name("TransformParams"), P: exactly(1), V: name("1.2") }, [
            "Type",
            "P",
            "V",
          ]),
        },
        ["Type", "TransformMethod", "TransformParams"],
      ),
      { min: 1, max: 1 },
    ),
    M: text,
    Name: text,
    Reason: text,
    TTLY_Picture: dictionary({ Code: text, Star: boolean }, ["Code", "Star"]),
    ByteRange: numbers,
    Contents: text,
  },
  ["Type", "Filter", "SubFilter", "Reference", "M", "Name", "Reason", "TTLY_Picture", "ByteRange", "Contents"],
);

const PRINT_AND_LOCKED = 4 + 128;
const SIGNATURES_AND_APPEND_ONLY = 3;

const sealField: Rule = dictionary(
  {
    Type: name("Annot"),
    Subtype: name("Widget"),
    FT: name("Sig"),
    Rect: numbers,
    V: reference(() => signature),
    T: text,
    TU: text,
    F: exactly(PRINT_AND_LOCKED),
    P: reference(() => page),
    StructParent: integer,
    AP: dictionary({ N: reference(() => form) }, ["N"]),
  },
  ["Type", "Subtype", "FT", "Rect", "V", "T", "F", "P", "AP"],
);

/** What is read aloud, as what and in which order (ISO 32000-1 section 14.7); standard types only, no role map, no class map. */
const structureElement = dictionary(
  {
    S: name("Document", "H1", "P", "Table", "TR", "TH", "TD", "Figure", "Caption", "Form"),
    P: reference(() => structure),
    Pg: reference(() => page),
    K: either(
      Array.isArray,
      (value, at) => structureKids(value, at),
      (value, at) => structureKid(value, at),
    ),
    Alt: text,
    A: dictionary({ O: name("Table"), Scope: name("Row", "Column") }, ["O", "Scope"]),
  },
  ["S", "P"],
);

const structureTree = dictionary(
  {
    Type: name("StructTreeRoot"),
    K: reference(() => structure),
    ParentTree: dictionary({
      // Of a page the elements of its content, of the seal's field the one that it is.
      Nums: arrayOf(
        either(
          Array.isArray,
          arrayOf(reference(() => structure)),
          either(
            (value) => typeof value === "number",
            integer,
            reference(() => structure),
          ),
        ),
      ),
    }),
    ParentTreeNextKey: integer,
  },
  ["Type", "K", "ParentTree"],
);

/** Elements name their parent, which for the topmost is the root of the tree. */
const structure: Rule = either(
  (value) => isDictionary(value) && value.has("ParentTree"),
  structureTree,
  structureElement,
);

/** An element, content of a page by its number, or the field of the seal. */
const structureKid: Rule = either(
  (value) => typeof value === "number",
  integer,
  either(
    isDictionary,
    either(
      (value) => isDictionary(value) && value.has("Obj"),
      dictionary({ Type: name("OBJR"), Pg: reference(() => page), Obj: reference(() => sealField) }, ["Type", "Obj"]),
      dictionary({ Type: name("MCR"), Pg: reference(() => page), MCID: integer }, ["Type", "Pg", "MCID"]),
    ),
    reference(() => structure),
  ),
);
const structureKids = arrayOf(structureKid);

const catalog = dictionary(
  {
    Type: name("Catalog"),
    Version: name("1.7"),
    Pages: reference(() => pages),
    Names: inPlaceOr(
      dictionary({
        EmbeddedFiles: inPlaceOr(
          dictionary(
            {
              Names: arrayOf(
                either(
                  (value) => !isText(value),
                  reference(() => fileSpecification),
                  text,
                ),
              ),
            },
            ["Names"],
          ),
        ),
      }),
    ),
    AF: inPlaceOr(arrayOf(reference(() => fileSpecification))),
    Metadata: reference(() => metadata),
    OutputIntents: inPlaceOr(arrayOf(inPlaceOr(outputIntent), { max: 1 })),
    Lang: text,
    MarkInfo: dictionary({ Marked: boolean }),
    StructTreeRoot: reference(() => structure),
    ViewerPreferences: dictionary({ DisplayDocTitle: boolean }),
    AcroForm: inPlaceOr(
      dictionary(
        {
          Fields: arrayOf(
            reference(() => sealField),
            { min: 1, max: 1 },
          ),
          SigFlags: exactly(SIGNATURES_AND_APPEND_ONLY),
        },
        ["Fields", "SigFlags"],
      ),
    ),
    Perms: dictionary({ DocMDP: reference(() => signature) }, ["DocMDP"]),
  },
  ["Type", "Pages"],
);

const information = dictionary({
  Title: text,
  Author: text,
  Subject: text,
  Keywords: text,
  Creator: text,
  Producer: text,
  CreationDate: text,
  ModDate: text,
});

const trailerRule = dictionary(
  {
    Size: integer,
    Root: reference(() => catalog),
    Info: reference(() => information),
    ID: arrayOf(text, { min: 2, max: 2 }),
  },
  ["Size", "Root"],
);

/** Refuses a file in which anything is present that our renderer does not write, or that nothing refers to. */
export function checkGrammar(trailer: PdfDictionary, objects: ReadonlyMap<number, PdfObject>): void {
  const walk = new Walk(objects);
  trailerRule(trailer, { walk, path: "trailer", depth: 0 });
  walk.finish();
}

/** `[/ICCBased n 0 R]`. */
function iccBased(): Rule {
  return arrayOf(
    either(
      (value) => value instanceof PdfName,
      name("ICCBased"),
      reference(() => iccProfile),
    ),
    { min: 2, max: 2 },
  );
}

const subtypeOf = (value: PdfObject): string | null => nameIn(value, "Subtype");
const filterOf = (value: PdfObject): string | null => nameIn(value, "Filter");

function nameIn(value: PdfObject, key: string): string | null {
  const found = value instanceof PdfStream ? value.dictionary.get(key) : isDictionary(value) ? value.get(key) : null;
  return found instanceof PdfName ? found.name : null;
}

function isText(value: PdfObject): boolean {
  return typeof value === "object" && value !== null && "bytes" in value;
}
