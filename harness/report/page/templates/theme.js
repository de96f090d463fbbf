"use strict";
// Before the first paint, so that the page does not flash.
function storedTheme() {
  try {
    return localStorage.getItem("toolreel-theme");
  } catch {
    return null; // A file:// page may have no storage; the choice then lasts as long as the page.
  }
}
function applyTheme(theme) {
  if (theme === "light" || theme === "dark") document.documentElement.dataset.theme = theme;
  else delete document.documentElement.dataset.theme;
}
applyTheme(storedTheme());
