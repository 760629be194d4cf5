// Says at once that a chosen file is too large, instead of sending it in vain: <input type="file" data-most-bytes>,
// followed by the words for it.
import { on } from "./page.js";

on("change", "input[data-most-bytes]", (field) => {
  const words = field.nextElementSibling;
  const isTooLarge = [...field.files].some((file) => file.size > Number(field.dataset.mostBytes));
  words.hidden = !isTooLarge;
  field.setCustomValidity(isTooLarge ? words.textContent.trim() : ""); // the browser does not send it then
});
