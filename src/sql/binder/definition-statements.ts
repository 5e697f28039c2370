// What is loaded as one part: see definition-part.ts.
export { bindAlterTable } from './alter/bind-alter-table.ts';
export { bindAlterView } from './alter/bind-alter-view.ts';
export { bindCatalogueTable, bindPragma, catalogueFunction } from './catalogue/bind-catalogue.ts';
