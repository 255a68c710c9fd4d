// Light or dark: the system's choice, or the one made here, which this browser remembers. public/theme.js applies it
// before the first paint.

export type Theme = "system" | "light" | "dark";

const storageName = "trilogue-theme";

export function theme(): Theme {
  const chosen = localStorage.getItem(storageName);
  return chosen === "light" || chosen === "dark" ? chosen : "system";
}

export function setTheme(chosen: Theme): void {
  if (chosen === "system") {
    localStorage.removeItem(storageName);
    delete document.documentElement.dataset.theme;
  } else {
    localStorage.setItem(storageName, chosen);
    document.documentElement.dataset.theme = chosen;
  }
}
