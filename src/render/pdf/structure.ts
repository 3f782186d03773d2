// SPDX-License-Identifier: Apache-2.0
import type { PdfWriter } from "./pdf-writer.js";
import { type Ref, ref, textString } from "./syntax.js";

/** Standard structure types (ISO 32000-1 section 14.8.4) that a licence has. */
export type StructureType = "Document" | "H1" | "P" | "Table" | "TR" | "TH" | "TD" | "Figure" | "Caption" | "Form";

/** One element of the logical structure; what it contains is read in the order in which it was added. */
export class StructureElement {
  readonly kids: (StructureElement | MarkedContent | Annotation)[] = [];

  constructor(
    readonly type: StructureType,
    /** Further entries of its dictionary. */
    readonly entries = "",
  ) {}

  add(type: StructureType, entries = ""): StructureElement {
    const element = new StructureElement(type, entries);
    this.kids.push(element);
    return element;
  }
}

interface MarkedContent {
  readonly page: number;
  readonly id: number;
}

/** An annotation on the first page. */
interface Annotation {
  readonly object: Ref;
}

/** What a screen reader says instead of a picture. */
export const alternative = (text: string): string => `/Alt${textString(text)}`;

export const rowHeader = "/A<</O/Table/Scope/Row>>";
export const columnHeader = "/A<</O/Table/Scope/Column>>";

/** The logical structure of a document (ISO 32000-1 section 14.7): what is read, in which order, and as what. */
export class StructureTree {
  readonly root = new StructureElement("Document");
  readonly #marks: StructureElement[][] = [];
  #annotated: StructureElement | null = null;

  /** Allots the number under which a page's content belongs to the element; pages are counted from 0. */
  mark(element: StructureElement, page: number): number {
    this.#marks[page] ??= [];
    const marks = this.#marks[page] as StructureElement[];
    const id = marks.push(element) - 1;
    element.kids.push({ page, id });
    return id;
  }

  /** The one annotation of a document; its key in the tree is the number of pages. */
  markAnnotation(element: StructureElement, annotation: Ref): void {
    this.#annotated = element;
    element.kids.push({ object: annotation });
  }

  /** Adds the tree's objects and returns its root; `pages` are the objects of the pages. */
  write(writer: PdfWriter, pages: readonly Ref[]): Ref {
    const numbers = new Map<StructureElement, Ref>();
    const order: { readonly element: StructureElement; readonly parent: StructureElement | null }[] = [];
    const visit = (element: StructureElement, parent: StructureElement | null): void => {
      numbers.set(element, writer.upcoming(order.length));
      order.push({ element, parent });
      for (const kid of element.kids) if (kid instanceof StructureElement) visit(kid, element);
    };
    visit(this.root, null);
    const root = writer.upcoming(order.length);
    for (const { element, parent } of order) {
      const parentRef = parent ? (numbers.get(parent) as Ref) : root;
      writer.add(`<</S/${element.type}/P ${ref(parentRef)}${element.entries}${kidsOf(element, numbers, pages)}>>`);
    }
    const parents = this.#marks.map(
      (marks, page) => `${page}[${marks.map((each) => ref(numbers.get(each) as Ref)).join(" ")}]`,
    );
    if (this.#annotated) parents.push(`${pages.length} ${ref(numbers.get(this.#annotated) as Ref)}`);
    return writer.add(
      `<</Type/StructTreeRoot/K ${ref(numbers.get(this.root) as Ref)}/ParentTree<</Nums[${parents.join(" ")}]>>/ParentTreeNextKey ${parents.length}>>`,
    );
  }
}

/** Content of one page is named by number; content of another than the element's first page with that page. */
function kidsOf(
  { kids }: StructureElement,
  numbers: ReadonlyMap<StructureElement, Ref>,
  pages: readonly Ref[],
): string {
  const first = kids.find((kid): kid is MarkedContent => "page" in kid)?.page;
  const page = first === undefined ? "" : `/Pg ${ref(pages[first] as Ref)}`;
  const list = kids.map((kid) => {
    if (kid instanceof StructureElement) return ref(numbers.get(kid) as Ref);
    if ("object" in kid) return `<</Type/OBJR/Pg ${ref(pages[0] as Ref)}/Obj ${ref(kid.object)}>>`;
    if (kid.page === first) return String(kid.id);
    return `<</Type/MCR/Pg ${ref(pages[kid.page] as Ref)}/MCID ${kid.id}>>`;
  });
  const [only] = list;
  const kidsEntry = list.length === 0 ? "" : list.length === 1 ? `/K ${only}` : `/K[${list.join(" ")}]`;
  return page + kidsEntry;
}
