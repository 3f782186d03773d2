// SPDX-License-Identifier: Apache-2.0
export { createPrinting, type Printing, type PrintingDependencies, type PrintRequest } from "./printing.js";
