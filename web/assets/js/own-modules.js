// What only one kind of page needs is fetched by that page: its address stands in data-module.
for (const { dataset } of document.querySelectorAll("[data-module]")) import(dataset.module);
