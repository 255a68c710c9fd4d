// Before the first paint: the theme that was chosen here, if one was. Else the system's holds.
{
  const chosen = localStorage.getItem("trilogue-theme");
  if (chosen === "light" || chosen === "dark") document.documentElement.dataset.theme = chosen;
}
