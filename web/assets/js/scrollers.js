// Makes boxes that scroll sideways focusable, so that they can be scrolled by keyboard; others are not.

const BOXES = ".prose table, .prose pre, .table-scroll";

function reach(box) {
  if (box.scrollWidth > box.clientWidth) box.tabIndex = 0;
  else if (!box.matches(".table-scroll")) box.removeAttribute("tabindex");
}

const reachAll = () => document.querySelectorAll(BOXES).forEach(reach);
window.addEventListener("resize", reachAll);
document.addEventListener("htmx:after:swap", reachAll);
reachAll();
